"""What each identity has done in a part of history: commits, first and last date, names.

Spans are measured on committer dates: an author writes the author date, whoever applies
the patch writes the committer date.  A date that cannot be read, or is later than the commit
up to which is counted, says nothing.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Final

from provenance.dates import DAY, LAST
from provenance.facts import Address, Person
from provenance.index.history import NOBODY, History, without
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap

_KIND = "tally 3"
_COLUMNS: Final = 4


_NEVER = 1 << 62


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Non-merge commits of one identity; times are Unix seconds of committer dates.

    ``own`` of the ``commits`` it committed itself, from the address that wrote them.
    ``names`` come in the order of their commits, most first.
    """

    commits: int
    own: int
    first: int
    last: int
    names: tuple[str, ...]
    claimed: tuple[Address, ...]

    @property
    def days(self) -> int:
        """Whole days from the first commit to the last."""
        return max(0, self.last - self.first) // DAY


class Canonical:
    """Everybody whom a history numbers, by number, as a .mailmap has them."""

    def __init__(self, history: History, mailmap: Mailmap) -> None:
        people = [mailmap.map(person) for person in history.people]
        self.names: Sequence[str] = [person.name for person in people]
        self.addresses: Sequence[Address] = [normalise(person.email) for person in people]


class TrackRecord:
    """Records by canonical address over the commits of a mask.

    ``key`` is the id of the tips that the mask belongs to, by which its tally is kept;
    ``until`` is when everything in it had been committed (Unix seconds).
    """

    def __init__(
        self,
        history: History,
        mask: Sequence[int],
        canonical: Canonical,
        key: str = "",
        until: int = LAST,
    ) -> None:
        self.canonical = canonical
        self._history = history
        self._tally = _kept_tally(history, mask, key, until)
        self._numbers: dict[Address, list[int]] = defaultdict(list)
        for number, count in enumerate(self._tally[0]):
            if count:
                self._numbers[canonical.addresses[number]].append(number)
        self._records: dict[Address, Record] = {}

    def get(self, address: Address) -> Record | None:
        """The record of a canonical address."""
        known = self._records.get(address)
        if known is None and address in self._numbers:
            known = self._records[address] = self._record(self._numbers[address])
        return known

    def items(self) -> Iterator[tuple[Address, Record]]:
        """All records with their canonical addresses."""
        for address in self._numbers:
            record = self.get(address)
            assert record, "whoever has a number has a record"
            yield address, record

    def first_seen(self) -> Mapping[Address, int]:
        """When each canonical address was first seen (``Record.first``)."""
        firsts = self._tally[1]
        return {address: _first(firsts, numbers) for address, numbers in self._numbers.items()}

    def _record(self, numbers: list[int]) -> Record:
        counts, firsts, lasts, own = self._tally
        people = self._history.people
        if len(numbers) > 1:
            raw = self._history.raw_people
            numbers = sorted(numbers, key=lambda number: (-counts[number], raw[number]))
        return Record(
            commits=sum(counts[number] for number in numbers),
            own=sum(own[number] for number in numbers),
            first=_first(firsts, numbers),
            last=max(lasts[number] for number in numbers),
            names=_distinct(self.canonical.names[number] for number in numbers),
            claimed=tuple(sorted({normalise(people[number].email) for number in numbers})),
        )


_Tally = Sequence[Sequence[int]]


def _kept_tally(history: History, mask: Sequence[int], key: str, until: int) -> _Tally:
    """The tally, from an earlier run where it was kept; later people have no commits in it."""
    kept = history.recall(_KIND, key) if key else None
    if kept is not None and len(kept) % (8 * _COLUMNS) == 0:
        columns = array("q", kept)
        size = len(columns) // _COLUMNS
        more = len(history.people) - size
        if more >= 0:
            starts = (number * size for number in range(_COLUMNS))
            return [[*columns[start : start + size], *[0] * more] for start in starts]
    found = _tally(history, mask, until)
    if key:
        history.remember(_KIND, key, b"".join(array("q", column).tobytes() for column in found))
    return found


def _tally(history: History, mask: Sequence[int], until: int) -> _Tally:
    """Per person number: non-merge commits, first and last committer time, own committed ones.

    A time is 0 where there is none.
    """
    size = len(history.people)
    counts, firsts, lasts, own = [0] * size, [_NEVER] * size, [0] * size, [0] * size
    counted = without(bytearray(mask), history.merges)
    authors = list(compress(history.authors, counted))
    times = list(compress(history.commit_times, counted))
    addresses = [normalise(person.email) for person in history.people]
    pairs = Counter(zip(authors, compress(history.committers, counted), strict=True))
    for (author, committer), count in pairs.items():
        counts[author] += count
        if addresses[author] and addresses[author] == addresses[committer]:
            own[author] += count
    for author, time in zip(authors, times, strict=True):
        if 0 < time <= until:
            firsts[author] = min(firsts[author], time)
            lasts[author] = max(lasts[author], time)
    counts[NOBODY] = 0
    return counts, [0 if first == _NEVER else first for first in firsts], lasts, own


def _first(firsts: Sequence[int], numbers: Iterable[int]) -> int:
    """The first time of some people; 0 where none of them has one."""
    return min(filter(None, (firsts[number] for number in numbers)), default=0)


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def person_key(person: Person) -> Address:
    """The key by which identities are counted: the address, or the name where it is empty."""
    return normalise(person.email) if person.email else Address(f"<{person.name}>")
