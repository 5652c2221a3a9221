"""What a commit changes of who has authority: names in MAINTAINERS, identities in .mailmap."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from provenance.evidence.claims import Assessor
from provenance.evidence.model import AuthorityChange, Standing
from provenance.evidence.pattern.authority import NO_OBJECT
from provenance.facts import Address, FileChange, ObjectId, Person
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers, parse_people
from provenance.policy import Policy


class _Authored(Struct, frozen=True):
    """Non-merge commits of an address in the audited range, and the names it used there."""

    commits: int
    names: frozenset[str]


_NOTHING: Final = _Authored(0, frozenset())


class AuthorityFinder:
    """Finds what concerns authors of the range, and whoever gets standing.

    ``authors`` has the non-merge commits of everybody who has some in the range;
    ``maintainers`` says which files have authority.
    """

    def __init__(
        self,
        assessor: Assessor,
        policy: Policy,
        authors: Mapping[Person, int],
        maintainers: Maintainers,
        read_blob: Callable[[ObjectId], bytes],
    ) -> None:
        self._assessor = assessor
        self._policy = policy
        self._people = tuple(authors)
        self._authors = _by_address(authors)
        self._maintainers = maintainers
        self._read_blob = read_blob
        self._mailmap = lru_cache(maxsize=2)(lambda blob: Mailmap(self._blob(blob)))

    def of(self, changes: Sequence[FileChange], author: Standing) -> tuple[AuthorityChange, ...]:
        """Those of one commit, file by file, by address."""
        own = {author.address, normalise(author.claimed.email)}
        found: list[AuthorityChange] = []
        for change in changes:
            if change.path == ".mailmap":
                found += sorted(self._mapped(change, own), key=_order)
            elif self._maintainers.is_from(change.path):
                found += sorted(self._listed(change, own), key=_order)
        return tuple(found)

    def _blob(self, blob: ObjectId) -> bytes:
        return b"" if blob == NO_OBJECT else self._read_blob(blob)

    def _listed(self, change: FileChange, own: set[Address]) -> Iterator[AuthorityChange]:
        """Whom MAINTAINERS did not name before: authors of the range, and who has no standing."""
        old, new = self._blob(change.old_id), self._blob(change.new_id)
        people = {normalise(person.email): person for person in parse_people(_new_lines(old, new))}
        fresh = people.keys() - {normalise(person.email) for person in parse_people(old)}
        for address in fresh:
            found = self._named(change.path, people[address], own)
            if found.commits_in_range or self._policy.is_unverified(found.standing.status):
                yield found

    def _mapped(self, change: FileChange, own: set[Address]) -> Iterator[AuthorityChange]:
        """Authors of the range whom .mailmap shows by another name, and addresses it joins."""
        before, after = self._mailmap(change.old_id), self._mailmap(change.new_id)
        for person in self._renamed(before, after).values():
            yield self._named(".mailmap", person, own)
        joining = {entry.claimed: after.map(entry.claimed) for entry in after.entries()}
        for claimed, canonical in joining.items():
            if _is_other(before.map(claimed), canonical) and _is_other(claimed, canonical):
                found = self._joined(claimed, canonical, own)
                if found:
                    yield found

    def _renamed(self, before: Mailmap, after: Mailmap) -> dict[Address, Person]:
        """Authors of the range under a name that they do not use, each with the last one."""
        found: dict[Address, Person] = {}
        for person in self._people:
            was, now = before.map(person), after.map(person)
            address = normalise(person.email)
            is_new = (
                now.name != was.name and now.name.casefold() not in self._authors[address].names
            )
            if is_new and not _is_other(person, now):
                found[address] = Person(name=now.name, email=person.email)
        return found

    def _named(self, path: str, person: Person, own: set[Address]) -> AuthorityChange:
        address = normalise(person.email)
        authored = self._authors.get(address, _NOTHING)
        return AuthorityChange(
            path=path,
            address=address,
            standing=self._assessor.assess_person(person),
            commits_in_range=authored.commits,
            is_own=address in own,
        )

    def _joined(
        self, claimed: Person, canonical: Person, own: set[Address]
    ) -> AuthorityChange | None:
        """Two addresses made one: of an author of the range, or of one with standing only."""
        taken, taking = map(self._assessor.assess_person, (claimed, canonical))
        doubtful = [one for one in (taking, taken) if self._policy.is_unverified(one.status)]
        present = [one for one in (taking, taken) if normalise(one.claimed.email) in self._authors]
        if taken.address == taking.address or (len(doubtful) != 1 and not present):
            return None
        gains = (doubtful if len(doubtful) == 1 else present)[0]
        other = taken if gains is taking else taking
        address = normalise(gains.claimed.email)
        authored = self._authors.get(address, _NOTHING)
        return AuthorityChange(
            path=".mailmap",
            address=address,
            standing=gains,
            commits_in_range=authored.commits,
            is_own=address in own,
            share_a_name=self._share_a_name(address, other, authored.names, canonical.name),
            joined=other,
            takes=gains is taking,
        )

    def _share_a_name(
        self, address: Address, other: Standing, here: frozenset[str], shown: str
    ) -> bool | None:
        """Whether the other was used with a name of the address, or else that of the line."""
        known = self._assessor.known
        if not (known.names_of(other.address) or known.is_known(other.address)):
            return None
        names = {*here, *known.names_of(address)} or {shown}
        return any(
            known.has_used(other.address, name) or other.address in known.addresses_of(name)
            for name in names
        )


def _by_address(authors: Mapping[Person, int]) -> dict[Address, _Authored]:
    found: dict[Address, _Authored] = {}
    for person, commits in authors.items():
        address = normalise(person.email)
        known = found.get(address, _NOTHING)
        names = known.names | {person.name.casefold()}
        found[address] = _Authored(known.commits + commits, names)
    return found


def _order(change: AuthorityChange) -> tuple[str, str]:
    return change.address, change.joined.address if change.joined else ""


def _is_other(left: Person, right: Person) -> bool:
    return normalise(left.email) != normalise(right.email)


def _new_lines(old: bytes, new: bytes) -> bytes:
    """Lines of a file that its old version has nowhere: whoever is new stands in one of them."""
    known = set(old.split(b"\n"))
    return b"\n".join(line for line in new.split(b"\n") if line not in known)
