"""The stream of ``git log --raw -p``: changed files, exact line counts, and changed lines.

Source of the format: git's "Generating patch text with -p", its raw output format, and
POSIX unified diff.  Inside a hunk every line starts with ``+``, ``-``, a blank or a
backslash, so a line that starts with ``diff --git`` or ``@@`` is always git's own, and a
commit starts with a mark that nobody can know beforehand: a file that holds patch text
cannot pose as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from provenance.facts import FileChange, ObjectId
from provenance.parse.text import decode

FILE: Final = b"\ndiff --git "
_HUNK: Final = b"\n@@ "
_RAW: Final = re.compile(
    rb"^:(\d{6} \d{6} [0-9a-f]{40} [0-9a-f]{40}) ([A-Z])\d*\t(.+)$", re.MULTILINE
)
_ESCAPES: Final = {
    ord("a"): 7, ord("b"): 8, ord("t"): 9, ord("n"): 10, ord("v"): 11, ord("f"): 12, ord("r"): 13,
    ord('"'): 34, ord("\\"): 92,
}  # fmt: skip
_TREE: Final = "040000"
SUBMODULE: Final = "160000"
NO_FILE: Final = "000000"
"""Git's mode of a side that is not there."""
_OCTAL: Final = re.compile(rb"[0-7]{3}")
_T = TypeVar("_T")


class EndlessPatchError(Exception):
    """Patch text goes on beyond what is read of it."""


class FilePatch(NamedTuple):
    """The hunks of one file as git prints them, from the line end before the first ``@@``."""

    path: str
    hunks: bytes

    def added(self) -> list[bytes]:
        """Added lines without their sign and line end."""
        return [line[1:] for line in self.hunks.split(b"\n") if line[:1] == b"+"]

    def removed(self) -> list[bytes]:
        """Removed lines without their sign and line end."""
        return [line[1:] for line in self.hunks.split(b"\n") if line[:1] == b"-"]


class TreeChange(NamedTuple):
    """A folder below which something changed; empty ids where there is none before or after."""

    path: str
    old_id: ObjectId
    new_id: ObjectId


class Changed(NamedTuple, Generic[_T]):
    """One commit, its changed files in git's order, and what was seen in their lines.

    ``exact`` is False where the patch text does not tell what ``--numstat`` says: a changed
    type (file to symlink) is written as a removal and an addition, and a changed mode without
    a changed byte does not say whether the file is binary.  The first of ``trees`` is the root,
    of which only the new id is known.
    """

    id: ObjectId
    files: tuple[FileChange, ...]
    seen: tuple[_T, ...]
    exact: bool
    trees: tuple[TreeChange, ...] = ()

    @property
    def objects(self) -> Iterator[ObjectId]:
        """The trees and texts that git has compared."""
        for tree in self.trees:
            yield from filter(None, (tree.old_id, tree.new_id))
        for file in self.files:
            for mode, name in ((file.old_mode, file.old_id), (file.new_mode, file.new_id)):
                if mode not in (NO_FILE, SUBMODULE):
                    yield name


Look = Callable[[ObjectId, FilePatch], _T | None]
"""Asked about each file with changed lines, once; None leaves nothing behind."""


def parse_changes(blocks: Iterable[bytes], mark: bytes, look: Look[_T]) -> Iterator[Changed[_T]]:
    """Commits with their changes from the blocks of the stream.

    Each commit starts with the mark, its id and its tree on a line of their own.  Only one
    file's patch is in memory at a time, whatever the size of a commit.
    """
    commit: _Open[_T] | None = None
    for text in whole_files(blocks, mark):
        for number, part in enumerate(text.split(b"\n" + mark)):
            head, *patches = part.split(FILE)
            if number:
                if commit:
                    yield commit.close()
                commit = _Open(head, look)
            for patch in patches:
                if commit:
                    commit.take(patch)
    if commit:
        yield commit.close()


def whole_files(
    blocks: Iterable[bytes], mark: bytes, *, most: int | None = None
) -> Iterator[bytes]:
    """The stream cut where a commit or a file starts; each piece starts with a line end.

    Raises ``EndlessPatchError`` where a piece has more bytes than ``most``.
    """
    buffer = bytearray(b"\n")
    starts = {b"\n" + mark, FILE}
    longest = max(map(len, starts))
    searched = 1
    for block in blocks:
        buffer += block
        cut = max(buffer.rfind(start, searched) for start in starts)
        if cut > 0:
            yield bytes(buffer[:cut])
            del buffer[:cut]
            searched = 1
        else:
            searched = max(1, len(buffer) - longest)
        if most is not None and len(buffer) > most:
            raise EndlessPatchError
    yield bytes(buffer).removesuffix(b"\n")


class LineCounts(NamedTuple):
    """Lines of one file's patch; both counts are 0 where it is ``binary``."""

    added: int = 0
    removed: int = 0
    binary: bool = False


def counts_and_hunks(patch: bytes) -> tuple[LineCounts, bytes]:
    """What one file's patch counts, and its hunks from the line end before the first ``@@``."""
    start = patch.find(_HUNK)
    if start < 0:
        return LineCounts(binary=b"\nBinary files " in patch), b""
    hunks = patch[start:]
    return LineCounts(hunks.count(b"\n+"), hunks.count(b"\n-")), hunks


