"""Trees, attributes, merges and backports: what changed is counted from the objects alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.world import ADA, BEN, MALLORY, World, octets, signed_off

Recipe = Callable[[World], object]
MILD: Final = ("unsorted", "mode-170000", "mode-104755", "mode-zero-padded", "tree-as-blob")
"""What is no finding of high severity."""
TEXT: Final = "int tip;\n"


def entries(*more: tuple[str, bytes, str]) -> Recipe:
    """The tip's tree has more entries; a target names a kind of object or is an id."""

    def recipe(world: World) -> None:
        targets = {
            "blob": world.store("blob", TEXT),
            "tree": world.raw_tree(),
            "null": "0" * 40,
            "link": world.store("blob", "/etc/hostname"),
            "lost": "1" * 40,
            "commit": world.last,
        }
        kept = [
            ("100644", path.encode(), world.store("blob", raw))
            for path, raw in world.files.items()
            if "/" not in path
        ]
        net = world.raw_tree(
            *(
                ("100644", name, world.store("blob", world.files[f"net/{name.decode()}"]))
                for name in (b"core.c", b"root.c")
            )
        )
        kept.append(("40000", b"net", net))
        kept.sort(key=lambda entry: entry[1])
        kept += [(mode, name, targets.get(target, target)) for mode, name, target in more]
        world.commit(
            tree=world.raw_tree(*kept), message=signed_off("tip", ADA), author=ADA, committer=ADA
        )

    return recipe


def tree_bytes(raw: bytes) -> Recipe:
    """The tip's tree is these bytes."""
    return lambda world: world.commit(tree=world.store("tree", raw))


def with_attributes(text: str, *, at: str = "info/attributes", config: str = "") -> Recipe:
    """Attributes outside the objects hide or change what differs."""

    def recipe(world: World) -> None:
        world.commit(files={"net/tip.c": "int a;\n" * 50})
        world.append(at, text)
        world.append("config", config.replace("HERE", str(world.repo)))

    return recipe


def written(line: str, *, path: str = "net/root.c", author: str = MALLORY) -> Recipe:
    """The tip puts a line into a file."""

    def recipe(world: World) -> None:
        message = signed_off("net: root: say more", *dict.fromkeys((author, BEN)))
        world.commit(message=message, files={path: line}, author=author)

    return recipe


def in_tree(text: str) -> Recipe:
    """The tree's own attributes call everything binary."""

    def recipe(world: World) -> None:
        world.files[".gitattributes"] = octets(text)
        world.commit("more", signed_off("more", ADA), author=ADA, committer=ADA)
        world.commit(files={"net/tip.c": "int a;\n" * 50})

    return recipe


def merge(tree_of: str, *, files: dict[str, str] | None = None, attributes: str = "") -> Recipe:
    """Two branches, and a merge whose tree is that of one side, both, or something else."""

    def recipe(world: World) -> None:
        before = dict(world.files)
        world.commit("left", files={"net/left.c": "int left;\n" * 9})
        left = dict(world.files)
        world.files = dict(before)
        world.commit("right", files={"net/right.c": "int right;\n" * 9}, parents=["base"])
        both = {**left, **world.files}
        world.files = {"left": left, "right": dict(world.files), "both": both, "base": before}[
            tree_of
        ]
        tree = world.tree(files or {})
        world.commit(
            "tip",
            signed_off("Merge", ADA),
            parents=["left", "right"],
            author=ADA,
            committer=ADA,
            tree=tree,
        )
        if attributes:
            world.append("info/attributes", attributes)

    return recipe


def octopus(world: World) -> None:
    """An octopus with a line of its own."""
    for name in "abc":
        world.files.pop("net/x.c", None)
        world.commit(name, parents=["base"], files={f"net/{name}.c": f"int {name};\n"})
    tree = world.tree({"net/core.c": "int core;\nint hidden;\n"})
    world.commit(
        "tip",
        signed_off("Merge", ADA),
        parents=["a", "b", "c"],
        author=ADA,
        committer=ADA,
        tree=tree,
    )


