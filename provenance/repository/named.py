"""Files of one name in all folders of a tree, as get_maintainer.pl finds MAINTAINERS in U-Boot."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from provenance.errors import MissingObjectError
from provenance.facts import ObjectId
from provenance.limits import MAX_TEXT
from provenance.parse.tree import parse_tree
from provenance.repository.objects import RawObject

Stream = Callable[[Iterable[ObjectId]], Iterator[RawObject]]
"""Reads raw objects in the order asked for."""
_MOST: Final = 100_000
"""Folders that are looked at; Linux 6.12 has 6,000, and a tree may name itself into millions."""


def read_named(stream: Stream, tree: ObjectId, name: str) -> tuple[bytes, ...]:
    """The regular files of a name, in the order of their paths.

    Raises ``MissingObjectError`` where a folder or such a file cannot be read, where there are
    too many folders, and where the files together are larger than ``MAX_TEXT``.
    """
    found = dict(sorted(_find(stream, tree, name.encode("ascii"))))
    texts, size = [], 0
    for raw in stream(found.values()):
        _expect(raw, "blob")
        texts.append(raw.raw)
        size += raw.size
        if size > MAX_TEXT:
            reason = f"the files called {name} are larger than {MAX_TEXT >> 20} MiB together"
            raise MissingObjectError(tree, reason)
    return tuple(texts)


def _find(stream: Stream, tree: ObjectId, name: bytes) -> Iterator[tuple[bytes, ObjectId]]:
    """Paths and ids, folder by folder; one that stands in several places is read once a level."""
    level: dict[ObjectId, list[bytes]] = {tree: [b""]}
    count = 1
    while level:
        below: dict[ObjectId, list[bytes]] = defaultdict(list)
        for raw in stream(level):
            _expect(raw, "tree")
            places = level[ObjectId(raw.id)]
            for entry in parse_tree(raw.raw):
                if entry.is_tree:
                    count += len(places)
                    if count > _MOST:
                        raise MissingObjectError(tree, f"more than {_MOST} folders")
                    below[entry.id] += [place + entry.name + b"/" for place in places]
                elif entry.name == name and entry.is_regular_file:
                    yield from ((place + name, entry.id) for place in places)
        level = below


def _expect(found: RawObject, kind: str) -> None:
    """Raises ``MissingObjectError`` where an object is not there as a whole, or another type."""
    if found.problem:
        raise MissingObjectError(ObjectId(found.id), found.problem)
    if found.type != kind:
        raise MissingObjectError(ObjectId(found.id), f"a {found.type}, not a {kind}")
    if not found.is_whole:
        raise MissingObjectError(ObjectId(found.id), "too large to be read")
