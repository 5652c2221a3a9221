"""What each identity has done in a part of history: what it wrote, what it handled, and when.

Spans are measured on committer dates: an author writes the author date, whoever applies
the patch writes the committer date.  A date that cannot be read, or is later than the commit
up to which is counted, says nothing.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import Final, NamedTuple

from msgspec import Struct

from provenance.dates import DAY, LAST
from provenance.facts import Address, Person
from provenance.index.history import NOBODY, History, without
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap

_KIND = "tally 4"
_NEVER = 1 << 62


class Span(Struct, frozen=True, kw_only=True):
    """So many commits from a first to a last one; times are Unix seconds, 0 where none is known."""

    commits: int
    first: int
    last: int

    @property
    def days(self) -> int:
        """Whole days from the first commit to the last."""
        return max(0, self.last - self.first) // DAY


class Record(Struct, frozen=True, kw_only=True):
    """Non-merge commits of one identity, by committer dates.

    ``own`` of those that it ``wrote`` it committed itself, from the address that wrote them;
    ``handled`` are those of others that it committed.  ``names`` come in the order of its
    commits, most first.
    """

    wrote: Span
    handled: Span
    own: int
    names: tuple[str, ...]
    claimed: tuple[Address, ...]

    @property
    def first(self) -> int:
        """When it was first seen."""
        return _first((self.wrote.first, self.handled.first))

    @property
    def last(self) -> int:
        """When it was last seen."""
        return max(self.wrote.last, self.handled.last)


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
        for number, counts in enumerate(zip(self._tally.wrote, self._tally.handled, strict=True)):
            if any(counts):
                self._numbers[canonical.addresses[number]].append(number)
        self._records: dict[Address, Record] = {}

    def get(self, address: Address) -> Record | None:
        """The record of a canonical address; None where it neither wrote nor handled anything."""
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
        tally = self._tally
        seen = list(map(_first, zip(tally.first_wrote, tally.first_handled, strict=True)))
        return {
            address: _first(seen[number] for number in numbers)
            for address, numbers in self._numbers.items()
        }

    def _record(self, numbers: list[int]) -> Record:
        tally, people = self._tally, self._history.people
        if len(numbers) > 1:
            raw = self._history.raw_people
            numbers = sorted(
                numbers,
                key=lambda number: (-tally.wrote[number], -tally.handled[number], raw[number]),
            )
        return Record(
            wrote=_span(numbers, tally.wrote, tally.first_wrote, tally.last_wrote),
            handled=_span(numbers, tally.handled, tally.first_handled, tally.last_handled),
            own=sum(tally.own[number] for number in numbers),
            names=_distinct(self.canonical.names[number] for number in numbers),
            claimed=tuple(sorted({normalise(people[number].email) for number in numbers})),
        )


class _Tally(NamedTuple):
    """Counts of commits and their times, a column each, by person number; no time is 0."""

    wrote: Sequence[int]
    first_wrote: Sequence[int]
    last_wrote: Sequence[int]
    own: Sequence[int]
    handled: Sequence[int]
    first_handled: Sequence[int]
    last_handled: Sequence[int]


_COLUMNS: Final = len(_Tally._fields)


def _kept_tally(history: History, mask: Sequence[int], key: str, until: int) -> _Tally:
    """The tally, from an earlier run where it was kept; later people have no commits in it."""
    kept = history.recall(_KIND, key) if key else None
    if kept is not None and len(kept) % (8 * _COLUMNS) == 0:
        columns = array("q", kept)
        size = len(columns) // _COLUMNS
        more = len(history.people) - size
        if more >= 0:
            starts = (number * size for number in range(_COLUMNS))
            return _Tally(*([*columns[start : start + size], *[0] * more] for start in starts))
    found = _tally(history, mask, until)
    if key:
        lasting = (array("q", column[: history.lasting_people]) for column in found)
        history.remember(_KIND, key, b"".join(column.tobytes() for column in lasting))
    return found


def _tally(history: History, mask: Sequence[int], until: int) -> _Tally:
    """What everybody wrote and handled in a mask; dates later than ``until`` say nothing."""
    size = len(history.people)
    counted = without(bytearray(mask), history.merges)
    authors = list(compress(history.authors, counted))
    committers = list(compress(history.committers, counted))
    times = list(compress(history.commit_times, counted))
    wrote, own, handled = [0] * size, [0] * size, [0] * size
    of_others = set()
    addresses = [normalise(person.email) for person in history.people]
    names = [person.name.casefold() for person in history.people]
    pairs = Counter(zip(authors, committers, strict=True))
    for (author, committer), count in pairs.items():
        wrote[author] += count
        if addresses[author] and addresses[author] == addresses[committer]:
            own[author] += count
        elif NOBODY not in (author, committer) and names[author] != names[committer]:
            handled[committer] += count
            of_others.add((author, committer))
    wrote[NOBODY] = 0
    taken = map(of_others.__contains__, zip(authors, committers, strict=True))
    by_handler = compress(zip(committers, times, strict=True), taken)
    return _Tally(
        wrote,
        *_seen(size, zip(authors, times, strict=True), until),
        own,
        handled,
        *_seen(size, by_handler, until),
    )


def _seen(
    size: int, found: Iterable[tuple[int, int]], until: int
) -> tuple[Sequence[int], Sequence[int]]:
    """The first and the last of the times of each person number."""
    firsts, lasts = [_NEVER] * size, [0] * size
    for number, time in found:
        if 0 < time <= until:
            firsts[number] = min(firsts[number], time)
            lasts[number] = max(lasts[number], time)
    return [0 if first == _NEVER else first for first in firsts], lasts


def _span(
    numbers: Sequence[int], counts: Sequence[int], firsts: Sequence[int], lasts: Sequence[int]
) -> Span:
    return Span(
        commits=sum(counts[number] for number in numbers),
        first=_first(firsts[number] for number in numbers),
        last=max(lasts[number] for number in numbers),
    )


def _first(times: Iterable[int]) -> int:
    """The first of some times; 0 where there is none."""
    return min(filter(None, times), default=0)


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def person_key(person: Person) -> Address:
    """The key by which identities are counted: the address, or the name where it is empty."""
    return normalise(person.email) if person.email else Address(f"<{person.name}>")
