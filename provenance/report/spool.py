"""A sequence too long for memory: records go to an unnamed temporary file beyond a size."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from provenance.repository.shelf import Place, Shelf

if TYPE_CHECKING:
    from msgspec.msgpack import Decoder

T = TypeVar("T")
_AS_THEY_ARE = 120 << 20
"""Bytes of records that stay as they are: packing costs more than making them."""
_IN_MEMORY = 64 << 20
"""Bytes of packed records kept in memory before the next go to disk."""


class Block(Generic[T]):
    """Records that stay together; ``size`` is about what they take in memory.

    One that comes from another process, or was packed, is unpacked each time it is read.
    """

    __slots__ = ("_held", "count", "size")

    def __init__(self, records: Sequence[T], size: int) -> None:
        self._held: Sequence[T] | bytes = records
        self.count = len(records)
        self.size = size

    @property
    def is_packed(self) -> bool:
        return isinstance(self._held, bytes)

    def records(self) -> Sequence[T]:
        """All of them."""
        return _unpack(self._held) if isinstance(self._held, bytes) else self._held

    def packed(self) -> bytes:
        """What they are read back from."""
        return self._held if isinstance(self._held, bytes) else _pack(self._held)

    def pack(self) -> None:
        """Lets go of the records themselves."""
        self._held = self.packed()

    def __getstate__(self) -> tuple[bytes, int, int]:
        return self.packed(), self.count, self.size

    def __setstate__(self, state: tuple[bytes, int, int]) -> None:
        self._held, self.count, self.size = state


class Spool(Generic[T]):
    """Add once, read as often as needed, in order.  The file goes with the object."""

    def __init__(self) -> None:
        self._blocks: list[Block[T] | Place] = []
        self._shelf = Shelf()
        self._as_they_are = self._in_memory = self._count = 0

    def add(self, block: Block[T]) -> None:
        """Adds records at the end."""
        self._count += block.count
        if not block.is_packed and self._as_they_are + block.size <= _AS_THEY_ARE:
            self._as_they_are += block.size
            self._blocks.append(block)
            return
        block.pack()
        size = len(block.packed())
        if self._in_memory + size <= _IN_MEMORY:
            self._in_memory += size
            self._blocks.append(block)
        else:
            self._blocks.append(self._shelf.put(block.packed()))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, record: object) -> bool:
        return any(record == known for known in self)

    def __iter__(self) -> Iterator[T]:
        for block in self._blocks:
            if isinstance(block, Block):
                yield from block.records()
            else:
                yield from _unpack(self._shelf.take(block))


def _pack(records: Sequence[object]) -> bytes:
    """Records of one class, a tenth of pickle's time; what only pickle keeps, such as bytes that
    are no text, is left to it.
    """
    import msgspec

    kind: type | None = type(records[0])
    packed: object
    try:
        packed = msgspec.msgpack.encode(records)
    except (UnicodeEncodeError, OverflowError):
        kind, packed = None, records
    return pickle.dumps((kind, packed), protocol=pickle.HIGHEST_PROTOCOL)


def _unpack(raw: bytes) -> Sequence[Any]:
    kind, packed = pickle.loads(raw)
    found: Sequence[Any] = _reader(kind).decode(packed) if kind else packed
    return found


@cache
def _reader(kind: type) -> Decoder[list[Any]]:
    import msgspec

    return msgspec.msgpack.Decoder(list[kind])  # type: ignore[valid-type]
