"""Cases of the identities of a range, and of the newcomers before it that they compare with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from provenance.dates import DAY
from provenance.evidence.changes import ChangeReader
from provenance.evidence.claims import Assessor
from provenance.evidence.model import Standing
from provenance.evidence.pattern.affinity import Affinity, affinity_of
from provenance.evidence.pattern.authority import ClaimFinder
from provenance.evidence.pattern.copies import find_copies
from provenance.evidence.pattern.deeds import DeedReader, places_of
from provenance.evidence.pattern.intake import intakes
from provenance.evidence.pattern.likeness import likenesses
from provenance.evidence.pattern.model import Claim, Deed, Given, IdentityCase, Intake
from provenance.evidence.pattern.reviews import circles, given_by, read_reviews
from provenance.evidence.trust import TrustBase
from provenance.facts import Address, ObjectId, Person
from provenance.index.history import positions_in, without
from provenance.index.index import Index
from provenance.index.ranges import Scope
from provenance.index.releases import releases_in
from provenance.index.track_record import TrackRecord
from provenance.parse.addresses import domain_of, normalise, registrable_domain
from provenance.parse.maintainers import Maintainers
from provenance.repository import Repository
from provenance.settings import Progress, Settings
from provenance.words import Status

_FIRST, _LAST = 250, 750
"""Deeds of a very busy identity that are read: its first and its last."""
_NEWCOMER_DEEDS: Final = 60
_YEAR: Final = 365
_ESTABLISHED_COMMITS: Final = 5000
"""Commits of established authors, the newest, that tell which subsystems belong together."""
_MIN_GIVEN: Final = 2
"""Reviews from which somebody without a commit of their own is looked at."""


class _Around(Struct):
    """What is known of identities beside their own commits.

    ``firsts``: when first seen; ``sent``: what was there first of a commit, by position.
    """

    firsts: Mapping[Address, int]
    affinity: Affinity
    given: Mapping[Address, Sequence[Given]] = field(default_factory=dict)
    circles: Mapping[Address, tuple[Address, ...]] = field(default_factory=dict)
    claims: ClaimFinder | None = None
    intakes: Mapping[Address, Intake] = field(default_factory=dict)
    sent: Mapping[int, int] = field(default_factory=dict)


class Surveyor:
    """Builds cases; subsystems, names and standing are those of the trust base."""

    def __init__(
        self,
        repository: Repository,
        index: Index,
        scope: Scope,
        settings: Settings,
        progress: Progress,
        trust: TrustBase,
        assessor: Assessor,
    ) -> None:
        self._repository = repository
        self._index = index
        self._scope = scope
        self._history = scope.history
        self._settings = settings
        self._policy = settings.policy.pattern
        self._progress = progress
        self._trust = trust
        self._assessor = assessor
        self._deeds = DeedReader(repository, index, trust.maintainers, jobs=settings.jobs)
        self._addresses = trust.record.canonical.addresses
        # An index knows people of other clones too.
        self._seen = scope.so_far()
        self._present = scope.history.people_in(self._seen)
        present = {self._addresses[number] for number in self._present}
        self._domains: Counter[str] = Counter()
        for domain, users in Counter(map(domain_of, present)).items():
            self._domains[registrable_domain(f"x@{domain}")] += users

    def range_cases(self, affinity: Affinity, record: TrackRecord) -> list[IdentityCase]:
        """Everybody in the range without standing, or young with a track record alone.

        ``record`` is that of all history.
        """
        history, inside = self._history, without(self._scope.inside, self._history.merges)
        positions = positions_in(inside)
        firsts = record.first_seen()
        given = self._given(positions)
        workers = {self._addresses[number] for number in history.people_in(inside)}
        people = self._people({*workers, *given} - {Address("")})
        wanted = {
            address
            for address, person in people.items()
            if self._is_looked_at(address, person, firsts)
            and (address in workers or len(given.get(address, ())) >= _MIN_GIVEN)
        }
        unverified = {one for one in wanted if self._is_unverified(people[one])}
        members, sent = self._once(self._members(wanted, self._seen))
        around = _Around(
            firsts,
            affinity,
            given=given,
            circles=circles({who: given[who] for who in sorted(unverified & given.keys())}),
            claims=self._claims(self._scope.inside),
            intakes=intakes(history, self._scope, self._addresses, firsts),
            sent=sent,
        )
        cases = list(self._cases(people, members, around))
        like = likenesses(
            [case for case in cases if case.address in unverified], self._trust.domains
        )
        cases = [replace(case, like=like.get(case.address, ())) for case in cases]
        return [*cases, *self._handlers(around, wanted)]

    def identity_case(
        self, address: Address, given: Sequence[Given], affinity: Affinity, record: TrackRecord
    ) -> IdentityCase:
        """One identity by everything that history holds of it, whatever its standing.

        ``record`` is that of all history.
        """
        members = self._members({address}, self._scope.known)
        own = record.get(address)
        firsts = {address: own.first} if own else {}
        claims = self._claims(self._scope.known)
        members, sent = self._once(members)
        around = _Around(firsts, affinity, given={address: given}, claims=claims, sent=sent)
        people = self._people({address})
        return next(self._cases(people, members, around, everything=True))

    def concerns(self, case: IdentityCase) -> bool:
        """True without standing, or where its work here is or was that of somebody young.

        The rules compare with newcomers: who left again is as old as the last thing it did. An
        address from which many people write has no pattern.
        """
        if self._trust.shared(case.address):
            return False
        if self._settings.policy.is_unverified(case.standing.status):
            return True
        times = [*(deed.time for deed in case.deeds), *(one.time for one in case.given)]
        return case.age(max(times, default=case.first_seen)) <= self._policy.young_days

    def newcomer_cases(self, affinity: Affinity) -> tuple[int, list[IdentityCase]]:
        """Newcomers before the trust base over their first year, and the time from which on.

        They are cases as if all of that year were audited and they had no standing.
        """
        history, since = self._history, self._since()
        newest = sorted(
            (record.first, address)
            for address, record in self._trust.record.items()
            if record.first >= since and not self._trust.shared(address)
        )[-self._policy.newcomers :]
        if not newest:
            return 0, []
        firsts = {address: first for first, address in newest}
        since = newest[0][0]
        mask = self._scope.trusted
        positions = [
            position
            for position in positions_in(without(mask, history.merges))
            if history.commit_times[position] >= since
        ]
        given = {
            who: [one for one in found if one.time - firsts[who] <= _YEAR * DAY]
            for who, found in self._given(positions, firsts.keys()).items()
            if who in firsts
        }
        members = {
            who: [p for p in numbers if history.commit_times[p] - firsts[who] <= _YEAR * DAY][
                :_NEWCOMER_DEEDS
            ]
            for who, numbers in self._members(set(firsts), mask).items()
        }
        around = _Around(
            firsts,
            affinity,
            given=given,
            circles=circles(given),
            claims=self._claims(mask),
        )
        people = self._people(set(firsts))
        cases = self._cases(people, members, around, everything=True)
        return since, list(cases)

    def affinity(self) -> Affinity:
        """Which subsystems belong together, by the newest work of established authors.

        Who only takes in what others write may do so for all of a project.
        """
        history = self._history
        known = {
            address
            for address, record in self._trust.record.items()
            if self._trust.is_enough(record.wrote) and not self._trust.shared(address)
        }
        own = positions_in(without(self._scope.trusted, history.merges))
        addresses, authors = self._addresses, history.authors
        chosen = [p for p in reversed(own) if addresses[authors[p]] in known]
        ids = [ObjectId(history.ids[position]) for position in chosen[:_ESTABLISHED_COMMITS]]
        reader = ChangeReader(
            self._repository, self._index, Maintainers(()), jobs=self._settings.jobs
        )
        where = self._trust.maintainers
        return affinity_of(
            (
                authors[position],
                {name for file in found.files for name in places_of(where, file.path)},
            )
            for position, (_, found) in zip(chosen, reader.read(ids), strict=False)
            if found
        )

    def _is_looked_at(
        self, address: Address, person: Person, firsts: Mapping[Address, int]
    ) -> bool:
        if self._trust.shared(address, person.name):
            return False
        status = self._assessor.assess_person(person).status
        if self._settings.policy.is_unverified(status):
            return True
        is_young = address not in firsts or self._is_young(firsts[address])
        return status is Status.ESTABLISHED and is_young

    def _is_young(self, first: int) -> bool:
        tip = self._history.commit_times[self._history.positions[self._scope.tip.commit]]
        return tip - first <= self._policy.young_days * DAY

    def _is_unverified(self, person: Person) -> bool:
        return self._settings.policy.is_unverified(self._assessor.assess_person(person).status)

    def _given(
        self, positions: Sequence[int], newcomers: Container[Address] | None = None
    ) -> dict[Address, list[Given]]:
        """Reviews over some commits; without standing are the newcomers, where they are given."""

        def is_unverified(person: Person) -> bool:
            if newcomers is None:
                return self._is_unverified(person)
            return normalise(self._trust.mailmap.map(person).email) in newcomers

        ids = [ObjectId(self._history.ids[position]) for position in positions]
        reviews = read_reviews(self._repository.stream_raw(ids), positions)
        return given_by(reviews, self._history, self._trust.mailmap, is_unverified)

    def _people(self, addresses: set[Address]) -> dict[Address, Person]:
        """A claimed person for each address; one with commits where there is one."""
        found = {address: Person(name="", email=address) for address in addresses}
        for number in self._present:
            address = self._addresses[number]
            if address in found and not found[address].name:
                found[address] = self._history.people[number]
        return dict(sorted(found.items()))

    def _members(self, wanted: set[Address], mask: bytearray) -> dict[Address, list[int]]:
        """Positions of the non-merge commits of each identity, oldest first."""
        history, addresses = self._history, self._addresses
        numbers = {number for number, one in enumerate(addresses) if number and one in wanted}
        found: dict[Address, list[int]] = {address: [] for address in sorted(wanted)}
        for position, number in enumerate(history.authors):
            if number in numbers and mask[position] and not history.merges[position]:
                found[addresses[number]].append(position)
        for positions in found.values():
            positions.sort(key=lambda p: (history.commit_times[p], p))
        return found

    def _once(
        self, members: Mapping[Address, Sequence[int]]
    ) -> tuple[dict[Address, list[int]], Mapping[int, int]]:
        """What each identity sent, by when it was first taken, without copies on other branches
        than that of the tip; and what was there first of those that are left.
        """
        times, line = self._history.commit_times, self._history.ancestors([self._scope.tip.commit])
        found = find_copies(self._history, self._repository.stream_raw, members, line)
        once = {
            address: sorted(
                (position for position in positions if position not in found.gone),
                key=lambda position: (times[found.sent.get(position, position)], position),
            )
            for address, positions in members.items()
        }
        return once, found.sent

    def _as_sent(self, deed: Deed, first: int) -> Deed:
        """A copy with when and by whom the change was taken first."""
        history = self._history
        committer = self._addresses[history.committers[first]]
        return replace(deed, time=history.commit_times[first], committer=committer)

    def _cases(
        self,
        people: Mapping[Address, Person],
        members: Mapping[Address, Sequence[int]],
        around: _Around,
        *,
        everything: bool = False,
    ) -> Iterator[IdentityCase]:
        """The case of each identity; ``everything`` takes all its commits for audited."""
        inside, ids = self._scope.inside, self._history.ids
        some = {address: _some(positions) for address, positions in members.items()}
        flat = [position for positions in some.values() for position in positions]
        stream = self._deeds.read(
            [ObjectId(ids[position]) for position in flat],
            [everything or bool(inside[position]) for position in flat],
        )
        done = 0
        for address, positions in members.items():
            deeds = [
                self._as_sent(deed, around.sent[position]) if position in around.sent else deed
                for position, deed in zip(some[address], stream, strict=False)
                if deed
            ]
            done += len(some[address])
            claims = self._entries(deeds)
            if around.claims:
                claims += around.claims.others(address)
            self._progress("comparing identities", done, len(flat))
            standing = self._assessor.assess_person(people[address])
            yield self._case(
                address,
                standing,
                [ObjectId(ids[position]) for position in positions],
                deeds,
                claims,
                around,
                unverified=everything or self._settings.policy.is_unverified(standing.status),
            )

    def _case(
        self,
        address: Address,
        standing: Standing,
        commits: Sequence[ObjectId],
        deeds: Sequence[Deed],
        claims: Iterable[Claim],
        around: _Around,
        *,
        unverified: bool,
    ) -> IdentityCase:
        given = around.given.get(address, ())
        first = around.firsts.get(address) or min((one.time for one in given), default=0)
        return IdentityCase(
            address=address,
            standing=standing,
            unverified=unverified,
            domain_users=self._domain_users(address),
            first_seen=first,
            commits=tuple(commits),
            deeds=tuple(deeds),
            given=tuple(given),
            circle=around.circles.get(address, ()),
            claims=tuple(sorted(claims, key=lambda claim: (claim.time, claim.what))),
            intake=around.intakes.get(address),
            like=(),
            handlers=Counter(d.committer for d in deeds if d.committer != address),
            unrelated=around.affinity.unrelated,
            policy=self._policy,
        )

    def _domain_users(self, address: Address) -> int:
        domain = registrable_domain(address)
        domains = self._trust.domains
        if not domain or domains.is_free_mail(address) or domains.is_disposable(address):
            return 0
        return self._domains[domain]

    def _handlers(
        self,
        around: _Around,
        wanted: set[Address],
    ) -> list[IdentityCase]:
        """Committers who are not looked at otherwise: only what they take in matters."""
        people = self._people(set(around.intakes) - wanted)
        only = _Around(around.firsts, around.affinity, intakes=around.intakes)
        return [
            self._case(
                who, self._assessor.assess_person(person), (), (), (), only, unverified=False
            )
            for who, person in people.items()
        ]

    def _entries(self, deeds: Sequence[Deed]) -> list[Claim]:
        """Audited deeds with which somebody enters a file that has authority at the trust base."""
        return [
            Claim(what=f"adds an entry of its own to {path}", place=deed.id, time=deed.time)
            for deed in deeds
            for path in deed.entries
            if deed.inside and (path == ".mailmap" or self._trust.maintainers.is_from(path))
        ]

    def _claims(self, mask: bytearray) -> ClaimFinder:
        """Claims in the commits of a mask and in the release tags on them."""
        found = releases_in(self._repository, self._history, mask)
        tags = [release.tag for release, _ in found]
        return ClaimFinder(self._repository, self._history, self._addresses, mask, tags)

    def _since(self) -> int:
        """When the release was made from which on newcomers are compared with."""
        history, times = self._history, defaultdict(list)
        for release, position in releases_in(self._repository, history, self._scope.trusted):
            if release.candidate is None and not release.point:
                times[release.prefix].append(history.commit_times[position])
        newest = max(times.values(), key=len, default=[])
        return sorted(newest)[-self._policy.releases :][0] if newest else 0


def _some(positions: Sequence[int]) -> Sequence[int]:
    """All of them, or the first and the last ones of very many."""
    if len(positions) <= _FIRST + _LAST:
        return positions
    return [*positions[:_FIRST], *positions[-_LAST:]]
