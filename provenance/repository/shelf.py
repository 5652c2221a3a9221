"""Bytes put aside in a file without a name, and read back by where they were put."""

from __future__ import annotations

import os
import tempfile
import weakref
from functools import cached_property
from typing import IO, NamedTuple


class Place(NamedTuple):
    """Where bytes were put: how many, and from which byte on."""

    size: int
    offset: int


class Shelf:
    """A temporary file that is made when something is put there, and goes with the object."""

    @cached_property
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115
        weakref.finalize(self, file.close)
        return file

    def put(self, raw: bytes) -> Place:
        """Puts bytes behind all others.  Raises ``OSError`` where there is no room."""
        place = Place(len(raw), self._file.tell())
        self._file.write(raw)
        self._file.flush()
        return place

    def take(self, place: Place) -> bytes:
        """The bytes that were put there."""
        return os.pread(self._file.fileno(), *place)
