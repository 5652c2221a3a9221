"""CSV after RFC 4180, UTF-8, with formula cells disarmed."""

from __future__ import annotations

import csv
from typing import TextIO

from provenance.report.document import Printable
from provenance.report.formats import FormatOptions
from provenance.report.safe import cell


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the header and one row per record."""
    header, rows = result.rows()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow([cell(text) for text in row])
