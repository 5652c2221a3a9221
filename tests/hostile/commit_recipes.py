"""Commit objects written byte by byte."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.hostile.case import Case, odd
from tests.hostile.world import ADA, BEN, World, octets, signed_off

Recipe = Callable[[World], object]
DATE: Final = " 1610000000 +0000"
BODY: Final = signed_off("net: tip", BEN)
UNREADABLE: Final[dict[str, Any]] = {
    "code": 1,
    "author": {"tip": "undetermined"},
    "route": {"tip": "undetermined"},
    "rules": {"tip": "malformed-identity"},
}
MALFORMED: Final[dict[str, Any]] = {"rules": {"tip": "malformed-commit"}}


def lines(*wanted: str | bytes, body: str | bytes = BODY, joint: bytes = b"\n\n") -> Recipe:
    """A commit of these header lines; {tree}, {parent}, {ben} and {date} are filled in."""

    def recipe(world: World) -> None:
        filled = {
            b"{tree}": octets(world.tree({"net/tip.c": "int tip;\n"})),
            b"{parent}": octets(world.last),
            b"{ben}": octets(BEN),
            b"{date}": octets(DATE),
            b"{root}": octets(world.named["root"]),
            b"{ada}": octets(ADA),
        }
        raw = b"\n".join(octets(line) for line in wanted)
        for key, value in filled.items():
            raw = raw.replace(key, value)
        world.raw("tip", raw + joint + octets(body))

    return recipe


def capitals(world: World) -> None:
    """The tip names its parent in capital letters."""
    world.commit("below")
    parent = f"parent {world.last.upper()}"
    lines("tree {tree}", parent, "author {ben}{date}", "committer {ben}{date}")(world)


def stray_parent(world: World) -> None:
    """The tip's second parent is a tree."""
    world.named["stray"] = world.tree()
    stray = f"parent {world.named['stray']}"
    lines("tree {tree}", "parent {parent}", stray, "author {ben}{date}", "committer {ben}{date}")(
        world
    )


def author(text: str | bytes, committer: str | bytes = "{ben}{date}") -> Recipe:
    """A commit with these identity lines."""
    return lines(
        "tree {tree}",
        "parent {parent}",
        b"author " + octets(text),
        b"committer " + octets(committer),
    )


def headers(*more: str | bytes, body: str | bytes = BODY, joint: bytes = b"\n\n") -> Recipe:
    """A commit with more lines below the committer."""
    return lines(
        "tree {tree}",
        "parent {parent}",
        "author {ben}{date}",
        "committer {ben}{date}",
        *more,
        body=body,
        joint=joint,
    )


def body(text: str | bytes) -> Recipe:
    """A commit with another message."""
    return headers(body=text)


def broken(name: str, item: int, what: str, text: str | bytes) -> list[Case]:
    """An author line that cannot be read, and the same as committer."""
    rules = "malformed-identity malformed-commit" if b"\0" in octets(text) else "malformed-identity"
    as_author = {**UNREADABLE, "rules": {"tip": rules}}
    as_committer = {**as_author, "author": {"tip": "listed"}}
    return [
        odd(f"author-{name}", item, f"author: {what}", author(text), **as_author),
        odd(
            f"committer-{name}",
            item,
            f"committer: {what}",
            author("{ben}{date}", text),
            **as_committer,
        ),
    ]


def known(name: str, item: int, what: str, text: str | bytes, **expect: Any) -> Case:
    """An author line that can be read and names nobody known."""
    return odd(f"author-{name}", item, what, author(text), author={"tip": "unverified"}, **expect)


STRANGER: Final = "unverified-author large-unverified-addition missing-author-sign-off"
BORROWED: Final = "unverified-author large-unverified-addition"
"""What is said of a stranger whose name is that of the person who signed off."""
