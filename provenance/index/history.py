"""All commits reachable from some tips, as columns: parents, people and times by position.

Parents have lower positions than their children, whatever the dates say.  git's walk supplies
raw commits quickly; the truth is the parents in the raw bytes, which are followed until
every one is read or known to be missing.
"""

from __future__ import annotations

import hashlib
import heapq
from array import array
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from itertools import compress
from typing import Final, NamedTuple, Protocol

from provenance.facts import Ident, ObjectId, Person
from provenance.index.ids import Ids, Positions
from provenance.index.parsed import MENTIONED, Parsed, parse_facts
from provenance.parse.identity import parse_ident
from provenance.repository.objects import RawObject

NOBODY: Final = 0
"""The person number of an identity that could not be read."""
_REACH: Final = "reach"
"""The kind under which masks are kept."""
_SPARSE: Final = 20
"""Bits for each set one from which the set ones are searched for one by one."""


class Mention(NamedTuple):
    """A commit that says it fixes or reverts the commit whose id starts so."""

    position: int
    kind: str
    prefix: str


class ObjectSource(Protocol):
    """Where raw commits come from."""

    def stream_reachable(
        self, tips: Iterable[ObjectId], known: Container[str], below: Iterable[ObjectId]
    ) -> Iterator[RawObject]: ...

    def stream_named(self, ids: Iterable[ObjectId]) -> Iterator[RawObject]: ...


