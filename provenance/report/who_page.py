"""The dossier of one identity as a page and as CSV rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provenance.evidence.model import Evidence
from provenance.findings import Finding
from provenance.report.document import Column, Document, Section, Table
from provenance.report.lines_page import bar
from provenance.report.model import Tool
from provenance.words import Status

_SHOWN = 8
_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name and address, and why it is shown with this identity."""

    name: str
    email: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody connected with the identity by so many commits."""

    role: str
    name: str
    email: str
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthCount:
    """Commits of one month (``YYYY-MM``, committer date, UTC)."""

    month: str
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One commit by size."""

    id: str
    subject: str
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubsystemShare:
    """What the identity did in one subsystem."""

    name: str
    commits: int
    added: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The identity's own commits; merges are counted apart, dates are committer dates."""

    commits: int
    merges: int
    added: int
    removed: int
    first_seen: str | None
    last_seen: str | None
    months: tuple[MonthCount, ...]
    subsystems: tuple[SubsystemShare, ...]
    largest: tuple[Patch, ...]
    committers: tuple[Contact, ...]
    reviewers: tuple[Contact, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One identity.  ``given`` lists reviews, acks and tests it gave to others' commits.

    Where ``history_complete`` is False some commit could not be read: all of it is a lower bound.
    """

    schema: str
    tool: Tool
    name: str
    email: str
    status: Status
    trust_base_id: str | None
    evidence: tuple[Evidence, ...]
    aliases: tuple[Alias, ...]
    work: Work
    given: tuple[Contact, ...]
    history_complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoPage:
    """Draws a dossier."""

    dossier: Dossier

    def data(self) -> Dossier:
        return self.dossier

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        work = self.dossier.work
        header = ("relation", "name", "email", "commits")
        people = (*work.committers, *work.reviewers)
        rows = [(who.role, who.name, who.email, str(who.commits)) for who in people]
        rows.extend(
            (f"gave {who.role}", who.name, who.email, str(who.commits))
            for who in self.dossier.given
        )
        return header, rows

    def document(self) -> Document:
        found = self.dossier
        sections = [self._head(), self._evidence(), self._aliases()]
        if found.work.commits:
            sections += [self._months(), self._subsystems(), self._largest()]
        sections += [
            _people("Applied by", found.work.committers),
            _people("Reviewed, acked or tested by", found.work.reviewers),
            _people("Gave reviews, acks or tests to", found.given),
            self._findings(),
            Section(
                title="What this does not show",
                lines=(
                    *self._limits(),
                    "mail that led to no commit, and work in other repositories",
                    "who holds the address: names and addresses are claims",
                ),
            ),
        ]
        return Document(title=f"{found.name or '(no name)'} <{found.email}>", sections=sections)

    def _limits(self) -> tuple[str, ...]:
        if self.dossier.history_complete:
            return ()
        return ("commits that could not be read: everything here is a lower bound",)

    def _head(self) -> Section:
        found, work = self.dossier, self.dossier.work
        facts = [("Status", f"{found.status} at trust base {(found.trust_base_id or 'none')[:12]}")]
        if work.commits:
            facts.append(("Commits", f"{work.commits}, and {work.merges} merges"))
            facts.append(("Lines", f"+{work.added} -{work.removed}"))
            facts.append(("Seen", f"{work.first_seen} to {work.last_seen} (committer dates)"))
        else:
            facts.append(("Commits", "none authored; named in trailers only"))
        return Section(facts=facts)

    def _evidence(self) -> Section:
        seen = self.dossier.evidence
        return Section(
            title="Evidence",
            facts=[(f"  {one.source}", f"{one.outcome}: {one.detail}") for one in seen],
        )

    def _aliases(self) -> Section:
        return Section(
            title="Names and addresses",
            table=Table(
                columns=(Column(title="claimed", limit=56), Column(title="why", limit=38)),
                rows=[(f"{one.name} <{one.email}>", one.reason) for one in self.dossier.aliases],
            ),
        )

    def _months(self) -> Section:
        months = self.dossier.work.months
        shown = months[-_MONTHS:]
        widest = max(one.commits for one in shown)
        return Section(
            title=f"Commits by month (the last {len(shown)} of {len(months)} months with any)",
            table=Table(
                columns=(
                    Column(title="month"),
                    Column(title="commits", right=True),
                    Column(title=""),
                ),
                rows=[(one.month, str(one.commits), bar(one.commits, widest)) for one in shown],
            ),
        )

    def _subsystems(self) -> Section:
        found = self.dossier.work.subsystems
        return Section(
            title=f"Subsystems ({len(found)})",
            table=Table(
                columns=(
                    Column(title="subsystem", limit=60),
                    Column(title="commits", right=True),
                    Column(title="added", right=True),
                ),
                rows=[(one.name, str(one.commits), str(one.added)) for one in found[:_SHOWN]],
            ),
        )

    def _largest(self) -> Section:
        return Section(
            title="Largest patches",
            table=Table(
                columns=(
                    Column(title="commit"),
                    Column(title="+lines", right=True),
                    Column(title="subject", limit=70),
                ),
                rows=[
                    (one.id[:12], str(one.added), one.subject) for one in self.dossier.work.largest
                ],
            ),
        )

    def _findings(self) -> Section:
        found = self.dossier.work.findings
        return Section(
            title="Findings on these commits, the gravest of each rule",
            lines=[f"{one.severity} {one.rule}: {one.message}" for one in found] or ("none",),
        )


def _people(title: str, contacts: Sequence[Contact]) -> Section:
    if not contacts:
        return Section(title=title, lines=("nobody",))
    rest = len(contacts) - _SHOWN
    return Section(
        title=title,
        lines=(f"{rest} more in the JSON report",) if rest > 0 else (),
        table=Table(
            columns=(
                Column(title="who", limit=60),
                Column(title="how"),
                Column(title="commits", right=True),
            ),
            rows=[
                (f"{who.name} <{who.email}>", who.role, str(who.commits))
                for who in contacts[:_SHOWN]
            ],
        ),
    )
