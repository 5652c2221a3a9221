"""The stream of ``git log --remerge-diff -p``: what a merge holds that merging does not give.

git merges the parents again in memory and shows the recorded tree against that.  A file
that cannot be merged carries conflict markers on the old side and a note in its header
(diff-options, ``--remerge-diff``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from provenance.facts import ObjectId
from provenance.parse.patch import FilePatch, unquoted
from provenance.parse.text import decode

_FILE: Final = b"\ndiff --git "
_CONFLICT: Final = b"\nremerge CONFLICT"
_MARKERS: Final = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedFile:
    """One file in which a merge differs from merging again.

    ``conflicts`` says that it cannot be merged without a decision.  ``novel`` are lines of the
    merge that merging again does not give, neither as a result nor as one side of a conflict.
    ``has_lines`` is False where git shows none, as for a binary file.
    """

    path: str
    conflicts: bool
    novel: tuple[str, ...]
    removed: int
    has_lines: bool = True


class Remerged(NamedTuple):
    """One merge and the files that it changed; nothing where it only merged."""

    id: ObjectId
    files: tuple[MergedFile, ...]


def parse_remerges(blocks: Iterable[bytes], mark: bytes) -> Iterator[Remerged]:
    """Merges from the stream; each starts with the mark and its id on a line of its own."""
    start = b"\n" + mark
    rest = b"\n"
    for block in blocks:
        *whole, rest = (rest + block).split(start)
        for text in filter(None, whole):
            yield _merge(text)
        rest = start + rest if whole else rest
    for text in filter(None, rest.removesuffix(b"\n").split(start)):
        yield _merge(text)


def _merge(text: bytes) -> Remerged:
    head, *files = text.split(_FILE)
    return Remerged(ObjectId(head[:40].decode("ascii", "replace")), parse_files(files))


def parse_files(patches: Iterable[bytes]) -> tuple[MergedFile, ...]:
    """The files of one merge from their patches, each without its ``diff --git``."""
    return tuple(_file(patch) for patch in patches)


def _file(patch: bytes) -> MergedFile:
    start = patch.find(b"\n@@ ")
    head = patch if start < 0 else patch[:start]
    found = FilePatch(_path(head.partition(b"\n")[0]), b"" if start < 0 else patch[start:])
    removed = found.removed()
    given = set(removed)
    return MergedFile(
        path=found.path,
        conflicts=_CONFLICT in head,
        novel=tuple(decode(line) for line in found.added() if line not in given),
        removed=sum(not line.startswith(_MARKERS) for line in removed),
        has_lines=start >= 0,
    )


def _path(names: bytes) -> str:
    """The path in ``a/PATH b/PATH``: without renames both halves are the same."""
    first = names[: len(names) // 2]
    if first.startswith(b'"'):
        return decode(unquoted(first[1:-1])[2:])
    return decode(first[2:])
