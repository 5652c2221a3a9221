"""Release tags and pulled tags: what a signature covers, and what it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sample_repos.keys import person_key, signature
from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.world import (
    ADA,
    BEN,
    MALLORY,
    MONTH,
    START,
    World,
    folded,
    octets,
    signed_off,
)

Recipe = Callable[[World], object]
MADE: Final = START + MONTH


@dataclass(frozen=True, kw_only=True)
class Made:
    """A tag object: signed by somebody, and then changed."""

    name: str = "v1.1"
    by: str = "ada"
    tagger: str = ADA
    kind: str = "commit"
    extra: str = ""
    after: bytes = b""
    change: tuple[bytes, bytes] = (b"", b"")

    def on(self, world: World, target: str) -> str:
        """Stores it as a tag of some object; its id."""
        lines = f"object {target}\ntype {self.kind}\ntag {self.name}\n"
        lines += f"tagger {self.tagger} {MADE} +0000\n" if self.tagger else ""
        text = octets(f"{lines}{self.extra}\nRelease\n")
        raw = text + (signature(person_key(self.by), text, made=MADE) if self.by else b"")
        raw += self.after
        return world.store("tag", raw.replace(*self.change) if self.change[0] else raw)


def tagged(tag: Made) -> Recipe:
    """The release tag is this one."""

    def recipe(world: World) -> None:
        world.keyring("ada", "ben")
        world.commit()
        world.ref("tags/v1.1", tag.on(world, world.last))

    return recipe


def moved_by_hand(world: World) -> None:
    """The object line of a signed tag of the base names the tip."""
    tagged(Made())(world)
    base, tip = octets(world.named["base"]), octets(world.named["tip"])
    world.ref("tags/v1.1", Made(change=(base, tip)).on(world, world.named["base"]))


def nested(depth: int, outer: str = "mallory") -> Recipe:
    """Tags around the signed release tag, the outermost by somebody else."""

    def recipe(world: World) -> None:
        world.keyring("ada", "mallory")
        world.commit()
        target = Made().on(world, world.last)
        for _ in range(depth):
            target = Made(by=outer, kind="tag").on(world, target)
        world.ref("tags/v1.1", target)

    return recipe


def rolled_back(world: World) -> None:
    """The ref of the new release holds the signed tag of an older one."""
    world.keyring("ada")
    world.commit("older")
    old = Made(name="v1.0.9").on(world, world.last)
    world.commit("tip")
    world.ref("tags/v1.1", old)


NAME: Final = "release-tag-name release-tag-bad-signature"
TAGS: Final = [
    fine("signed-tag", 52, "a signed release tag", tagged(Made()), tag="", route={"tip": "sealed"}),
    odd(
        "tag-rolled-back",
        52,
        "a genuine tag of another name",
        rolled_back,
        code=1,
        tag=NAME,
        commits=["older"],
        route={"older": "complete"},
    ),
    odd(
        "tag-tampered",
        52,
        "the message was changed",
        tagged(Made(change=(b"Release", b"Release."))),
        code=1,
        tag="release-tag-bad-signature",
        route={"tip": "complete"},
    ),
    odd(
        "tag-moved-by-hand",
        52,
        "the object line was changed",
        moved_by_hand,
        code=1,
        tag="release-tag-bad-signature",
        commits=["tip"],
    ),
    odd(
        "tag-text-behind",
        52,
        "text behind the armour",
        tagged(Made(after=b"\nAlso: x\n")),
        code=1,
        tag="release-tag-bad-signature",
    ),
    odd(
        "tag-two-armours",
        52,
        "two signatures",
        tagged(Made(after=signature(person_key("ada"), b"x", made=MADE))),
        code=1,
        tag="release-tag-bad-signature",
    ),
    odd(
        "tag-nul",
        52,
        "a NUL in the message",
        tagged(Made(change=(b"Release", b"Rel\0ase"))),
        code=1,
        tag="release-tag-bad-signature",
    ),
    odd(
        "tag-unknown-key",
        52,
        "signed by an unknown key",
        tagged(Made(by="mallory")),
        route={"tip": "complete"},
        tag="",
    ),
    odd(
        "tag-other-signer",
        52,
        "signed by another given key",
        tagged(Made(by="ben")),
        tag="release-tag-tagger",
    ),
    odd(
        "tag-unsigned",
        52,
        "not signed",
        tagged(Made(by="")),
        tag="release-tag-unsigned",
        route={"tip": "complete"},
    ),
    odd("tag-lightweight", 52, "no object at all", World.commit, tag="release-tag-unsigned"),
    odd("tag-without-tagger", 52, "no tagger", tagged(Made(tagger="")), tag="release-tag-tagger"),
    odd(
        "tag-broken-tagger",
        52,
        "a tagger with two addresses",
        tagged(Made(tagger="Ada Keeper <ada@kernel.example> <m@grey.example>")),
        tag="release-tag-tagger",
    ),
    odd(
        "tag-second-object",
        52,
        "a second object line",
        tagged(Made(extra="object " + "1" * 40 + "\n")),
        error="not in the repository",
    ),
    odd(
        "tag-nested",
        52,
        "somebody's tag around it",
        nested(1),
        tag="release-tag-nested release-tag-tagger",
    ),
    odd(
        "tag-nested-six",
        52,
        "six tags around it",
        nested(6),
        tag="release-tag-nested release-tag-tagger",
    ),
    odd(
        "tag-nested-seven",
        52,
        "eight tags deep, as many as are allowed",
        nested(7),
        tag="release-tag-nested release-tag-tagger",
    ),
    odd("tag-nested-eight", 52, "nine tags deep", nested(8), error="nested more than 8 deep"),
    odd(
        "tag-nested-500",
        52,
        "five hundred tags around it",
        nested(500, ""),
        error="nested more than 8 deep",
    ),
    odd(
        "tag-name-escape",
        76,
        "an escape in the name inside",
        tagged(Made(name="v1.1\x1b[2J")),
        code=1,
        tag=NAME,
    ),
]


def pulled(
    *,
    by: str = "ben",
    name: str = "net-1",
    over: str = "",
    change: tuple[bytes, bytes] = (b"", b""),
    times: int = 1,
    keys: tuple[str, ...] = ("ada", "ben"),
    subject: str = "Merge tag 'net-1'",
    author: str = BEN,
    committer: str = BEN,
) -> Recipe:
    """A merge with a signed tag inside; Ben's sign-off stands last below what it brings."""

    def recipe(world: World) -> None:
        world.keyring(*keys)
        message = signed_off("net: side", *dict.fromkeys((author, BEN)))
        world.commit("side", message, parents=["base"], author=author, committer=committer)
        target = world.named.get(over, world.last)
        text = octets(
            f"object {target}\ntype commit\ntag {name}\ntagger {BEN} {MADE} +0000\n\nPull\n"
        )
        tag = text + (signature(person_key(by), text, made=MADE) if by else b"")
        field = folded("mergetag", tag.replace(*change) if change[0] else tag)
        world.commit(
            "tip",
            signed_off(subject, ADA),
            author=ADA,
            committer=ADA,
            parents=["base", "side"],
            tree=world.tree(),
            headers=field * times,
        )

    return recipe


