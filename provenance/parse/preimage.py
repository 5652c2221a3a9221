"""What a patch says that its files were: the lines it removes and those around them.

Source of the format: git's "Generating patch text with -p" and POSIX unified diff.  For lines
that a patch does not show numbers stand here, so that each hunk finds its own where it looks for
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from provenance.parse.patch import unquoted

_HUNK: Final = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_MODE: Final = re.compile(rb"(?:old mode|deleted file mode|index [0-9a-f]+\.\.[0-9a-f]+) (\d{6})")
_DIFF: Final = b"diff --git "
_NOWHERE: Final = b"/dev/null"
_PLAIN: Final = "100644"
_LINES: Final = 1_000_000
"""Lines of a file that are made; a hunk further down is in none."""
_ALL_LINES: Final = 20 * _LINES
"""Lines that are made of all files of a patch: one byte each where they are empty."""


class PatchError(Exception):
    """Text that is no patch, or one that contradicts itself."""


class Preimage(NamedTuple):
    """A file before a patch: its mode and content, None where there must not be one.

    It is ``unseen`` where the patch moves it and shows nothing of it.
    """

    path: bytes
    mode: str
    content: bytes | None
    unseen: bool = False


class _File:
    """A file of which hunks are being read."""

    def __init__(self, path: bytes, mode: str) -> None:
        self.path = path
        self.mode = mode
        self.lines: list[bytes] = []
        self.ends = b"\n"

    def close(self) -> Preimage:
        text = b"\n".join(self.lines)
        return Preimage(self.path, self.mode, text + self.ends if self.lines else b"")


class _Head:
    """What the lines between a file's ``diff --git`` and its hunks say.

    ``source`` is what it is moved from, ``target`` where to, ``name`` its path where that stays.
    """

    def __init__(self, name: bytes = b"") -> None:
        self.name = name
        self.mode = _PLAIN
        self.is_new = False
        self.source = b""
        self.target = b""

    def take(self, line: bytes) -> None:
        known = _MODE.match(line)
        if known:
            self.mode = known[1].decode("ascii")
        elif line.startswith(b"new file mode "):
            self.is_new = True
        elif line.startswith((b"rename from ", b"copy from ")):
            self.source = _name(line.partition(b" from ")[2])
        elif line.startswith((b"rename to ", b"copy to ")):
            self.target = _name(line.partition(b" to ")[2])

    def moved(self) -> Iterator[Preimage]:
        """The file that is moved without a line of it."""
        if self.source:
            yield Preimage(self.source, self.mode, b"", unseen=True)

    def binary(self) -> Preimage:
        """Nothing, where a binary file is new.  Raises ``PatchError`` where it is not."""
        if not (self.is_new and self.name):
            raise PatchError("of a binary file it shows nothing")
        return Preimage(self.name, self.mode, None)


def parse_preimages(patch: bytes) -> tuple[Preimage, ...]:
    """Every file that a patch changes, renames, adds or removes, each once.

    Raises ``PatchError`` where its hunks overlap or end early, or where it changes a binary file.
    """
    found: dict[bytes, Preimage] = {}
    reader = _Reader(patch)
    for one in reader.files():
        if one.path in found or b"\0" in one.path:
            raise PatchError("it has a file twice, or one that no path leads to")
        found[one.path] = one
    for path in reader.targets:
        found.setdefault(path, Preimage(path, _PLAIN, None))
    return tuple(found.values())


class _Reader:
    """Goes through the lines once; ``targets`` are what files are moved or copied to."""

    def __init__(self, patch: bytes) -> None:
        self._lines = patch.split(b"\n")
        self._at = 0
        self._left = _ALL_LINES
        self.targets: list[bytes] = []

    def files(self) -> Iterator[Preimage]:
        head = _Head()
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith(_DIFF):
                yield from head.moved()
                head = _Head(_same_name(line[len(_DIFF) :]))
            elif line.startswith(b"--- ") and self._next().startswith(b"+++ "):
                yield self._file(_path(line[4:]), _path(self._next()[4:]), head.mode)
                head.source = b""
            elif line.startswith((b"GIT binary patch", b"Binary files ")):
                yield head.binary()
            else:
                head.take(line)
            if head.target:
                self.targets.append(head.target)
                head.target = b""
        yield from head.moved()

    def _next(self) -> bytes:
        return self._lines[self._at] if self._at < len(self._lines) else b""

    def _file(self, before: bytes, after: bytes, mode: str) -> Preimage:
        """A file with all its hunks; the line of its name after the patch comes next."""
        self._at += 1
        file = _File(before, mode)
        while hunk := _HUNK.match(self._next()):
            self._at += 1
            start, old, _, new = (int(part) if part else 1 for part in hunk.groups())
            self._hunk(file, start - 1 if old else start, old, new)
        if before != _NOWHERE:
            return file.close()
        if file.lines:
            raise PatchError("it removes lines of a file that is not there")
        return Preimage(after, mode, None)

    def _hunk(self, file: _File, start: int, old: int, new: int) -> None:
        """The old lines of one hunk, behind ``start`` others."""
        lacking = start - len(file.lines)
        if lacking < 0 or start > _LINES or lacking > self._left:
            raise PatchError("its hunks overlap, or lie too far down")
        if old:
            file.lines.extend(b"%d" % number for number in range(start - lacking, start))
            self._left -= lacking
        while old > 0 or new > 0:
            if self._at >= len(self._lines):
                raise PatchError("a hunk ends early")
            line = self._lines[self._at]
            self._at += 1
            kind = line[:1] or b" "
            if kind not in b" -+\\":
                raise PatchError("a line of a hunk is none")
            if kind in b" -":
                file.lines.append(line[1:])
                file.ends = b"" if self._next().startswith(b"\\") else b"\n"
            old -= kind in b" -"
            new -= kind in b" +"


def _path(field: bytes) -> bytes:
    """The path in a line ``---`` or ``+++``, without its first folder and what follows a tab."""
    name = field if field.startswith(b'"') else field.partition(b"\t")[0]
    name = _name(name)
    return name if name == _NOWHERE else name.partition(b"/")[2] or name


def _same_name(names: bytes) -> bytes:
    """The path in ``a/path b/path``; empty where the two differ."""
    half = len(names) // 2
    before, after = _path(names[:half]), _path(names[half + 1 :])
    return before if before == after else b""


def _name(field: bytes) -> bytes:
    name = field.rstrip(b"\r")
    if name.startswith(b'"'):
        return unquoted(name[1:].rpartition(b'"')[0])
    return name
