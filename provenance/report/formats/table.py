"""Plain text for a terminal: nothing wider than asked, nothing that a terminal obeys."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TextIO

from tabulate import tabulate

from provenance.report.document import Document, Printable, Section, Table
from provenance.report.formats import FormatOptions
from provenance.report.safe import code, excerpt, shorten, visible, width

_LABEL = 14
_TINTS = {"-": "\x1b[31m", "+": "\x1b[32m"}
_RESET = "\x1b[0m"
_PADDING = 2
"""Columns that tabulate adds to every header."""


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the result's page."""
    write_document(result.document(), out, options)


def write_document(document: Document, out: TextIO, options: FormatOptions) -> None:
    """Writes a page; only lines of a diff may be wider than asked."""
    out.write(f"{excerpt(document.title)}\n")
    for section in document.sections:
        out.write("\n")
        _write_section(section, out, options.columns)
        _write_diff(section.diff, out, colour=options.colour)


def _write_section(section: Section, out: TextIO, columns: int) -> None:
    if section.title:
        out.write(f"{visible(section.title)}\n")
    label = max((len(name) for name, _ in section.facts), default=0)
    label = max(label + 2, _LABEL)
    for name, text in section.facts:
        wrapped = _wrap(text, columns - label)
        out.write(f"{visible(name):<{label}}{wrapped[0]}\n")
        out.writelines(f"{'':{label}}{line}\n" for line in wrapped[1:])
    for text in section.lines:
        indent = "  " if section.title else ""
        deeper = indent + " " * (len(text) - len(text.lstrip(" ")) + 2)
        first, *rest = _wrap(text, columns - len(deeper))
        out.write(f"{indent}{first}\n")
        out.writelines(f"{deeper}{line}\n" for line in rest)
    if section.table is not None:
        out.write(draw_table(section.table, columns, "simple") + "\n")


def _write_diff(lines: Sequence[str], out: TextIO, *, colour: bool) -> None:
    for line in lines:
        shown = code(line)
        tint = _TINTS.get(line[:1], "") if colour else ""
        out.write(f"  {tint}{shown}{_RESET if tint else ''}\n")


def draw_table(table: Table, columns: int, style: str) -> str:
    """The table with its cells made visible and cut to their columns' limits."""
    rows = [
        [
            shorten(text, column.limit) if column.limit else visible(text)
            for text, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]
    rows = _fitted(rows, table, columns)
    return tabulate(
        rows,
        headers=[column.title for column in table.columns],
        tablefmt=style,
        colalign=["right" if column.right else "left" for column in table.columns],
        disable_numparse=True,
        preserve_whitespace=True,
    )


def _fitted(rows: list[list[str]], table: Table, columns: int) -> list[list[str]]:
    """Rows whose widest cuttable column is cut until the table fits the terminal."""
    widths = [
        max([len(column.title) + _PADDING, *(width(row[number]) for row in rows)])
        for number, column in enumerate(table.columns)
    ]
    excess = sum(widths) + 2 * (len(widths) - 1) - columns
    cuttable = [number for number, column in enumerate(table.columns) if column.limit]
    while excess > 0 and cuttable:
        widest = max(cuttable, key=lambda number: widths[number])
        cut = min(excess, max(1, widths[widest] // 4))
        if widths[widest] - cut < len(table.columns[widest].title) + _PADDING:
            cuttable.remove(widest)
            continue
        widths[widest] -= cut
        excess -= cut
    return [[_cut(text, widths[number]) for number, text in enumerate(row)] for row in rows]


def _cut(text: str, columns: int) -> str:
    """Cuts text that is already visible."""
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _wrap(text: str, columns: int) -> list[str]:
    return textwrap.wrap(
        excerpt(text), max(columns, 20), break_on_hyphens=False, break_long_words=True
    ) or [""]
