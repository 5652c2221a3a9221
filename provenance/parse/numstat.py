"""The stream of ``git log -z --raw --numstat --format=%H``, record by record.

Every token ends in NUL.  A token is a commit id, a raw record (starts with ``:``, its
path is the next token) or a numstat record (two counts and a path between tabs), so
nothing a message or a path holds can be taken for something else.  A malformed tree may name a
path twice: then both have as many records of each kind, in the same order.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import Changed
from provenance.parse.text import decode

_COMMIT: Final = re.compile(rb"\n?([0-9a-f]{40})")
_T = TypeVar("_T")


class _Raw(NamedTuple):
    change: str
    old_mode: str
    new_mode: str
    old_id: ObjectId
    new_id: ObjectId


def parse_counts(tokens: Iterable[bytes]) -> Iterator[Changed[_T]]:
    """Commits with their files from NUL-ended tokens (without the NUL)."""
    current = ObjectId("")
    raw: dict[bytes, deque[_Raw]] = defaultdict(deque)
    files: list[FileChange] = []
    stream = iter(tokens)
    for piece in stream:
        token = piece.lstrip(b"\n")
        if token.startswith(b":"):
            old_mode, new_mode, old_id, new_id, change = token[1:].decode("ascii").split(" ")
            raw[next(stream)].append(
                _Raw(change[0], old_mode, new_mode, ObjectId(old_id), ObjectId(new_id))
            )
        elif _COMMIT.fullmatch(token):
            if current:
                yield Changed(current, tuple(files), (), exact=True)
            current, files = ObjectId(token.decode("ascii")), []
            raw.clear()
        elif token:
            files.append(_change(token, raw))
    if current:
        yield Changed(current, tuple(files), (), exact=True)


def _change(token: bytes, raw: Mapping[bytes, deque[_Raw]]) -> FileChange:
    added, removed, path = token.split(b"\t", 2)
    side = raw[path].popleft()
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
