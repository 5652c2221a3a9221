"""What a file is after the hunks of a patch, as ``git apply`` finds their places.

Each hunk goes where its old lines stand, at the line that it names or at the nearest one behind
the hunk before; nothing is guessed (git's ``-C`` and ``--unidiff-zero`` are not known here).
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Final

from provenance.facts import FileChange, ObjectId
from provenance.parse.mailed import PLAIN, Hunk, MailedFile, PatchError, read_files

_LARGEST: Final = 8 << 20
"""Bytes of a file that is looked at; the largest of Linux has as many."""
_SEARCHED: Final = 32 * _LARGEST
"""Bytes in which the hunks of a file are searched for that are not where they should be."""
_GONE: Final = ("D", "T")
_NEW: Final = ("A", "T")
"""A file of another type is removed and made anew in the text of a patch."""
_LINE_END: Final = re.compile(rb"\n")


def gives(
    patch: bytes, files: Sequence[FileChange], read: Callable[[ObjectId], bytes | None]
) -> bool:
    """True where a patch makes exactly those changes: of each file before the one after it.

    ``read`` gives the texts that the changes name.  Raises ``PatchError`` where a hunk has no
    place.
    """
    known = {file.path: file for file in files}
    left = set(known)
    for one in read_files(patch):
        source = known.get(one.source) if one.source else None
        target = known.get(one.target) if one.target else None
        if (one.source and not source) or (one.target and not target):
            return False
        if not (_is_gone(source) if target is None else _is_made(one, source, target, read)):
            return False
        left.discard(one.target or one.source or "")
        if one.head.is_move and one.source:
            left.discard(one.source)
            if not _is_gone(source):
                return False
    return not left


def _is_gone(source: FileChange | None) -> bool:
    return source is not None and source.change in _GONE


def _is_made(
    one: MailedFile,
    source: FileChange | None,
    target: FileChange,
    read: Callable[[ObjectId], bytes | None],
) -> bool:
    """True where the file after the commit is what the patch makes of the one before it."""
    mode = one.head.new_mode or (source.old_mode if source else PLAIN)
    if mode != target.new_mode or (source is None and target.change not in _NEW):
        return False
    if one.head.is_binary:
        return one.head.new_id == target.new_id.encode("ascii")
    old, new = read(source.old_id) if source else b"", read(target.new_id)
    return old is not None and new is not None and apply_hunks(old, one.hunks) == new


def apply_hunks(old: bytes, hunks: Sequence[Hunk]) -> bytes:
    """The text of a file after a patch.  Raises ``PatchError`` where a hunk has no place in it."""
    text = _Text(old)
    parts: list[bytes] = []
    done = moved = 0
    for hunk in hunks:
        before, after = (b"".join(hunk.side(signs)) for signs in (b" -", b" +"))
        line = text.nearest(before, hunk.start + moved, done)
        at = text.starts[line]
        parts += (old[done:at], after)
        done, moved = at + len(before), line - hunk.start
    return b"".join((*parts, old[done:]))


class _Text:
    """A text and where its lines start, with the place behind the last one."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) > _LARGEST:
            raise PatchError("a file is too large")
        self._raw = raw
        self._left = _SEARCHED
        self.starts = array("I", (0, *(match.end() for match in _LINE_END.finditer(raw))))

    def nearest(self, wanted: bytes, line: int, least: int) -> int:
        """The line from which some lines stand there, not before a place."""
        if self._has(wanted, line, least):
            return line
        self._left -= len(self._raw) - least
        if self._left < 0:
            raise PatchError("too many hunks are not where they should be")
        middle = self.starts[min(max(line, 0), len(self.starts) - 1)]
        behind = self._raw.find(b"\n" + wanted, middle) + 1
        ahead = self._raw.rfind(b"\n" + wanted, least, middle + len(wanted)) + 1
        places = [place for place in (ahead, behind) if place] + [0] * self._has(wanted, 0, least)
        lines = [bisect_right(self.starts, place) - 1 for place in places]
        fits = [one for one in lines if self._has(wanted, one, least)]
        if not fits:
            raise PatchError("a hunk has no place in the file")
        return min(fits, key=lambda one: (abs(one - line), one))

    def _has(self, wanted: bytes, line: int, least: int) -> bool:
        """True where the lines stand at a line; without an end they end the text."""
        if not 0 <= line < len(self.starts) or self.starts[line] < least:
            return False
        start = self.starts[line]
        is_whole = wanted.endswith(b"\n") or start + len(wanted) == len(self._raw) or not wanted
        return is_whole and self._raw.startswith(wanted, start)
