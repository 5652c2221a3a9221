"""git run over many commits, in processes: a commit on which git dies or is lost costs only itself.

Contiguous chunks let neighbours share delta bases; results come in the order of the ids
whatever the number of jobs.
"""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum, auto
from typing import IO, Final, Generic, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.parse.patch import EndlessPatchError
from provenance.repository.pool import in_shares, map_in_order
from provenance.repository.shell import Shell

PLAIN: Final = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--no-abbrev")
"""What keeps a diff free of whatever the user's or the tree's settings would make of it."""
PREFIXES: Final = ("--src-prefix=a/", "--dst-prefix=b/")
TREE_OF: Final = "%H %T"
"""A commit and its tree."""
PATCH: Final = ("--patch", "--unified=3", "--inter-hunk-context=0", *PREFIXES)
"""Three lines of context, as numstat has: with fewer git may pair equal lines otherwise."""
LOG: Final = (
    "log",
    "--no-walk=unsorted",
    "--stdin",
    *PLAIN,
    "--diff-merges=first-parent",
    "--root",
    "--encoding=UTF-8",
    "--raw",
)
_CHUNK: Final = 4000
_MOST_FILES: Final = 200_000
"""Files that the results of one run may name, 500 bytes each; 4,000 of Linux name 12,000."""
_BLOCK: Final = 1 << 18
_LONG: Final = 1 << 20
NAP: Final = 0.01
"""Seconds in which the pipe of a long answer fills: git writes 4 KiB at a time, and who waits for
each of them is woken more often than it reads.
"""
_ANSWER: Final = 60.0
"""Seconds after which git is taken to be lost in a mail or a patch."""
_SILENCE: Final = 20.0
"""Seconds after which git is taken to be lost in one commit: trees can name each other so that a
dozen of them hold more files than any machine can list."""


class _Identified(Protocol):
    """A result that says which commit it is about."""

    @property
    def id(self) -> ObjectId: ...


class Starter(Protocol):
    """Starts git processes, as ``Shell`` does."""

    def start(
        self, arguments: Sequence[str], *, stdin: int | IO[bytes] | None = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]: ...


_T = TypeVar("_T")
_R = TypeVar("_R", bound=_Identified)


class SilentError(Exception):
    """Nothing came from git for too long."""


class Command(Struct, Generic[_T], frozen=True):
    """What git is asked, and how its answer is read."""

    arguments: Sequence[str]
    read: Callable[[IO[bytes]], Iterable[_T]]
    files: Callable[[_T], int] = lambda _: 0
    """How many files a result names; who asks for many commits gets as many files at a time as
    memory holds.  Without it all results come at once.
    """


class Part(NamedTuple, Generic[_R]):
    """What was found of the first so many commits of a chunk."""

    found: dict[ObjectId, _R]
    taken: int


def marked(
    arguments: Sequence[str],
    form: str,
    read: Callable[[Iterable[bytes], bytes], Iterable[_T]],
    files: Callable[[_T], int] = lambda _: 0,
) -> Command[_T]:
    """``git log`` whose records begin with a line of a form behind a mark that no text can know."""
    mark = secrets.token_hex(16).encode("ascii")
    return Command(
        (*arguments, f"--format={mark.decode('ascii')}{form}"),
        lambda stdout: read(blocks_of(stdout), mark),
        files,
    )


def read_in_chunks(
    shell: Shell, command: Command[_R], ids: Sequence[ObjectId], *, jobs: int
) -> Iterator[tuple[ObjectId, _R | None]]:
    """Each id with what the command says of it; None where git could not tell."""
    return in_chunks(lambda chunk: read_chunk(shell, command, chunk), ids, jobs)


