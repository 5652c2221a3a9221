"""Objects by id, each checked against its id; packs are read by git, in a process of its own.

A pack's index may lead anywhere, and a library that follows it takes this process with it
when it dies.  A process of git that dies costs one object.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import re
import subprocess
import threading
import zlib
from collections import deque
from collections.abc import Container, Generator, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from provenance.errors import MissingObjectError
from provenance.facts import ObjectId
from provenance.limits import MAX_OBJECT
from provenance.repository.pool import in_batches
from provenance.repository.shell import Shell

_BLOCK: Final = 1 << 20
_FED: Final = 500
"""Ids that git is given at once."""
_PARENTS_FIRST: Final = ("--topo-order", "--reverse")
_LIST: Final = ("rev-list", *_PARENTS_FIRST, "--stdin")
_READ: Final = ("cat-file", "--batch", "--buffer")
ABSENT: Final = "not in the repository"
_UNFIT: Final = "its bytes do not match its id"


class RawObject(NamedTuple):
    """One object as stored; ``problem`` says why ``raw`` is empty.

    Of an object over ``MAX_OBJECT`` only the first part is kept; ``size`` is that of all.
    """

    id: str
    type: str
    raw: bytes
    problem: str = ""
    size: int = 0

    @property
    def is_whole(self) -> bool:
        """True where ``raw`` is all of it."""
        return self.size <= len(self.raw)


class ObjectDatabase:
    """Random access.  Has no configuration, no replace refs and only the stores it is given.

    Loose objects are read here, packed ones through one long-lived process of git, which is
    started anew where it has died.
    """

    def __init__(self, stores: Sequence[Path], shell: Shell) -> None:
        self._stores = tuple(stores)
        self._shell = shell
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: Iterator[RawObject] = iter(())
        self._lock = threading.Lock()

    def close(self) -> None:
        """Ends the process."""
        if self._process:
            _end(self._process)
            self._process = None

    def read(self, object_id: ObjectId) -> RawObject:
        """The object.  Raises ``MissingObjectError`` where it is absent, damaged or huge."""
        damage = ""
        for store in self._stores:
            path = store / object_id[:2] / object_id[2:]
            if path.is_file():
                try:
                    return _read_loose(object_id, path)
                except (OSError, ValueError, zlib.error) as error:
                    damage = str(error)
        try:
            return self._read_packed(object_id)
        except MissingObjectError as error:
            if damage:
                raise MissingObjectError(object_id, f"damaged: {damage}") from error
            raise

    def _read_packed(self, object_id: ObjectId) -> RawObject:
        with self._lock:
            found = self._ask(object_id)
        if found.problem:
            raise MissingObjectError(object_id, found.problem)
        if not found.is_whole:
            raise MissingObjectError(object_id, f"larger than {MAX_OBJECT >> 20} MiB")
        return found

    def _ask(self, object_id: ObjectId) -> RawObject:
        process = self._process
        if process is None or process.poll() is not None:
            self.close()
            process = self._process = self._shell.start(
                ["cat-file", "--batch"], stdin=subprocess.PIPE
            )
            self._answers = _parse_batch(process.stdout)
        assert process.stdin is not None
        try:
            process.stdin.write(object_id.encode("ascii") + b"\n")
            process.stdin.flush()
            found = next(self._answers, None)
        except BrokenPipeError:
            found = None
        if found is not None:
            return found
        self.close()
        return RawObject(object_id, "", b"", "damaged: git cannot read it")


def _read_loose(object_id: ObjectId, path: Path) -> RawObject:
    """A loose object.  Raises ``ValueError`` for a file that is too large, and as parsing does."""
    if path.stat().st_size > MAX_OBJECT:
        raise ValueError(f"its file is larger than {MAX_OBJECT >> 20} MiB")
    return parse_loose(object_id, path.read_bytes())


def parse_loose(object_id: ObjectId, packed: bytes) -> RawObject:
    """A loose object (gitrepository-layout): zlib over ``type size NUL content``.

    Raises ``ValueError`` or ``zlib.error`` where it is no object or another one, and
    ``MissingObjectError`` where it is huge.
    """
    inflate = zlib.decompressobj()
    whole = inflate.decompress(packed, MAX_OBJECT + 64)
    header, nul, raw = whole.partition(b"\0")
    kind, _, size = header.partition(b" ")
    if not nul or not size.isdigit() or kind not in (b"commit", b"tree", b"blob", b"tag"):
        raise ValueError("no object header")
    if int(size) > MAX_OBJECT:
        raise MissingObjectError(object_id, f"larger than {MAX_OBJECT >> 20} MiB")
    if len(raw) != int(size) or hashlib.sha1(whole, usedforsecurity=False).hexdigest() != object_id:
        raise ValueError("its bytes do not match its id")
    return RawObject(object_id, kind.decode("ascii"), raw, size=len(raw))


def expand_id(shell: Shell, prefix: str) -> list[ObjectId]:
    """Every object whose id starts with the given 4 to 40 hexadecimal digits."""
    found = _lines(shell, ["rev-parse", f"--disambiguate={prefix}"])
    return sorted(ObjectId(line.decode("ascii").strip()) for line in found)


def stream_objects(shell: Shell, ids: Iterable[ObjectId]) -> Iterator[RawObject]:
    """One answer for each id, in the order asked, through ``git cat-file --batch``.

    Where an object is so damaged that git dies, that one cannot be read and the rest can.  Where
    nothing is asked git is not started.
    """
    asked: deque[ObjectId] = deque()
    source = iter(ids)
    while first := list(islice(source, 1)):
        for found in _batch(shell, asked, chain(first, source)):
            asked.popleft()
            yield found
        if not asked:
            return
        yield RawObject(asked.popleft(), "", b"", "damaged: git cannot read it")
        source = chain(list(asked), source)
        asked.clear()


def _batch(shell: Shell, asked: deque[ObjectId], source: Iterator[ObjectId]) -> Iterator[RawObject]:
    """Answers of one process; ``asked`` holds the ids that it has not answered yet."""
    process = shell.start(_READ, stdin=subprocess.PIPE)
    assert process.stdin is not None

    def noted() -> Iterator[ObjectId]:
        for object_id in source:
            asked.append(object_id)
            yield object_id

    feeder = threading.Thread(target=_feed, args=(process.stdin, noted()), daemon=True)
    feeder.start()
    with _ended(process):
        yield from _parse_batch(process.stdout)
        feeder.join()


def list_commits(shell: Shell, revisions: Sequence[str]) -> Iterator[str]:
    """Ids of the commits that some ids reach and others (with ``^``) do not, as git has it."""
    for line in _lines(shell, ["rev-list", "--stdin"], revisions):
        yield line[:40].decode("ascii")


def list_objects(shell: Shell) -> Iterator[ObjectId]:
    """Ids of all objects, in the order in which they are quick to read."""
    every = ["--batch-all-objects", "--unordered", "--buffer", "--batch-check=%(objectname)"]
    for line in _lines(shell, ["cat-file", *every]):
        yield ObjectId(line[:40].decode("ascii"))


def stream_told(shell: Shell, what: str, ids: Iterable[ObjectId]) -> Iterator[str]:
    """``objecttype`` or ``objectsize`` of each object in the order asked; empty where git finds
    none.
    """
    for line in _lines(shell, ["cat-file", "--buffer", f"--batch-check=%({what})"], ids):
        found = line.strip().decode("ascii", "replace")
        yield found if " " not in found else ""


def first_commit(shell: Shell, start: ObjectId) -> str | None:
    """The last commit on the line of first parents."""
    last = b""
    for line in _lines(shell, ["rev-list", "--first-parent", start]):
        last = line
    return last[:40].decode("ascii") if last else None


def git_version(shell: Shell) -> str:
    """The version of git, as a word."""
    return b"".join(_lines(shell, ["version"])).decode("ascii", "replace").strip()


class Ahead(NamedTuple):
    """A git process that lists what some tips reach; nobody has read from it yet."""

    tips: Sequence[ObjectId]
    listing: subprocess.Popen[bytes]


@contextlib.contextmanager
def list_ahead(shell: Shell, tips: Sequence[ObjectId]) -> Iterator[Ahead]:
    """Has git begin to list, for ``stream_reachable``: it is silent for long at first."""
    listing = _asked(shell, _LIST, tips)
    with _ended(listing):
        yield Ahead(tips, listing)


def stream_reachable(
    shell: Shell,
    tips: Sequence[ObjectId],
    known: Container[str],
    below: Sequence[ObjectId],
    ahead: Ahead | None = None,
) -> Iterator[RawObject]:
    """Commits that git says are reachable from the tips: a quick supply, not the truth.

    Parents come before children; known ids are left out, and what the known commits ``below``
    reach is not even looked at.  Where a parent is missing git gives
    up: then what it can list from the other end comes, and who needs exactness follows the
    parents of what came.  Where git dies some may come twice.  A listing of the same tips that
    is ``ahead`` is used where nothing is known.
    """
    revisions = [*tips, *(f"^{commit}" for commit in below)]
    begun = ahead.listing if ahead and list(ahead.tips) == revisions else None
    if known or not (yield from _piped(shell, begun or _asked(shell, _LIST, revisions))):
        yield from stream_objects(shell, _listed(shell, revisions, known))


def _piped(shell: Shell, listing: subprocess.Popen[bytes]) -> Generator[RawObject, None, bool]:
    """Commits that one process lists and another reads; True where both ended well."""
    assert listing.stdout is not None
    with _ended(listing):
        reading = shell.start(_READ, stdin=listing.stdout)
        with _ended(reading):
            listing.stdout.close()  # the other process has it
            yield from _parse_batch(reading.stdout)
            return listing.wait() == 0 == reading.wait()


def _listed(shell: Shell, revisions: Sequence[str], known: Container[str]) -> Iterator[ObjectId]:
    for order in (_PARENTS_FIRST, ()):
        count = 0
        for line in _lines(shell, ["rev-list", *order, "--stdin"], revisions):
            count += 1
            name = line[:40].decode("ascii")
            if name not in known:
                yield ObjectId(name)
        if count:
            return


def _lines(
    shell: Shell, arguments: Sequence[str], asked: Iterable[str] | None = None
) -> Iterator[bytes]:
    """What a git process prints, line by line; ``asked`` is written to it meanwhile."""
    process = shell.start(arguments) if asked is None else _asked(shell, arguments, asked)
    assert process.stdout is not None
    with _ended(process):
        yield from process.stdout


def _asked(shell: Shell, arguments: Sequence[str], asked: Iterable[str]) -> subprocess.Popen[bytes]:
    """A git process to which lines are written while it runs."""
    process = shell.start(arguments, stdin=subprocess.PIPE)
    assert process.stdin is not None
    threading.Thread(target=_feed, args=(process.stdin, asked), daemon=True).start()
    return process


def _feed(pipe: IO[bytes], ids: Iterable[str]) -> None:
    with contextlib.suppress(BrokenPipeError, ValueError), pipe:
        for some in in_batches(ids, _FED):
            pipe.write("".join(f"{name}\n" for name in some).encode("ascii"))


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Ends the process whatever happens to whoever reads it."""
    try:
        yield
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError, ValueError):
                pipe.close()
    process.wait()


