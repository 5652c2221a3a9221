"""Tags followed to the commits that they lead to, as git follows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from provenance.errors import UnknownRevisionError
from provenance.facts import ObjectId, Tag
from provenance.limits import MAX_TEXT
from provenance.parse.objects import parse_tag
from provenance.repository.objects import RawObject

MAX_TAG_DEPTH: Final = 8
_Way = tuple[ObjectId, ObjectId, str | None]
"""Where it started, how far it got, and the type that what lies there is called."""


def follow(name: str, found: RawObject, called: str | None) -> Tag | None:
    """The tag that an object on the way from a name is; None for a commit, where the way ends.

    ``called`` is the type that the tag before it gives it, None for the first.  Raises
    ``UnknownRevisionError``.
    """
    if called is not None and called != found.type:
        raise UnknownRevisionError(
            f"{name} is a tag that calls a {found.type} a {called}",
            hint="git does not follow it either; name the commit itself",
        )
    if found.type == "commit":
        return None
    if found.type != "tag":
        raise UnknownRevisionError(
            f"{name} leads to a {found.type}, not to a commit",
            hint="name a tag, branch or commit of the history to audit",
        )
    return parse_tag(ObjectId(found.id), found.raw)


def commits_of(
    starts: Iterable[ObjectId], stream: Callable[[Iterable[ObjectId]], Iterator[RawObject]]
) -> dict[ObjectId, ObjectId]:
    """The commit that each of many objects is or leads to; without those that lead to none.

    They are read together, level by level: one by one, thousands of tags take seconds.
    """
    commits: dict[ObjectId, ObjectId] = {}
    ways: list[_Way] = [(start, start, None) for start in starts]
    for _ in range(MAX_TAG_DEPTH + 1):
        further: list[_Way] = []
        objects = stream(current for _, current, _ in ways)
        for (start, current, called), found in zip(ways, objects, strict=True):
            if found.problem or not found.is_whole or is_too_long(found):
                continue
            try:
                tag = follow(start, found, called)
            except UnknownRevisionError:
                continue
            if tag:
                further.append((start, tag.object, tag.object_type))
            else:
                commits[start] = current
        ways = further
    return commits


def is_too_long(found: RawObject) -> bool:
    """True for what is taken apart as text and is larger than any such object should be."""
    return found.size > MAX_TEXT and found.type in ("tag", "blob")
