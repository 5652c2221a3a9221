"""Changed files, line counts and changed lines of many commits: ``git log``, in processes.

git is ten times faster than libgit2 here, and its patch text costs no more than its
``--numstat``, so one pass gives both.  Contiguous chunks let neighbours share delta bases;
results come in the order of the ids whatever the number of jobs.
"""

from __future__ import annotations

import os
import secrets
import select
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import IO, Final, Generic, Protocol, TypeVar

from provenance.facts import ObjectId
from provenance.parse.numstat import Counted, parse_counts
from provenance.parse.objects import compared_by
from provenance.parse.patch import Changed, EndlessPatchError, Look, parse_changes
from provenance.repository.genuine import Genuineness
from provenance.repository.objects import stream_objects
from provenance.repository.pool import map_in_order
from provenance.repository.shell import Shell

PLAIN: Final = ("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color")
"""What keeps a diff free of whatever the user's or the tree's settings would make of it."""
PREFIXES: Final = ("--src-prefix=a/", "--dst-prefix=b/")
_LOG: Final = (
    "log",
    "--no-walk=unsorted",
    "--stdin",
    "--no-abbrev",
    *PLAIN,
    "--diff-merges=first-parent",
    "--root",
    "--encoding=UTF-8",
    "--raw",
)
_COUNTS: Final = (*_LOG, "-z", "--numstat", "--format=%H")
_PATCHES: Final = (
    *(*_LOG, "-t", "--patch", "--unified=3", "--inter-hunk-context=0"),
    *PREFIXES,
)
"""Three lines of context, as numstat has: with fewer git may pair equal lines otherwise."""
_CHUNK: Final = 4000
_BLOCK: Final = 1 << 18
_SILENCE: Final = 20.0
"""Seconds after which git is taken to be lost in one commit: trees can name each other so that a
dozen of them hold more files than any machine can list."""


class _Identified(Protocol):
    """A result that says which commit it is about."""

    @property
    def id(self) -> ObjectId: ...


_T = TypeVar("_T")
_R = TypeVar("_R", bound=_Identified)


class SilentError(Exception):
    """Nothing came from git for too long."""


@dataclass(frozen=True, slots=True)
class Command(Generic[_R]):
    """What git is asked, and how its answer is read."""

    arguments: Sequence[str]
    read: Callable[[IO[bytes]], Iterator[_R]]


def read_changes(
    shell: Shell,
    store: Genuineness,
    ids: Sequence[ObjectId],
    *,
    look: Look[_T],
    jobs: int,
) -> Iterator[tuple[ObjectId, Changed[_T] | None]]:
    """Each id with its changes against the first parent; None where git could not tell.

    ``look`` is asked, in several threads, about each file with changed lines.
    """

    def read(chunk: Sequence[ObjectId]) -> dict[ObjectId, Changed[_T]]:
        found = _read_exactly(shell, chunk, look)
        return found if store.is_known else _genuine(shell, store, found)

    store.expect(len(ids), jobs=jobs)
    yield from _in_chunks(read, ids, jobs)


def read_in_chunks(
    shell: Shell, command: Command[_R], ids: Sequence[ObjectId], *, jobs: int
) -> Iterator[tuple[ObjectId, _R | None]]:
    """Each id with what the command says of it; None where git could not tell."""
    return _in_chunks(lambda chunk: _read_chunk(shell, command, chunk), ids, jobs)


