"""The dossier of one identity: what history shows of it, and who handled its work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import NamedTuple

from msgspec import Struct

from provenance.audit import TOOL
from provenance.dates import day
from provenance.errors import UnknownIdentityError, UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.model import Standing
from provenance.evidence.pattern.copies import find_copies, subject_key
from provenance.evidence.pattern.deeds import reviewers_of
from provenance.evidence.pattern.model import Given, IdentityCase
from provenance.evidence.pattern.nearest import Near, nearest
from provenance.facts import Address, Commit, ObjectId, Person, Zone, seconds_of
from provenance.index.history import NOBODY, positions_in, without
from provenance.index.index import Index, open_indexed
from provenance.index.ranges import Scope, identity_scope
from provenance.index.releases import FirstReleases
from provenance.inspector import Inspector
from provenance.parse.addresses import domain_of, normalise, registrable_domain
from provenance.parse.mailmap import Mailmap
from provenance.parse.objects import parse_commit
from provenance.parse.trailers import REVIEW_KEYS
from provenance.patterns import Seen, judge
from provenance.policy import Policy
from provenance.rates import base_rates
from provenance.report.sheet import Sheet, contacts_of
from provenance.report.who_page import Alias, Contact, DomainFacts, Dossier, Handled, Work
from provenance.repository import Repository
from provenance.rules import about_identities, all_rules
from provenance.settings import DEFAULTS, Progress, Settings, no_progress


def dossier(
    address: str,
    *,
    like: int = 0,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Dossier:
    """Everything that history holds of an address and of what .mailmap joins with it.

    Authority is taken at ``settings.trust_base`` (default: HEAD).  ``like`` is how many
    identities with the nearest pattern are looked for.  Raises ``ProvenanceError``; also where
    no commit and no trailer names the address.
    """
    wanted = _address(address)
    with open_indexed(repo, settings) as (repository, index):
        scope = identity_scope(repository, index, trust_base=settings.trust_base, progress=progress)
        examination = Examination(repository, index, scope, settings, progress)
        asked = _ask(scope, repository, examination, wanted, progress)
        comparison = Comparison(examination, index, settings.policy)
        compared = comparison.look(asked.standing.address, asked.given.records, like)
        own = _restrict(scope, numbers := _numbers_of(scope, asked.claimed))
        copies = _copies(scope, repository, asked.standing.address, own)
        firsts = FirstReleases(repository, scope.history, own)
        return Dossier(
            schema="provenance-dossier/1",
            tool=TOOL,
            name=asked.standing.canonical.name,
            email=asked.standing.canonical.email,
            status=asked.standing.status,
            trust_base_id=scope.trust_base,
            evidence=asked.standing.evidence,
            aliases=_aliases(asked, examination.trust.mailmap, wanted),
            domain=_domain(asked.standing.address, asked.people, examination),
            compared=compared.asked,
            signals=compared.seen.pattern.signals if compared.seen else (),
            reached=compared.seen.pattern.reached if compared.seen else None,
            like=compared.near,
            given=asked.given.contacts(),
            handled=_handled(scope, examination.trust.mailmap, numbers),
            work=_work(examination, settings, copies),
            releases=firsts.counts(at for at in own if at not in copies),
            releases_of_copies=firsts.counts(copies),
            history_complete=_is_complete(scope, examination),
        )


class _Asked(NamedTuple):
    """Who was asked for, among all ``people``: the addresses that .mailmap joins as ``claimed``."""

    people: tuple[Person, ...]
    claimed: frozenset[Address]
    given: _Given
    standing: Standing


def _ask(
    scope: Scope,
    repository: Repository,
    examination: Examination,
    wanted: Address,
    progress: Progress,
) -> _Asked:
    """Who has an address.  Raises ``UnknownIdentityError``."""
    mailmap, people = examination.trust.mailmap, _people(scope)
    person, claimed = _claims(people, mailmap, wanted)
    given = _Given(scope, repository, claimed, mailmap, progress)
    standing = examination.assessor.assess_person(_found(person, given, wanted))
    return _Asked(people, claimed, given, standing)


def _work(examination: Examination, settings: Settings, copies: frozenset[int]) -> Work:
    """The commits of the scope added up, with what the rules see in them."""
    sheet, inspector = Sheet(), Inspector(settings, examination.as_of)
    positions = examination.history.positions
    for case in examination.cases():
        found = inspector.inspect(case).findings
        sheet.add(case, found, is_copy=positions[case.id] in copies)
    return sheet.work()


def _handled(scope: Scope, mailmap: Mailmap, own: frozenset[int]) -> Handled:
    """What the identity committed and others wrote."""
    history = scope.history
    numbers: Counter[int] = Counter()
    times = []
    for position in positions_in(without(scope.known, history.merges)):
        author = history.authors[position]
        if history.committers[position] in own and author not in own and author != NOBODY:
            numbers[author] += 1
            times.append(history.commit_times[position])
    people: Counter[tuple[str, str, str]] = Counter()
    for number, commits in numbers.items():
        person = mailmap.map(history.people[number])
        people[("committed", person.name, person.email)] += commits
    dated = list(filter(None, times))
    return Handled(
        commits=len(times),
        first=day(min(dated)) if dated else None,
        last=day(max(dated)) if dated else None,
        authors=contacts_of(people),
    )


def _copies(
    scope: Scope, repository: Repository, address: Address, own: Sequence[int]
) -> frozenset[int]:
    """Cherry-picks and backports among the commits that one identity wrote, by position.

    What was there first is the original, also where HEAD has a copy of it.
    """
    line = scope.history.ancestors([scope.tip.commit])
    return find_copies(scope.history, repository.stream_raw, {address: own}, line).later


def _found(person: Person | None, given: _Given, wanted: Address) -> Person:
    """Who was asked for.  Raises ``UnknownIdentityError``."""
    if person is None and not given.found:
        raise UnknownIdentityError(
            f"no commit and no trailer names {wanted}",
            hint="addresses are compared exactly; `git shortlog -se` lists authors",
        )
    return person or given.named or Person(name="", email=wanted)


def _address(text: str) -> Address:
    """An address, alone or in ``Name <address>``.  Raises ``UsageError`` where there is none."""
    address = text.rpartition("<")[2].strip("<> ")
    if "@" not in address:
        raise UsageError(
            f"{text!r} is not an address", hint="give it in full, e.g. name@example.org"
        )
    return normalise(address)


class Compared(Struct, frozen=True):
    """What rules about newcomers see in an identity, if ``asked``, and those most like it."""

    asked: bool
    seen: Seen | None
    near: tuple[Near, ...]


class Comparison:
    """Compares an identity with newcomers before HEAD."""

    def __init__(self, examination: Examination, index: Index, policy: Policy) -> None:
        self._examination = examination
        self._rates, self._affinity = base_rates(examination, index, policy)
        self._policy = policy

    def look(self, address: Address, given: Sequence[Given], like: int) -> Compared:
        """The signals of an identity, and so many others with the nearest pattern.

        Signals are not asked for where it is verified and has been here for long: what is
        unusual for a newcomer is not for somebody with years of work.
        """
        surveyor = self._examination.surveyor
        record = self._examination.everything
        case = surveyor.identity_case(address, given, self._affinity, record)
        asked, found = surveyor.concerns(case), self._judged([case])
        near = self._nearest(case, found, like) if like else ()
        return Compared(asked, found.get(case.address) if asked else None, near)

    def _nearest(
        self, case: IdentityCase, found: Mapping[Address, Seen], like: int
    ) -> tuple[Near, ...]:
        _, others = self._examination.surveyor_before().newcomer_cases(self._affinity)
        shown = {**self._judged(others), **found}
        signals = {
            address: frozenset(signal.rule for signal in seen.pattern.signals)
            for address, seen in shown.items()
        }
        return tuple(nearest(case, others, signals, like))

    def _judged(self, cases: Sequence[IdentityCase]) -> dict[Address, Seen]:
        return judge(cases, self._rates, about_identities(all_rules()), self._policy)


def _domain(address: Address, people: Sequence[Person], examination: Examination) -> DomainFacts:
    """What is known of the domain of an address."""
    trust, domain = examination.trust, registrable_domain(address)
    users = {
        normalise(trust.mailmap.map(person).email)
        for person in people
        if domain and registrable_domain(person.email) == domain
    }
    return DomainFacts(
        name=domain or domain_of(address),
        is_free_mail=trust.domains.is_free_mail(address),
        is_disposable=trust.domains.is_disposable(address),
        identities=len(users),
        established=trust.organisations.get(domain, 0),
    )


def _is_complete(scope: Scope, examination: Examination) -> bool:
    """False where a commit, a ref, a commit's changes or MAINTAINERS could not be read."""
    history, account = scope.history, examination.settled()
    lost = history.boundary(scope.known) or history.lost_refs or account.gaps or account.unread
    return account.authority_read and not lost


