"""The same change again: what a cherry-pick or a backport leaves of a commit on another branch.

git keeps the author and the author date when it applies a change once more, and people keep its
subject.  A clone of all stable kernels has each fix several times; who sent it did so once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, NamedTuple, TypeVar

from provenance.facts import Address, ObjectId
from provenance.index.history import NOBODY, History
from provenance.repository.objects import RawObject

_SUBJECT: Final = 1000
"""Bytes of a subject that are compared."""
_Who = TypeVar("_Who", bound=Hashable)
ReadRaw = Callable[[Iterable[ObjectId]], Iterable[RawObject]]


class Copies(NamedTuple):
    """By position: ``gone`` are the copies that do not count, ``sent`` has for a commit that
    counts the copy of it that was there first, where that is another one.
    """

    gone: frozenset[int]
    sent: Mapping[int, int]

    @property
    def later(self) -> frozenset[int]:
        """As many as are ``gone``, where what was there first counts, whatever branch it is on."""
        return self.gone.difference(self.sent.values()) | self.sent.keys()


def subject_line(raw: bytes) -> bytes:
    """The first line of a raw commit's message, of a very long one its start."""
    return raw.partition(b"\n\n")[2].lstrip(b"\n").partition(b"\n")[0].strip()[:_SUBJECT]


def subject_key(raw: bytes) -> bytes:
    """What stands for that line in memory, where somebody may write a million; empty for none."""
    line = subject_line(raw)
    return hashlib.blake2b(line, digest_size=16).digest() if line else b""


def find_copies(
    history: History, read: ReadRaw, members: Mapping[Address, Sequence[int]], line: bytearray
) -> Copies:
    """The copies among the commits of each identity, ``members``.

    All commits in the mask ``line`` count: a branch has a change once, whatever a commit looks
    like.  Of what that branch lacks the oldest copy counts.
    """
    gone: set[int] = set()
    sent: dict[int, int] = {}
    for group in _alike(history, read, members):
        counted = [position for position in group if line[position]] or group[:1]
        gone.update(set(group) - set(counted))
        if counted[0] != group[0]:
            sent[counted[0]] = group[0]
    return Copies(frozenset(gone), sent)


def same_change(
    history: History, read: ReadRaw, known: bytearray, positions: Sequence[int]
) -> Mapping[int, Sequence[int]]:
    """For each of some commits of a mask the others of it with its author, its author date and its
    subject, oldest first by position; nothing for one that has none.
    """
    authors, times = history.authors, history.author_times
    asked = {position for position in positions if authors[position] != NOBODY}
    wrote, dated = ({column[position] for position in asked} for column in (authors, times))
    members: dict[int, list[int]] = defaultdict(list)
    for at in compress(range(len(history)), map(dated.__contains__, times)):
        if known[at] and authors[at] in wrote:
            members[authors[at]].append(at)
    return {
        position: sorted(at for at in group if at != position)
        for group in _alike(history, read, members)
        for position in asked.intersection(group)
    }


def _alike(
    history: History, read: ReadRaw, members: Mapping[_Who, Sequence[int]]
) -> Iterator[Sequence[int]]:
    """Commits of one identity with one author date and subject, where there are several, oldest
    first.
    """
    dated: dict[tuple[_Who, int], list[int]] = defaultdict(list)
    for who, positions in members.items():
        for position in positions:
            dated[who, history.author_times[position]].append(position)
    several = [
        sorted(found, key=lambda position: (history.commit_times[position], position))
        for found in dated.values()
        if len(found) > 1
    ]
    raws = iter(read([ObjectId(history.ids[at]) for found in several for at in found]))
    for found in several:
        firsts: dict[bytes, int] = {}
        groups: dict[int, list[int]] = {}
        for position in found:
            subject = subject_key(next(raws).raw)
            first = firsts.setdefault(subject, position) if subject else position
            if first != position:
                groups.setdefault(first, [first]).append(position)
        yield from groups.values()
