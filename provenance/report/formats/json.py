"""JSON: ASCII only, two levels indented, long lists one item a line and streamed."""

from __future__ import annotations

import json
from typing import TextIO

from msgspec import Struct

from provenance.codec import encode
from provenance.report.document import Printable
from provenance.report.formats import FormatOptions
from provenance.report.spool import Spool
from provenance.report.streamed import dumps, write_list


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the result's data; a spool is read record by record, never as a whole."""
    data = result.data()
    if not isinstance(data, Struct):
        json.dump(encode(data), out, ensure_ascii=True, indent=1)
        out.write("\n")
        return
    out.write("{\n")
    names = data.__struct_fields__
    for number, name in enumerate(names):
        out.write(f" {json.dumps(name)}: ")
        _write_value(getattr(data, name), out)
        out.write(",\n" if number + 1 < len(names) else "\n")
    out.write("}\n")


def _write_value(value: object, out: TextIO) -> None:
    if isinstance(value, Spool | tuple):
        write_list(value, out)
    else:
        out.write(dumps(value))
