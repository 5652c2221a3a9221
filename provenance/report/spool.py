"""A sequence too long for memory: records go to an unnamed temporary file beyond a size."""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import IO, Generic, TypeVar

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
        if not isinstance(self._held, bytes):
            return self._held
        found: Sequence[T] = pickle.loads(self._held)
        return found

    def packed(self) -> bytes:
        """What they are read back from; what they share is in it once."""
        if isinstance(self._held, bytes):
            return self._held
        return pickle.dumps(self._held, protocol=pickle.HIGHEST_PROTOCOL)

    def pack(self) -> None:
        """Lets go of the records themselves."""
        self._held = self.packed()

    def __getstate__(self) -> tuple[bytes, int, int]:
        return self.packed(), self.count, self.size

    def __setstate__(self, state: tuple[bytes, int, int]) -> None:
        self._held, self.count, self.size = state


class Spool(Generic[T]):
    """Add once, read as often as needed, in order.  The file goes with the object.

    Processes that were forked may read it at the same time.
    """

    def __init__(self) -> None:
        self._blocks: list[Block[T] | tuple[int, int]] = []
        self._as_they_are = self._in_memory = self._count = 0

    @cached_property
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, file.close)
        return file

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
            self._blocks.append(self._write(block.packed()))

    def __len__(self) -> int:
        return self._count

    def __contains__(self, record: object) -> bool:
        return any(record == known for known in self)

    def __iter__(self) -> Iterator[T]:
        return self.read(self.blocks)

    @property
    def blocks(self) -> range:
        """Numbers of the blocks, for whoever reads some of them only."""
        return range(len(self._blocks))

    def read(self, blocks: Sequence[int]) -> Iterator[T]:
        """The records of some blocks."""
        for number in blocks:
            block = self._blocks[number]
            if isinstance(block, Block):
                yield from block.records()
            else:
                size, position = block
                yield from pickle.loads(os.pread(self._file.fileno(), size, position))

    def _write(self, packed: bytes) -> tuple[int, int]:
        """Size and place in the file."""
        position = self._file.tell()
        self._file.write(packed)
        self._file.flush()
        return len(packed), position
