"""The dossier of one identity as a page and as CSV rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from provenance.dates import day
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.pattern.model import Kind
from provenance.evidence.pattern.nearest import Near
from provenance.evidence.pattern.timeline import Timeline
from provenance.evidence.signals import Reached, Signal, sum_of_bits
from provenance.findings import Finding
from provenance.parse.releases import InRelease, told
from provenance.report.document import Column, Document, Section, Table
from provenance.report.model import Tool
from provenance.words import Status, counted

_SHOWN = 8


class Alias(Struct, frozen=True, kw_only=True):
    """A name and address, and why it is shown with this identity."""

    name: str
    email: str
    reason: str


class Contact(Struct, frozen=True, kw_only=True):
    """Somebody connected with the identity by so many commits."""

    role: str
    name: str
    email: str
    commits: int


class MonthCount(Struct, frozen=True, kw_only=True):
    """Commits of one month (``YYYY-MM``, committer date, UTC)."""

    month: str
    commits: int


class Patch(Struct, frozen=True, kw_only=True):
    """One commit by size."""

    id: str
    subject: str
    added: int


class SubsystemShare(Struct, frozen=True, kw_only=True):
    """What the identity did in one subsystem; ``entered`` is the day of its first commit there."""

    name: str
    commits: int
    added: int
    entered: str


class KindShare(Struct, frozen=True, kw_only=True):
    """Commits of one kind, with the median of the lines they add."""

    kind: Kind
    commits: int
    median_added: int


class DomainFacts(Struct, frozen=True, kw_only=True):
    """The mail domain: how many identities of this history use it, established ones apart."""

    name: str
    is_free_mail: bool
    is_disposable: bool
    identities: int
    established: int


class Work(Struct, frozen=True, kw_only=True):
    """The identity's own commits; merges are counted apart, dates are committer dates.

    ``copies`` are cherry-picks and backports of the ``commits`` on other branches, which no other
    figure counts.
    """

    commits: int
    copies: int
    merges: int
    added: int
    removed: int
    first_seen: str | None
    last_seen: str | None
    months: tuple[MonthCount, ...]
    timeline: Timeline | None
    kinds: tuple[KindShare, ...]
    subsystems: tuple[SubsystemShare, ...]
    largest: tuple[Patch, ...]
    committers: tuple[Contact, ...]
    reviewers: tuple[Contact, ...]
    findings: tuple[Finding, ...]


class Handled(Struct, frozen=True, kw_only=True):
    """Commits that the identity committed and others wrote, merges aside; by committer dates."""

    commits: int
    first: str | None
    last: str | None
    authors: tuple[Contact, ...]


class Dossier(Struct, frozen=True, kw_only=True):
    """One identity.  ``given`` lists reviews, acks and tests it gave to others' commits.

    ``releases`` has in which release each commit was first, ``releases_of_copies`` the same of
    cherry-picks and backports; the oldest release comes first.

    ``signals`` are asked for where it is ``compared`` with newcomers: without standing, or young.
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
    domain: DomainFacts
    compared: bool
    signals: tuple[Signal, ...]
    reached: Reached | None
    like: tuple[Near, ...]
    work: Work
    releases: tuple[InRelease, ...]
    releases_of_copies: tuple[InRelease, ...]
    given: tuple[Contact, ...]
    handled: Handled
    history_complete: bool


