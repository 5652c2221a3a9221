"""Merges merged again in memory, to see what was put in or left out by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from provenance.facts import ObjectId
from provenance.parse.remerge import Remerged, parse_remerges
from provenance.repository.log import (
    PLAIN,
    PREFIXES,
    Command,
    SilentError,
    blocks_of,
    read_in_chunks,
)
from provenance.repository.shell import Shell

_REMERGE: Final = (
    *("log", "--no-walk=unsorted", "--stdin", "--encoding=UTF-8"),
    *("--remerge-diff", "--patch", *PLAIN, *PREFIXES),
)
_ID_LENGTH: Final = 40


def read_merges(
    shell: Shell, merges: Iterable[tuple[ObjectId, Sequence[ObjectId]]], *, jobs: int
) -> Iterator[tuple[ObjectId, Remerged | None]]:
    """Each merge (id and parents) with what it changed itself; None where that is unknown.

    git merges two parents again; of more all but the last are folded one after the other, as
    the octopus strategy does: only the last one may conflict, others leave the answer unknown.
    """
    wanted = list(merges)
    if not wanted:
        return
    with Shell(shell.stores, writes=True) as own:
        yield from _merged(own, wanted, jobs)


def _merged(
    shell: Shell, wanted: Sequence[tuple[ObjectId, Sequence[ObjectId]]], jobs: int
) -> Iterator[tuple[ObjectId, Remerged | None]]:
    mark = secrets.token_hex(16).encode("ascii")
    command = Command(
        (*_REMERGE, f"--format={mark.decode()}%H"),
        lambda stdout: parse_remerges(blocks_of(stdout), mark),
    )
    pairs = [name for name, parents in wanted if len(parents) == 2]
    found = read_in_chunks(shell, command, pairs, jobs=jobs)
    for name, parents in wanted:
        if len(parents) == 2:
            yield next(found)
            continue
        folded = _folded(shell, name, parents)
        own = dict(read_in_chunks(shell, command, [folded], jobs=1)) if folded else {}
        shown = own.get(folded) if folded else None
        yield name, shown and shown._replace(id=name)


def _folded(shell: Shell, merge: ObjectId, parents: Sequence[ObjectId]) -> ObjectId | None:
    """A commit of our own that merges the last parent into all others, with the merge's tree."""
    commit = parents[0]
    for parent in parents[1:-1]:
        tree = _answer(shell, "merge-tree", "--write-tree", commit, parent)
        found = tree and _commit(shell, tree, commit, parent)
        if not found:
            return None
        commit = found
    return _commit(shell, f"{merge}^{{tree}}", commit, parents[-1])


def _commit(shell: Shell, tree: str, *parents: ObjectId) -> ObjectId | None:
    both = [word for parent in parents for word in ("-p", parent)]
    return _answer(shell, "commit-tree", tree, *both, "-m", "folded")


def _answer(shell: Shell, *arguments: str) -> ObjectId | None:
    """The id that git prints; None where it fails, merges with a conflict or falls silent."""
    with shell.start(arguments) as process:
        assert process.stdout is not None
        try:
            shown = next(blocks_of(process.stdout), b"")
        except SilentError:
            process.kill()
            shown = b""
    found = ObjectId(shown.removesuffix(b"\n").decode("ascii", "replace"))
    return found if process.returncode == 0 and len(found) == _ID_LENGTH else None
