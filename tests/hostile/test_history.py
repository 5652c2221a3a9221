"""What stands beside the objects and would show another history: ignored, and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.world import (
    ADA,
    BEN,
    MALLORY,
    MONTH,
    NEW,
    START,
    World,
    signed_off,
)

Recipe = Callable[[World], object]
LINE: Final = ["three", "two", "one"]
NOBODY_KNOWN: Final = {
    "three": "large-unverified-addition nobody-vouches unverified-author",
    "two": "nobody-vouches unverified-author",
}
"""What is said of two commits from the beginning of history, where nobody has a standing."""


def line(world: World) -> None:
    """Three good commits."""
    for name in ("one", "two", "three"):
        world.commit(name)


def fake(world: World, name: str = "fake") -> str:
    """A commit that is nowhere in the line."""
    last = world.last
    made = world.commit(name, "fake\n", author=MALLORY, parents=["root"])
    world.last = last
    return made


def replaced(*names: str, packed: bool = False) -> Recipe:
    """Replace refs for some commits."""

    def recipe(world: World) -> None:
        line(world)
        forged = fake(world)
        for name in names:
            target = world.named.get(name, name)
            if packed:
                world.append("packed-refs", f"{forged} refs/replace/{target}\n")
            else:
                world.ref(f"replace/{target}", forged)

    return recipe


def replaced_blob(world: World) -> None:
    """The text of a file is replaced by a longer one."""
    line(world)
    old = world.store("blob", "int three;\n")
    world.ref(f"replace/{old}", world.store("blob", "int a;\n" * 50))


def replaced_tree(world: World) -> None:
    """The tree of the tip is replaced by that of the base."""
    line(world)
    tree = world.tree()
    world.ref(f"replace/{tree}", world.tree({"net/three.c": "", "net/two.c": ""}))


def replaced_maintainers(world: World) -> None:
    """MAINTAINERS at the base is replaced by one that lists the author."""
    blob = world.store("blob", world.files["MAINTAINERS"])
    mine = world.files["MAINTAINERS"].replace(b"Ben Torres <ben@net", b"Nia Newcomer <nia@newcomer")
    world.commit("tip", signed_off("net: tip", NEW, BEN), author=NEW)
    world.ref(f"replace/{blob}", world.store("blob", mine))


def grafted(text: str, *, name: str = "info/grafts") -> Recipe:
    """A grafts file, with the ids of commits in braces."""

    def recipe(world: World) -> None:
        line(world)
        fake(world)
        world.append(name, text.format(**world.named))

    return recipe


def graft_link(world: World) -> None:
    """The grafts file is a link to a file elsewhere."""
    line(world)
    (world.folder / "g").write_text(f"{world.named['three']} {world.named['base']}\n")
    (world.repo / "info").mkdir()
    (world.repo / "info" / "grafts").symlink_to(world.folder / "g")


def graft_large(world: World) -> None:
    """The grafts file begins with two megabytes of comment."""
    line(world)
    world.append("info/grafts", "# padding\n" * 200_000)
    world.append("info/grafts", f"{world.named['three']} {world.named['base']}\n")


def cut(world: World) -> None:
    """A shallow clone as git makes it: what lies before the boundary is not there."""
    line(world)
    world.append("shallow", f"{world.named['two']}\n")
    for name in ("one", "base", "root"):
        world.loose(world.named[name]).unlink()
    (world.repo / "refs" / "tags" / "v1.0").unlink()
    world.words = ["--base", "none"]


def cut_without_a_word(world: World) -> None:
    """The same without the file that says so."""
    cut(world)
    (world.repo / "shallow").unlink()


def cut_below_the_base(world: World) -> None:
    """Only history before the base is missing."""
    line(world)
    world.append("shallow", f"{world.named['base']}\n")
    world.loose(world.named["root"]).unlink()


REPLACED: Final = [
    odd(
        "replace-tip",
        14,
        "the tip is replaced",
        replaced("three"),
        commits=LINE,
        author={"three": "listed"},
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-middle",
        14,
        "a commit in the middle is replaced by one without parents",
        replaced("two"),
        commits=LINE,
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-base",
        14,
        "the base is replaced",
        replaced("base"),
        commits=LINE,
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-all",
        14,
        "every commit is replaced",
        replaced("one", "two", "three", "base"),
        commits=LINE,
        repository={"replace_refs": 4},
    ),
    odd(
        "replace-packed",
        14,
        "the replace ref stands in packed-refs",
        replaced("two", packed=True),
        commits=LINE,
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-no-id",
        14,
        "the name of a replace ref is no id",
        replaced("x"),
        commits=LINE,
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-blob",
        14,
        "a file's text is replaced",
        replaced_blob,
        commits=LINE,
        lines={"three": (1, 0)},
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-tree",
        14,
        "a tree is replaced",
        replaced_tree,
        commits=LINE,
        lines={"three": (1, 0)},
        repository={"replace_refs": 1},
    ),
    odd(
        "replace-maintainers",
        14,
        "MAINTAINERS is replaced",
        replaced_maintainers,
        author={"tip": "unverified"},
        repository={"replace_refs": 1},
        rules={"tip": "unverified-author large-unverified-addition"},
    ),
    fine(
        "no-replace",
        14,
        "nothing is replaced",
        line,
        commits=LINE,
        repository={"replace_refs": 0, "grafts": False, "shallow": False, "alternates": 0},
    ),
]
GRAFTED: Final = [
    odd(
        "graft-hides",
        15,
        "a graft leaves two commits out",
        grafted("{three} {base}\n"),
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-adds",
        15,
        "a graft adds a parent",
        grafted("{two} {one} {fake}\n"),
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-cuts",
        15,
        "a graft takes all parents away",
        grafted("{two}\n"),
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-loop",
        15,
        "grafts make a circle",
        grafted("{one} {three}\n{base} {three}\n"),
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-nonsense",
        15,
        "the grafts file holds anything",
        grafted("\x00\x1b[2J nonsense\n"),
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-link",
        15,
        "the grafts file is a link",
        graft_link,
        commits=LINE,
        repository={"grafts": True},
    ),
    odd(
        "graft-large",
        15,
        "the grafts file is large",
        graft_large,
        commits=LINE,
        repository={"grafts": True},
    ),
    fine(
        "graft-empty",
        15,
        "the grafts file is empty",
        grafted("\n"),
        commits=LINE,
        repository={"grafts": False},
    ),
]
SHALLOW: Final = [
    odd(
        "shallow-lie",
        16,
        "the shallow file cuts what is there",
        grafted("{two}\n", name="shallow"),
        commits=LINE,
        repository={"shallow": True},
    ),
    odd(
        "shallow-tip",
        16,
        "the tip is said to be the boundary",
        grafted("{three}\n", name="shallow"),
        commits=LINE,
        repository={"shallow": True},
    ),
    odd(
        "shallow-stranger",
        16,
        "the boundary is a commit of nowhere",
        grafted("1" * 40 + "\n", name="shallow"),
        commits=LINE,
        repository={"shallow": True},
    ),
    odd(
        "shallow-cut",
        16,
        "history is missing inside the range",
        cut,
        code=3,
        commits=["three", "two"],
        unreadable=["one"],
        partial=["two"],
        repository={"shallow": True},
        rules=NOBODY_KNOWN,
    ),
    odd(
        "shallow-unsaid",
        16,
        "history is missing and no file says so",
        cut_without_a_word,
        code=3,
        commits=["three", "two"],
        unreadable=["one"],
        partial=["two"],
        repository={"shallow": False},
        rules=NOBODY_KNOWN,
    ),
    odd(
        "shallow-below",
        16,
        "history before the base is missing",
        cut_below_the_base,
        code=3,
        commits=LINE,
        repository={"shallow": True},
    ),
    fine(
        "shallow-empty",
        16,
        "the shallow file is empty",
        grafted("", name="shallow"),
        commits=LINE,
        repository={"shallow": False},
    ),
]


def skewed(world: World) -> None:
    """Dates of the base run backwards: git's own difference then holds too much."""
    for number in range(40):
        moment = f"{1000 + number if 10 <= number <= 30 else START + number} +0000"
        world.commit(f"c{number}", dates=(moment, moment))
    world.ref("tags/v1.0.1", world.named["c33"])
    world.asked = ["v1.0.1..main"]