def backport(change: str, *, named: str = "", author: str = BEN, path: str = "net/up.c") -> Recipe:
    """A commit that names an upstream commit and brings something else, or the same."""

    def recipe(world: World) -> None:
        start = dict(world.files)
        world.commit("old", files={"net/up.c": "if (a > b) {\n\tcheck(a);\n}\nrun();\n"})
        world.ref("tags/v1.0", world.last)
        grown = dict(world.files)
        world.commit(
            "up",
            signed_off("net: fix", BEN),
            files={"net/up.c": "if (a >= b) {\n\tcheck(a);\n}\nrun();\n"},
        )
        world.ref("heads/mainline", world.last)
        up = world.last
        world.files = grown if start else start
        message = signed_off(f"net: fix\n\ncommit {named or up} upstream.", BEN, ADA)
        world.commit(
            "tip", message, parents=["old"], author=author, committer=ADA, files={path: change}
        )
        world.words = ["--mainline", "mainline"]

    return recipe


SAME: Final = "if (a >= b) {\n\tcheck(a);\n}\nrun();\n"
TREES: Final = [
    *(
        odd(
            f"tree-{name}",
            58,
            what,
            entries(*more),
            code=int(name not in MILD),
            flagged=["tip"],
        )
        for name, what, more in (
            (
                "twice",
                "a name stands there twice",
                [("100644", b"zz", "blob"), ("100644", b"zz", "link")],
            ),
            (
                "file-and-folder",
                "a file and a folder of one name",
                [("100644", b"zz", "blob"), ("40000", b"zz", "tree")],
            ),
            ("unsorted", "entries are unsorted", [("100644", b"AA", "blob")]),
            ("dot-dot", "an entry leads upwards", [("100644", b"..", "blob")]),
            ("dot", "an entry is the folder itself", [("100644", b".", "blob")]),
            ("slash", "a name with a slash", [("100644", b"../zz", "blob")]),
            ("absolute", "an absolute name", [("100644", b"/etc/zz", "blob")]),
            ("dot-git", "an entry .git", [("40000", b".git", "tree")]),
            ("dot-git-case", "an entry .GIT", [("40000", b".GIT", "tree")]),
            ("dot-git-short", "an entry git~1", [("100644", b"git~1", "blob")]),
            (
                "dot-git-hidden",
                "an entry .git with a zero-width joiner",
                [("100644", ".g\u200cit".encode(), "blob")],
            ),
            ("tree-as-blob", "a file is a tree", [("100644", b"zz", "tree")]),
            ("mode-170000", "a mode that nothing has", [("170000", b"zz", "blob")]),
            ("mode-104755", "a file that runs as its owner", [("104755", b"zz", "blob")]),
            ("mode-zero-padded", "a mode with a zero in front", [("0100644", b"zz", "blob")]),
        )
    ),
    *(
        odd(f"tree-{name}", 58, what, entries(*more), code=3, partial=["tip"])
        for name, what, more in (
            ("null-id", "an entry names the null id", [("100644", b"zz", "null")]),
            ("lost-blob", "an entry names a blob that is not there", [("100644", b"zz", "lost")]),
            ("lost-tree", "an entry names a tree that is not there", [("40000", b"zz", "lost")]),
            ("blob-as-tree", "a folder is a blob", [("40000", b"zz", "blob")]),
            ("empty-name", "an empty name", [("100644", b"", "blob")]),
        )
    ),
    odd(
        "tree-cut",
        58,
        "a tree ends inside an entry",
        tree_bytes(b"100644 a\0" + b"1" * 19),
        code=3,
        partial=["tip"],
    ),
    odd(
        "tree-no-nul",
        58,
        "a tree without a NUL",
        tree_bytes(b"100644 a" * 9),
        code=3,
        partial=["tip"],
    ),
    odd(
        "tree-no-mode",
        58,
        "an entry without a mode",
        tree_bytes(b"a\0" + b"1" * 20),
        code=3,
        partial=["tip"],
    ),
    odd(
        "tree-random",
        58,
        "a tree of bytes without order",
        tree_bytes(bytes(range(1, 256)) * 3),
        code=3,
        partial=["tip"],
    ),
    odd(
        "tree-newline",
        58,
        "a newline in a name",
        entries(("100644", b"zz\nzz", "blob")),
        lines={"tip": (1, 0)},
        rules={"tip": "hidden-characters"},
    ),
    odd(
        "tree-turned-around",
        58,
        "a name that is shown from right to left",
        entries(("100644", "zz\u202ec.erom".encode(), "blob")),
        lines={"tip": (1, 0)},
        rules={"tip": "hidden-characters"},
    ),
    odd(
        "text-turned-around",
        40,
        "a comment that ends before it seems to",
        written("/* \u202e } \u2066if (root)\u2069 \u2066 begin */\n"),
        rules={"tip": "hidden-characters unverified-author"},
    ),
    odd(
        "text-zero-width",
        40,
        "two names that look the same",
        written("ro\u200bot = 1;\n", path="net/core.c"),
        rules={"tip": "hidden-characters unverified-author"},
    ),
    odd(
        "text-without-a-shape",
        40,
        "a variable whose name nobody sees",
        written("int \u3164;\n"),
        rules={"tip": "hidden-characters unverified-author"},
    ),
    fine(
        "text-byte-order-mark",
        40,
        "a byte order mark where it belongs",
        written("\ufeffint a;\n", author=BEN),
    ),
    fine(
        "tree-raw-bytes",
        58,
        "a name that is no UTF-8",
        entries(("100644", b"zz\xff", "blob")),
        lines={"tip": (1, 0)},
    ),
    fine(
        "tree-quotes",
        58,
        "quotes and backslashes",
        entries(("100644", b'zz"\\', "blob")),
        lines={"tip": (1, 0)},
    ),
    fine(
        "tree-long-name",
        58,
        "a name of three thousand bytes",
        entries(("100644", b"z" * 3000, "blob")),
        lines={"tip": (1, 0)},
    ),
    fine(
        "link",
        57,
        "a link to a file of this machine",
        entries(("120000", b"zz", "link")),
        lines={"tip": (1, 0)},
    ),
    fine("submodule", 57, "a submodule", entries(("160000", b"zz", "lost")), lines={"tip": (1, 0)}),
    fine(
        "submodule-known",
        57,
        "a submodule that is our own commit",
        entries(("160000", b"zz", "commit")),
        lines={"tip": (1, 0)},
    ),
    fine("executable", 57, "a program", entries(("100755", b"zz", "blob")), lines={"tip": (1, 0)}),
    fine("empty-commit", 57, "a commit that changes nothing", entries(), lines={"tip": (0, 0)}),
    fine(
        "empty-folder",
        58,
        "an empty folder",
        entries(("40000", b"zz", "tree")),
        lines={"tip": (0, 0)},
    ),
]
ATTRIBUTES: Final = [
    *(
        odd(
            f"attributes-{name}",
            55,
            what,
            with_attributes(text, config=config),
            lines={"tip": (50, 0)},
        )
        for name, what, text, config in (
            ("no-diff", "nothing is to be compared", "* -diff\n", ""),
            ("binary", "everything is binary", "* binary\n", ""),
            (
                "driver",
                "a driver calls everything binary",
                "* diff=d\n",
                '[diff "d"]\n\tbinary = true\n',
            ),
            (
                "function-names",
                "a driver has a slow expression",
                "* diff=d\n",
                '[diff "d"]\n\txfuncname = "((a*)*)*$"\n',
            ),
            ("text", "line ends are changed", "* text eol=crlf working-tree-encoding=UTF-16\n", ""),
            ("export", "nothing is exported", "* export-ignore export-subst\n", ""),
            ("macro", "a macro", "[attr]x -diff\n* x\n", ""),
            ("long-line", "a line of a megabyte", "* " + "x" * 1_000_000 + "\n* -diff\n", ""),
        )
    ),
    odd(
        "attributes-file",
        55,
        "the config names another file",
        with_attributes("* -diff\n", at="more", config="[core]\n\tattributesFile = HERE/more\n"),
        lines={"tip": (50, 0)},
    ),
    odd(
        "attributes-tree-setting",
        55,
        "the config takes attributes from a tree",
        with_attributes(
            "* -diff\n", at="more", config="[attr]\n\ttree = HEAD\n[core]\n\tbigFileThreshold = 1\n"
        ),
        lines={"tip": (50, 0)},
    ),
    odd(
        "attributes-settings",
        55,
        "settings that change a comparison",
        with_attributes(
            "",
            config=(
                "[diff]\n\tignoreSubmodules = all\n\trenames = copies\n\torderFile = /none\n"
                "\tnoprefix = true\n\tcontext = 0\n"
                "\tinterHunkContext = 99\n\talgorithm = patience\n\tstatGraphWidth = 1\n"
                "[log]\n\tdiffMerges = combined\n"
                "\tshowRoot = false\n[core]\n\tquotePath = true\n\twhitespace = -trailing-space\n"
            ),
        ),
        lines={"tip": (50, 0)},
    ),
    odd(
        "attributes-in-tree",
        55,
        "the tree's own attributes",
        in_tree("* -diff\n"),
        lines={"tip": (50, 0)},
    ),
]
MERGES: Final = [
    fine(
        "merge-both",
        56,
        "a merge of both sides",
        merge("both"),
        lines={"tip": (0, 0)},
        rules={"tip": "unsigned-pull"},
    ),
    odd("merge-ours", 56, "a merge that takes nothing", merge("left"), flagged=["tip"]),
    odd("merge-theirs", 56, "a merge that drops our side", merge("right"), flagged=["tip"]),
    odd(
        "merge-evil",
        56,
        "a merge with a line of its own",
        merge("both", files={"net/core.c": "int evil;\n"}),
        flagged=["tip"],
    ),
    odd(
        "merge-evil-new",
        56,
        "a merge with a file of its own",
        merge("both", files={"net/evil.c": "int evil;\n"}),
        flagged=["tip"],
    ),
    odd(
        "merge-evil-union",
        56,
        "attributes that would explain it",
        merge("both", files={"net/core.c": "int evil;\n"}, attributes="*.c merge=union\n* -diff\n"),
        flagged=["tip"],
    ),
    odd("merge-reverts", 56, "a merge that undoes both sides", merge("base"), flagged=["tip"]),
    odd("octopus-evil", 56, "an octopus with a line of its own", octopus, flagged=["tip"]),
]
BACKPORTS: Final = [
    fine("backport-same", 54, "the same change", backport(SAME)),
    odd(
        "backport-sign-changed",
        54,
        "one character is another",
        backport(SAME.replace(">=", "<=")),
        code=1,
        flagged=["tip"],
    ),
    odd(
        "backport-indented",
        54,
        "only white space differs",
        backport(SAME.replace("run", "\trun")),
        flagged=["tip"],
    ),
    odd(
        "backport-no-newline",
        54,
        "the last newline is gone",
        backport(SAME.rstrip("\n")),
        flagged=["tip"],
    ),
    odd(
        "backport-other-file",
        54,
        "another file is changed",
        backport("int other;\n", path="net/other.c"),
        flagged=["tip"],
    ),
    odd(
        "backport-of-nothing",
        54,
        "the named commit is not there",
        backport(SAME, named="1" * 40),
        flagged=["tip"],
    ),
    odd(
        "backport-other-author",
        54,
        "another author",
        backport(SAME, author=MALLORY),
        flagged=["tip"],
    ),
    odd("backport-ambiguous", 54, "a short id", backport(SAME, named="12"), flagged=()),
]


@cases(TREES, ATTRIBUTES, MERGES, BACKPORTS)
def test_what_changed_comes_from_the_objects(case: Case, tmp_path: Path) -> None:
    """Nothing outside the objects hides a line, and a path is never followed."""
    check(case, tmp_path, twice=True)
