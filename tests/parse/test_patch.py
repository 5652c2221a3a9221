"""Changed lines are read by counting hunks, whatever the lines hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import (
    Changed,
    FilePatch,
    LineCounts,
    TreeChange,
    changed_of,
    counts_and_hunks,
    pairs_in,
    parse_changes,
    parse_heads,
    path_at,
    unquoted,
)
from provenance.repository import Repository
from tests.git import git, init

ID = "1" * 40
MARK = b"d41d8cd98f00b204"


def look(commit: ObjectId, patch: FilePatch) -> FilePatch:
    """Keeps everything."""
    return patch


def parse(text: bytes, block: int = 1 << 18) -> list[Changed[FilePatch]]:
    blocks = (text[start : start + block] for start in range(0, len(text), block))
    return list(parse_changes(blocks, MARK, look))


def stream(*lines: bytes, raw: bytes = b"M\tx.c") -> bytes:
    """One commit with one file, as git prints it."""
    entry = b":100644 100644 " + b"2" * 40 + b" " + b"3" * 40 + b" " + raw
    return b"".join(line + b"\n" for line in (MARK + ID.encode(), b"", entry, b"", *lines))


def files(*lines: bytes, raw: bytes = b"M\tx.c") -> list[FilePatch]:
    (changed,) = parse(stream(*lines, raw=raw))
    return list(changed.seen)


def test_a_hunk_is_counted_not_guessed() -> None:
    """Patch text inside a file does not pose as a header."""
    (one,) = files(
        b"diff --git a/x.c b/x.c",
        b"--- a/x.c",
        b"+++ b/x.c",
        b"@@ -1,2 +1,4 @@ f",
        b" same",
        b"--- a/evil",
        b"++++ b/evil",
        b"+diff --git a/evil b/evil",
        b"+@@ -1 +1 @@",
        b"\\ No newline at end of file",
    )
    assert "x.c" == one.path
    assert [b"-- a/evil"] == one.removed()
    assert [b"+++ b/evil", b"diff --git a/evil b/evil", b"@@ -1 +1 @@"] == one.added()


def test_quoted_paths_are_unquoted() -> None:
    """git quotes control characters, quotes and backslashes."""
    (one,) = files(
        b'diff --git "a/t\\tab" "b/t\\tab"',
        b"--- /dev/null",
        b'+++ "b/t\\tab\\"\\\\\\303\\251"',
        b"@@ -0,0 +1 @@",
        b"+x",
        raw=b'M\t"t\\tab\\"\\\\\\303\\251"',
    )
    assert 't\tab"\\é' == one.path


@given(st.lists(st.binary(max_size=30)), st.integers(1, 64))
def test_any_bytes_can_be_read(lines: list[bytes], block: int) -> None:
    """Never raises, and what was read does not depend on how the stream was cut."""
    text = stream(b"diff --git a/x.c b/x.c", b"@@ -0,0 +1 @@", *lines)
    assert parse(text) == parse(text, block)


def test_a_mark_inside_a_file_is_content() -> None:
    """A mark begins a commit only at the start of a line, where hunks have a sign."""
    (changed,) = parse(
        stream(b"diff --git a/x.c b/x.c", b"@@ -0,0 +1,2 @@", b"+" + MARK + b"4" * 40, b"+x")
    )
    assert (ID, [(2, 0)]) == (changed.id, [(file.added, file.removed) for file in changed.files])


def test_changed_lines_agree_with_numstat(tmp_path: Path) -> None:
    """Binary, mode-only, unended, CRLF, renamed, symlinked and emptied files."""
    repo = init(tmp_path / "r")
    steps: list[dict[str, bytes]] = [
        {"a": b"1\n2\n3\n", "bin": b"\0\1", "crlf": b"x\r\ny\r\n", "end": b"no newline"},
        {"a": b"1\n2b\n3\n-- x\n++ y\n", "bin": b"\0\2", "crlf": b"x\ny\n", "end": b"no\nnewline"},
        {"a": b"", "new file": b"1\n" * 1000, "end": b"--- a\n+++ b\n@@ -1 +1 @@\n"},
    ]
    for number, step in enumerate(steps):
        for name, content in step.items():
            (repo / name).write_bytes(content)
        (repo / "link").unlink(missing_ok=True)
        (repo / "link").symlink_to(f"target-{number}")
        (repo / "turns").unlink(missing_ok=True)
        if number == 1:
            (repo / "turns").symlink_to("x")
        else:
            (repo / "turns").write_text("x\n")
        for name, content in (("mode", b"x\n"), ("mode.bin", b"\0")):
            (repo / name).write_bytes(content)
            (repo / name).chmod(0o755 if number % 2 else 0o644)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", f"step {number}")
    ids = [ObjectId(line) for line in git(repo, "rev-list", "HEAD").split()]
    with Repository(repo) as found:
        counted = dict(found.read_changes(ids, look=look, jobs=1))
        assert counted == dict(found.read_changes(ids, look=look, jobs=3))
    for commit in ids:
        shown = git(repo, "show", "--numstat", "--no-renames", "--format=", commit)
        ours = counted[commit]
        assert ours is not None
        assert sorted(shown.splitlines()) == sorted(_numstat(change) for change in ours.files)
        assert {patch.path: (len(patch.added()), len(patch.removed())) for patch in ours.seen} == {
            change.path: (change.added, change.removed)
            for change in ours.files
            if (change.added or change.removed) and change.change != "T"
        } | {patch.path: (1, 0) for patch in ours.seen if patch.path == "turns"}


def _numstat(change: FileChange) -> str:
    numbers = ("-", "-") if change.binary else (change.added, change.removed)
    return f"{numbers[0]}\t{numbers[1]}\t{change.path}"


@pytest.mark.parametrize(
    ("quoted", "name"),
    [
        (b"", b""),
        (b"a b", b"a b"),
        (rb"\a\b\t\n\v\f\r\"\\", b'\a\b\t\n\v\f\r"\\'),
        (rb"\303\2511", b"\303\2511"),
        (rb"\000\177\377", b"\0\177\377"),
        (rb"\777", b"\xff"),
        (rb"\18", b"18"),
        (rb"\x", b"x"),
        (b"a\\", b"a\\"),
        (rb"\n", b"\n"),
        (rb"x\12", b"x12"),
        (b"12\\3\\", b"123\\"),
    ],
)
def test_a_quoted_name(quoted: bytes, name: bytes) -> None:
    """C's escapes and three octal digits (git's quote.c); a lone backslash is itself."""
    assert name == unquoted(quoted)


def entry(old: bytes, new: bytes, letter: bytes, path: bytes) -> bytes:
    old_id, new_id = (b"0" * 40 if mode == b"000000" else b"23"[at : at + 1] * 40
                      for at, mode in enumerate((old, new)))  # fmt: skip
    return b":%b %b %b %b %b\t%b\n" % (old, new, old_id, new_id, letter, path)


def test_everything_of_a_commit() -> None:
    """Folders apart from files, counts by file, each patch looked at once."""
    head = MARK + ID.encode() + b" " + b"9" * 40 + b"\n\n"
    head += entry(b"040000", b"040000", b"M", b"d") + entry(b"000000", b"040000", b"A", b"e")
    head += entry(b"040000", b"000000", b"D", b"f") + entry(b"100644", b"000000", b"D", b"d/a")
    head += entry(b"100644", b"120000", b"T", b"l") + entry(b"000000", b"100644", b"A", b"bin")
    head += entry(b"160000", b"160000", b"M", b"sub") + entry(b"000000", b"100755", b"A", b'"q')
    hunk = b"@@ -1 +1 @@\n"
    patches = [
        b"a/d/a b/d/a\n--- a/d/a\n+++ /dev/null\n" + hunk + b"-x\n-y\n",
        b"a/l b/l\n--- a/l\n+++ /dev/null\n" + hunk + b"-x\n",
        b"a/l b/l\n--- /dev/null\n+++ b/l\n" + hunk + b"+y\n\\ No newline at end of file\n",
        b"a/bin b/bin\nnew file\nBinary files /dev/null and b/bin differ\n",
        b"a/sub b/sub\n--- a/sub\n+++ b/sub\n" + hunk + b"-S 2\n+S 3\n",
        b"a/q b/q\nnew file\n",
        b"a/more b/more\n" + hunk + b"+z\n",
    ]
    text = head + b"\n" + b"".join(b"diff --git " + patch for patch in patches)
    none, two, three = ObjectId("0" * 40), ObjectId("2" * 40), ObjectId("3" * 40)
    looked: list[tuple[ObjectId, str, bytes]] = []

    def look_twice(commit: ObjectId, patch: FilePatch) -> str | None:
        looked.append((commit, patch.path, patch.hunks))
        return None if patch.path == "l" else patch.path

    (found,) = parse_changes([text], MARK, look_twice)
    assert (
        Changed(
            ObjectId(ID),
            (
                FileChange("d/a", "D", 0, 2, False, "100644", "000000", two, none),
                FileChange("l", "T", 1, 0, False, "100644", "120000", two, three),
                FileChange("bin", "A", 0, 0, True, "000000", "100644", none, three),
                FileChange("sub", "M", 1, 1, False, "160000", "160000", two, three),
                FileChange('"q', "A", 0, 0, False, "000000", "100755", none, three),
            ),
            ("d/a", "sub"),
            False,
            (
                TreeChange("", ObjectId(""), ObjectId("9" * 40)),
                TreeChange("d", two, three),
                TreeChange("e", ObjectId(""), three),
                TreeChange("f", two, ObjectId("")),
            ),
        )
        == found
    )
    assert [ObjectId(ID)] * 4 == [commit for commit, _, _ in looked]
    assert ["d/a", "l", "l", "sub"] == [path for _, path, _ in looked]
    assert b"\n@@ -1 +1 @@\n-x\n-y" == looked[0][2]
    trees = ["9", "2", "3", "3", "2"]
    assert [*trees, "2", "2", "3", "3", "3"] == [name[0] for name in found.objects]


def test_counts_are_exact_where_every_file_has_its_patch() -> None:
    """Not where one is missing or only its mode has changed."""
    patch = b"diff --git a/x.c b/x.c"
    assert [True] == [one.exact for one in parse(stream(patch, b"@@ -1 +1 @@", b"+x"))]
    assert [False] == [one.exact for one in parse(stream())]
    same = stream(patch).replace(b"3" * 40, b"2" * 40)
    assert [False] == [one.exact for one in parse(same)]


def test_commits_follow_each_other() -> None:
    """However the stream is cut; what stands before the first mark is nobody's."""
    one = stream(b"diff --git a/x.c b/x.c", b"@@ -1 +1 @@", b"+a", b"+b")
    text = b"diff --git a/y b/y\n" + one + MARK + b"4" * 40 + b"\n" + one
    expected = parse(text)
    assert [ID, "4" * 40, ID] == [found.id for found in expected]
    assert [[(2, 0)], [], [(2, 0)]] == [
        [(file.added, file.removed) for file in found.files] for found in expected
    ]
    for block in range(1, 90):
        assert expected == parse(text, block), block
    assert [] == parse(b"")
    assert ["\ufffd" * 40] == [found.id for found in parse(MARK + b"\xff" * 40)]


