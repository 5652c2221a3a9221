"""Merges merged again in memory, to see what was put in or left out by hand."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from provenance.facts import ObjectId
from provenance.parse.remerge import Remerged, parse_files, parse_remerges
from provenance.repository.changes import PLAIN, PREFIXES, Command, blocks_of, read_in_chunks
from provenance.repository.shell import Shell

_REMERGE: Final = (
    *("log", "--no-walk=unsorted", "--stdin", "--encoding=UTF-8"),
    *("--remerge-diff", "--patch", *PLAIN, *PREFIXES),
)
_TREE_LENGTH: Final = 40


def read_merges(
    shell: Shell, merges: Iterable[tuple[ObjectId, Sequence[ObjectId]]], *, jobs: int
) -> Iterator[tuple[ObjectId, Remerged | None]]:
    """Each merge (id and parents) with what it changed itself; None where that is unknown.

    git merges two parents again; more are folded one after the other, as the octopus
    strategy does, and a conflict on the way leaves the answer unknown.
    """
    wanted = list(merges)
    mark = secrets.token_hex(16).encode("ascii")
    command = Command(
        (*_REMERGE, f"--format={mark.decode()}%H"),
        lambda stdout: parse_remerges(blocks_of(stdout), mark),
    )
    pairs = [name for name, parents in wanted if len(parents) == 2]
    found = read_in_chunks(shell, command, pairs, jobs=jobs)
    for name, parents in wanted:
        yield next(found) if len(parents) == 2 else (name, _octopus(shell, name, parents))


def _octopus(shell: Shell, merge: ObjectId, parents: Sequence[ObjectId]) -> Remerged | None:
    commit = parents[0]
    tree = ""
    for parent in parents[1:]:
        tree = _answer(shell, ["merge-tree", "--write-tree", commit, parent])
        if len(tree) != _TREE_LENGTH:
            return None
        both = ["-p", commit, "-p", parent]
        commit = ObjectId(_answer(shell, ["commit-tree", tree, *both, "-m", "fold"]))
        if len(commit) != _TREE_LENGTH:
            return None
    options = ["-r", "--patch", *PLAIN, *PREFIXES]
    shown = _output(shell, ["diff-tree", *options, tree, f"{merge}^{{tree}}"])
    if shown is None:
        return None
    return Remerged(merge, parse_files((b"\n" + shown).split(b"\ndiff --git ")[1:]))


def _answer(shell: Shell, arguments: Sequence[str]) -> str:
    """The first line that git prints; empty where it fails or merges with a conflict."""
    return (_output(shell, arguments) or b"").partition(b"\n")[0].decode("ascii", "replace")


def _output(shell: Shell, arguments: Sequence[str]) -> bytes | None:
    """All that git prints; None where it fails."""
    with shell.start(arguments) as process:
        assert process.stdout is not None
        shown = process.stdout.read()
    return shown if process.returncode == 0 else None
