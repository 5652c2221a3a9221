"""Where git writes: what it borrows from the stores there it leaves alone, and tells what it took.

git sets the time of a file that has an object already which it is to write.  Of a pack that
looks like a cruft pack it does not (``.mtimes``, gitformat-pack), and finds objects in it as in
any other; of loose objects it gets copies.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO, Final

from provenance.errors import MissingObjectError
from provenance.facts import ObjectId
from provenance.limits import MAX_OBJECT
from provenance.repository.genuine import Genuineness
from provenance.repository.log import NAP
from provenance.repository.objects import parse_loose
from provenance.repository.packs import ids_at, index_of, packs_in, with_bases
from provenance.repository.shell import Shell

_BLOCK: Final = 1 << 18
_COPIED: Final = 1 << 30
"""Bytes of loose objects that are copied."""


class Workshop:
    """A repository of our own in which git may write; a context manager.

    What is known of the stores decides whether the objects that git took have to be looked at.
    """

    def __init__(self, stores: Sequence[Path], genuine: Genuineness) -> None:
        self._is_known = genuine.is_known
        self._genuine = genuine
        self._sound: set[ObjectId] = set()
        self.shell = Shell(stores, lend=partial(_lend, checked=not self._is_known))

    def __enter__(self) -> Workshop:
        return self

    def __exit__(self, *_: object) -> None:
        self.shell.close()

    def watch(self) -> Watched:
        """Starts git, and notes what it takes from packs where that has to be looked at."""
        return Watched(self.shell, tells=not self._is_known)

    def is_sound(self, watched: Watched, commits: Sequence[ObjectId]) -> bool:
        """True where each object that git took has the bytes that its id says.

        It tells of those that it unpacks, and may take the bases of their deltas without a word.
        The commits are some that it must have read; a git that does not tell is not believed.
        """
        if self._is_known:
            return True
        taken: set[ObjectId] = set()
        for pack, offsets in watched.places().items():
            try:
                found = ids_at(pack, with_bases(pack, offsets))
            except (OSError, ValueError):
                return False
            if not offsets <= {offset for offset, _ in found}:
                return False
            taken.update(name for _, name in found)
            unseen = [name for _, name in found if name not in self._sound]
            self._sound |= self._genuine.sound(unseen)
        told = (name in taken or self._is_loose(name) for name in commits)
        return not watched.is_deaf and taken <= self._sound and all(told)

    def _is_loose(self, name: ObjectId) -> bool:
        """True for an object that was copied, and looked at, or is our own."""
        places = (self.shell.objects, *self.shell.lent)
        return any((place / name[:2] / name[2:]).is_file() for place in places)


class Watched:
    """Starts git processes in a shell and notes which places in packs they take objects from.

    ``is_deaf`` where it has not heard all of them.
    """

    def __init__(self, shell: Shell, *, tells: bool) -> None:
        self._shell = shell
        self._tells = tells
        self._places: dict[bytes, set[int]] = {}
        self._listeners: list[threading.Thread] = []
        self.is_deaf = False

    def start(
        self, arguments: Sequence[str], *, stdin: int | IO[bytes] | None = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        """As ``Shell.start``."""
        process = self._shell.start(arguments, stdin=stdin, tells=self._tells)
        told, process.stderr = process.stderr, None
        if told:
            listener = threading.Thread(target=self._listen, args=(told,), daemon=True)
            self._listeners.append(listener)
            listener.start()
        return process

    def places(self) -> Mapping[Path, set[int]]:
        """The offsets by pack, once every process has ended."""
        for listener in self._listeners:
            listener.join()
        return {Path(os.fsdecode(pack)): found for pack, found in self._places.items()}

    def _listen(self, told: IO[bytes]) -> None:
        """Reads lines ``pack offset`` among complaints (git, GIT_TRACE_PACK_ACCESS)."""
        rest = b""
        try:
            while block := os.read(told.fileno(), _BLOCK):
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    pack, _, offset = line.rpartition(b" ")
                    if pack.endswith(b".pack") and offset.isdigit():
                        self._places.setdefault(pack, set()).add(int(offset))
                time.sleep(NAP)
        except (OSError, MemoryError):
            self.is_deaf = True
        finally:
            told.close()


def _lend(store: Path, folder: Path, *, checked: bool) -> None:
    """Packs one by one as cruft packs, and copies of loose objects; what cannot be is absent.

    Copies are ``checked`` where nobody has compared the bytes with the ids.
    """
    (folder / "pack").mkdir()
    for pack in packs_in(store):
        for part in (pack, index_of(pack)):
            (folder / "pack" / part.name).symlink_to(part.resolve())
        (folder / "pack" / f"{pack.name.removesuffix('.pack')}.mtimes").touch()
    for path in _first(store.glob("[0-9a-f][0-9a-f]/*")):
        with contextlib.suppress(OSError, ValueError, zlib.error, MissingObjectError):
            packed = path.read_bytes()
            if checked:
                parse_loose(ObjectId(path.parent.name + path.name), packed)
            (folder / path.parent.name).mkdir(exist_ok=True)
            (folder / path.parent.name / path.name).write_bytes(packed)


def _first(paths: Iterator[Path]) -> Iterator[Path]:
    """Those that are regular files of a size for an object, up to so many bytes of them."""
    left = _COPIED
    for path in paths:
        with contextlib.suppress(OSError):
            size = path.stat().st_size
            if path.is_file() and size <= min(left, MAX_OBJECT):
                left -= size
                yield path
