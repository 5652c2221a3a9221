"""What each identity has done in a part of history: commits, first and last date, names.

Spans are measured on committer dates: an author writes the author date, whoever applies
the patch writes the committer date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from provenance.facts import Address, Person
from provenance.index.history import History
from provenance.parse.addresses import normalise
from provenance.parse.mailmap import Mailmap

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Non-merge commits of one identity; times are Unix seconds of committer dates.

    ``names`` come in the order of their commits, most first.
    """

    commits: int
    first: int
    last: int
    names: tuple[str, ...]
    claimed: tuple[Address, ...]

    @property
    def days(self) -> int:
        """Whole days from the first commit to the last."""
        return max(0, self.last - self.first) // DAY


class TrackRecord:
    """Records by canonical address over the commits of a mask."""

    def __init__(self, history: History, mask: Sequence[int], mailmap: Mailmap) -> None:
        counts, firsts, lasts = _tally(history, mask)
        merged: dict[Address, list[int]] = defaultdict(list)
        for number in range(1, len(counts)):
            if counts[number]:
                person = mailmap.map(history.people[number])
                merged[normalise(person.email)].append(number)
        self._records: dict[Address, Record] = {}
        for address, numbers in merged.items():
            numbers.sort(key=lambda number: (-counts[number], history.raw_people[number]))
            people = [history.people[number] for number in numbers]
            self._records[address] = Record(
                commits=sum(counts[number] for number in numbers),
                first=min(firsts[number] for number in numbers),
                last=max(lasts[number] for number in numbers),
                names=_distinct(mailmap.map(person).name for person in people),
                claimed=tuple(sorted({normalise(person.email) for person in people})),
            )

    def __len__(self) -> int:
        return len(self._records)

    def get(self, address: Address) -> Record | None:
        """The record of a canonical address."""
        return self._records.get(address)

    def items(self) -> Mapping[Address, Record]:
        """All records by canonical address."""
        return self._records


def _tally(history: History, mask: Sequence[int]) -> tuple[list[int], list[int], list[int]]:
    """Per person number: non-merge commits, first and last committer time."""
    size = len(history.people)
    counts, firsts, lasts = [0] * size, [1 << 62] * size, [-(1 << 62)] * size
    columns = zip(mask, history.merges, history.authors, history.commit_times, strict=True)
    for inside, merge, author, time in columns:
        if inside and not merge and author:
            counts[author] += 1
            firsts[author] = min(firsts[author], time)
            lasts[author] = max(lasts[author], time)
    return counts, firsts, lasts


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


def person_key(person: Person) -> Address:
    """The key by which identities are counted: the address, or the name where it is empty."""
    return normalise(person.email) if person.email else Address(f"<{person.name}>")
