"""JSON in ASCII, long lists an item a line, written while they are made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final, TextIO

from provenance.repository.pool import in_loads

_TOGETHER: Final = 1 << 18
"""Characters that go from one process to another as one text."""
_BETWEEN: Final = ",\n  "
dumps: Final = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode


def in_lines(values: Iterable[object]) -> Iterator[str]:
    """Plain values one a line, some of them together."""
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
