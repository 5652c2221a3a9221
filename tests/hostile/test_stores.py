"""Damaged and lying files of the object store, in processes with limits."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.git import git
from tests.hostile import packs
from tests.hostile.case import Case, build, cases, check, command, compare, fine, odd
from tests.hostile.process import limited
from tests.hostile.world import BEN, MALLORY, World, signed_off

Recipe = Callable[[World], None]
LINE: Final = ["three", "two", "one"]
NO_PARENT: Final = 0x70000000
UNCHECKED: Final = (
    "read_changes(): git log checks no object against its id, so forged trees, texts and parents"
    " are counted as genuine"
)
UNSAID: Final = (
    "trust: a MAINTAINERS that is named but cannot be read counts as none, and the exit code is 0"
)
CRASH: Final = "ObjectDatabase: libgit2 dies of a signal where an index leads beyond its pack"


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
    text = world.files["MAINTAINERS"] + b"\nMINE\nM:\tMallory Grey <mallory@grey.example>\nF:\tnet/\n"
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


def pipe(name: str, *, git_repository: bool = True) -> Recipe:
    """A file of the git directory is a pipe that nobody writes into."""

    def recipe(world: World) -> None:
        line(world)
        path = world.repo / name.format(**{key: f"{one[:2]}/{one[2:]}" for key, one in world.named.items()})
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


GRAPHS: Final = [
    odd("graph-hides", 17, "the commit-graph leaves two commits out", graph("three", "base"), commits=LINE),
    odd("graph-itself", 17, "a commit is its own parent", graph("three", "three"), commits=LINE),
    odd("graph-circle", 17, "the root's parent is the tip", graph("root", "three"), commits=LINE),
    odd("graph-no-parent", 17, "the tip has no parent", graph("three", NO_PARENT), commits=LINE),
    odd("graph-out-of-range", 17, "a parent is out of range", graph("two", 0x0FFFFFFF), commits=LINE),
    odd("graph-edge-out-of-range", 17, "an edge is out of range", graph("two", 0x80FFFFFF), commits=LINE),
    odd("graph-garbage", 17, "the commit-graph holds anything",
        graph_bytes(lambda raw: b"CGPH\x01\x01\xff\x00" + bytes(raw[8:])), commits=LINE),
    odd("graph-cut", 17, "the commit-graph is cut", graph_bytes(lambda raw: bytes(raw[:70])), commits=LINE),
    odd("graph-empty", 17, "the commit-graph is empty", graph_bytes(lambda raw: b""), commits=LINE),
    odd("graph-chain", 17, "a chain of commit-graphs with a wrong digest",
        graph_bytes(lambda raw: bytes(raw[:-1]) + b"\0", chain=True), commits=LINE),
    fine("graph", 17, "a commit-graph by git", graph_bytes(bytes), commits=LINE),
]  # fmt: skip
LOOSE: Final = [
    odd("loose-other-commit", 18, "a commit's file holds another commit", other_commit, code=3,
        commits=["three"], unreadable=["two"], partial=["three"], wrong=UNCHECKED),
    odd("loose-other-kind", 18, "a commit's file holds a blob", other_kind, code=3,
        commits=["three"], unreadable=["two"], partial=["three"]),
    odd("loose-wrong-size", 18, "a header gives another size", wrong_size, code=3,
        commits=["three"], unreadable=["two"], lines={"three": (1, 0)}),
    odd("loose-forged-blob", 18, "a file's text is exchanged", forged_blob, code=3, commits=LINE,
        partial=["three"], wrong=UNCHECKED),
    odd("loose-forged-tree", 18, "a tree is exchanged", forged_tree, code=3, commits=LINE,
        partial=["three"], wrong=UNCHECKED),
    odd("loose-forged-maintainers", 18, "MAINTAINERS is exchanged", forged_maintainers, code=3,
        author={"tip": "unverified"}, wrong=UNSAID,
        rules={"tip": "large-unverified-addition nobody-vouches unverified-author"}),
    *(
        odd(f"loose-cut-{kept}", 60, f"a commit's file ends after {kept} bytes",
            loose("two", lambda raw, kept=kept: raw[:kept]), code=3,  # type: ignore[misc]
            commits=["three"], unreadable=["two"], partial=["three"])
        for kept in (0, 1, 2, 10, 60, -1)
    ),
    odd("loose-garbage", 60, "a commit's file is no zlib stream", loose("two", lambda raw: b"x" * 99),
        code=3, commits=["three"], unreadable=["two"], partial=["three"]),
    odd("loose-more", 60, "something stands behind a commit's stream", loose("two", lambda raw: raw + b"x"),
        code=3, commits=["three"], unreadable=["two"], partial=["three"]),
    *(
        odd(f"missing-{what}", 59, f"the {what} of a commit is missing", missing(what), **expect,
            wrong=UNSAID if what == "MAINTAINERS" else "")
        for what, expect in {
            "commit": {"code": 3, "commits": ["three"], "unreadable": ["two"], "partial": ["three"]},
            "tree": {"code": 3, "commits": LINE, "partial": ["three", "two"]},
            "subtree": {"code": 3, "commits": LINE, "partial": ["three", "two"]},
            "blob": {"code": 3, "commits": LINE, "partial": ["two"]},
            "MAINTAINERS": {"code": 3, "commits": LINE, "rules": dict.fromkeys(
                LINE, "large-unverified-addition nobody-vouches unverified-author")},
        }.items()
    ),
]  # fmt: skip
PIPES: Final = [
    *(
        odd(f"pipe-{name.replace('/', '-')}", 62, f"{name} is a pipe", pipe(name), commits=LINE)
        for name in (
            "config", "shallow", "info/grafts", "info/attributes", "config.worktree", "description",
            "logs/HEAD", "index",
        )
    ),
    *(
        odd(f"pipe-{name.replace('/', '-').replace('{', '').replace('}', '')}", 62, f"{name} is a pipe",
            pipe(name), error="is no regular file")
        for name in (
            "objects/info/commit-graph", "objects/pack/multi-pack-index", "objects/pack/pack-x.pack",
            "objects/pack/pack-x.idx", "objects/pack/pack-x.rev", "objects/pack/pack-x.bitmap",
            "objects/{two}", "objects/info/packs", "objects/info/alternates",
        )
    ),
]  # fmt: skip
PACKS: Final = [
    fine("pack", 18, "everything is in a pack", packed(lambda world, path: None), commits=LINE),
    odd("swapped", 18, "an index gives two commits for one another", swapped("one", "two"), code=3,
        commits=["three"], unreadable=["two"], partial=["three"], wrong=UNCHECKED),
    odd("swapped-tip", 18, "an index gives the base for the tip", swapped("three", "base"),
        error="v1.1 leads to"),
    odd("swapped-blobs", 18, "an index gives two texts for one another", packed(swap_blobs), code=3,
        commits=LINE, partial=["three"], wrong=UNCHECKED),
    odd("offset-first", 61, "an index gives the pack's first object for a commit", moved("two", 12),
        code=3, commits=["three"], unreadable=["two"], partial=["three"], wrong=UNCHECKED),
    *(
        odd(f"offset-{offset:#x}", 61, "an index leads beyond the pack", moved("two", offset), code=3,
            commits=["three"], unreadable=["two"], partial=["three"])
        for offset in (0x0, 0x00100000, 0x02000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    ),
    *(
        odd(f"offset-of-the-tip-{offset:#x}", 61, "an index leads beyond the pack for the tip",
            moved("three", offset), error="v1.1 leads to", wrong=CRASH if offset == 0x02000000 else "")
        for offset in (0x0, 0x02000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    ),
    *(
        odd(f"multi-pack-{offset:#x}", 61, "an index over packs leads beyond them", multi_pack(offset),
            commits=LINE)
        for offset in (0x00100000, 0x02000000, 0x7FFFFFFF)
    ),
    odd("pack-cut", 64, "the pack is cut in half", shortened(".pack", lambda size: size // 2),
        error="v1.1 leads to"),
    odd("pack-empty", 64, "the pack is empty", shortened(".pack", lambda size: 0), error="v1.1 leads to"),
    odd("index-cut", 64, "the index is cut in half", shortened(".idx", lambda size: size // 2),
        error="v1.1 leads to"),
    odd("index-header", 64, "the index is a header only", shortened(".idx", lambda size: 8),
        error="v1.1 leads to"),
    odd("pack-flipped", 18, "a byte in the pack is another", packed(flipped), code=3,
        commits=["three"], unreadable=["two"], partial=["three"]),
    odd("pack-without-index", 64, "the index is missing", packed(no_index), error="v1.1 leads to"),
    odd("index-without-pack", 64, "the pack is missing", packed(no_pack), error="v1.1 leads to"),
]  # fmt: skip


@cases(GRAPHS, LOOSE)
def test_only_bytes_that_fit_their_id_are_believed(case: Case, tmp_path: Path) -> None:
    """A commit-graph is not asked; an object with other bytes than its id says is none."""
    check(case, tmp_path)


@cases(PIPES, PACKS)
def test_a_damaged_store_ends_in_a_true_report(case: Case, tmp_path: Path) -> None:
    """Within a minute and a gibibyte, without a signal, and nothing damaged is believed."""
    world = build(case, tmp_path)
    outcome = limited([*command(world), "-j", "1"])
    assert 0 <= outcome.code
    compare(case.expect, world, outcome)
