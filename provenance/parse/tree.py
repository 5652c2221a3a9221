"""Tree objects from raw bytes (git's tree-walk.c): mode, name, 20-byte id, repeated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from provenance.facts import ObjectId


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
