"""Markdown that also reads well as plain text in a mail."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import TextIO

from tabulate import tabulate

from provenance.report.document import Document, Printable, Section, Table
from provenance.report.formats import FormatOptions
from provenance.report.safe import code, markdown

_BLOCK_START = re.compile(r"^([#+=-]|\d+(?=[.)]))")
"""What would begin a heading, list or rule where wrapping puts it at the start of a line."""


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the result's page."""
    write_document(result.document(), out)


def write_document(document: Document, out: TextIO) -> None:
    """Writes a page."""
    out.write(f"# {markdown(document.title)}\n")
    for section in document.sections:
        out.write("\n")
        _write_section(section, out)


def _write_section(section: Section, out: TextIO) -> None:
    if section.title:
        out.write(f"## {markdown(section.title)}\n\n")
    for name, text in section.facts:
        _write_item(f"- {markdown(name)}: {markdown(text)}", out)
    for text in section.lines:
        _write_item(f"- {markdown(text)}", out)
    if section.table is not None:
        if section.facts or section.lines:
            out.write("\n")
        out.write(_draw(section.table) + "\n")
    if section.diff:
        _write_diff(section.diff, out)


def _write_diff(lines: Sequence[str], out: TextIO) -> None:
    """A fenced block, whose fence is longer than any run of backticks in it (CommonMark 4.5)."""
    text = "".join(f"{code(line)}\n" for line in lines)
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    out.write(f"\n{fence}diff\n{text}{fence}\n")


def _write_item(text: str, out: TextIO) -> None:
    first, *rest = textwrap.wrap(text, 74, break_on_hyphens=False) or [""]
    out.write("\n  ".join([first, *(_BLOCK_START.sub(r"\\\1", line) for line in rest)]) + "\n")


def _draw(table: Table) -> str:
    rows = [
        [markdown(text, column.limit) for text, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    return tabulate(
        rows,
        headers=[column.title for column in table.columns],
        tablefmt="github",
        colalign=["right" if column.right else "left" for column in table.columns],
        disable_numparse=True,
    )
