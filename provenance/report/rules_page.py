"""The rules as a page, and one rule's page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from provenance.report.document import Column, Document, Section, Table
from provenance.rules import Rule


class RuleInfo(Struct, frozen=True, kw_only=True):
    """One rule: id, title, and its whole page."""

    id: str
    title: str
    page: str


class RulesPage(Struct, frozen=True, kw_only=True):
    """Draws the list of rules."""

    rules: tuple[Rule, ...]

    def data(self) -> tuple[RuleInfo, ...]:
        return tuple(RuleInfo(id=r.id, title=r.title, page=r.page) for r in self.rules)

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        return ("rule", "title"), [(rule.id, rule.title) for rule in self.rules]

    def document(self) -> Document:
        table = Table(
            columns=(Column(title="rule"), Column(title="what it finds", limit=72)),
            rows=[(rule.id, rule.title) for rule in self.rules],
        )
        return Document(
            title=f"{len(self.rules)} rules (`provenance explain RULE` shows one)",
            sections=(Section(table=table),),
        )


class ExplainPage(Struct, frozen=True, kw_only=True):
    """Draws one rule's page, which is its docstring."""

    rule: Rule

    def data(self) -> RuleInfo:
        return RuleInfo(id=self.rule.id, title=self.rule.title, page=self.rule.page)

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        return ("section", "text"), [
            (section.title, " ".join(section.lines)) for section in self._sections()
        ]

    def document(self) -> Document:
        return Document(title=f"{self.rule.id}: {self.rule.title}", sections=self._sections())

    def _sections(self) -> list[Section]:
        sections = []
        for block in self.rule.page.split("\n\n")[1:]:
            title, _, text = block.partition("\n")
            words = " ".join(text.split()).replace("``", "`")
            sections.append(Section(title=title.rstrip(":"), lines=(words,)))
        return sections
