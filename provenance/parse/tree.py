"""Tree objects from raw bytes (git's tree-walk.c): mode, name, 20-byte id, repeated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from operator import lt
from typing import Final, NamedTuple

from provenance.facts import ObjectId
from provenance.parse.text import decode

_USUAL: Final = re.compile(rb"(?:(?:100644|40000|100755|120000|160000) [^\0/]+\0[\x00-\xff]{20})*+")
"""For ``fullmatch``: before Python 3.11.5 ``match`` may end inside of an entry that is broken."""
_ENTRY: Final = re.compile(rb"(\d+) ([^\0]*)\0[\x00-\xff]{20}")
_FOLDER: Final = b"40000"
_STARTS: Final = frozenset((b"", b".", b"g", b"G", b"\xe2", b"\xef"))
"""How a name starts that may be one of those below."""
_MODES: Final = frozenset((b"100644", _FOLDER, b"100755", b"120000", b"160000"))
_GROUP_WRITABLE: Final = b"100664"
"""Written by early git."""
_UNSEEN: Final = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
"""What HFS+ leaves out of names (git's utf8.c)."""
_DOT_GIT: Final = re.compile(r"(?:\.git|git~1)[. ]*(?:[:\\].*)?", re.IGNORECASE | re.DOTALL)
"""What NTFS takes for ``.git`` (git's path.c)."""


class TreeEntry(NamedTuple):
    """One entry; the name is bytes because git allows any but NUL and ``/``."""

    mode: str
    name: bytes
    id: ObjectId

    @property
    def is_tree(self) -> bool:
        return self.mode in ("40000", "040000")

    @property
    def is_regular_file(self) -> bool:
        return self.mode.startswith("100")


def parse_tree(raw: bytes) -> Iterator[TreeEntry]:
    """The entries in stored order; a truncated last entry ends the iteration."""
    position = 0
    while position < len(raw):
        blank = raw.find(b" ", position)
        nul = raw.find(b"\0", blank + 1)
        if blank < 0 or nul < 0 or nul + 21 > len(raw):
            return
        mode = raw[position:blank].decode("ascii", "replace")
        yield TreeEntry(mode, raw[blank + 1 : nul], ObjectId(raw[nul + 1 : nul + 21].hex()))
        position = nul + 21


class TreeDefect(StrEnum):
    """What no tree that git writes has; the message of ``git fsck`` stands beside each."""

    TWICE = "stands there twice"  # duplicateEntries
    UNSORTED = "stands in the wrong place"  # treeNotSorted
    BAD_MODE = "has a mode that git does not write"  # badFilemode
    PADDED_MODE = "has a mode with a zero in front"  # zeroPaddedFilemode
    OLD_MODE = "has the mode 100664 of early git"  # badFilemode
    BAD_NAME = "has a name that no checkout allows"  # hasDot, hasDotdot, fullPathname, emptyName
    DOT_GIT = "is what some file systems take for .git"  # hasDotgit
    WRONG_TYPE = "is called a file and is none"  # broken link, unknown type


class TreeProblem(NamedTuple):
    """One entry of a tree, by its name or path, and what is wrong with it."""

    path: str
    defect: TreeDefect


def tree_problems(raw: bytes) -> tuple[TreeProblem, ...]:
    """What is wrong with the order, modes, names and repetition of a tree's entries."""
    if _USUAL.fullmatch(raw):  # so each entry starts where the one before it ends
        entries: list[tuple[bytes, bytes]] = _ENTRY.findall(raw)
        keys = [_sort_key(mode, name) for mode, name in entries]
        names = {name for _, name in entries}
        named = any(name[:1] in _STARTS and _name_defect(decode(name)) for name in names)
        if not named and len(names) == len(entries) and all(map(lt, keys, keys[1:])):
            return ()
    return tuple(_problems([(entry.mode.encode(), entry.name) for entry in parse_tree(raw)]))


def _problems(entries: Sequence[tuple[bytes, bytes]]) -> Iterator[TreeProblem]:
    counted = Counter(name for _, name in entries)
    for name in sorted(counted):
        problem = path_problem(decode(name))
        if problem:
            yield problem
    for mode, name in entries:
        if mode not in _MODES:
            yield TreeProblem(decode(name), _mode_defect(mode))
    for name in counted:
        if counted[name] > 1:
            yield TreeProblem(decode(name), TreeDefect.TWICE)
    for before, later in pairwise(_sort_key(mode.lstrip(b"0"), name) for mode, name in entries):
        if later < before:
            yield TreeProblem(decode(later.removesuffix(b"/")), TreeDefect.UNSORTED)


def _sort_key(mode: bytes, name: bytes) -> bytes:
    """What git sorts by: a folder as if its name ended in a slash."""
    return name + b"/" if mode == _FOLDER else name


def path_problem(path: str) -> TreeProblem | None:
    """What is wrong with the names on a path: the way to the first that is wrong."""
    parts = path.split("/")
    for length, part in enumerate(parts, 1):
        defect = _name_defect(part)
        if defect:
            return TreeProblem("/".join(parts[:length]), defect)
    return None


def _name_defect(name: str) -> TreeDefect | None:
    if name in ("", ".", ".."):
        return TreeDefect.BAD_NAME
    return TreeDefect.DOT_GIT if _DOT_GIT.fullmatch(_UNSEEN.sub("", name)) else None


def _mode_defect(mode: bytes) -> TreeDefect:
    if mode == _GROUP_WRITABLE:
        return TreeDefect.OLD_MODE
    if mode.startswith(b"0") and mode.lstrip(b"0") in _MODES:
        return TreeDefect.PADDED_MODE
    return TreeDefect.BAD_MODE
