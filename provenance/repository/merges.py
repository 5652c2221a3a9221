"""Merges merged again in memory, to see what was put in or left out by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from provenance.facts import ObjectId
from provenance.parse.remerge import Remerged, parse_remerges
from provenance.repository.genuine import Genuineness
from provenance.repository.log import (
    PLAIN,
    PREFIXES,
    Part,
    SilentError,
    Starter,
    blocks_of,
    in_chunks,
    marked,
    read_chunk,
)
from provenance.repository.pool import map_in_order
from provenance.repository.shell import Shell
from provenance.repository.workshop import Workshop

_REMERGE: Final = (
    *("log", "--no-walk=unsorted", "--stdin", "--encoding=UTF-8"),
    *("--remerge-diff", "--patch", *PLAIN, *PREFIXES),
)
_ID_LENGTH: Final = 40
_TWO: Final = 2
"""Parents that git merges again."""
_Merge = tuple[ObjectId, Sequence[ObjectId]]
_T = TypeVar("_T")
_R = TypeVar("_R")


def read_merges(
    shell: Shell,
    genuine: Genuineness,
    merges: Iterable[_Merge],
    *,
    jobs: int,
) -> Iterator[tuple[ObjectId, Remerged | None]]:
    """Each merge (id and parents) with what it changed itself; None where that is unknown.

    git merges two parents again; of more all but the last are folded one after the other, as
    the octopus strategy does: only the last one may conflict, others leave the answer unknown.
    Unknown is also what git merged from objects with other bytes than their ids say.
    """
    wanted = list(merges)
    if not wanted:
        return
    with Workshop(shell.stores, genuine) as workshop:
        merger = _Merger(workshop, jobs)
        stands_for = merger.fold([merge for merge in wanted if len(merge[1]) > _TWO])
        stands_for.update((name, name) for name, parents in wanted if len(parents) == _TWO)
        of_two = [stands_for[name] for name, _ in wanted if name in stands_for]
        found = in_chunks(merger.read, of_two, jobs)
        for name, _ in wanted:
            shown = next(found)[1] if name in stands_for else None
            yield name, shown and shown._replace(id=name)


class _Merger:
    """Merges merges again."""

    def __init__(self, workshop: Workshop, jobs: int) -> None:
        self._workshop = workshop
        self._jobs = jobs
        self._command = marked(_REMERGE, "%H", parse_remerges)

    def read(self, merges: Sequence[ObjectId]) -> Part[Remerged]:
        """What merges of two parents changed themselves, where that is known."""
        found = self._believed(lambda git, some: read_chunk(git, self._command, some).found, merges)
        return Part(found, len(merges))

    def fold(self, merges: Sequence[_Merge]) -> dict[ObjectId, ObjectId]:
        """For merges of more parents one of our own each, of the last one into all others."""

        def folded(git: Starter, some: Sequence[_Merge]) -> dict[ObjectId, ObjectId]:
            found = map_in_order(lambda merge: _folded(git, *merge), some, jobs=self._jobs)
            return {name: one for (name, _), one in found if one}

        return self._believed(folded, merges)

    def _believed(
        self, ask: Callable[[Starter, Sequence[_T]], dict[ObjectId, _R]], merges: Sequence[_T]
    ) -> dict[ObjectId, _R]:
        """What git answers without forged objects: where it took some, halves are asked again."""
        watched = self._workshop.watch()
        found = ask(watched, merges)
        if self._workshop.is_sound(watched, list(found)):
            return found
        half = len(merges) // 2
        parts = (merges[:half], merges[half:]) if half else ()
        return {name: one for part in parts for name, one in self._believed(ask, part).items()}


def _folded(git: Starter, merge: ObjectId, parents: Sequence[ObjectId]) -> ObjectId | None:
    commit = parents[0]
    for parent in parents[1:-1]:
        tree = _answer(git, "merge-tree", "--write-tree", commit, parent)
        found = tree and _commit(git, tree, commit, parent)
        if not found:
            return None
        commit = found
    return _commit(git, f"{merge}^{{tree}}", commit, parents[-1])


def _commit(git: Starter, tree: str, *parents: ObjectId) -> ObjectId | None:
    both = [word for parent in parents for word in ("-p", parent)]
    return _answer(git, "commit-tree", tree, *both, "-m", "folded")


def _answer(git: Starter, *arguments: str) -> ObjectId | None:
    """The id that git prints; None where it fails, merges with a conflict or falls silent."""
    with git.start(arguments) as process:
        assert process.stdout is not None
        try:
            shown = next(blocks_of(process.stdout), b"")
        except SilentError:
            process.kill()
            shown = b""
    found = ObjectId(shown.removesuffix(b"\n").decode("ascii", "replace"))
    return found if process.returncode == 0 and len(found) == _ID_LENGTH else None