class History:
    """Columns over commits; a position numbers a commit, a person number a claimed identity.

    ``lost_refs`` are refs whose commit cannot be read, with the reason.
    ``with_mergetag`` holds the positions of merges that embed a signed tag; ``mentions`` has,
    by the first digits of the id they name, the commits that fix or revert another.  Commits
    below position ``closed`` have all their ancestors here; those below ``saved`` are kept in
    an index.  ``recall`` and ``remember`` keep there what was worked out from positions and
    person numbers, by kind and the id of a tip.  What lies behind ``lasting`` commits and
    ``lasting_people`` (None: nothing does) is there for this run only.
    """

    def __init__(self) -> None:
        self.ids = Ids()
        self.positions = Positions(self.ids)
        self.authors = array("I")
        self.committers = array("I")
        self.author_times = array("q")
        self.commit_times = array("q")
        self.merges = bytearray()
        self.raw_people: list[bytes] = [b""]
        self.people: list[Person] = [Person(name="", email="")]
        self.unreadable: dict[str, str] = {}
        self.lost_refs: dict[str, str] = {}
        self.with_mergetag: set[int] = set()
        self.mentions: dict[str, list[Mention]] = {}
        self.closed = 0
        self.saved = 0
        self.lasting: int | None = None
        self.lasting_people: int | None = None
        self.starts = array("I", [0])
        self.flat_parents = array("I")
        self._missing: dict[int, tuple[str, ...]] = {}
        self._person_numbers: dict[bytes, int] = {}
        self._reached: dict[str, bytearray] = {}
        self.recall: Callable[[str, str], bytes | None] = lambda kind, key: None
        self.remember: Callable[[str, str, bytes], None] = lambda kind, key, value: None

    def __len__(self) -> int:
        return len(self.ids)

    def append(self, found: Parsed) -> None:
        """Takes in one commit; its readable parents are there already."""
        self.add(found, [self.ids.position(parent) for parent in found.parents])

    def add(self, found: Parsed, parents: Sequence[int | None]) -> None:
        """Takes in one commit whose parents stand there; None for one that cannot be read."""
        name, ids, author, author_time, committer, commit_time, has_mergetag, mentions = found
        position = self.ids.append(name)
        for at in parents:
            if at is None:
                self._missing[position] = ids
            else:
                self.flat_parents.append(at)
        self.starts.append(len(self.flat_parents))
        self.merges.append(len(ids) > 1 and len(set(ids)) > 1)
        number = self._person_numbers.get
        self.authors.append(number(author) or self.person_number(author))
        self.author_times.append(author_time)
        self.committers.append(number(committer) or self.person_number(committer))
        self.commit_times.append(commit_time)
        if has_mergetag:
            self.with_mergetag.add(position)
        for kind, prefix in mentions:
            self.add_mention(Mention(position, kind, prefix))

    def add_mention(self, mention: Mention) -> None:
        """Remembers whom a commit fixes or reverts."""
        self.mentions.setdefault(mention.prefix[:MENTIONED], []).append(mention)

    def person_number(self, raw: bytes) -> int:
        """The number of an identity as it stands in an object; a new one where it is new."""
        if not raw:
            return NOBODY
        number = self._person_numbers.get(raw)
        if number is None:
            ident = parse_ident(raw + b" 0 +0000")
            assert isinstance(ident, Ident)
            number = self._person_numbers[raw] = len(self.people)
            self.raw_people.append(raw)
            self.people.append(ident.person)
        return number

    def close_to_guests(self) -> None:
        """Of what comes from now on nothing is remembered."""
        self.lasting, self.lasting_people = len(self), len(self.people)

    def parents(self, position: int) -> tuple[int, ...]:
        """Positions of the parents that could be read."""
        return tuple(self.flat_parents[self.starts[position] : self.starts[position + 1]])

    def parent_ids(self, position: int) -> tuple[str, ...]:
        """Ids of all parents as the commit names them."""
        missing = self._missing.get(position)
        return missing or tuple(self.ids[parent] for parent in self.parents(position))

    def is_merge(self, position: int) -> bool:
        """True for two or more different parents."""
        return bool(self.merges[position])

    def people_in(self, mask: Sequence[int]) -> list[int]:
        """Numbers of everybody who wrote or committed something in a mask."""
        return sorted({*compress(self.authors, mask), *compress(self.committers, mask)} - {NOBODY})

    def mentions_of(self, object_id: str) -> list[Mention]:
        """Commits whose message says that they fix or revert this one."""
        found = self.mentions.get(object_id[:MENTIONED], ())
        return [mention for mention in found if object_id.startswith(mention.prefix)]

    def ancestors(self, tips: Iterable[str]) -> bytearray:
        """A mask over positions: 1 for the tips and all they descend from."""
        wanted = [tip for tip in tips if tip in self.positions]
        if len(wanted) == 1:
            return bytearray(self._from(wanted[0]))
        return self._walk([self.positions[tip] for tip in wanted])

    def _from(self, tip: str) -> bytearray:
        """The mask of one tip, from this run, an earlier one, or a walk."""
        known = self._reached.get(tip)
        if known is None or len(known) != len(self.ids):
            known = self._kept(tip, lambda: self._walk([self.positions[tip]]))
            self._reached[tip] = known
        return known

    def reached(self, tips: Sequence[str]) -> bytearray:
        """The mask of all that many tips reach together, as ``ancestors`` has it."""
        return self._kept(tips_key(tips), lambda: self.ancestors(tips))

    def _kept(self, key: str, work_out: Callable[[], bytearray]) -> bytearray:
        """A mask of an earlier run, whose positions hold still, or worked out and kept."""
        kept = self.recall(_REACH, key)
        if kept is not None and len(kept) <= len(self.ids) and kept.count(1):
            return bytearray(kept) + bytearray(len(self.ids) - len(kept))
        mask = work_out()
        if not any(mask[self.lasting :] if self.lasting is not None else b""):
            self.remember(_REACH, key, bytes(mask[: self.lasting]))
        return mask

    def _walk(self, tips: Sequence[int]) -> bytearray:
        """Down from the highest position: every parent lies below its child."""
        mask = bytearray(len(self.ids))
        for position in tips:
            mask[position] = 1
        starts, flat = self.starts, self.flat_parents
        done = [(at, reached) for tip, reached in self._reached.items()
                if len(reached) == len(mask) and (at := self.positions[tip]) >= 0]  # fmt: skip
        done.sort()
        position = len(mask)
        while (position := mask.rfind(1, 0, position)) >= 0:
            if done and done[-1][0] >= position:
                at, reached = done.pop()
                if at == position:
                    mask = either(mask, reached)
                else:
                    position += 1
                continue
            for parent in flat[starts[position] : starts[position + 1]]:
                mask[parent] = 1
        return mask

    def boundary(self, mask: Sequence[int]) -> dict[str, str]:
        """Parents of commits in the mask that could not be read, with the reason."""
        found: dict[str, str] = {}
        for position, ids in self._missing.items():
            if mask[position]:
                found.update(
                    (parent, self.unreadable.get(parent, "not in the repository"))
                    for parent in ids
                    if parent not in self.positions
                )
        return dict(sorted(found.items()))

    def newest_first(self, mask: bytearray) -> list[int]:
        """Positions in the mask, children before parents, later commit dates first."""
        members = positions_in(mask)
        children = dict.fromkeys(members, 0)
        for position in members:
            for parent in set(self.parents(position)):
                if mask[parent]:
                    children[parent] += 1
        times, ids = self.commit_times, self.ids
        ready = [(-times[p], ids[p], p) for p in members if not children[p]]
        heapq.heapify(ready)
        order = []
        while ready:
            position = heapq.heappop(ready)[2]
            order.append(position)
            for parent in set(self.parents(position)):
                if mask[parent]:
                    children[parent] -= 1
                    if not children[parent]:
                        heapq.heappush(ready, (-times[parent], ids[parent], parent))
        return order