def _parse_batch(stdout: IO[bytes] | None) -> Iterator[RawObject]:
    """Objects from ``cat-file --batch``, read in blocks; an object cut short ends them."""
    assert isinstance(stdout, io.BufferedReader)
    buffer, position = b"", 0
    while True:
        end_of_header = buffer.find(b"\n", position)
        if end_of_header < 0:
            block = stdout.read1(_BLOCK)
            if not block:
                return
            buffer, position = buffer[position:] + block, 0
            continue
        words = buffer[position:end_of_header].split()
        name = words[0].decode("ascii", "replace")
        position = end_of_header + 1
        if len(words) != 3:
            yield RawObject(name, "", b"", ABSENT)
            continue
        size = int(words[2])
        if size > MAX_OBJECT:
            found = _skip(stdout, buffer[position:], words)
            if found is None:
                return
            yield found
            buffer, position = b"", 0
            continue
        lacking = position + size + 1 - len(buffer)
        if lacking > 0:
            buffer, position = buffer[position:] + stdout.read(lacking), 0
            if len(buffer) <= size:
                return
        raw = buffer[position : position + size]
        position += size + 1
        stored = b"%b %b\0%b" % (words[1], words[2], raw)
        if hashlib.sha1(stored, usedforsecurity=False).hexdigest() != name:
            yield RawObject(name, "", b"", _UNFIT)
        else:
            yield RawObject(name, words[1].decode("ascii"), raw, "", size)


def _skip(stdout: IO[bytes], start: bytes, words: Sequence[bytes]) -> RawObject | None:
    """A large object, read past: its first part, and checked as a whole; None where it ends."""
    name, kind, size = words[0].decode("ascii", "replace"), words[1], int(words[2])
    digest = hashlib.sha1(b"%b %d\0" % (kind, size), usedforsecurity=False)
    digest.update(start)
    kept, left = bytearray(start[:_BLOCK]), size - len(start)
    while left > 0:
        block = stdout.read(min(_BLOCK, left))
        if not block:
            return None
        digest.update(block)
        left -= len(block)
        if len(kept) < _BLOCK:
            kept += block
    if not stdout.read(1):
        return None
    if digest.hexdigest() != name:
        return RawObject(name, "", b"", _UNFIT)
    return RawObject(name, kind.decode("ascii"), bytes(kept), size=size)


_HEX: Final = re.compile(r"[0-9a-f]{4,40}")


def is_hex_id(text: str) -> bool:
    """True for 4 to 40 hexadecimal digits, an id or the start of one."""
    return _HEX.fullmatch(text) is not None
