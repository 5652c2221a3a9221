"""The stream of ``git log -z --raw --numstat --format=%H``, record by record.

Every token ends in NUL.  A token is a commit id, a raw record (starts with ``:``, its
path is the next token) or a numstat record (two counts and a path between tabs), so
nothing a message or a path holds can be taken for something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from provenance.facts import FileChange, ObjectId
from provenance.parse.text import decode

_COMMIT: Final = re.compile(rb"\n?([0-9a-f]{40})")


class Counted(NamedTuple):
    """One commit and its changed files in git's order."""

    id: ObjectId
    files: tuple[FileChange, ...]


class _Raw(NamedTuple):
    change: str
    old_mode: str
    new_mode: str
    old_id: ObjectId
    new_id: ObjectId


def parse_counts(tokens: Iterable[bytes]) -> Iterator[Counted]:
    """Commits with their changes from NUL-ended tokens (without the NUL)."""
    current = ObjectId("")
    raw: dict[bytes, _Raw] = {}
    files: list[FileChange] = []
    stream = iter(tokens)
    for piece in stream:
        token = piece.lstrip(b"\n")
        if token.startswith(b":"):
            old_mode, new_mode, old_id, new_id, change = token[1:].decode("ascii").split(" ")
            raw[next(stream)] = _Raw(
                change[0], old_mode, new_mode, ObjectId(old_id), ObjectId(new_id)
            )
        elif _COMMIT.fullmatch(token):
            if current:
                yield Counted(current, tuple(files))
            current, raw, files = ObjectId(token.decode("ascii")), {}, []
        elif token:
            files.append(_change(token, raw))
    if current:
        yield Counted(current, tuple(files))


def _change(token: bytes, raw: dict[bytes, _Raw]) -> FileChange:
    added, removed, path = token.split(b"\t", 2)
    side = raw[path]
    binary = added == b"-"
    return FileChange(
        path=decode(path),
        change=side.change,
        added=0 if binary else int(added),
        removed=0 if binary else int(removed),
        binary=binary,
        old_mode=side.old_mode,
        new_mode=side.new_mode,
        old_id=side.old_id,
        new_id=side.new_id,
    )
