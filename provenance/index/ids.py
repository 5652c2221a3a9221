"""Object ids by position and positions by id, in little memory.

A dict of a million ids takes 200 MB and a second to fill.  Here ids lie one after the other
as 20 bytes, and those that were there when the list was last sorted are found by halving; only
later ones are in a dict.  The sorted order is kept with an index, so that nothing has to be
sorted when it is read back.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final, overload

_SIZE: Final = 20
_SORT_AT: Final = 65_536
"""Ids in the dict from which sorting them pays."""


class Ids:
    """A growing list of distinct ids (40 hexadecimal digits); a position numbers each.

    The sorted part has the first eight bytes of each id in ``_starts`` and its position in
    ``_ranks``; equal starts stand side by side.
    """

    def __init__(self) -> None:
        self._raw = bytearray()
        self._starts = array("Q")
        self._recent: dict[str, int] = {}
        self._ranks = array("I")

    def __len__(self) -> int:
        return len(self._raw) // _SIZE

    def __iter__(self) -> Iterator[str]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            first, end, _ = place.indices(len(self))
            text = self._raw[first * _SIZE : end * _SIZE].hex()
            return [text[at : at + 2 * _SIZE] for at in range(0, len(text), 2 * _SIZE)]
        if not 0 <= place < len(self):
            raise IndexError(place)
        return self._raw[place * _SIZE : (place + 1) * _SIZE].hex()

    def raw(self, first: int, end: int) -> bytes:
        """The ids of some positions as bytes."""
        return bytes(self._raw[first * _SIZE : end * _SIZE])

    def append(self, name: str) -> int:
        """Adds an id that is not there yet; its position."""
        position = self._recent[name] = len(self._raw) // _SIZE
        self._raw += bytes.fromhex(name)
        return position

    def load(self, raw: bytes) -> None:
        """Adds ids as bytes, none of them there yet; free for those that ``set_order`` knows."""
        first = len(self)
        self._raw += raw
        for position in range(max(first, len(self._ranks)), len(self)):
            self._recent[self[position]] = position

    def set_order(self, starts: bytes, ranks: bytes) -> None:
        """Takes back what ``order`` gave, before the ids themselves are loaded."""
        self._starts, self._ranks = array("Q"), array("I")
        self._starts.frombytes(starts)
        self._ranks.frombytes(ranks)

    def order(self) -> tuple[bytes, bytes]:
        """The sorted ids' first eight bytes and their positions."""
        return self._starts.tobytes(), self._ranks.tobytes()

    @property
    def sorted(self) -> int:
        """How many of the first ids are sorted."""
        return len(self._ranks)

    def sort(self) -> None:
        """Sorts what was added, where it is much."""
        if len(self._recent) < _SORT_AT:
            return
        starts = array("Q", (start for (start,) in struct.iter_unpack(">Q12x", self._raw)))
        order = sorted(range(len(self)), key=starts.__getitem__)
        self._ranks = array("I", order)
        self._starts = array("Q", map(starts.__getitem__, order))
        self._recent = {}

    def position(self, name: str) -> int | None:
        """Where an id stands; None where it is not there."""
        recent = self._recent.get(name)
        if recent is not None or not self._ranks or len(name) != 2 * _SIZE:
            return recent
        try:
            wanted = bytes.fromhex(name)
        except ValueError:
            return None
        start = int.from_bytes(wanted[:8], "big")
        rank = bisect_left(self._starts, start)
        while rank < len(self._starts) and self._starts[rank] == start:
            position = self._ranks[rank]
            if self._raw.startswith(wanted, position * _SIZE):
                return position
            rank += 1
        return None

    def starting_with(self, prefix: str) -> list[int]:
        """Positions of the ids that start so (4 to 40 digits), in the order of the ids."""
        low = int(prefix[:16].ljust(16, "0"), 16)
        high = int(prefix[:16].ljust(16, "f"), 16)
        rank = bisect_left(self._starts, low)
        found = [at for name, at in self._recent.items() if name.startswith(prefix)]
        while rank < len(self._starts) and self._starts[rank] <= high:
            if self[self._ranks[rank]].startswith(prefix):
                found.append(self._ranks[rank])
            rank += 1
        return sorted(found, key=self.__getitem__)


class Positions:
    """Positions by id, as a mapping has them."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._ids.position(name) is not None

    def __getitem__(self, name: str) -> int:
        position = self._ids.position(name)
        if position is None:
            raise KeyError(name)
        return position

    def get(self, name: str) -> int | None:
        """The position; None where the id is not there."""
        return self._ids.position(name)
