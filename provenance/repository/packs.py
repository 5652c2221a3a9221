"""The packs of a store, and where in them objects lie: in that order they are quick to read.

Source of the format: gitformat-pack, entries of a pack, and its index, version 2.  Where an object
lies is what an index says, which may be anything.
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import IO, Final

from provenance.facts import ObjectId

INDEX_ENTRY: Final = 28
"""Bytes that an object takes in the index of a pack: its id, a checksum, its offset."""
_MAGIC: Final = b"\xfftOc\0\0\0\2"
_FANOUT: Final = struct.Struct(">256I")
_NAMES: Final = len(_MAGIC) + _FANOUT.size
_ID: Final = 20
_WORD: Final = 4
_CHECKSUM: Final = 4
_OFFSET: Final = 4
_FAR: Final = 1 << 31
"""Set in an offset that is the number of one of 8 bytes in a table of its own."""

_HEAD: Final = 40
"""Bytes in which the head of an entry fits: two numbers, or a number and an id."""
_LAST: Final = (1 << 63) - 1
"""The largest offset in a file."""
_MORE: Final = 1 << 7
"""Set in a byte of a number that is not its last."""
_BY_OFFSET: Final = 6
_BY_ID: Final = 7
_PACK: Final = 1 << 63
NOWHERE: Final = 1 << 100
"""Sorts after every place."""


def packs_in(store: Path) -> Iterator[Path]:
    """Packs that git reads: by their index, whatever the name before ``.idx``, even none."""
    for index in (store / "pack").glob("*.idx"):
        pack = index.with_name(f"{index.name.removesuffix('.idx')}.pack")
        if pack.is_file():
            yield pack


def index_of(pack: Path) -> Path:
    """The index beside a pack."""
    return pack.with_name(f"{pack.name.removesuffix('.pack')}.idx")


def find_places(stores: Iterable[Path], ids: Iterable[ObjectId]) -> Mapping[ObjectId, int]:
    """Numbers that sort as the objects lie, for those that the index of a pack names."""
    wanted = sorted(ids)
    packs = [pack for store in stores for pack in sorted(packs_in(store))]
    found: dict[ObjectId, int] = {}
    for number, pack in enumerate(packs):
        with suppress(OSError, struct.error), index_of(pack).open("rb") as index:
            for name, offset in _offsets(index, wanted):
                found[name] = number * _PACK + offset
    return found


def ids_at(pack: Path, offsets: Collection[int]) -> list[tuple[int, ObjectId]]:
    """Those of the offsets that the index of a pack has, each with every id there, as they lie.

    Raises ``OSError``.
    """
    found = []
    with index_of(pack).open("rb") as index:
        every = _ends(index)[-1]
        index.seek(_NAMES + every * (_ID + _CHECKSUM))
        near = _words(index.read(every * _OFFSET))
        far = index.read()
        table = struct.iter_unpack(">Q", far[: len(far) // 8 * 8])
        places = {_FAR + at: place for at, (place,) in enumerate(table) if place in offsets}
        wanted = places.keys() | {offset for offset in offsets if offset < _FAR}
        for number in [at for at, offset in enumerate(near) if offset in wanted]:
            index.seek(_NAMES + number * _ID)
            name = ObjectId(index.read(_ID).hex())
            found.append((places.get(near[number], near[number]), name))
    return sorted(found)


def with_bases(pack: Path, offsets: Collection[int]) -> frozenset[int]:
    """The offsets, and those of all objects as whose deltas the objects there are kept.

    Raises ``OSError``, and ``ValueError`` for an index that leads nowhere.
    """
    found: frozenset[int] = frozenset()
    fresh = frozenset(offsets)
    with pack.open("rb") as entries, index_of(pack).open("rb") as index:
        while fresh:
            found |= fresh
            if max(fresh) > _LAST:
                raise ValueError(f"no file has byte {max(fresh)}")
            heads = ((offset, os.pread(entries.fileno(), _HEAD, offset)) for offset in fresh)
            bases = {base_named(head, offset) for offset, head in heads}
            names = sorted(base for base in bases if isinstance(base, str))
            near = frozenset(base for base in bases if isinstance(base, int))
            try:
                near = near.union(offset for _, offset in _offsets(index, names))
            except struct.error as error:
                raise ValueError("an offset beyond the index") from error
            fresh = near - found
    return found


def base_named(head: bytes, offset: int) -> int | ObjectId | None:
    """What the entry at an offset is a delta of: the object at another, or of an id in the pack."""
    at = next((at for at, byte in enumerate(head) if byte < _MORE), len(head)) + 1
    kind = head[0] >> 4 & 7 if head else 0
    if kind == _BY_ID and len(head) >= at + _ID:
        return ObjectId(head[at : at + _ID].hex())
    if kind != _BY_OFFSET:
        return None
    back = -1
    for byte in head[at:]:
        back = (back + 1 << 7) + (byte & _MORE - 1)
        if byte < _MORE:
            return offset - back if 0 < back <= offset else None
    return None


def _ends(index: IO[bytes]) -> Sequence[int]:
    """How many ids there are up to each first byte; none where the index makes no sense."""
    size = index.seek(0, 2)
    index.seek(0)
    if size >= _NAMES and index.read(len(_MAGIC)) == _MAGIC:
        ends = _FANOUT.unpack(index.read(_FANOUT.size))
        if sorted(ends) == list(ends) and _NAMES + ends[-1] * INDEX_ENTRY <= size:
            return ends
    return (0,) * 256


def _offsets(index: IO[bytes], wanted: Sequence[ObjectId]) -> Iterator[tuple[ObjectId, int]]:
    """Those of the sorted ids that the index has, each with its offset, or with several."""
    ends = _ends(index)
    every = ends[-1]
    offsets = _NAMES + every * (_ID + _CHECKSUM)
    for first, group in groupby(wanted, key=lambda name: int(name[:2], 16)):
        start = ends[first - 1] if first else 0
        count = ends[first] - start
        index.seek(_NAMES + start * _ID)
        names = index.read(count * _ID)
        index.seek(offsets + start * _OFFSET)
        near = struct.unpack(f">{count}I", index.read(count * _OFFSET))
        starts = _words(names)[:: _ID // _WORD]
        for name in group:
            raw, start = bytes.fromhex(name), int(name[: 2 * _WORD], 16)
            alike = range(bisect_left(starts, start), bisect_right(starts, start))
            at = alike.start
            at += bisect_left(alike, raw, key=lambda n: names[n * _ID : n * _ID + _ID])
            while names[at * _ID : at * _ID + _ID] == raw:
                offset = near[at]
                if offset >= _FAR:
                    index.seek(offsets + every * _OFFSET + (offset - _FAR) * 8)
                    (offset,) = struct.unpack(">Q", index.read(8))
                yield name, offset
                at += 1


def _words(raw: bytes) -> array[int]:
    """Numbers of four bytes, the greatest byte first."""
    words = array("I", raw)
    if sys.byteorder == "little":
        words.byteswap()
    return words
