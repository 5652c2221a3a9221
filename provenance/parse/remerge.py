"""The stream of ``git log --remerge-diff -p``: what a merge holds that merging does not give.

git merges the parents again in memory and shows the recorded tree against that.  A file
that cannot be merged carries conflict markers on the old side and a note in its header
(diff-options, ``--remerge-diff``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.parse.patch import FILE, EndlessPatchError, FilePatch, unquoted, whole_files
from provenance.parse.text import decode

MOST_BYTES: Final = 16 << 20
"""Patch text of one merge that is read; the longest among 12,000 kernel merges has 0.7 MB."""
_SHOWN: Final = 20
_CONFLICT: Final = b"\nremerge CONFLICT"
_MARKERS: Final = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


class MergedFile(Struct, frozen=True, kw_only=True):
    """One file in which a merge differs from merging again.

    ``conflicts`` says that it cannot be merged without a decision.  ``added`` counts the lines
    of the merge that merging again does not give, neither as a result nor as one side of a
    conflict; ``novel`` are the first 20 of them.  ``has_lines`` is False where git shows none,
    as for a binary file.
    """

    path: str
    conflicts: bool
    added: int
    novel: tuple[str, ...]
    removed: int
    has_lines: bool = True


class Remerged(NamedTuple):
    """One merge and the files that it changed; nothing where it only merged."""

    id: ObjectId
    files: tuple[MergedFile, ...]


def parse_remerges(blocks: Iterable[bytes], mark: bytes) -> Iterator[Remerged]:
    """Merges from the stream; each starts with the mark and its id on a line of its own.

    Only one file's patch is in memory at a time.  Raises ``EndlessPatchError``.
    """
    name: ObjectId | None = None
    files: list[MergedFile] = []
    size = 0
    for text in whole_files(blocks, mark, most=MOST_BYTES):
        for number, part in enumerate(text.split(b"\n" + mark)):
            head, *patches = part.split(FILE)
            if number:
                if name is not None:
                    yield Remerged(name, tuple(files))
                name, files, size = ObjectId(head[:40].decode("ascii", "replace")), [], 0
            size += len(part)
            if size > MOST_BYTES:
                raise EndlessPatchError
            files.extend(_file(patch) for patch in patches)
    if name is not None:
        yield Remerged(name, tuple(files))


def _file(patch: bytes) -> MergedFile:
    start = patch.find(b"\n@@ ")
    head = patch if start < 0 else patch[:start]
    found = FilePatch(_path(head.partition(b"\n")[0]), b"" if start < 0 else patch[start:])
    removed = found.removed()
    given = set(removed)
    novel = [line for line in found.added() if line not in given]
    return MergedFile(
        path=found.path,
        conflicts=_CONFLICT in head,
        added=len(novel),
        novel=tuple(decode(line) for line in novel[:_SHOWN]),
        removed=sum(not line.startswith(_MARKERS) for line in removed),
        has_lines=start >= 0,
    )


def _path(names: bytes) -> str:
    """The path in ``a/PATH b/PATH``: without renames both halves are the same."""
    first = names[: len(names) // 2]
    if first.startswith(b'"'):
        return decode(unquoted(first[1:-1])[2:])
    return decode(first[2:])
