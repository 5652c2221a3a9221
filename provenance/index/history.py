"""All commits reachable from some tips, as columns: parents, people and times by position.

git's walk supplies raw commits quickly; the truth is the parents in the raw bytes, which
are followed until every one is read or known to be missing.  A commit costs about 60
bytes of memory.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from provenance.facts import BrokenIdent, Ident, ObjectId, Person
from provenance.parse.identity import parse_ident
from provenance.parse.objects import parse_commit
from provenance.parse.references import parse_fixes, parse_reverts
from provenance.parse.text import decode
from provenance.repository.objects import RawObject

NOBODY: Final = 0
"""The person number of an identity that could not be read."""

_PERSON: Final = rb"((?:[^<>\n\0]* )?<[^<>\n\0]*>) (\d{1,18}) [+-]\d{4}\n"
_HEADER: Final = re.compile(
    rb"tree [0-9a-f]{40}\n((?:parent [0-9a-f]{40}\n)*)author " + _PERSON + rb"committer " + _PERSON
)
_REPEATED: Final = re.compile(rb"^(?:tree|parent|author|committer) ", re.MULTILINE)
_PARENT_LINE: Final = 48


_MENTIONED: Final = 7
"""Digits; a shorter id names too many commits."""


class Mention(NamedTuple):
    """A commit that says it fixes or reverts the commit whose id starts so."""

    position: int
    kind: str
    prefix: str


class ObjectSource(Protocol):
    """Where raw commits come from."""

    def stream_reachable(self, tips: Iterable[ObjectId]) -> Iterator[RawObject]: ...

    def stream_raw(self, ids: Iterable[ObjectId]) -> Iterator[RawObject]: ...


class History:
    """Columns over commits; a position numbers a commit, a person number a claimed identity.

    ``with_mergetag`` holds the positions of merges that embed a signed tag; ``mentions`` has,
    by the first seven digits of the id they name, the commits that fix or revert another.
    """

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.positions: dict[str, int] = {}
        self.authors = array("I")
        self.committers = array("I")
        self.author_times = array("q")
        self.commit_times = array("q")
        self.people: list[Person] = [Person(name="", email="")]
        self.unreadable: dict[str, str] = {}
        self.with_mergetag: set[int] = set()
        self.mentions: dict[str, list[Mention]] = {}
        self._person_numbers: dict[bytes, int] = {}
        self._parent_ids: list[tuple[str, ...]] = []
        self._parents: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, object_id: str, raw: bytes) -> None:
        """Takes in one raw commit; a commit already there is passed over."""
        if object_id in self.positions:
            return
        match = _HEADER.match(raw)
        if match is None or not _is_plain(raw, match.end()):
            self._add_odd(object_id, raw)
            return
        if b"ixes: " in raw or b"everts commit " in raw:
            self._mention(raw[match.end() :])
        parents, author, author_time, committer, commit_time = match.groups()
        ids = tuple(
            parents[start + 7 : start + 47].decode("ascii")
            for start in range(0, len(parents), _PARENT_LINE)
        )
        if len(ids) > 1 and b"\nmergetag " in raw:
            self.with_mergetag.add(len(self.ids))
        self._append(
            object_id,
            ids,
            (self._person(author), int(author_time)),
            (self._person(committer), int(commit_time)),
        )

    def parents(self, position: int) -> tuple[int, ...]:
        """Positions of the parents that could be read."""
        return self._parents[position]

    def parent_ids(self, position: int) -> tuple[str, ...]:
        """Ids of all parents as the commit names them."""
        return self._parent_ids[position]

    def is_merge(self, position: int) -> bool:
        """True for two or more different parents."""
        return len(set(self._parent_ids[position])) > 1

    def missing_parents(self) -> list[str]:
        """Ids that some commit names as parent and that have not been read."""
        known, unreadable = self.positions, self.unreadable
        return sorted(
            {
                parent
                for ids in self._parent_ids
                for parent in ids
                if parent not in known and parent not in unreadable
            }
        )

    def link(self) -> None:
        """Turns parent ids into positions; to be called after the last ``add``."""
        get = self.positions.get
        self._parents = [
            tuple(found for parent in ids if (found := get(parent)) is not None)
            for ids in self._parent_ids
        ]

    def ancestors(self, tips: Iterable[str]) -> bytearray:
        """A mask over positions: 1 for the tips and all they descend from."""
        mask = bytearray(len(self.ids))
        waiting = [self.positions[tip] for tip in tips if tip in self.positions]
        parents = self._parents
        for position in waiting:
            mask[position] = 1
        while waiting:
            for parent in parents[waiting.pop()]:
                if not mask[parent]:
                    mask[parent] = 1
                    waiting.append(parent)
        return mask

    def boundary(self, mask: Sequence[int]) -> dict[str, str]:
        """Parents of commits in the mask that could not be read, with the reason."""
        found: dict[str, str] = {}
        for position, ids in enumerate(self._parent_ids):
            if mask[position] and len(self._parents[position]) != len(ids):
                found.update(
                    (parent, self.unreadable.get(parent, "not in the repository"))
                    for parent in ids
                    if parent not in self.positions
                )
        return dict(sorted(found.items()))

    def newest_first(self, mask: Sequence[int]) -> list[int]:
        """Positions in the mask, children before parents, later commit dates first."""
        import heapq

        members = [position for position, inside in enumerate(mask) if inside]
        children = dict.fromkeys(members, 0)
        for position in members:
            for parent in set(self._parents[position]):
                if mask[parent]:
                    children[parent] += 1
        times, ids = self.commit_times, self.ids
        ready = [(-times[p], ids[p], p) for p in members if not children[p]]
        heapq.heapify(ready)
        order = []
        while ready:
            position = heapq.heappop(ready)[2]
            order.append(position)
            for parent in set(self._parents[position]):
                if mask[parent]:
                    children[parent] -= 1
                    if not children[parent]:
                        heapq.heappush(ready, (-times[parent], ids[parent], parent))
        return order

    def _append(
        self, object_id: str, parents: tuple[str, ...], author: tuple[int, int],
        committer: tuple[int, int],
    ) -> None:  # fmt: skip
        self.positions[object_id] = len(self.ids)
        self.ids.append(object_id)
        self._parent_ids.append(parents)
        self.authors.append(author[0])
        self.author_times.append(author[1])
        self.committers.append(committer[0])
        self.commit_times.append(committer[1])

    def _mention(self, rest: bytes) -> None:
        """Remembers whom the message fixes or reverts."""
        message = decode(rest.partition(b"\n\n")[2] if rest[:1] != b"\n" else rest)
        position = len(self.ids)
        for kind, named in (("fixes", parse_fixes(message)), ("reverts", parse_reverts(message))):
            for prefix in named:
                if len(prefix) >= _MENTIONED:
                    mention = Mention(position, kind, prefix)
                    self.mentions.setdefault(prefix[:_MENTIONED], []).append(mention)

    def mentions_of(self, object_id: str) -> list[Mention]:
        """Commits whose message says that they fix or revert this one."""
        found = self.mentions.get(object_id[:_MENTIONED], ())
        return [mention for mention in found if object_id.startswith(mention.prefix)]

    def _person(self, raw: bytes) -> int:
        number = self._person_numbers.get(raw)
        if number is None:
            ident = parse_ident(raw + b" 0 +0000")
            assert isinstance(ident, Ident)
            number = self._person_numbers[raw] = len(self.people)
            self.people.append(ident.person)
        return number

    def _add_odd(self, object_id: str, raw: bytes) -> None:
        """A commit git would not write: read strictly, its broken identities as nobody."""
        commit = parse_commit(ObjectId(object_id), raw)
        if commit.mergetags:
            self.with_mergetag.add(len(self.ids))
        self._append(
            object_id, commit.parents, self._odd(commit.author), self._odd(commit.committer)
        )

    def _odd(self, ident: Ident | BrokenIdent) -> tuple[int, int]:
        if isinstance(ident, BrokenIdent):
            return NOBODY, 0
        person = ident.person
        key = f"{person.name} <{person.email}>".encode("utf-8", "surrogateescape")
        return self._person(key), min(ident.seconds, 1 << 62)


def _is_plain(raw: bytes, end: int) -> bool:
    """True where nothing after the committer line repeats or reorders a field, and no NUL."""
    if raw[end : end + 1] == b"\n":
        return b"\0" not in raw[:end]
    stop = raw.find(b"\n\n", end)
    return _REPEATED.search(raw, end, stop if stop >= 0 else len(raw)) is None


def read_history(
    source: ObjectSource,
    tips: Iterable[ObjectId],
    *,
    progress: Callable[[int], None] = lambda count: None,
) -> History:
    """Every commit reachable from the tips; what cannot be read is in ``unreadable``."""
    history = History()
    wanted = list(dict.fromkeys(tips))
    for count, found in enumerate(source.stream_reachable(wanted)):
        _take(history, found)
        if count % 4096 == 0:
            progress(count)
    missing: list[str] = [tip for tip in wanted if tip not in history.positions]
    while missing := sorted({*missing, *history.missing_parents()} - history.unreadable.keys()):
        for found in source.stream_raw([ObjectId(name) for name in missing]):
            _take(history, found)
        for object_id in missing:
            if object_id not in history.positions:
                history.unreadable.setdefault(object_id, "not in the repository")
        missing = []
    history.link()
    return history


def _take(history: History, found: RawObject) -> None:
    if found.type == "commit":
        history.add(found.id, found.raw)
    else:
        reason = found.problem or f"a {found.type}, not a commit"
        history.unreadable.setdefault(found.id, reason)
