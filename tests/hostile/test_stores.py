"""Commit-graphs and loose objects that lie or are damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.store_recipes import (
    LINE,
    NO_PARENT,
    cut_after,
    forged_blob,
    forged_maintainers,
    forged_tree,
    graph,
    graph_bytes,
    loose,
    missing,
    other_commit,
    other_kind,
    wrong_size,
)

GRAPHS: Final = [
    odd(
        "graph-hides",
        17,
        "the commit-graph leaves two commits out",
        graph("three", "base"),
        commits=LINE,
    ),
    odd("graph-itself", 17, "a commit is its own parent", graph("three", "three"), commits=LINE),
    odd("graph-circle", 17, "the root's parent is the tip", graph("root", "three"), commits=LINE),
    odd("graph-no-parent", 17, "the tip has no parent", graph("three", NO_PARENT), commits=LINE),
    odd(
        "graph-out-of-range", 17, "a parent is out of range", graph("two", 0x0FFFFFFF), commits=LINE
    ),
    odd(
        "graph-edge-out-of-range",
        17,
        "an edge is out of range",
        graph("two", 0x80FFFFFF),
        commits=LINE,
    ),
    odd(
        "graph-garbage",
        17,
        "the commit-graph holds anything",
        graph_bytes(lambda raw: b"CGPH\x01\x01\xff\x00" + bytes(raw[8:])),
        commits=LINE,
    ),
    odd(
        "graph-cut",
        17,
        "the commit-graph is cut",
        graph_bytes(lambda raw: bytes(raw[:70])),
        commits=LINE,
    ),
    odd("graph-empty", 17, "the commit-graph is empty", graph_bytes(lambda raw: b""), commits=LINE),
    odd(
        "graph-chain",
        17,
        "a chain of commit-graphs with a wrong digest",
        graph_bytes(lambda raw: bytes(raw[:-1]) + b"\0", chain=True),
        commits=LINE,
    ),
    fine("graph", 17, "a commit-graph by git", graph_bytes(bytes), commits=LINE),
]
LOOSE: Final = [
    odd(
        "loose-other-commit",
        18,
        "a commit's file holds another commit",
        other_commit,
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd(
        "loose-other-kind",
        18,
        "a commit's file holds a blob",
        other_kind,
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd(
        "loose-wrong-size",
        18,
        "a header gives another size",
        wrong_size,
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd(
        "loose-forged-blob",
        18,
        "a file's text is exchanged",
        forged_blob,
        code=3,
        commits=LINE,
        partial=["three"],
    ),
    odd(
        "loose-forged-tree",
        18,
        "a tree is exchanged",
        forged_tree,
        code=3,
        commits=LINE,
        partial=["three"],
    ),
    odd(
        "loose-forged-maintainers",
        18,
        "MAINTAINERS is exchanged",
        forged_maintainers,
        code=3,
        author={"tip": "unverified"},
        rules={"tip": "large-unverified-addition nobody-vouches unverified-author"},
    ),
    *(
        odd(
            f"loose-cut-{kept}",
            60,
            f"a commit's file ends after {kept} bytes",
            cut_after(kept),
            code=3,
            commits=["three"],
            unreadable=["two"],
            partial=["three"],
        )
        for kept in (0, 1, 2, 10, 60, -1)
    ),
    odd(
        "loose-garbage",
        60,
        "a commit's file is no zlib stream",
        loose("two", lambda raw: b"x" * 99),
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd(
        "loose-more",
        60,
        "something stands behind a commit's stream",
        loose("two", lambda raw: raw + b"x"),
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    *(
        odd(
            f"missing-{what}",
            59,
            f"the {what} of a commit is missing",
            missing(what),
            wrong="",
            **expect,
        )
        for what, expect in {
            "commit": {
                "code": 3,
                "commits": ["three"],
                "unreadable": ["two"],
                "partial": ["three"],
            },
            "tree": {"code": 3, "commits": LINE, "partial": ["three", "two"]},
            "subtree": {"code": 3, "commits": LINE, "partial": ["three", "two"]},
            "blob": {"code": 3, "commits": LINE, "partial": ["two"]},
            "MAINTAINERS": {
                "code": 3,
                "commits": LINE,
                "rules": dict.fromkeys(
                    LINE, "large-unverified-addition nobody-vouches unverified-author"
                ),
            },
        }.items()
    ),
]


@cases(GRAPHS, LOOSE)
def test_only_bytes_that_fit_their_id_are_believed(case: Case, tmp_path: Path) -> None:
    """A commit-graph is not asked; an object with other bytes than its id says is none."""
    check(case, tmp_path)