TYPE, MODE = b"100644 120000", b"100644 100755"


def raw_line(pair: bytes, letter: bytes, path: bytes, ids: bytes = b"23") -> bytes:
    names = b" ".join(ids[at : at + 1] * 40 for at in (0, 1))
    return b":%b %b %b\t%b\n" % (pair, names, letter, path)


HEADS = (
    MARK + ID.encode() + b" " + b"9" * 40 + b"\n\n"
    + raw_line(b"040000 040000", b"M", b"d") + raw_line(b"100644 100644", b"M", b"d/a")
    + raw_line(b"000000 100755", b"A", b'"\\303\\251"', b"03")
    + b"\n" + MARK + b"4" * 40 + b" " + b"8" * 40 + b"\n"
    + b"\n" + MARK + b"5" * 40 + b" " + b"8" * 40 + b"\n\n" + raw_line(TYPE, b"T", b"l")
    + b"\n" + MARK + b"6" * 40 + b" " + b"8" * 40 + b"\n\n" + raw_line(MODE, b"M", b"m", b"22")
)  # fmt: skip


@pytest.mark.parametrize("block", [1, 7, 64, 1 << 18])
def test_heads_follow_each_other(block: int) -> None:
    """However the stream is cut, each with what git says of its files, not yet looked into."""
    blocks = (HEADS[start : start + block] for start in range(0, len(HEADS), block))
    heads = list(parse_heads(blocks, MARK))
    assert [ID, "4" * 40, "5" * 40, "6" * 40] == [head.id for head in heads]
    assert HEADS == b"\n".join(MARK + head.text.rstrip(b"\n") + b"\n" for head in heads)


