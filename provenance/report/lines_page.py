"""Line counts as a page and as CSV rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from provenance.parse.surface import Surface
from provenance.report.completeness_page import completeness_section
from provenance.report.document import Column, Document, Section, Table
from provenance.report.model import Completeness, RangeInfo, Tool
from provenance.words import Status

_BAR: Final = 12


class LinesRow(Struct, frozen=True, kw_only=True):
    """Lines under one name; ``added_by_status`` adds up to ``added``.

    ``surface`` counts new attack surface by kind, where it was asked for.
    """

    name: str
    commits: int
    added: int
    removed: int
    added_by_status: Mapping[Status, int]
    surface: Mapping[Surface, int]


class LinesReport(Struct, frozen=True, kw_only=True):
    """Line counts of a range.  ``total`` counts every line once."""

    schema: str
    tool: Tool
    range: RangeInfo
    by: str
    rows: tuple[LinesRow, ...]
    total: LinesRow
    completeness: Completeness


class LinesPage(Struct, frozen=True, kw_only=True):
    """Draws line counts, most lines added first."""

    report: LinesReport

    def data(self) -> LinesReport:
        return self.report

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        header = (self.report.by, "commits", "lines_added", "lines_removed", *Status, "surface")
        return header, (_cells(row) for row in (*self.report.rows, self.report.total))

    def document(self) -> Document:
        report = self.report
        base = report.range.base or "(beginning)"
        note = "what belongs to several counts in each; the total counts every line once"
        several = report.by in ("subsystem", "directory")
        sections = [Section(lines=(note,) if several else (), table=self._table())]
        if report.total.surface:
            sections.append(self._surface())
        sections.append(completeness_section(report.completeness))
        title = f"Lines per {report.by}, {base}..{report.range.tip}"
        return Document(title=title, sections=sections)

    def _table(self) -> Table:
        report = self.report
        widest = max((row.added for row in report.rows), default=0)
        return Table(
            columns=(
                Column(title=report.by, limit=36),
                Column(title="commits", right=True),
                Column(title="added", right=True),
                Column(title="removed", right=True),
                Column(title="unverified", right=True),
                Column(title="share", right=True),
                Column(title=""),
            ),
            rows=[
                *(_row(row, report.total.added, bar(row.added, widest)) for row in report.rows),
                _row(report.total, report.total.added, ""),
            ],
        )

    def _surface(self) -> Section:
        rows = [row for row in (*self.report.rows, self.report.total) if row.surface]
        return Section(
            title="New attack surface",
            table=Table(
                columns=(
                    Column(title=self.report.by, limit=36),
                    Column(title="items", right=True),
                    Column(title="kinds", limit=52),
                ),
                rows=[
                    (
                        row.name,
                        str(sum(row.surface.values())),
                        ", ".join(f"{count} {kind}" for kind, count in _most_first(row.surface)),
                    )
                    for row in rows
                ],
            ),
        )


def bar(value: int, widest: int) -> str:
    """A bar of up to twelve characters; nothing for nothing."""
    if widest <= 0 or value <= 0:
        return ""
    return "#" * max(1, round(_BAR * value / widest))


def _most_first(surface: Mapping[Surface, int]) -> list[tuple[Surface, int]]:
    return sorted(surface.items(), key=lambda item: (-item[1], item[0]))


def _row(row: LinesRow, whole: int, drawn: str) -> Sequence[str]:
    unverified = row.added_by_status.get(Status.UNVERIFIED, 0)
    undetermined = row.added_by_status.get(Status.UNDETERMINED, 0)
    return (
        row.name,
        str(row.commits),
        str(row.added),
        str(row.removed),
        str(unverified + undetermined),
        f"{100 * row.added / whole:.1f} %" if whole else "-",
        drawn,
    )


def _cells(row: LinesRow) -> Sequence[str]:
    numbers = (row.commits, row.added, row.removed)
    by_status = (row.added_by_status.get(status, 0) for status in Status)
    return (row.name, *map(str, numbers), *map(str, by_status), str(sum(row.surface.values())))
