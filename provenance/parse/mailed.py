"""The text of a patch as a mail has it: its files, what is said of them, and their hunks.

Source of the format: git's "Generating patch text with -p" and POSIX unified diff.  How many lines
a hunk has stands in its head, so what follows the last one (a signature) is none of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from provenance.facts import FileChange, ObjectId
from provenance.parse.comparison import Change
from provenance.parse.patch import NO_FILE, FilePatch, unquoted
from provenance.parse.text import decode

_HUNK: Final = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_OLD_MODE: Final = re.compile(rb"(?:old mode|deleted file mode) (\d{6})")
_NEW_MODE: Final = re.compile(rb"new (?:file )?mode (\d{6})")
_INDEX: Final = re.compile(rb"index ([0-9a-f]+)\.\.([0-9a-f]+)(?: (\d{6}))?")
_DIFF: Final = b"diff --git "
_NOWHERE: Final = b"/dev/null"
_ID: Final = 40
"""Digits of an id that is not shortened."""
PLAIN: Final = "100644"
"""The mode of a file of which nothing else is said."""


class PatchError(Exception):
    """Text that is no patch, or one that contradicts itself."""


class Hunk(NamedTuple):
    """Lines with their sign, as they stand there; ``old`` of them are there before the patch.

    ``start`` lines of the file are in front of it.
    """

    start: int
    old: int
    lines: Sequence[bytes]

    def side(self, signs: bytes) -> Iterator[bytes]:
        """The lines with one of some signs, without it, each with its end if it has one."""
        following = (*self.lines[1:], b"")
        for line, after in zip(self.lines, following, strict=True):
            if line[:1] in signs:
                yield line[1:] + (b"" if after.startswith(b"\\") else b"\n")


class Head:
    """What stands between a file's ``diff --git`` and its hunks.

    ``source`` is what it is moved (``is_move``) or copied from, ``target`` where to, ``name`` its
    path where that stays.  Modes and ids are empty where they are not told.
    """

    def __init__(self, name: bytes = b"") -> None:
        self.name = name
        self.old_mode = ""
        self.new_mode = ""
        self.new_id = b""
        self.is_new = False
        self.is_gone = False
        self.is_binary = False
        self.source = b""
        self.target = b""
        self.is_move = False

    def take(self, line: bytes) -> None:
        """Takes in a line."""
        if match := _OLD_MODE.match(line):
            self.old_mode = match[1].decode("ascii")
            self.is_gone |= line.startswith(b"deleted")
        elif match := _NEW_MODE.match(line):
            self.new_mode = match[1].decode("ascii")
            self.is_new |= line.startswith(b"new file")
        elif match := _INDEX.match(line):
            self.new_id = match[2]
            if match[3]:
                self.old_mode = self.new_mode = match[3].decode("ascii")
        elif line.startswith((b"rename from ", b"copy from ")):
            self.source = _name(line.partition(b" from ")[2])
            self.is_move = line.startswith(b"rename")
        elif line.startswith((b"rename to ", b"copy to ")):
            self.target = _name(line.partition(b" to ")[2])
        elif line.startswith((b"GIT binary patch", b"Binary files ")):
            self.is_binary = True


class MailedFile(NamedTuple):
    """One file of a patch.

    ``before`` and ``after`` are the paths of its lines ``---`` and ``+++``: empty where there are
    no such lines, None on the side where there is no file.
    """

    head: Head
    before: bytes | None
    after: bytes | None
    hunks: Sequence[Hunk]

    @property
    def has_lines(self) -> bool:
        """True where the patch shows lines of it, or could."""
        return self.before != b""

    @property
    def source(self) -> str | None:
        """Where the file was; None where there was none."""
        if self.head.is_new or self.before is None:
            return None
        return decode(self.head.source or self.before or self.head.name)

    @property
    def target(self) -> str | None:
        """Where it is afterwards; None where it is gone."""
        if self.head.is_gone or self.after is None:
            return None
        return decode(self.head.target or self.after or self.head.name)


def read_files(patch: bytes) -> Iterator[MailedFile]:
    """The files of a patch in their order.  Raises ``PatchError`` where a hunk ends early."""
    return _Reader(patch).files()


def with_plain_ends(patch: bytes) -> bytes:
    """A patch without the carriage returns that a mail program gave to all its lines.

    Those of a file whose lines end so stand in its lines only.
    """
    has_them_all = b"\r\n+++ " in patch and patch.count(b"\r\n") == patch.count(b"\n")
    return patch.replace(b"\r\n", b"\n") if has_them_all else patch


class _Reader:
    """Goes through the lines once."""

    def __init__(self, patch: bytes) -> None:
        self._lines = patch.split(b"\n")
        self._at = 0

    def files(self) -> Iterator[MailedFile]:
        head: Head | None = None
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.startswith(_DIFF):
                if head:
                    yield MailedFile(head, b"", b"", ())
                head = Head(_same_name(line[len(_DIFF) :]))
            elif line.startswith(b"--- ") and self._next().startswith(b"+++ "):
                before, after = _path(line[4:]), _path(self._next()[4:])
                self._at += 1
                yield MailedFile(head or Head(), before, after, list(self._hunks()))
                head = None
            elif head:
                head.take(line)
            elif line.startswith(b"GIT binary patch"):
                raise PatchError("of a binary file it shows nothing")
        if head:
            yield MailedFile(head, b"", b"", ())

    def _next(self) -> bytes:
        return self._lines[self._at] if self._at < len(self._lines) else b""

    def _hunks(self) -> Iterator[Hunk]:
        while match := _HUNK.match(self._next()):
            self._at += 1
            start, old, _, new = (int(part) if part else 1 for part in match.groups())
            yield Hunk(start - 1 if old else start, old, list(self._body(old, new)))

    def _body(self, old: int, new: int) -> Iterator[bytes]:
        """The lines of one hunk, and what says that the last of them has no end."""
        while old > 0 or new > 0:
            if self._at >= len(self._lines):
                raise PatchError("a hunk ends early")
            line = self._lines[self._at] or b" "
            self._at += 1
            kind = line[:1]
            if kind not in b" -+\\":
                raise PatchError("a line of a hunk is none")
            old -= kind in b" -"
            new -= kind in b" +"
            yield line
        if self._next().startswith(b"\\"):
            yield self._next()
            self._at += 1


def parse_mailed_change(patch: bytes) -> Change:
    """What a patch does, as git tells it of a commit.

    Raises ``PatchError`` where that cannot be told from its text: where it moves or copies files,
    or gives of a binary file no whole id.
    """
    files: list[FileChange] = []
    patches: list[FilePatch] = []
    for one in read_files(patch):
        if one.head.source or one.head.target:
            raise PatchError("it moves or copies files, which its text does not show in full")
        hunks = b"".join(b"\n@@ @@\n" + b"\n".join(hunk.lines) for hunk in one.hunks)
        file = _change(one, hunks)
        files.append(file)
        if hunks:
            patches.append(FilePatch(file.path, hunks))
    return Change(files, patches)


def _change(one: MailedFile, hunks: bytes) -> FileChange:
    head, source, target = one.head, one.source, one.target
    path = target or source
    if not path:
        raise PatchError("it has a file without a name")
    if head.is_binary and len(head.new_id) < _ID:
        raise PatchError("of a binary file it does not show the whole id")
    return FileChange(
        path=path,
        change="A" if source is None else "D" if target is None else "M",
        added=hunks.count(b"\n+"),
        removed=hunks.count(b"\n-"),
        binary=head.is_binary,
        old_mode=NO_FILE if source is None else head.old_mode or PLAIN,
        new_mode=NO_FILE if target is None else head.new_mode or PLAIN,
        old_id=ObjectId(""),
        new_id=ObjectId(head.new_id.decode("ascii")),
    )


def _path(field: bytes) -> bytes | None:
    """The path in a line ``---`` or ``+++``, without its first folder and what follows a tab."""
    name = field if field.startswith(b'"') else field.partition(b"\t")[0]
    name = _name(name)
    return None if name == _NOWHERE else name.partition(b"/")[2] or name


def _same_name(names: bytes) -> bytes:
    """The path in ``a/path b/path``; empty where the two differ."""
    half = len(names) // 2
    before, after = _path(names[:half]), _path(names[half + 1 :])
    return before if before and before == after else b""


def _name(field: bytes) -> bytes:
    name = field.rstrip(b"\r")
    if name.startswith(b'"'):
        return unquoted(name[1:].rpartition(b'"')[0])
    return name
