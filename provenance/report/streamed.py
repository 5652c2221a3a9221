"""JSON in ASCII, long lists an item a line, written while they are made."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable
from typing import Final, TextIO

import msgspec

from provenance.codec import encode
from provenance.repository.pool import in_loads

_TOGETHER: Final = 1 << 18
"""Characters that are written at once."""
_BETWEEN: Final = ",\n  "
_FAST: Final = msgspec.json.Encoder()
_EXACT: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def dumps(value: object) -> str:
    """A record or plain value as JSON in ASCII.

    msgspec writes what is ASCII already, in a fifth of the time; the other is written by what
    keeps bytes that are no text.
    """
    with contextlib.suppress(UnicodeEncodeError, OverflowError):
        raw = _FAST.encode(value)
        if raw.isascii():
            return raw.decode("ascii")
    return _EXACT.encode(encode(value))


def write_list(values: Iterable[object], out: TextIO) -> None:
    """Writes values as one list, an item a line."""
    out.write("[")
    number = -1
    for number, (lines, _) in enumerate(in_loads(map(dumps, values), len, _TOGETHER)):
        out.write(_BETWEEN if number else "\n  ")
        out.write(_BETWEEN.join(lines))
    out.write("\n ]" if number >= 0 else "]")
