"""JSON in ASCII, long lists an item a line, written while they are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

import msgspec

from provenance.codec import encode
from provenance.repository.pool import in_loads

_TOGETHER: Final = 1 << 18
"""Characters that go from one process to another as one text."""
_BETWEEN: Final = ",\n  "
_FAST: Final = msgspec.json.Encoder()
_EXACT: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def dumps(value: object) -> str:
    """A dataclass or plain value as JSON in ASCII.

    msgspec writes what is ASCII already, in a fifth of the time; the other is written by what
    keeps bytes that are no text.
    """
    try:
        raw = _FAST.encode(value)
    except (UnicodeEncodeError, OverflowError):
        return _EXACT.encode(encode(value))
    return raw.decode("ascii") if raw.isascii() else _EXACT.encode(encode(value))


def in_lines(values: Iterable[object]) -> Iterator[str]:
    """Values one a line, some of them together."""
    lines = map(dumps, values)
    return (_BETWEEN.join(some) for some, _ in in_loads(lines, len, _TOGETHER))


def write_list(texts: Iterable[str], out: TextIO) -> None:
    """Writes what ``in_lines`` gives as one list."""
    out.write("[")
    number = -1
    for number, text in enumerate(texts):
        out.write(_BETWEEN if number else "\n  ")
        out.write(text)
    out.write("\n ]" if number >= 0 else "]")
