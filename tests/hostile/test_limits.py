"""Large, deep and endless input: a run ends within a minute and a gibibyte."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.hostile.bombs import (
    MIB,
    authority,
    delta_bomb,
    few,
    large_file,
    long_commit,
    long_identity,
    long_tag,
    many_fixes,
    nest,
    numbered,
    parents,
    repeating,
    scattered,
    sparse_file,
    sparse_object,
    sparse_tip,
    swollen,
    wide,
)
from tests.hostile.case import Case, build, cases, command, compare, fine, odd
from tests.hostile.process import limited
from tests.hostile.world import BEN, MAINTAINERS, octets, start

STRANGER: Final = "unverified-author large-unverified-addition"
SIZES: Final = [
    odd(
        "commit-over-budget",
        36,
        "a message of 17 MiB at the tip",
        long_commit(17 * MIB, on_top=False),
        code=3,
        commits=[],
        over_budget=["long"],
    ),
    odd(
        "commit-300-mib",
        36,
        "a message of 300 MiB below the tip",
        long_commit(300 * MIB, on_top=True),
        code=3,
        over_budget=["long"],
    ),
    odd(
        "commit-300-mib-tip",
        36,
        "a message of 300 MiB at the tip",
        long_commit(300 * MIB, on_top=False),
        error="larger than 64 MiB",
    ),
    odd(
        "blob-300-mib",
        59,
        "a binary file of 300 MiB",
        large_file(300 * MIB, b"\0"),
        lines={"tip": (0, 16)},
    ),
    odd(
        "text-300-mib",
        59,
        "a file of 300 MiB with five million lines",
        large_file(300 * MIB, b"x" * 63 + b"\n"),
        lines={"tip": (0, 16)},
    ),
    odd(
        "sparse-object",
        63,
        "a loose object's file of four gigabytes",
        sparse_object,
        code=3,
        unreadable=["below"],
        partial=["tip"],
    ),
    odd(
        "sparse-tip",
        63,
        "the same for the tip",
        sparse_tip,
        error="v1.1 leads to",
    ),
    *(
        odd(
            f"sparse-{name.replace('/', '-')}",
            63,
            f"{name} has four gigabytes",
            sparse_file(name),
            commits=["tip"],
        )
        for name in (
            "config",
            "info/attributes",
            "config.worktree",
            "description",
            "shallow",
            "info/grafts",
        )
    ),
    odd(
        "swollen-object",
        59,
        "a stream of 256 MiB behind a commit",
        swollen("below"),
        code=3,
        unreadable=["below"],
        partial=["tip"],
    ),
    odd("swollen-tip", 59, "the same at the tip", swollen("tip"), error="v1.1 leads to"),
    odd(
        "delta-bomb",
        59,
        "a pack of few bytes that holds a hundred million lines",
        delta_bomb,
        rules={"tip": "authority-change"},
        lines={"bomb": (0, 16), "tip": (17, 0)},
    ),
]
SHAPES: Final = [
    odd(
        "tree-bomb-small",
        59,
        "four thousand files of five objects, and a budget of a thousand",
        few(nest(4, 8)),
        code=3,
        over_budget=["bomb", "tip"],
        commits=[],
    ),
    fine(
        "deep-200",
        59,
        "two hundred folders in one another",
        nest(200),
        commits=["tip", "bomb"],
        rules={"tip": "authority-change"},
    ),
    odd(
        "deep-3000",
        59,
        "three thousand folders in one another",
        nest(3000),
        lines={"bomb": (1, 16), "tip": (17, 1)},
        rules={"tip": "authority-change"},
    ),
    odd(
        "deep-25000",
        59,
        "25,000 folders in one another",
        nest(25_000),
        code=3,
        partial=["bomb", "tip"],
    ),
    fine(
        "wide",
        59,
        "five thousand files in a folder",
        wide(5_000),
        commits=["tip", "wide"],
        rules={"tip": "authority-change"},
    ),
    odd(
        "wide-budget",
        59,
        "five thousand files in a folder, and a budget of a thousand",
        few(wide(5000)),
        code=3,
        over_budget=["tip", "wide"],
        commits=[],
    ),
    fine(
        "parents-66000",
        36,
        "more parents than libgit2 walks, all the same",
        parents(66_000),
        commits=["tip"],
        rules={"tip": "malformed-commit"},
    ),
]
TEXTS: Final = [
    odd(
        "maintainers-65-mib",
        75,
        "MAINTAINERS of 65 MiB",
        authority("MAINTAINERS", lambda: "x\n" * (33 * MIB)),
        code=3,
        author={"tip": "unverified"},
        flagged=["tip"],
    ),
    odd(
        "maintainers-sections",
        75,
        "three thousand sections",
        authority(
            "MAINTAINERS",
            lambda: (
                MAINTAINERS
                + "".join(
                    f"S{n}\nM:\tN <n{n}@x.example>\nF:\t*/x{n}/*\nN:\tx{n}y\n\n"
                    for n in range(3_000)
                )
            ),
        ),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
    ),
    odd(
        "maintainers-everywhere",
        75,
        "twenty thousand sections for each of five thousand files",
        scattered(
            5_000,
            lambda: "".join(f"S{n}\nM:\tN <n{n}@x.example>\nF:\t*/\n\n" for n in range(20_000)),
        ),
        author={"tip": "unverified"},
        rules={"tip": f"{STRANGER} nobody-vouches"},
    ),
    odd(
        "maintainers-line",
        75,
        "an M: line of a megabyte",
        authority("MAINTAINERS", lambda: MAINTAINERS + ("\nS\nM:\t" + '"a@b",' * 200_000 + "\n")),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
    ),
    odd(
        "mailmap-50000",
        42,
        "fifty thousand lines of .mailmap",
        authority(
            ".mailmap",
            lambda: "".join(f"A <a@x.example> N{n} <n{n}@x.example>\n" for n in range(50_000)),
        ),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
    ),
    odd(
        "long-name",
        44,
        "a name of a megabyte",
        long_identity("n " * 500_000, "x@y.example"),
        code=1,
        author={"tip": "undetermined"},
        rules={"tip": "malformed-identity"},
    ),
    odd(
        "long-local-part",
        44,
        "a local part of a megabyte",
        long_identity("N", "n" * MIB + "@y.example"),
        code=1,
        author={"tip": "undetermined"},
        rules={"tip": "malformed-identity"},
    ),
    odd(
        "long-domain",
        44,
        "a domain of a megabyte",
        long_identity("N", "n@" + "x." * (MIB // 2) + "example"),
        code=1,
        author={"tip": "undetermined"},
        rules={"tip": "malformed-identity"},
    ),
    odd(
        "many-ats",
        44,
        "a hundred thousand at signs",
        long_identity("N", "@" * 100_000),
        code=1,
        author={"tip": "undetermined"},
        rules={"tip": "malformed-identity"},
    ),
    odd(
        "long-key",
        37,
        "a trailer's key of a megabyte",
        lambda world: world.commit(message="s\n\n" + "k" * MIB + f": x\nSigned-off-by: {BEN}\n"),
        subject={"tip": "s"},
    ),
    odd(
        "long-fold",
        37,
        "a trailer folded fifty thousand times",
        lambda world: world.commit(message=f"s\n\nSigned-off-by: {BEN}\nX: y\n" + " z\n" * 50_000),
        subject={"tip": "s"},
    ),
    odd(
        "many-fixes",
        54,
        "twenty thousand Fixes lines",
        lambda world: world.commit(
            message="s\n\n"
            + "".join(f'Fixes: {n:012x} ("x")\n' for n in range(20_000))
            + f"Signed-off-by: {BEN}\n"
        ),
        subject={"tip": "s"},
    ),
    odd(
        "many-headers",
        34,
        "fifty thousand header lines",
        lambda world: world.commit(headers="x-note y\n" * 50_000),
        rules={"tip": "malformed-commit"},
    ),
    odd(
        "long-signature",
        46,
        "a signature of three megabytes",
        lambda world: world.commit(
            headers="gpgsig -----BEGIN PGP SIGNATURE-----\n \n"
            + " A" * (3 * MIB // 2)
            + "\n -----END PGP SIGNATURE-----\n"
        ),
        author={"tip": "listed"},
        signature={"tip": "unsupported"},
    ),
]


OUTSIDE: Final = "trailer-outside-block"
REPEATED: Final = [
    odd("blank-lines", 37, "empty lines", repeating("\n" * MIB)),
    odd("blanks", 37, "lines of a blank", repeating(" \n" * (MIB // 2))),
    odd("comments", 37, "paragraphs of a comment", repeating("#\n\n" * (MIB * 5 // 8))),
    odd(
        "reviewers",
        37,
        "fifteen thousand people review and acknowledge",
        repeating(
            numbered(
                "Reviewed-by: N <n{n}@x.example>\nAcked-by: M <n{n}@x.example>\n", 5 * MIB // 4
            )
        ),
        rules={"tip": OUTSIDE},
    ),
    odd(
        "reviewer-without-end",
        37,
        "a reviewer of a million blanks",
        repeating("Reviewed-by:" + " " * MIB),
        rules={"tip": OUTSIDE},
    ),
    odd(
        "origins",
        54,
        "thirty thousand commits that it is said to be taken from",
        repeating(numbered("commit {n:040} upstream.\n", 15 * MIB // 8)),
        rules={"tip": f"{OUTSIDE} upstream-not-found"},
    ),
    odd(
        "fixed-by-all",
        54,
        "270 commits, each mended by all after it",
        many_fixes,
        subject={"c0": "net: s"},
    ),
    odd(
        "people-over-budget",
        36,
        "forty megabytes of people",
        repeating(numbered("Acked-by: N <n{n}@x.example>\n", 20 * MIB)),
        code=3,
        over_budget=["tip"],
        commits=[],
    ),
    odd(
        "headers-over-budget",
        34,
        "forty megabytes of header lines",
        lambda world: world.commit(headers="x\n" * 20 * MIB),
        code=3,
        over_budget=["tip"],
        commits=[],
    ),
    odd(
        "a-tree-of-digits",
        35,
        "a tree of a million digits",
        lambda world: world.commit(
            tree=world.raw_tree(("40000", b"net", world.store("tree", "1" * MIB)))
        ),
        code=3,
        partial=["tip"],
    ),
    odd("tag-9-mib", 47, "a tag of nine megabytes", long_tag(9 * MIB), error="larger than 8 MiB"),
    odd(
        "maintainers-patterns",
        75,
        "three hundred thousand patterns",
        authority(
            "MAINTAINERS",
            lambda: MAINTAINERS + "".join(f"S{n}\nN:\tx{n}y\n\n" for n in range(300_000)),
        ),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
        notes=["more than are read"],
    ),
]
"""What is read again and again, or a second time for each part, takes hours."""


def test_a_tree_bomb_ends(tmp_path: Path) -> None:
    """Ten thousand million files of a dozen objects: git runs out of what it may own or say."""
    expect = odd("bomb", 59, "a tree bomb", nest(10, 10), code=3, partial=["bomb", "tip"])
    world = build(expect, tmp_path)
    outcome = limited([*command(world), "-j", "1"], seconds=170)
    compare(expect.expect, world, outcome)


@cases(SIZES, SHAPES, TEXTS, REPEATED)
def test_it_ends_within_its_limits(case: Case, tmp_path: Path) -> None:
    """No crash, no endless run, no commit left out in silence."""
    world = build(case, tmp_path)
    outcome = limited([*command(world), "-j", "1"])
    assert 0 <= outcome.code
    compare(case.expect, world, outcome)


@pytest.mark.parametrize("format_name", ["table", "markdown", "csv", "json"])
def test_a_subject_of_megabytes_is_shown_in_time(tmp_path: Path, format_name: str) -> None:
    """Pages show its start and say how much is left out; CSV and JSON have all."""
    world = start(tmp_path)
    world.commit(message=b"s" + b"\xff" * 3 * MIB + octets(f"\n\nSigned-off-by: {BEN}\n"))
    world.settle()
    outcome = limited(["check", world.last, "-C", str(world.repo), "-f", format_name])
    assert 0 == outcome.code, outcome.stderr
    is_page = format_name in ("table", "markdown")
    assert is_page == (f"({3 * MIB + 1 - 2000:,} more characters)" in outcome.stdout)
    assert is_page == (len(outcome.stdout) < MIB)