PULL: Final = {"side": "sealed"}
PULLS: Final = [
    fine("pull", 51, "a signed pull", pulled(), route=PULL),
    odd(
        "pull-other-object",
        51,
        "the tag is of another commit",
        pulled(over="base"),
        flagged=["tip"],
        route={"side": "complete"},
        code=1,
    ),
    odd(
        "pull-tampered",
        51,
        "the tag was changed",
        pulled(change=(b"Pull", b"Pull.")),
        flagged=["tip"],
        route={"side": "complete"},
        code=1,
    ),
    fine(
        "pull-of-a-strangers-patch",
        51,
        "a maintainer commits what a stranger wrote",
        pulled(author=MALLORY),
        route=PULL,
        rules={"side": "unverified-author large-unverified-addition"},
    ),
    odd(
        "pull-of-a-written-sign-off",
        51,
        "a stranger commits it, and writes the maintainer's sign-off below it",
        pulled(author=MALLORY, committer=MALLORY),
        flagged=["side"],
        route={"side": "complete"},
    ),
    odd("pull-unsigned", 51, "the tag is not signed", pulled(by=""), route={"side": "complete"}),
    odd(
        "pull-unknown-key",
        51,
        "signed by an unknown key",
        pulled(by="mallory"),
        route={"side": "complete"},
    ),
    odd("pull-twice", 51, "the same tag twice", pulled(times=2), route={"side": "sealed"}),
    odd(
        "pull-other-name",
        51,
        "the merge names another tag",
        pulled(subject="Merge tag 'net-2'"),
        flagged=["tip"],
        route={"side": "sealed"},
    ),
    odd(
        "pull-by-a-stranger",
        51,
        "signed by a given key of a stranger",
        pulled(by="mallory", keys=("ada", "ben", "mallory")),
        flagged=["tip"],
    ),
    odd(
        "pull-object-broken",
        51,
        "the tag names no object",
        pulled(change=(b"object ", b"objekt ")),
        flagged=["tip"],
        route={"side": "complete"},
        code=1,
    ),
]


@cases(TAGS, PULLS)
def test_a_signed_tag_covers_what_it_names(case: Case, tmp_path: Path) -> None:
    """A route is sealed by a verified tag over these very commits, and by nothing less."""
    check(case, tmp_path, twice=True)
