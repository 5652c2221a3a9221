"""Trees are read as git reads them, and what git would not write is named."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import ObjectId
from provenance.parse.tree import (
    TreeDefect,
    TreeEntry,
    TreeProblem,
    parse_tree,
    path_problem,
    tree_problems,
)
from tests.git import ENVIRONMENT, git


def test_entries_are_read_in_stored_order() -> None:
    """Mode, name and id; one that is cut short ends the reading."""
    two = b"40000 a b\0" + b"\x01" * 20 + b"100644 c\0" + b"\xff" * 20
    found = [
        TreeEntry("40000", b"a b", ObjectId("01" * 20)),
        TreeEntry("100644", b"c", ObjectId("ff" * 20)),
    ]
    assert found == list(parse_tree(two))
    for size in range(31, len(two)):
        assert found[:1] == list(parse_tree(two[:size])), size
    assert ["\ufffd"] == [entry.mode for entry in parse_tree(b"\xff a\0" + bytes(20))]


@pytest.mark.parametrize(
    ("mode", "is_tree", "is_file"),
    [
        ("40000", True, False),
        ("040000", True, False),
        ("100644", False, True),
        ("100755", False, True),
        ("120000", False, False),
        ("160000", False, False),
    ],
)
def test_what_an_entry_is(mode: str, is_tree: bool, is_file: bool) -> None:
    """By its mode."""
    entry = TreeEntry(mode, b"a", ObjectId("1" * 40))
    assert (is_tree, is_file) == (entry.is_tree, entry.is_regular_file)


def test_bytes_behind_the_last_entry_change_no_verdict_on_the_others() -> None:
    """A whole tree that is cut short still names what is wrong in it."""
    assert [("a", TreeDefect.OLD_MODE)] == [
        tuple(one) for one in tree_problems(raw(("100664", "a")) + b"100644 b")
    ]
    assert () == tree_problems(raw(("100644", "a"))[:-1])


NAME = st.text(st.characters(blacklist_characters="\0/", blacklist_categories=["Cs"]), min_size=1)
MODE = st.sampled_from(["100644", "100755", "120000", "160000", "40000"])


def raw(*entries: tuple[str, str]) -> bytes:
    return b"".join(
        f"{mode} {name}".encode("utf-8", "surrogateescape") + b"\0" + b"1" * 20
        for mode, name in entries
    )


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([("100644", "a"), ("40000", "b"), ("100755", "c")], []),
        ([("100644", "a.c"), ("40000", "a"), ("100644", "a0")], []),
        ([("40000", "a"), ("100644", "a.c")], [("a.c", TreeDefect.UNSORTED)]),
        ([("100644", "b"), ("100644", "a")], [("a", TreeDefect.UNSORTED)]),
        ([("100644", "a"), ("100644", "a")], [("a", TreeDefect.TWICE)]),
        ([("100644", "a"), ("100644", "a.c"), ("40000", "a")], [("a", TreeDefect.TWICE)]),
        ([("100664", "a")], [("a", TreeDefect.OLD_MODE)]),
        ([("0100644", "a")], [("a", TreeDefect.PADDED_MODE)]),
        ([("040000", "a")], [("a", TreeDefect.PADDED_MODE)]),
        ([("104755", "a")], [("a", TreeDefect.BAD_MODE)]),
        ([("0", "a")], [("a", TreeDefect.BAD_MODE)]),
        ([("40000", ".git")], [(".git", TreeDefect.DOT_GIT)]),
        ([("40000", "GIT~1 .")], [("GIT~1 .", TreeDefect.DOT_GIT)]),
        ([("40000", ".g\u200cit")], [(".g\u200cit", TreeDefect.DOT_GIT)]),
        ([("40000", "\ufeff.git::$DATA")], [("\ufeff.git::$DATA", TreeDefect.DOT_GIT)]),
        ([("40000", "..")], [("..", TreeDefect.BAD_NAME)]),
        ([("100644", "a/b")], []),
        ([("100644", "a/../b")], [("a/..", TreeDefect.BAD_NAME)]),
        ([("100644", "/etc")], [("", TreeDefect.BAD_NAME)]),
        ([("000100644", "a")], [("a", TreeDefect.PADDED_MODE)]),
        ([("0100664", "a")], [("a", TreeDefect.BAD_MODE)]),
        ([("100644", "b"), ("40000", "a")], [("a", TreeDefect.UNSORTED)]),
        ([("100644", "a.c"), ("040000", "a")], [("a", TreeDefect.PADDED_MODE)]),
        (
            [("100644", "b"), ("100664", "a"), ("100644", "a")],
            [("a", TreeDefect.OLD_MODE), ("a", TreeDefect.TWICE), ("a", TreeDefect.UNSORTED)],
        ),
        (
            [("100644", "x\udcff"), ("100644", "x")],
            [("x", TreeDefect.UNSORTED)],
        ),
        ([("104755", "x\udcff")], [("x\udcff", TreeDefect.BAD_MODE)]),
        ([("40000", "git~1")], [("git~1", TreeDefect.DOT_GIT)]),
        ([("40000", "")], [("", TreeDefect.BAD_NAME)]),
        (
            [("40000", "Git~1"), ("40000", ".")],
            [(".", TreeDefect.BAD_NAME), ("Git~1", TreeDefect.DOT_GIT), (".", TreeDefect.UNSORTED)],
        ),
        ([("100644", ".gitignore"), ("100644", "..."), ("100644", "git")], None),
    ],
)
def test_each_defect(
    entries: list[tuple[str, str]], expected: list[tuple[str, TreeDefect]] | None
) -> None:
    """Named by the entry; names with a slash are told by the way to what is wrong."""
    found = [tuple(one) for one in tree_problems(raw(*entries))]
    if expected is None:
        assert TreeDefect.UNSORTED not in [problem for _, problem in found[1:]]
        assert not [one for one in found if one[1] in (TreeDefect.DOT_GIT, TreeDefect.BAD_NAME)]
    else:
        assert expected == found


@given(st.lists(st.tuples(MODE, NAME), unique_by=lambda entry: entry[1], max_size=9))
def test_what_is_sorted_as_git_sorts_has_no_defect_of_order(
    entries: list[tuple[str, str]],
) -> None:
    """A folder sorts as if its name ended in a slash."""
    entries.sort(key=lambda entry: (entry[1] + "/" * (entry[0] == "40000")).encode())
    found = {problem.defect for problem in tree_problems(raw(*entries))}
    assert not found - {TreeDefect.DOT_GIT, TreeDefect.BAD_NAME}


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    """Nothing raises, and what is listed has a name and an id."""
    for entry in parse_tree(content):
        assert 40 == len(entry.id)
    assert all(isinstance(problem, TreeProblem) for problem in tree_problems(content))


DEFECTS = {
    "duplicateEntries": TreeDefect.TWICE,
    "treeNotSorted": TreeDefect.UNSORTED,
    "badFilemode": TreeDefect.BAD_MODE,
    "zeroPaddedFilemode": TreeDefect.PADDED_MODE,
    "hasDot": TreeDefect.BAD_NAME,
    "hasDotdot": TreeDefect.BAD_NAME,
    "fullPathname": TreeDefect.BAD_NAME,
    "hasDotgit": TreeDefect.DOT_GIT,
}
"""What git calls each."""


@pytest.mark.parametrize(
    "entries",
    [
        [("100644", "a"), ("100644", "a")],
        [("100644", "b"), ("100644", "a")],
        [("40000", "a"), ("100644", "a.c")],
        [("104755", "a")],
        [("0100644", "a")],
        [("040000", "a")],
        [("100644", ".")],
        [("100644", "..")],
        [("100644", "/etc/a")],
        [("40000", ".git")],
        [("40000", ".GiT")],
        [("40000", "git~1")],
        [("40000", ".git. ")],
        [("40000", ".g\u200cit")],
        [("100644", ".gitignore"), ("100644", "git")],
        [("40000", "git~2")],
        [("40000", ".git2")],
        [("40000", "..a")],
        [("100644", "a"), ("100644", "a.c"), ("40000", "a")],
        [("100644", "a.c"), ("40000", "a"), ("100644", "a0")],
    ],
)
def test_git_fsck_agrees(tmp_path: Path, entries: list[tuple[str, str]]) -> None:
    """The same defects, by git's names for them."""
    git(tmp_path, "init", "-q")
    content = raw(*entries)
    tree = git(tmp_path, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", stdin=content)
    shown = subprocess.run(
        ["git", "-C", str(tmp_path), "fsck", "--strict", tree],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    theirs = {defect for word, defect in DEFECTS.items() if f"in tree {tree}: {word}:" in shown}
    ours = {problem.defect for problem in tree_problems(content)}
    assert theirs == ours


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("net/core.c", None),
        ("net/.git/config", TreeProblem("net/.git", TreeDefect.DOT_GIT)),
        ("../up", TreeProblem("..", TreeDefect.BAD_NAME)),
        ("a//b", TreeProblem("a/", TreeDefect.BAD_NAME)),
    ],
)
def test_paths(path: str, expected: TreeProblem | None) -> None:
    """The first part that is wrong."""
    assert expected == path_problem(path)