def test_pairs_are_what_git_compares() -> None:
    """Folders are left out; where a type or only a mode changes all of the commit is."""
    first, second, third, fourth = (head.text for head in parse_heads([HEADS], MARK))
    (a, at_a), (e, at_e) = pairs_in(first) or []
    assert "100644 100644 " + "2" * 40 + " " + "3" * 40 == a
    assert "000000 100755 " + "0" * 40 + " " + "3" * 40 == e
    assert ["d/a", "\u00e9"] == [path_at(first, at_a), path_at(first, at_e)]
    assert [[], None, None] == [pairs_in(second), pairs_in(third), pairs_in(fourth)]


def test_a_commit_of_its_pairs_is_the_one_of_its_patches() -> None:
    """Whoever counted."""
    (head,) = parse_heads([MARK + HEADS.split(MARK)[1]], MARK)
    patches = [
        b"a/d/a b/d/a\n--- a/d/a\n+++ b/d/a\n@@ -1 +1,2 @@\n-x\n+y\n+z\n@@ -8 +9 @@\n-p\n+q\n",
        b"a/e b/e\nnew file\nBinary files /dev/null and b/e differ\n",
    ]
    counted = [counts_and_hunks(patch) for patch in patches]
    assert [LineCounts(3, 2), LineCounts(binary=True)] == [counts for counts, _ in counted]
    assert [b"\n@@ -1 +1,2 @@\n-x\n+y\n+z\n@@ -8 +9 @@\n-p\n+q\n", b""] == [
        hunks for _, hunks in counted
    ]
    text = MARK + head.text + b"".join(b"\ndiff --git " + patch for patch in patches)
    (whole,) = parse_changes([text], MARK, lambda commit, patch: patch.path)
    assert whole == changed_of(head.text, [counts for counts, _ in counted], ["d/a"])


def test_git_is_there() -> None:
    """The oracle of this module."""
    assert subprocess.run(["git", "--version"], check=True, capture_output=True).stdout
