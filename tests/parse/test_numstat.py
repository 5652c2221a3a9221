"""Counts are read token by token, so that nothing in a path can pose as a commit."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.facts import FileChange, ObjectId
from provenance.parse.numstat import parse_counts
from provenance.parse.patch import Changed
from tests.git import git, init

ONE, TWO = ObjectId("1" * 40), ObjectId("2" * 40)
OLD, NEW = ObjectId("a" * 40), ObjectId("b" * 40)


def counted(commit: ObjectId, files: tuple[FileChange, ...]) -> Changed[object]:
    return Changed(commit, files, (), exact=True)


def raw(letter: bytes, modes: bytes = b"100644 100755") -> bytes:
    return b":%b %b %b %b" % (modes, OLD.encode(), NEW.encode(), letter)


def change(path: str, added: int, removed: int, **more: object) -> FileChange:
    fields = {"change": "M", "old_mode": "100644", "new_mode": "100755", "binary": False, **more}
    return FileChange(path=path, added=added, removed=removed, old_id=OLD, new_id=NEW, **fields)  # type: ignore[arg-type]


def test_commits_and_their_files_in_order() -> None:
    """Raw records first, then counts; a type letter may have a score behind it."""
    tokens = [
        ONE.encode(),
        raw(b"M"),
        b"b.c",
        raw(b"T100", b"100644 120000"),
        b"a\tb",
        b"\n12\t3\tb.c",
        b"-\t-\ta\tb",
        b"\n" + TWO.encode(),
        b"",
        ONE.encode(),
        b"\n",
        raw(b"A"),
        b":x",
        b"1\t0\t:x",
    ]
    assert [
        counted(
            ONE,
            (
                change("b.c", 12, 3),
                change("a\tb", 0, 0, change="T", binary=True, new_mode="120000"),
            ),
        ),
        counted(TWO, ()),
        counted(ONE, (change(":x", 1, 0, change="A"),)),
    ] == list(parse_counts(tokens))


@pytest.mark.parametrize("tokens", [[], [b""], [b"\n"]])
def test_nothing_gives_no_commit(tokens: list[bytes]) -> None:
    """An empty stream is what git writes for an empty range."""
    assert [] == list(parse_counts(tokens))


def test_a_path_that_looks_like_a_commit_is_a_path() -> None:
    """It follows its raw record, whatever it is called."""
    name = b"3" * 40
    tokens = [ONE.encode(), raw(b"M"), name, b"1\t1\t" + name]
    assert [counted(ONE, (change("3" * 40, 1, 1),))] == list(parse_counts(tokens))


def test_a_path_that_is_no_text_keeps_its_bytes() -> None:
    """As a lone surrogate; blanks in front belong to it."""
    blank = [ONE.encode(), raw(b"M"), b" x", b"1\t1\t x"]
    assert [counted(ONE, (change(" x", 1, 1),))] == list(parse_counts(blank))
    tokens = [ONE.encode(), raw(b"M"), b"\xff", b"1\t1\t\xff"]
    assert [counted(ONE, (change("\udcff", 1, 1),))] == list(parse_counts(tokens))


def test_git_writes_what_is_read(tmp_path: Path) -> None:
    """The stream of the real git."""
    repo = init(tmp_path / "r", commits=2)
    words = ["log", "-z", "--raw", "--numstat", "--no-abbrev", "--format=%H", "--root"]
    shown = git(repo, *words).encode()
    found: list[Changed[object]] = list(parse_counts(shown.split(b"\0")))
    assert git(repo, "rev-list", "HEAD").split() == [one.id for one in found]
    assert [("file", "M", 2, 1), ("file", "A", 1, 0)] == [
        (file.path, file.change, file.added, file.removed) for one in found for file in one.files
    ]
    blob = git(repo, "rev-parse", "HEAD:file")
    assert (blob, "100644") == (found[0].files[0].new_id, found[0].files[0].new_mode)