def backdated(world: World) -> None:
    """A commit is dated years before its parent."""
    world.commit("one")
    moment = f"{START - 40 * MONTH} +0000"
    world.commit("tip", dates=(moment, moment))


def postdated(world: World) -> None:
    """A commit is written two years after it was committed."""
    world.commit("tip", dates=(f"{START + 40 * MONTH} +0000", world.now()))


def merged_root(world: World) -> None:
    """A merge brings in a history with a beginning of its own."""
    world.commit("foreign", signed_off("foreign", ADA), parents=[], author=ADA, committer=ADA)
    world.commit(
        "tip",
        signed_off("Merge", ADA),
        parents=["base", "foreign"],
        author=ADA,
        committer=ADA,
        tree=world.tree(),
    )


def octopus(world: World) -> None:
    """A merge of forty branches, each with one commit."""
    names = [f"b{number}" for number in range(40)]
    for name in names:
        world.commit(name, parents=["base"])
    world.commit("tip", "Merge\n", parents=["base", *names], tree=world.tree())


def circle_of_refs(world: World) -> None:
    """Symbolic refs that lead to one another."""
    line(world)
    for name, target in (("a", "b"), ("b", "a"), ("self", "self")):
        (world.repo / "refs" / "heads" / name).write_text(f"ref: refs/heads/{target}\n")


SHAPE: Final = [
    odd(
        "skewed-dates",
        22,
        "dates run backwards in the base",
        skewed,
        commits=["c39", "c38", "c37", "c36", "c35", "c34"],
    ),
    odd(
        "backdated",
        22,
        "a commit is older than its parent",
        backdated,
        commits=["tip", "one"],
        rules={"tip": "date-anomaly"},
    ),
    odd(
        "postdated",
        22,
        "the author date lies after the commit",
        postdated,
        rules={"tip": "date-anomaly"},
    ),
    odd(
        "unrelated-history",
        21,
        "a merge brings in another root",
        merged_root,
        rules={"tip": "unrelated-history", "foreign": "authority-change"},
        commits=["tip", "foreign"],
    ),
    fine("octopus", 36, "a merge of forty branches", octopus),
    odd("circle-of-refs", 20, "symbolic refs lead in a circle", circle_of_refs, commits=LINE),
]


@cases(REPLACED, GRAFTED, SHALLOW, SHAPE)
def test_only_the_objects_say_what_history_is(case: Case, tmp_path: Path) -> None:
    """Every commit of the objects is reported, no other, and what would hide it is named."""
    check(case, tmp_path, twice=True)
