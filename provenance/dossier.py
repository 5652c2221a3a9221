"""The dossier of one identity: what history shows of it, and who handled its work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from os import PathLike

from provenance.audit import DEFAULTS, TOOL, Inspector, open_indexed
from provenance.dates import day
from provenance.errors import UnknownIdentityError, UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.model import CommitCase
from provenance.facts import Address, Commit, ObjectId, Person, Zone
from provenance.findings import Finding
from provenance.index.history import NOBODY, positions_in
from provenance.index.ranges import Scope, identity_scope
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.objects import parse_commit
from provenance.report.who_page import (
    Alias,
    Contact,
    Dossier,
    MonthCount,
    Patch,
    SubsystemShare,
    Work,
)
from provenance.repository import Repository
from provenance.settings import Progress, Settings, no_progress

REVIEW_KEYS = frozenset({"reviewed-by", "acked-by", "tested-by"})
_LARGEST = 5


def dossier(
    address: str,
    *,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Dossier:
    """Everything that history holds of an address and of what .mailmap joins with it.

    Authority is taken at ``settings.trust_base`` (default: HEAD).  Raises
    ``ProvenanceError``; also where no commit and no trailer names the address.
    """
    if "@" not in address.strip("<> "):
        raise UsageError(
            f"{address!r} is not an address", hint="give it in full, e.g. name@example.org"
        )
    wanted = normalise(address.strip("<> "))
    with open_indexed(repo, settings) as (repository, index):
        scope = identity_scope(repository, index, trust_base=settings.trust_base, progress=progress)
        examination = Examination(repository, index, scope, settings, progress)
        mailmap = examination.trust.mailmap
        people = _people(scope)
        person, claimed = _claims(people, mailmap, wanted)
        given = _Given(scope, repository, claimed, mailmap, progress)
        if person is None and not given.found:
            raise UnknownIdentityError(
                f"no commit and no trailer names {wanted}",
                hint="addresses are compared exactly; `git shortlog -se` lists authors",
            )
        _restrict(scope, claimed)
        sheet, inspector = _Sheet(), Inspector(settings, examination.as_of)
        for case in examination.cases():
            sheet.add(case, inspector.inspect(case).findings)
        shown = person or given.named or Person(name="", email=wanted)
        standing = examination.assessor.assess_person(shown)
        return Dossier(
            schema="provenance-dossier/1",
            tool=TOOL,
            name=standing.canonical.name,
            email=standing.canonical.email,
            status=standing.status,
            trust_base_id=scope.trust_base,
            evidence=standing.evidence,
            aliases=_aliases(people, mailmap, claimed, wanted),
            given=given.contacts(),
            work=sheet.work(),
            history_complete=_is_complete(scope, examination),
        )


def _is_complete(scope: Scope, examination: Examination) -> bool:
    """False where a commit, a ref or the changes of a commit could not be read."""
    history = scope.history
    skipped = (examination.unreadable, examination.over_budget, examination.partial)
    return not (history.boundary(scope.known) or history.lost_refs or any(skipped))


def _people(scope: Scope) -> tuple[Person, ...]:
    """Everyone who wrote or committed something that the repository reaches."""
    history = scope.history
    numbers: set[int] = set()
    for position in positions_in(scope.known):
        numbers.add(history.authors[position])
        numbers.add(history.committers[position])
    return tuple(history.people[number] for number in sorted(numbers - {NOBODY}))


def _claims(
    people: Sequence[Person], mailmap: Mailmap, wanted: Address
) -> tuple[Person | None, frozenset[Address]]:
    """The person of the address and every address that .mailmap makes the same identity."""
    canonical = {
        normalise(mailmap.map(person).email)
        for person in people
        if wanted in (normalise(person.email), normalise(mailmap.map(person).email))
    }
    members = [person for person in people if normalise(mailmap.map(person).email) in canonical]
    exact = [person for person in members if normalise(person.email) == wanted]
    ordered = sorted(exact or members, key=lambda person: (person.email, person.name))
    return ordered[0] if ordered else None, frozenset(
        {wanted, *(normalise(person.email) for person in members)}
    )


def _restrict(scope: Scope, claimed: frozenset[Address]) -> None:
    """Narrows the scope to the commits that the identity authored."""
    history = scope.history
    numbers = {
        number
        for number, person in enumerate(history.people)
        if number and normalise(person.email) in claimed
    }
    for position in positions_in(scope.known):
        scope.inside[position] = history.authors[position] in numbers


def _aliases(
    people: Sequence[Person], mailmap: Mailmap, claimed: frozenset[Address], wanted: Address
) -> tuple[Alias, ...]:
    found = {}
    names = set()
    for person in people:
        if normalise(person.email) in claimed:
            names.add(person.name)
            reason = "asked for" if normalise(person.email) == wanted else ".mailmap"
            found[(person.name, person.email)] = reason
    for person in people:
        address = normalise(mailmap.map(person).email)
        if person.name in names and len(person.name.split()) > 1 and address not in claimed:
            found.setdefault((person.name, person.email), "same name only: a hint, not joined")
    return tuple(
        Alias(name=name, email=email, reason=reason)
        for (name, email), reason in sorted(found.items(), key=lambda item: (item[1], item[0]))
    )


class _Given:
    """Reviews, acks and tests that the identity gave, from every message that names it."""

    def __init__(
        self,
        scope: Scope,
        repository: Repository,
        claimed: frozenset[Address],
        mailmap: Mailmap,
        progress: Progress,
    ) -> None:
        self._claimed = claimed
        self._mailmap = mailmap
        self._received: Counter[tuple[str, str, str]] = Counter()
        self._names: Counter[Person] = Counter()
        needles = [address.encode("utf-8", "surrogateescape").lower() for address in claimed]
        ids = [ObjectId(scope.history.ids[position]) for position in positions_in(scope.known)]
        total = len(ids)
        for number, found in enumerate(repository.stream_raw(ids)):
            if number % 4096 == 0:
                progress("reading trailers", number, total)
            message = found.raw.partition(b"\n\n")[2].lower()
            if any(needle in message for needle in needles):
                self._take(parse_commit(ObjectId(found.id), found.raw))

    @property
    def named(self) -> Person | None:
        """The identity as most trailers name it; None where none does."""
        ordered = sorted(self._names.items(), key=lambda item: (-item[1], item[0].name))
        return ordered[0][0] if ordered else None

    @property
    def found(self) -> bool:
        """True where some trailer names the identity."""
        return bool(self._names)

    def _take(self, commit: Commit) -> None:
        for trailer in commit.trailers:
            if trailer.person is None or trailer.zone is not Zone.BLOCK:
                continue
            if normalise(trailer.person.email) not in self._claimed:
                continue
            self._names[trailer.person] += 1
            person = getattr(commit.author, "person", None)
            if trailer.key.lower() in REVIEW_KEYS and person is not None:
                author = self._mailmap.map(person)
                if normalise(author.email) not in self._claimed:
                    self._received[(trailer.key.lower(), author.name, author.email)] += 1

    def contacts(self) -> tuple[Contact, ...]:
        """To whom, most first."""
        return _contacts(self._received)


@dataclass(slots=True)
class _Sheet:
    """Adds up the identity's own commits."""

    commits: int = 0
    merges: int = 0
    added: int = 0
    removed: int = 0
    first: int | None = None
    last: int | None = None
    months: Counter[str] = field(default_factory=Counter)
    subsystems: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    committers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reviewers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    largest: list[Patch] = field(default_factory=list)
    findings: dict[str, Finding] = field(default_factory=dict)

    def add(self, case: CommitCase, findings: Iterable[Finding]) -> None:
        if case.commit.is_merge:
            self.merges += 1
            return
        self.commits += 1
        self.added += case.added
        self.removed += case.removed
        seconds = getattr(case.commit.committer, "seconds", 0)
        self.first = seconds if self.first is None else min(self.first, seconds)
        self.last = seconds if self.last is None else max(self.last, seconds)
        self.months[day(seconds)[:7]] += 1
        for lines in case.subsystems:
            self.subsystems[lines.name] += lines.added
            self.touched[lines.name] += 1
        committer = case.committer.canonical
        self.committers[("committer", committer.name, committer.email)] += 1
        for trailer in case.commit.trailers:
            key = trailer.key.lower()
            if trailer.zone is Zone.BLOCK and trailer.person and key in REVIEW_KEYS:
                self.reviewers[(key, trailer.person.name, trailer.person.email)] += 1
        self.largest.append(Patch(id=case.id, subject=case.commit.subject, added=case.added))
        self.largest.sort(key=lambda patch: (-patch.added, patch.id))
        del self.largest[_LARGEST:]
        for finding in findings:
            known = self.findings.get(finding.rule)
            if known is None or known.severity.rank < finding.severity.rank:
                self.findings[finding.rule] = finding

    def work(self) -> Work:
        """The record of what was added up."""
        return Work(
            commits=self.commits,
            merges=self.merges,
            added=self.added,
            removed=self.removed,
            first_seen=None if self.first is None else day(self.first),
            last_seen=None if self.last is None else day(self.last),
            months=tuple(
                MonthCount(month=month, commits=count)
                for month, count in sorted(self.months.items())
            ),
            subsystems=tuple(
                SubsystemShare(name=name, commits=self.touched[name], added=added)
                for name, added in sorted(
                    self.subsystems.items(), key=lambda item: (-item[1], item[0])
                )
            ),
            largest=tuple(self.largest),
            committers=_contacts(self.committers),
            reviewers=_contacts(self.reviewers),
            findings=tuple(
                sorted(self.findings.values(), key=lambda f: (-f.severity.rank, f.rule))
            ),
        )


def _contacts(counts: Counter[tuple[str, str, str]]) -> tuple[Contact, ...]:
    return tuple(
        Contact(role=role, name=name, email=email, commits=count)
        for (role, name, email), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    )