class Head(NamedTuple):
    """A commit with git's raw line for each file and folder, not yet looked into."""

    id: ObjectId
    text: bytes


def parse_heads(blocks: Iterable[bytes], mark: bytes) -> Iterator[Head]:
    """Commits from the blocks of a stream that has no patches; each starts as with patches."""
    for text in whole_files(blocks, mark):
        for head in text.split(b"\n" + mark)[1:]:
            yield Head(_id_of(head), head)


def pairs_in(head: bytes) -> list[tuple[str, int]] | None:
    """What git compares for each file, modes and ids as it prints them, and where its line starts.

    None where a file changes its type or only its mode (see ``Changed.exact``).
    """
    found = []
    for match in _RAW.finditer(head):
        pair = match[1].decode("ascii")
        old_mode, new_mode, old_id, new_id = pair.split(" ")
        if _TREE in (old_mode, new_mode):
            continue
        if match[2] == b"T" or old_id == new_id:
            return None
        found.append((pair, match.start()))
    return found


def path_at(head: bytes, line: int) -> str:
    """The path that a raw line names."""
    match = _RAW.match(head, line)
    assert match is not None
    return _path(match)


def changed_of(head: bytes, counts: Sequence[LineCounts], seen: Sequence[_T]) -> Changed[_T]:
    """The commit with the counts of its files, all of them exact."""
    files, trees = _entries(head)
    return Changed(_id_of(head), _with_counts(files, counts), tuple(seen), exact=True, trees=trees)


def _id_of(head: bytes) -> ObjectId:
    return ObjectId(head[:40].decode("ascii", "replace"))


def _entries(head: bytes) -> tuple[list[_Described], tuple[TreeChange, ...]]:
    """The files and the folders of git's raw lines, the root before the folders."""
    entries = [_described(match) for match in _RAW.finditer(head)]
    root = TreeChange("", ObjectId(""), ObjectId(head[41:81].decode("ascii", "replace")))
    folders = (_folder(entry) for entry in entries if _is_folder(entry))
    return [entry for entry in entries if not _is_folder(entry)], (root, *folders)


def _with_counts(
    files: Sequence[_Described], counts: Sequence[LineCounts]
) -> tuple[FileChange, ...]:
    return tuple(
        FileChange(
            file.path,
            file.change,
            *lines,
            file.old_mode,
            file.new_mode,
            file.old_id,
            file.new_id,
        )
        for file, lines in zip(files, counts, strict=True)
    )


class _Open(Generic[_T]):
    """A commit whose file patches are being read."""

    def __init__(self, head: bytes, look: Look[_T]) -> None:
        self._id = _id_of(head)
        self._look = look
        self._files, self._trees = _entries(head)
        self._order = [
            number
            for number, file in enumerate(self._files)
            for _ in range(2 if file.change == "T" else 1)
        ]
        self._counts = [LineCounts()] * len(self._files)
        self._seen: list[_T] = []
        self._taken = 0

    def take(self, patch: bytes) -> None:
        """Takes in the next file's patch; it is the next of the raw lines."""
        position = self._taken
        self._taken += 1
        if position >= len(self._order):
            return
        number = self._order[position]
        self._counts[number], hunks = counts_and_hunks(patch)
        if not hunks:
            return
        seen = self._look(self._id, FilePatch(self._files[number].path, hunks))
        if seen is not None:
            self._seen.append(seen)

    def close(self) -> Changed[_T]:
        """The commit as far as it was read."""
        files = _with_counts(self._files, self._counts)
        exact = self._taken == len(files) and all(file.old_id != file.new_id for file in files)
        return Changed(self._id, files, tuple(self._seen), exact, self._trees)


def _is_folder(entry: _Described) -> bool:
    return _TREE in (entry.old_mode, entry.new_mode)


def _folder(entry: _Described) -> TreeChange:
    old = entry.old_id if entry.old_mode == _TREE else ObjectId("")
    new = entry.new_id if entry.new_mode == _TREE else ObjectId("")
    return TreeChange(entry.path, old, new)


class _Described(NamedTuple):
    path: str
    change: str
    old_mode: str
    new_mode: str
    old_id: ObjectId
    new_id: ObjectId


def _described(match: re.Match[bytes]) -> _Described:
    old_mode, new_mode, old_id, new_id = match[1].decode("ascii").split(" ")
    change = match[2].decode("ascii")
    return _Described(_path(match), change, old_mode, new_mode, ObjectId(old_id), ObjectId(new_id))


def _path(match: re.Match[bytes]) -> str:
    name = match[3]
    if name.startswith(b'"') and name.endswith(b'"'):
        name = unquoted(name[1:-1])
    return decode(name)


def unquoted(name: bytes) -> bytes:
    """A path without git's C-style quoting (quote.c)."""
    out = bytearray()
    position = 0
    while position < len(name):
        byte = name[position]
        if byte != ord("\\") or position + 1 >= len(name):
            out.append(byte)
            position += 1
        elif _OCTAL.match(name, position + 1):
            out.append(int(name[position + 1 : position + 4], 8) & 0xFF)
            position += 4
        else:
            out.append(_ESCAPES.get(name[position + 1], name[position + 1]))
            position += 2
    return bytes(out)
