"""The packs of a store, and where in them objects lie: in that order they are quick to read.

Source of the format: gitformat-pack, the index of a pack, version 2.  Where an object lies is a
hint only, whatever an index says: git reads the object.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
_CHECKSUM: Final = 4
_OFFSET: Final = 4
_FAR: Final = 1 << 31
"""Set in an offset that is the number of one of 8 bytes in a table of its own."""

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


def _offsets(index: IO[bytes], wanted: Sequence[ObjectId]) -> Iterator[tuple[ObjectId, int]]:
    """Those of the sorted ids that the index has, each with its offset."""
    size = index.seek(0, 2)
    index.seek(0)
    if index.read(len(_MAGIC)) != _MAGIC:
        return
    ends = _FANOUT.unpack(index.read(_FANOUT.size))
    every = ends[-1]
    if sorted(ends) != list(ends) or _NAMES + every * INDEX_ENTRY > size:
        return
    offsets = _NAMES + every * (_ID + _CHECKSUM)
    for first, group in groupby(wanted, key=lambda name: int(name[:2], 16)):
        start = ends[first - 1] if first else 0
        count = ends[first] - start
        index.seek(_NAMES + start * _ID)
        names = index.read(count * _ID)
        index.seek(offsets + start * _OFFSET)
        near = struct.unpack(f">{count}I", index.read(count * _OFFSET))
        numbers = range(count)
        for name in group:
            raw = bytes.fromhex(name)
            at = bisect_left(numbers, raw, key=lambda n: names[n * _ID : n * _ID + _ID])
            if names[at * _ID : at * _ID + _ID] != raw:
                continue
            offset = near[at]
            if offset >= _FAR:
                index.seek(offsets + every * _OFFSET + (offset - _FAR) * 8)
                (offset,) = struct.unpack(">Q", index.read(8))
            yield name, offset
