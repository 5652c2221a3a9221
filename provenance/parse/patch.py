"""The stream of ``git log -p``: changed lines per file, by counting, never by guessing.

Source of the format: git's "Generating patch text with -p" and POSIX unified diff.  A hunk
header says how many lines follow; until they are read nothing in them is taken for a
header, so a file that holds patch text cannot pose as one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from provenance.facts import ObjectId
from provenance.parse.text import decode

COMMIT_MARK: Final = b"commit "
_HUNK: Final = re.compile(rb"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@")
_ESCAPES: Final = {
    ord("a"): 7, ord("b"): 8, ord("t"): 9, ord("n"): 10, ord("v"): 11, ord("f"): 12, ord("r"): 13,
    ord('"'): 34, ord("\\"): 92,
}  # fmt: skip
_OCTAL: Final = re.compile(rb"[0-7]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePatch:
    """Changed lines of one file, without their sign and line end."""

    path: str
    added: tuple[bytes, ...]
    removed: tuple[bytes, ...]


class Patched(NamedTuple):
    """One commit and the files with changed lines, in git's order."""

    id: ObjectId
    files: tuple[FilePatch, ...]


class _Open:
    """A file whose hunks are being read."""

    def __init__(self) -> None:
        self.path = b""
        self.added: list[bytes] = []
        self.removed: list[bytes] = []

    def close(self) -> list[FilePatch]:
        """The file as a list: empty where it has no changed line."""
        if not self.added and not self.removed:
            return []
        return [
            FilePatch(path=decode(self.path), added=tuple(self.added), removed=tuple(self.removed))
        ]


def parse_patches(lines: Iterable[bytes]) -> Iterator[Patched]:
    r"""Commits with their changed lines from the lines (with ``\\n``) of the stream."""
    stream = iter(lines)
    current = ObjectId("")
    files: list[FilePatch] = []
    file = _Open()
    for line in stream:
        if line.startswith(COMMIT_MARK):
            files += file.close()
            if current:
                yield Patched(current, tuple(files))
            current, files, file = ObjectId(line[7:47].decode("ascii")), [], _Open()
        elif line.startswith(b"diff --git "):
            files += file.close()
            file = _Open()
        elif line.startswith((b"--- ", b"+++ ")):
            name = _path(line)
            if name:
                file.path = name
        elif line.startswith(b"@@ "):
            _read_hunk(line, stream, file)
    files += file.close()
    if current:
        yield Patched(current, tuple(files))


def _read_hunk(header: bytes, stream: Iterator[bytes], file: _Open) -> None:
    match = _HUNK.match(header)
    if match is None:
        return
    removed, added = (1 if count is None else int(count) for count in match.groups())
    while removed > 0 or added > 0:
        line = next(stream, b"")
        if not line:
            return
        if line.startswith(b"+"):
            file.added.append(line[1:].removesuffix(b"\n"))
            added -= 1
        elif line.startswith(b"-"):
            file.removed.append(line[1:].removesuffix(b"\n"))
            removed -= 1
        elif not line.startswith(b"\\"):
            added -= 1
            removed -= 1


def _path(line: bytes) -> bytes:
    """The path of a ``---`` or ``+++`` line, without its prefix; empty for /dev/null."""
    name = line[4:].removesuffix(b"\n").removesuffix(b"\t")
    if name == b"/dev/null":
        return b""
    if name.startswith(b'"') and name.endswith(b'"'):
        name = _unquoted(name[1:-1])
    return name[2:]


def _unquoted(name: bytes) -> bytes:
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