def _in_chunks(
    read: Callable[[Sequence[ObjectId]], dict[ObjectId, _R]], ids: Sequence[ObjectId], jobs: int
) -> Iterator[tuple[ObjectId, _R | None]]:
    """Results in order.

    Chunks are long, because every new process has to rebuild its delta bases, and short
    enough to give every job the same share.
    """
    rounds = max(1, -(-len(ids) // (_CHUNK * jobs)))
    size = max(1, -(-len(ids) // (rounds * jobs)))
    chunks = (ids[start : start + size] for start in range(0, len(ids), size))
    for chunk, found in map_in_order(read, chunks, jobs=jobs):
        for object_id in chunk:
            yield object_id, found.get(object_id)


def _read_exactly(
    shell: Shell, chunk: Sequence[ObjectId], look: Look[_T]
) -> dict[ObjectId, Changed[_T]]:
    """The chunk's changes; where patch text leaves a count open, numstat gives it."""
    mark = secrets.token_hex(16).encode("ascii")
    patches = Command(
        (*_PATCHES, f"--format={mark.decode()}%H %T"),
        lambda stdout: parse_changes(blocks_of(stdout), mark, look),
    )
    found = _read_chunk(shell, patches, chunk)
    odd = [object_id for object_id, changed in found.items() if not changed.exact]
    counts = Command(_COUNTS, lambda stdout: parse_counts(_tokens(stdout)))
    counted: dict[ObjectId, Counted] = _read_chunk(shell, counts, odd) if odd else {}
    for object_id in odd:
        exact = counted.get(object_id)
        if exact is None:
            del found[object_id]
        else:
            found[object_id] = found[object_id]._replace(files=exact.files, exact=True)
    return found


def _genuine(
    shell: Shell, store: Genuineness, found: dict[ObjectId, Changed[_T]]
) -> dict[ObjectId, Changed[_T]]:
    """Those changes whose commit, parent, trees and texts all have the bytes their ids say."""
    if not found:
        return {}
    commits = _compared_by(shell, found)
    parents = dict.fromkeys(parent for _, parent in commits.values() if parent)
    commits.update(_compared_by(shell, [one for one in parents if one not in commits]))
    compared: dict[ObjectId, dict[ObjectId | None, None]] = {}
    for name, changed in found.items():
        tree, parent = commits.get(name, (None, None))
        before = commits.get(parent, (None, None))[0] if parent else tree
        every = (name, parent or name, tree, before, *changed.objects)
        compared[name] = dict.fromkeys(every)
    sound = store.sound(dict.fromkeys(one for names in compared.values() for one in names if one))
    return {name: found[name] for name, names in compared.items() if names.keys() <= sound}


def _compared_by(
    shell: Shell, ids: Iterable[ObjectId]
) -> dict[str, tuple[ObjectId | None, ObjectId | None]]:
    """The tree and the first parent of each commit whose bytes are what its id says."""
    return {
        raw.id: compared_by(raw.raw) for raw in stream_objects(shell, ids) if raw.type == "commit"
    }


def _read_chunk(
    shell: Shell, command: Command[_R], chunk: Sequence[ObjectId]
) -> dict[ObjectId, _R]:
    """The chunk's results; a commit on which git dies or is lost costs only itself.

    Where git dies its last result may be cut short, and the one after it may be the culprit:
    what is left is halved until the culprit stands alone.  Where git is lost, it is in one of
    the two commits after the last whole result.
    """
    end, results = _run(shell, command, chunk)
    if end is _End.DEAD and results:
        results.pop()
    done = {result.id: result for result in results}
    rest = chunk[len(results) :]
    if end is _End.COMPLETE or len(chunk) == 1:
        return done
    half = max(1, len(rest) // 2)
    cuts = (1, 2) if end is _End.LOST else (half, half)
    parts = (rest[: cuts[0]], rest[cuts[0] : cuts[1]], rest[cuts[1] :])
    for part in parts:
        if part:
            done.update(_read_chunk(shell, command, part))
    return done


class _End(Enum):
    """How a run of git ended; lost is one that falls silent or prints without end."""

    COMPLETE = auto()
    DEAD = auto()
    LOST = auto()


def _run(shell: Shell, command: Command[_R], ids: Sequence[ObjectId]) -> tuple[_End, list[_R]]:
    process = shell.start(command.arguments, stdin=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    results: list[_R] = []
    is_lost = False
    try:
        process.stdin.write("".join(f"{object_id}\n" for object_id in ids).encode("ascii"))
        process.stdin.close()
        results.extend(command.read(process.stdout))
    except (SilentError, EndlessPatchError):
        is_lost = True
        process.kill()
    finally:
        process.stdout.close()
        if process.poll() is None and not process.stdin.closed:
            process.kill()
        status = process.wait()
    if is_lost:
        return _End.LOST, results
    return _End.COMPLETE if status == 0 else _End.DEAD, results


def blocks_of(stdout: IO[bytes]) -> Iterator[bytes]:
    """What a process prints, as it comes.  Raises ``SilentError`` where nothing does."""
    descriptor = stdout.fileno()
    while True:
        if not select.select([descriptor], [], [], _SILENCE)[0]:
            raise SilentError
        block = os.read(descriptor, _BLOCK)
        if not block:
            return
        yield block


def _tokens(stdout: IO[bytes]) -> Iterator[bytes]:
    """What stands between NUL bytes, without the NUL; an unended rest is dropped."""
    rest = b""
    for block in blocks_of(stdout):
        parts = (rest + block).split(b"\0")
        rest = parts.pop()
        yield from parts