def tips_key(tips: Iterable[str]) -> str:
    """One id for several tips together."""
    text = " ".join(sorted(set(tips)))
    return hashlib.sha1(text.encode("ascii"), usedforsecurity=False).hexdigest()


def positions_in(mask: bytearray) -> list[int]:
    """Positions whose bit is set, lowest first."""
    if mask.count(1) > len(mask) // _SPARSE:
        return list(compress(range(len(mask)), mask))
    found = []
    position = mask.find(1)
    while position >= 0:
        found.append(position)
        position = mask.find(1, position + 1)
    return found


def without(left: bytearray, right: bytearray) -> bytearray:
    """What the left mask has and the right one has not."""
    both = int.from_bytes(left, "little") & ~int.from_bytes(right, "little")
    return bytearray(both.to_bytes(len(left), "little"))


def either(left: bytearray, right: bytearray) -> bytearray:
    """What one of two masks has."""
    both = int.from_bytes(left, "little") | int.from_bytes(right, "little")
    return bytearray(both.to_bytes(len(left), "little"))


def read_history(
    source: ObjectSource,
    tips: Iterable[ObjectId],
    *,
    history: History | None = None,
    progress: Callable[[int], None] = lambda count: None,
    grown: Callable[[History], None] = lambda history: None,
) -> History:
    """Every commit reachable from the tips, added to what is known already.

    ``grown`` is called now and then while closed commits arrive, to save them.  What cannot be
    read is in ``unreadable``.
    """
    found = History() if history is None else history
    named = list(dict.fromkeys(tips))
    wanted = [tip for tip in named if tip not in found.positions]
    if wanted:
        known = [tip for tip in named if tip in found.positions]
        _Reader(source, found, progress, grown).read(wanted, known)
    found.ids.sort()
    return found


class _Reader:
    """Orders commits as they come: a commit waits until its parents are there."""

    _LOOK_EVERY: Final = 4096
    _SAVE_EVERY: Final = 20_000

    def __init__(
        self,
        source: ObjectSource,
        history: History,
        progress: Callable[[int], None],
        grown: Callable[[History], None],
    ) -> None:
        self._source = source
        self._history = history
        self._progress = progress
        self._grown = grown
        self._waiting: dict[str, Parsed] = {}
        self._lacking: dict[str, int] = {}
        self._children: dict[str, list[str]] = {}

    def read(self, tips: Sequence[ObjectId], known: Sequence[ObjectId]) -> None:
        """Everything below the tips; what the known ones reach is there already."""
        history = self._history
        stream = self._source.stream_reachable(tips, history.positions, known)
        for count, raw in enumerate(stream):
            self._take(raw)
            if count % self._LOOK_EVERY == 0:
                self._progress(count)
                if len(history) - history.closed >= self._SAVE_EVERY:
                    self._close()
        missing: set[str] = set(tips)
        while missing := {name for name in missing | self._children.keys() if self._is_new(name)}:
            for raw in self._source.stream_named([ObjectId(name) for name in sorted(missing)]):
                self._take(raw)
            for name in missing:
                if self._is_new(name):
                    history.unreadable.setdefault(name, "not in the repository")
        self._close()
        for name in sorted(history.unreadable.keys() & self._children.keys()):
            self._release(name)

    def _is_new(self, name: str) -> bool:
        history = self._history
        known = name in history.positions or name in self._waiting
        return not known and name not in history.unreadable

    def _close(self) -> None:
        """All that is there so far has its parents; it may be saved."""
        self._history.closed = len(self._history)
        self._grown(self._history)

    def _take(self, raw: RawObject) -> None:
        history = self._history
        if raw.type != "commit":
            reason = raw.problem or f"a {raw.type}, not a commit"
            history.unreadable.setdefault(raw.id, reason)
            return
        position, name = history.ids.position, raw.id
        if position(name) is not None or name in self._waiting:
            return
        found = parse_facts(name, raw.raw)
        parents = list(map(position, found.parents))
        if None in parents:
            self._wait(found)
            return
        history.add(found, parents)
        if self._children:
            self._release(name)

    def _wait(self, found: Parsed) -> None:
        """Holds a commit back until its parents are there."""
        lacking = {parent for parent in found.parents if parent not in self._history.positions}
        self._waiting[found.id] = found
        self._lacking[found.id] = len(lacking)
        for parent in lacking:
            self._children.setdefault(parent, []).append(found.id)

    def _release(self, arrived: str) -> None:
        """Appends what waited for a commit that is there now, or never will be."""
        ready = [arrived]
        while ready:
            for child in self._children.pop(ready.pop(), ()):
                self._lacking[child] -= 1
                if not self._lacking[child]:
                    self._history.append(self._waiting.pop(child))
                    del self._lacking[child]
                    ready.append(child)