def in_chunks(
    read: Callable[[Sequence[ObjectId]], Part[_R]], ids: Sequence[ObjectId], jobs: int
) -> Iterator[tuple[ObjectId, _R | None]]:
    """Results in order, whatever is read of a chunk; chunks are long, because every new process
    has to rebuild its delta bases.  What is too much to be read at once is read when the rest of
    its chunk was used.
    """
    for whole, part in map_in_order(read, in_shares(ids, _CHUNK, jobs), jobs=jobs):
        chunk, (found, taken) = whole, part
        while chunk:
            for object_id in chunk[:taken]:
                yield object_id, found.get(object_id)
            chunk = chunk[taken:]
            if chunk:
                found, taken = read(chunk)


def read_chunk(git: Starter, command: Command[_R], chunk: Sequence[ObjectId]) -> Part[_R]:
    """The chunk's results; a commit on which git dies or is lost costs only itself.

    Where git dies its last result may be cut short, and the one after it may be the culprit:
    what is left is halved until the culprit stands alone.  Where git is lost, it is in one of
    the two commits after the last whole result.
    """
    end, results = run(git, command, chunk)
    if end is End.DEAD and results:
        results.pop()
    done = {result.id: result for result in results}
    if end is End.FULL:
        return Part(done, len(results))
    if end is End.COMPLETE or len(chunk) == 1:
        return Part(done, len(chunk))
    taken, rest = len(results), chunk[len(results) :]
    half = max(1, len(rest) // 2)
    cuts = (1, 2) if end is End.LOST else (half, half)
    for part in (rest[: cuts[0]], rest[cuts[0] : cuts[1]], rest[cuts[1] :]):
        if part:
            more = read_chunk(git, command, part)
            done.update(more.found)
            taken += more.taken
            if more.taken < len(part):
                break
    return Part(done, taken)


class End(Enum):
    """How a run of git ended; lost is one that falls silent or prints without end, full one that
    was ended because it had said enough.
    """

    COMPLETE = auto()
    DEAD = auto()
    LOST = auto()
    FULL = auto()


def run(git: Starter, command: Command[_T], lines: Sequence[str]) -> tuple[End, list[_T]]:
    """How git ended when it was given the lines, and what was read until then."""
    process = git.start(command.arguments, stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    results: list[_T] = []
    is_lost = is_full = False
    try:
        process.stdin.write("".join(f"{line}\n" for line in lines).encode("ascii"))
        process.stdin.close()
        is_full = _fill(results, len(lines), command.read(process.stdout), command.files)
    except (SilentError, EndlessPatchError):
        is_lost = True
        process.kill()
    finally:
        process.stdout.close()
        if process.poll() is None and (is_full or not process.stdin.closed):
            process.kill()
        status = process.wait()
    if is_lost:
        return End.LOST, results
    if is_full:
        return End.FULL, results
    return End.COMPLETE if status == 0 else End.DEAD, results


def _fill(results: list[_T], wanted: int, source: Iterable[_T], files: Callable[[_T], int]) -> bool:
    """Takes results until they name too many files; True where more are to come.

    The last one is whole only where git ends well, so its end is waited for.
    """
    count = 0
    for one in source:
        results.append(one)
        count += files(one)
        if count > _MOST_FILES and len(results) < wanted:
            return True
    return False


def blocks_of(stdout: IO[bytes]) -> Iterator[bytes]:
    """What a process prints, as it comes.  Raises ``SilentError`` where nothing does."""
    descriptor = stdout.fileno()
    read = 0
    while True:
        if not select.select([descriptor], [], [], _SILENCE)[0]:
            raise SilentError
        block = os.read(descriptor, _BLOCK)
        if not block:
            return
        yield block
        read += len(block)
        if read > _LONG and len(block) < _BLOCK // 2:
            time.sleep(NAP)


def ask(git: Starter, arguments: Sequence[str], given: bytes) -> bytes | None:
    """What git prints when it is given some bytes; None where it fails or does not end."""
    with git.start(arguments, stdin=subprocess.PIPE) as process:
        try:
            told, _ = process.communicate(given, timeout=_ANSWER)
        except subprocess.TimeoutExpired:
            process.kill()
            return None
    return told if process.returncode == 0 else None
