"""A sequence too long for memory: records go to an unnamed temporary file beyond a size."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
_AS_THEY_ARE = 20_000
"""Records that are never written: 6 KB each, and writing costs more than making them."""
_IN_MEMORY = 64 << 20
"""Bytes kept in memory before the spool moves to disk."""


class Spool(Generic[T]):
    """Append once, read as often as needed, in order.  The file goes with the object."""

    def __init__(self) -> None:
        self._first: list[T] = []
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._count = 0
        weakref.finalize(self, self._file.close)

    def append(self, record: T) -> None:
        """Adds a record at the end."""
        self._count += 1
        if len(self._first) < _AS_THEY_ARE:
            self._first.append(record)
            return
        self._file.seek(0, 2)
        pickle.dump(record, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, record: object) -> bool:
        return any(record == known for known in self)

    def __iter__(self) -> Iterator[T]:
        yield from self._first
        position = 0
        for _ in range(self._count - len(self._first)):
            self._file.seek(position)
            record = pickle.load(self._file)
            position = self._file.tell()
            yield record