def _people(scope: Scope) -> tuple[Person, ...]:
    """Everyone who wrote or committed something that the repository reaches."""
    history = scope.history
    return tuple(history.people[number] for number in history.people_in(scope.known))


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


def _restrict(scope: Scope, numbers: frozenset[int]) -> Sequence[int]:
    """Narrows the scope to the commits that the identity authored; those that are no merges."""
    history = scope.history
    for position in positions_in(scope.known):
        scope.inside[position] = history.authors[position] in numbers
    return positions_in(without(scope.inside, history.merges))


def _numbers_of(scope: Scope, claimed: frozenset[Address]) -> frozenset[int]:
    """The numbers of everybody with one of the addresses."""
    return frozenset(
        number
        for number, person in enumerate(scope.history.people)
        if number and normalise(person.email) in claimed
    )


def _aliases(asked: _Asked, mailmap: Mailmap, wanted: Address) -> tuple[Alias, ...]:
    found = {}
    names = set()
    for person in asked.people:
        if normalise(person.email) in asked.claimed:
            names.add(person.name)
            reason = "asked for" if normalise(person.email) == wanted else ".mailmap"
            found[(person.name, person.email)] = reason
    for person in asked.people:
        address = normalise(mailmap.map(person).email)
        if person.name in names and len(person.name.split()) > 1 and address not in asked.claimed:
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
        self.records: list[Given] = []
        self._names: Counter[Person] = Counter()
        self._known: set[tuple[str, Address, int, bytes]] = set()
        needles = [address.encode("utf-8", "surrogateescape").lower() for address in claimed]
        ids = [ObjectId(scope.history.ids[position]) for position in positions_in(scope.known)]
        total = len(ids)
        for number, found in enumerate(repository.stream_raw(ids)):
            if number % 4096 == 0:
                progress("reading trailers", number, total)
            message = found.raw.partition(b"\n\n")[2].lower()
            if any(needle in message for needle in needles):
                self._take(parse_commit(ObjectId(found.id), found.raw), subject_key(found.raw))

    @property
    def named(self) -> Person | None:
        """The identity as most trailers name it; None where none does."""
        ordered = sorted(self._names.items(), key=lambda item: (-item[1], item[0].name))
        return ordered[0][0] if ordered else None

    @property
    def found(self) -> bool:
        """True where some trailer names the identity."""
        return bool(self._names)

    def _take(self, commit: Commit, subject: bytes) -> None:
        for trailer in commit.trailers:
            if trailer.person is None or trailer.zone is not Zone.BLOCK:
                continue
            if normalise(trailer.person.email) not in self._claimed:
                continue
            self._names[trailer.person] += 1
            person = getattr(commit.author, "person", None)
            if trailer.key.lower() in REVIEW_KEYS and person is not None:
                author = self._mailmap.map(person)
                key, address = trailer.key.lower(), normalise(author.email)
                change = (key, address, seconds_of(commit.author), subject)
                if address not in self._claimed and change not in self._known:
                    self._known.add(change)  # a copy on another branch was not reviewed again
                    self._received[(key, author.name, author.email)] += 1
                    self.records.append(self._record(commit, key, author))

    def _record(self, commit: Commit, key: str, author: Person) -> Given:
        return Given(
            id=commit.id,
            key=key,
            author=normalise(author.email),
            time=seconds_of(commit.committer),
            is_only=reviewers_of(commit.trailers) <= self._claimed,
            to_unverified=False,
        )

    def contacts(self) -> tuple[Contact, ...]:
        """To whom, most first."""
        return contacts_of(self._received)
