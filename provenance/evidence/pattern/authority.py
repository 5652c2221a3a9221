"""Steps of an identity into places of authority: entries, committing for others, tagging."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from provenance.errors import MissingObjectError
from provenance.evidence.changes import AUTHORITY_FILES
from provenance.evidence.pattern.model import Claim
from provenance.facts import Address, Commit, FileChange, Ident, ObjectId, Person
from provenance.index.history import History
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import parse_people
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
        self._committed: dict[Address, tuple[int, str]] = {}
        authors, merges = history.authors, history.merges
        for position, number in enumerate(history.committers):
            if merges[position] or not mask[position]:
                continue
            committer = addresses[number]
            if committer and committer != addresses[authors[position]]:
                moment = (history.commit_times[position], history.ids[position])
                if committer not in self._committed or moment < self._committed[committer]:
                    self._committed[committer] = moment
        self._tagged = dict(self._taggers(tags))

    def _taggers(self, names: Iterable[str]) -> Iterator[tuple[Address, tuple[int, str]]]:
        """Who made release tags, the newest first so that the oldest stays."""
        found = [
            (tag.tagger.seconds, name, tag.tagger.person.email)
            for name in names
            for tag in self._repository.resolve(f"refs/tags/{name}").tags[:1]
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


def own_entries(
    commit: Commit, files: Sequence[FileChange], repository: Repository
) -> tuple[str, ...]:
    """Those of MAINTAINERS and .mailmap in which the author's own address is new."""
    if not isinstance(commit.author, Ident):
        return ()
    own = normalise(commit.author.person.email)
    return tuple(
        file.path
        for file in files
        if file.path in AUTHORITY_FILES
        and own in addresses_named(file.path, _blob(repository, file.new_id))
        and own not in addresses_named(file.path, _blob(repository, file.old_id))
    )


def _blob(repository: Repository, blob: ObjectId) -> bytes:
    try:
        return b"" if blob == NO_OBJECT else repository.read(blob).raw
    except MissingObjectError:
        return b""


def addresses_named(path: str, raw: bytes) -> set[Address]:
    """Every address that a version of MAINTAINERS or .mailmap names."""
    return {normalise(person.email) for person in people_named(path, raw)}


def people_named(path: str, raw: bytes) -> Sequence[Person]:
    """Everyone whom a version of MAINTAINERS or .mailmap names."""
    return parse_people(raw) if path == "MAINTAINERS" else Mailmap(raw).people()
