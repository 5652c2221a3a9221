"""JSON: ASCII only, two levels indented, long lists one item a line and streamed."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from typing import Any, Final, TextIO

from provenance.codec import encode
from provenance.report.document import Printable
from provenance.report.formats import FormatOptions
from provenance.report.spool import Spool
from provenance.repository.forks import in_forks
from provenance.repository.pool import in_loads, in_shares

_TOGETHER: Final = 1 << 18
"""Characters that go from one process to another as one text."""
_BETWEEN: Final = ",\n  "
_DUMPS: Final = json.JSONEncoder(ensure_ascii=True, check_circular=False).encode


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the result's data; a spool is read record by record, never as a whole."""
    data = result.data()
    if not dataclasses.is_dataclass(data):
        json.dump(encode(data), out, ensure_ascii=True, indent=1)
        out.write("\n")
        return
    out.write("{\n")
    fields = [field.name for field in dataclasses.fields(data)]
    for number, name in enumerate(fields):
        out.write(f" {json.dumps(name)}: ")
        _write_value(getattr(data, name), out, options.jobs)
        out.write(",\n" if number + 1 < len(fields) else "\n")
    out.write("}\n")


def _write_value(value: object, out: TextIO, jobs: int) -> None:
    if isinstance(value, Spool):
        _write_list(_of_spool(value, jobs), out)
    elif isinstance(value, tuple):
        _write_list(_lines(value), out)
    else:
        out.write(_DUMPS(encode(value)))


def _of_spool(records: Spool[Any], jobs: int) -> Iterator[str]:
    """The lines of many records, worked out by several processes."""
    shares = list(in_shares(records.blocks, max(1, len(records)), jobs)) or [records.blocks]
    return in_forks(lambda blocks: _lines(records.read(blocks)), shares, rest=lambda: None)


def _lines(items: Iterable[object]) -> Iterator[str]:
    """Items one a line, some of them together."""
    lines = (_DUMPS(encode(item)) for item in items)
    return (_BETWEEN.join(some) for some, _ in in_loads(lines, len, _TOGETHER))


def _write_list(texts: Iterable[str], out: TextIO) -> None:
    out.write("[")
    number = -1
    for number, text in enumerate(texts):
        out.write(_BETWEEN if number else "\n  ")
        out.write(text)
    out.write("\n ]" if number >= 0 else "]")
