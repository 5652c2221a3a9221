"""Steps of an identity into places of authority: entries, committing for others, tagging."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from provenance.evidence.known import is_full_name
from provenance.evidence.pattern.model import Claim
from provenance.facts import Address, Commit, FileChange, Ident, ObjectId
from provenance.index.history import History, positions_in, without
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import parse_people
from provenance.parse.surface import is_authority_file
from provenance.repository import Repository

NO_OBJECT = "0" * 40
"""Where git has no file."""


class ClaimFinder:
    """Finds them among the commits of a mask and some release tags."""

    def __init__(
        self,
        repository: Repository,
        history: History,
        addresses: Sequence[Address],
        mask: bytearray,
        tags: Iterable[str],
    ) -> None:
        self._repository = repository
        self._committed = first_for_others(history, addresses, mask)
        self._tagged = dict(self._taggers(tags))

    def _taggers(self, names: Iterable[str]) -> Iterator[tuple[Address, tuple[int, str]]]:
        """Who made release tags, the newest first so that the oldest stays."""
        found = [
            (tag.tagger.seconds, name, tag.tagger.person.email)
            for name, tag in self._repository.tags_of(names)
            if isinstance(tag.tagger, Ident)
        ]
        for seconds, name, email in sorted(found, reverse=True):
            yield normalise(email), (seconds, name)

    def others(self, address: Address) -> Iterator[Claim]:
        """Committing other people's work, and tagging releases."""
        if address in self._committed:
            time, place = self._committed[address]
            yield Claim(what="commits other people's patches", place=place, time=time)
        if address in self._tagged:
            time, place = self._tagged[address]
            yield Claim(what="tags a release", place=place, time=time)


def first_for_others(
    history: History, addresses: Sequence[Address], mask: Sequence[int]
) -> dict[Address, tuple[int, str]]:
    """By committer, when it first committed somebody else's patch, and which commit that is.

    A patch whose author has a full name that the committer's address has used is its own.
    ``addresses`` are those of the history's people, by their numbers.
    """
    names = [person.name.casefold() for person in history.people]
    used: dict[Address, set[str]] = defaultdict(set)
    for address, name in zip(addresses, names, strict=True):
        if is_full_name(name):
            used[address].add(name)
    found: dict[Address, tuple[int, str]] = {}
    for position in positions_in(without(bytearray(mask), history.merges)):
        author, committer = history.authors[position], addresses[history.committers[position]]
        if committer and committer != addresses[author] and names[author] not in used[committer]:
            time = history.commit_times[position]
            if committer not in found or time <= found[committer][0]:
                moment = (time, history.ids[position])
                found[committer] = min(moment, found.get(committer, moment))
    return found


def own_entries(
    commit: Commit, files: Sequence[FileChange], repository: Repository
) -> tuple[str, ...]:
    """Those of MAINTAINERS and .mailmap in which the author's own address is new.

    In .mailmap only beside another one: under a name alone it claims nothing; nor does it in a file
    of a folder that is new, which comes with what it is about.  Raises ``MissingObjectError`` where
    a version cannot be read.
    """
    if not isinstance(commit.author, Ident):
        return ()
    own = normalise(commit.author.person.email)
    return tuple(
        file.path
        for file in files
        if is_authority_file(file.path)
        and (file.change != "A" or "/" not in file.path)
        and own in _claiming(file.path, _blob(repository, file.new_id))
        and own not in _claiming(file.path, _blob(repository, file.old_id))
    )


def _blob(repository: Repository, blob: ObjectId) -> bytes:
    return b"" if blob == NO_OBJECT else repository.read_text(blob).raw


def _claiming(path: str, raw: bytes) -> set[Address]:
    """Addresses that a version of MAINTAINERS lists, or that one of .mailmap has for another."""
    if path != ".mailmap":
        return {normalise(person.email) for person in parse_people(raw)}
    joining = [entry for entry in Mailmap(raw).entries() if entry.joins]
    people = [person for entry in joining for person in (entry.canonical, entry.claimed)]
    return {normalise(person.email) for person in people}