class WhoPage(Struct, frozen=True, kw_only=True):
    """Draws a dossier."""

    dossier: Dossier

    def data(self) -> Dossier:
        return self.dossier

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        work = self.dossier.work
        header = ("relation", "name", "email", "commits")
        people = (*work.committers, *work.reviewers, *self.dossier.handled.authors)
        rows = [(who.role, who.name, who.email, str(who.commits)) for who in people]
        rows.extend(
            (f"gave {who.role}", who.name, who.email, str(who.commits))
            for who in self.dossier.given
        )
        return header, rows

    def document(self) -> Document:
        found = self.dossier
        sections = [self._head(), self._signals(), *self._evidence(), self._aliases()]
        if found.work.commits:
            sections += [self._timeline(), self._subsystems(), self._largest()]
        if found.like:
            sections.append(self._like())
        sections += [
            _people("Applied by", found.work.committers),
            _people("Reviewed, acked or tested by", found.work.reviewers),
            _people("Gave reviews, acks or tests to", found.given),
            *self._handled(),
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
            facts.append(("Commits", _numbered(work)))
            facts.append(("Lines", f"+{work.added} -{work.removed}"))
            facts.append(("Seen", f"{work.first_seen} to {work.last_seen} (committer dates)"))
            facts.append(("Released", told(found.releases)))
            if found.releases_of_copies:
                facts.append(("Copies", told(found.releases_of_copies)))
        else:
            trailers = "" if found.handled.commits else "; named in trailers only"
            facts.append(("Commits", f"none authored{trailers}"))
        if found.handled.commits:
            facts.append(("Handled", _taken(found.handled)))
        facts.append(("Mail domain", _described(found.domain)))
        return Section(facts=facts)

    def _signals(self) -> Section:
        """What is unusual, with how unusual it is; the whole history is taken for new."""
        found, reached = self.dossier.signals, self.dossier.reached
        title = "What is unusual, in bits of surprise; unusual is not wrong"
        if not self.dossier.compared:
            why = f"not asked: {self.dossier.status}, and too long here to compare with newcomers"
            if self.dossier.status is Status.UNVERIFIED:
                why = "not asked: many people write from this address"
            return Section(title=title, lines=(why,))
        lines = [one.line for one in found]
        bits = sum_of_bits(one.bits for one in found)
        if len(found) > 1 or not all(one.compared for one in found):
            usual = f" ({reached.base_rate})" if reached else ""
            lines.append(f"{bits:4.1f}  together{usual}")
        return Section(title=title, lines=tuple(lines) or ("nothing that a rule looks for",))

    def _evidence(self) -> list[Section]:
        """What speaks for the identity, and what does not or could not be looked at."""
        sections = []
        for title, wanted in (("Evidence for it", True), ("Not shown by any evidence", False)):
            seen = [one for one in self.dossier.evidence if (one.outcome is Outcome.GOOD) is wanted]
            sections.append(
                Section(
                    title=title,
                    facts=[(f"  {one.source}", f"{one.outcome}: {one.detail}") for one in seen],
                    lines=() if seen else ("none",),
                )
            )
        return sections

    def _aliases(self) -> Section:
        return Section(
            title="Names and addresses",
            table=Table(
                columns=(Column(title="claimed", limit=56), Column(title="why", limit=38)),
                rows=[(f"{one.name} <{one.email}>", one.reason) for one in self.dossier.aliases],
            ),
        )

    def _timeline(self) -> Section:
        """A line of columns for fixes, features and the rest, to one scale."""
        found = self.dossier.work.timeline
        if found is None:
            return Section(title="Commits over time", lines=("none",))
        widest = max(max(counts, default=0) for counts in found.counts.values())
        shares = {one.kind: one for one in self.dossier.work.kinds}
        lines = []
        for kind, counts in found.counts.items():
            drawn = "".join(_column(count, widest) for count in counts)
            share = shares.get(kind)
            tail = "none"
            if share:
                tail = f"{counted(share.commits, 'commit')}, median +{share.median_added}"
            lines.append(f"{kind:8}|{drawn}| {tail}")
        each = "week" if found.weeks == 1 else f"{found.weeks} weeks"
        title = f"Commits from {day(found.start)} on, a column for each {each}"
        return Section(title=title, lines=tuple(lines))

    def _like(self) -> Section:
        return Section(
            title="Newcomers with the nearest pattern (distance in standard deviations a trait)",
            table=Table(
                columns=(
                    Column(title="who", limit=48),
                    Column(title="distance", right=True),
                    Column(title="commits", right=True),
                    Column(title="signals in common", limit=48),
                ),
                rows=[
                    (
                        f"{one.name} <{one.email}>",
                        f"{one.distance:.2f}",
                        str(one.commits),
                        ", ".join(one.shared) or "-",
                    )
                    for one in self.dossier.like
                ],
            ),
        )

    def _subsystems(self) -> Section:
        found = self.dossier.work.subsystems
        return Section(
            title=f"Subsystems in the order in which it entered them ({len(found)})",
            lines=(f"{len(found) - _SHOWN} later ones in the JSON report",)
            if len(found) > _SHOWN
            else (),
            table=Table(
                columns=(
                    Column(title="since"),
                    Column(title="subsystem", limit=60),
                    Column(title="commits", right=True),
                    Column(title="added", right=True),
                ),
                rows=[
                    (one.entered, one.name, str(one.commits), str(one.added))
                    for one in sorted(found, key=lambda one: (one.entered, one.name))[:_SHOWN]
                ],
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

    def _handled(self) -> Iterator[Section]:
        """Whose commits it committed, where it did."""
        if self.dossier.handled.commits:
            yield _people("Committed what others wrote", self.dossier.handled.authors)

    def _findings(self) -> Section:
        found = self.dossier.work.findings
        return Section(
            title="Findings on these commits, the gravest of each rule",
            lines=[one.line for one in found] or ("none",),
        )


_COLUMNS = " ▁▂▃▄▅▆▇█"


def _column(count: int, widest: int) -> str:
    """One character whose height is the share of the highest; anything at all is visible."""
    if not count or not widest:
        return " "
    return _COLUMNS[max(1, round(count / widest * (len(_COLUMNS) - 1)))]


def _numbered(work: Work) -> str:
    again = ""
    if work.copies:
        copies = "1 copy" if work.copies == 1 else f"{work.copies} copies"
        again = f"{copies} on other branches, which no figure counts, "
    return f"{work.commits}, {again}and {counted(work.merges, 'merge')}"


def _taken(handled: Handled) -> str:
    people = counted(len(handled.authors), "other")
    commits = counted(handled.commits, "commit")
    return f"{commits} of {people}, {handled.first} to {handled.last} (committer dates)"


def _described(domain: DomainFacts) -> str:
    if not domain.name:
        return "none"
    words = [domain.name]
    if domain.is_free_mail:
        words.append("free mail")
    if domain.is_disposable:
        words.append("hands out throw-away addresses")
    users = f"{domain.identities} identities" if domain.identities != 1 else "1 identity"
    words.append(f"{users} of this history with it")
    if domain.established:
        words.append(f"{domain.established} of them established")
    return ", ".join(words)


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
