"""Files of an object store, changed after git or the recipe has written them."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.git import git
from tests.hostile import packs
from tests.hostile.world import BEN, MALLORY, World, signed_off

Recipe = Callable[[World], None]
LINE: Final = ["three", "two", "one"]
NO_PARENT: Final = 0x70000000


def line(world: World) -> None:
    """Three good commits."""
    for name in ("one", "two", "three"):
        world.commit(name)


def graph(child: str, parent: str | int) -> Recipe:
    """A commit-graph with another first parent."""

    def recipe(world: World) -> None:
        line(world)
        packs.forge_parent(world, child, parent)

    return recipe


def graph_bytes(change: Callable[[bytearray], bytes], *, chain: bool = False) -> Recipe:
    """A commit-graph with other bytes."""

    def recipe(world: World) -> None:
        line(world)
        path, raw, _, _ = packs.write_graph(world)
        path.write_bytes(change(raw))
        if chain:
            folder = path.with_name("commit-graphs")
            folder.mkdir()
            path.rename(folder / f"graph-{'1' * 40}.graph")
            (folder / "commit-graph-chain").write_text("1" * 40 + "\n")

    return recipe


def loose(name: str, change: Callable[[bytes], bytes]) -> Recipe:
    """The file of a loose commit is changed."""

    def recipe(world: World) -> None:
        line(world)
        path = world.loose(world.named[name])
        path.write_bytes(change(path.read_bytes()))

    return recipe


def other_commit(world: World) -> None:
    """The file of a commit holds another commit's bytes."""
    line(world)
    world.loose(world.named["two"]).write_bytes(world.loose(world.named["base"]).read_bytes())


def other_kind(world: World) -> None:
    """The file of a commit holds a blob with the same text."""
    line(world)
    world.rewrite(world.named["two"], "blob", b"x")


def wrong_size(world: World) -> None:
    """The header of a loose object gives another size."""
    import zlib

    line(world)
    path = world.loose(world.named["two"])
    whole = zlib.decompress(path.read_bytes())
    path.write_bytes(zlib.compress(whole.replace(b"commit ", b"commit 9", 1)))


def forged_blob(world: World) -> None:
    """A file's text is exchanged in place."""
    line(world)
    world.rewrite(world.store("blob", "int three;\n"), "blob", b"int a;\n" * 50)


def forged_tree(world: World) -> None:
    """A tree is exchanged in place."""
    line(world)
    tree = world.tree()
    other = world.tree({"net/three.c": ""})
    world.loose(tree).write_bytes(world.loose(other).read_bytes())


def forged_maintainers(world: World) -> None:
    """MAINTAINERS at the base is exchanged in place for one that lists the author."""
    blob = world.store("blob", world.files["MAINTAINERS"])
    world.commit("tip", signed_off("net: tip", MALLORY, BEN), author=MALLORY)
    text = (
        world.files["MAINTAINERS"] + b"\nMINE\nM:\tMallory Grey <mallory@grey.example>\nF:\tnet/\n"
    )
    world.rewrite(blob, "blob", text)


def missing(what: str) -> Recipe:
    """Something of the middle commit is not there."""

    def recipe(world: World) -> None:
        line(world)
        of = {
            "commit": lambda: world.named["two"],
            "tree": lambda: git(world.repo, "rev-parse", f"{world.named['two']}^{{tree}}"),
            "subtree": lambda: git(world.repo, "rev-parse", f"{world.named['two']}:net"),
            "blob": lambda: world.store("blob", "int two;\n"),
            "MAINTAINERS": lambda: world.store("blob", world.files["MAINTAINERS"]),
        }
        world.loose(of[what]()).unlink()

    return recipe


def cut_after(kept: int) -> Recipe:
    """The file of the commit in the middle ends early."""
    return loose("two", lambda raw: raw[:kept])


def pipe(name: str) -> Recipe:
    """A file of the git directory is a pipe that nobody writes into."""

    def recipe(world: World) -> None:
        line(world)
        path = world.repo / name.format(
            **{key: f"{one[:2]}/{one[2:]}" for key, one in world.named.items()}
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        os.mkfifo(path)

    return recipe


def packed(change: Callable[[World, Path], None]) -> Recipe:
    """Everything is in one pack, and something of it is changed."""

    def recipe(world: World) -> None:
        line(world)
        change(world, packs.pack(world))

    return recipe


def moved(who: str, offset: int) -> Recipe:
    """The pack's index leads elsewhere for one commit."""
    return packed(lambda world, path: packs.move_offset(path, world.named[who], offset))


def swapped(one: str, other: str) -> Recipe:
    """The pack's index gives two commits for one another."""
    return packed(
        lambda world, path: packs.swap_offsets(path, world.named[one], world.named[other])
    )


def swap_blobs(world: World, path: Path) -> None:
    """The index gives the texts of two files for one another."""
    texts = world.store("blob", "int three;\n"), world.store("blob", world.files["MAINTAINERS"])
    for text in texts:
        world.loose(text).unlink()
    packs.swap_offsets(path, *texts)


def shortened(suffix: str, kept: Callable[[int], int]) -> Recipe:
    """A file of the pack is cut."""

    def change(world: World, path: Path) -> None:
        file = path.with_suffix(suffix)
        file.write_bytes(file.read_bytes()[: kept(file.stat().st_size)])

    return packed(change)


def flipped(world: World, path: Path) -> None:
    """A byte of a commit in the pack is changed."""
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"net: two", b"net: owt"))


def no_index(world: World, path: Path) -> None:
    """The pack's index is not there."""
    path.with_suffix(".idx").unlink()


def no_pack(world: World, path: Path) -> None:
    """The index is there, its pack is not."""
    path.unlink()


def multi_pack(offset: int) -> Recipe:
    """An index over several packs leads elsewhere for the commit in the middle."""

    def change(world: World, path: Path) -> None:
        git(world.repo, "multi-pack-index", "write")
        name = path.parent / "multi-pack-index"
        name.chmod(0o644)
        raw = bytearray(name.read_bytes())
        places = dict(struct.unpack_from(">4sQ", raw, 12 + 12 * at) for at in range(raw[6] + 1))
        count = (places[b"OOFF"] - places[b"OIDL"]) // 20
        start = places[b"OIDL"]
        ids = [raw[start + 20 * at : start + 20 * at + 20].hex() for at in range(count)]
        at = ids.index(world.named["two"])
        struct.pack_into(">I", raw, places[b"OOFF"] + 8 * at + 4, offset)
        name.write_bytes(packs.sealed(raw))

    return packed(change)
