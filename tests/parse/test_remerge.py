"""What a merge holds that merging again does not give."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from provenance.facts import ObjectId
from provenance.parse.patch import EndlessPatchError
from provenance.parse.remerge import MOST_BYTES, MergedFile, Remerged, parse_remerges

MARK = b"mark "
ONE, TWO = ObjectId("1" * 40), ObjectId("2" * 40)
PLAIN = b"a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-old\n+new\n same"
CONFLICT = b"""a/y.c b/y.c
remerge CONFLICT (content): Merge conflict in y.c
index 1..2 100644
--- a/y.c
+++ b/y.c
@@ -1,7 +1,2 @@
-<<<<<<< 123 (one)
-ours
-||||||| 789
-base
-=======
-theirs
->>>>>>> 456 (two)
+theirs
+both"""


def files_of(*patches: bytes) -> tuple[MergedFile, ...]:
    text = MARK + ONE.encode() + b"\n" + b"".join(b"\ndiff --git " + one for one in patches)
    (found,) = parse_remerges([text], MARK)
    return found.files


def test_a_file_of_a_merge() -> None:
    """Lines that are on no side are novel; conflict markers are no removed lines."""
    assert (
        MergedFile(path="x.c", conflicts=False, added=1, novel=("new",), removed=1),
        MergedFile(path="y.c", conflicts=True, added=1, novel=("both",), removed=3),
    ) == files_of(PLAIN, CONFLICT)


def test_a_conflict_is_told_by_the_header_only() -> None:
    """A file that holds such a line does not pose as one."""
    hunk = b"a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+x\nremerge CONFLICT\n@@ -9 +9 @@\n+y"
    (found,) = files_of(hunk)
    assert (False, ("x", "y")) == (found.conflicts, found.novel)
    assert [True] == [file.conflicts for file in files_of(b"a/x b/x\nremerge CONFLICT")]


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (b"a/x.c b/x.c", "x.c"),
        (b"a/a b/c b/a b/c", "a b/c"),
        (b'"a/t\\tab" "b/t\\tab"', "t\tab"),
        (b'"a/\\377" "b/\\377"', "\udcff"),
        (b"a/\xff b/\xff", "\udcff"),
        (b"a/\xc3\xa9 b/\xc3\xa9", "é"),
    ],
)
def test_the_path_is_one_half_of_the_header(names: bytes, path: str) -> None:
    """Blanks in it do not matter; a quoted one is unquoted."""
    for rest in (b"", b"\nold mode 100644\nnew mode 100755"):
        expected = MergedFile(
            path=path, conflicts=False, added=0, novel=(), removed=0, has_lines=False
        )
        assert (expected,) == files_of(names + rest)


def blocks(text: bytes, size: int) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


@pytest.mark.parametrize("size", [1, 2, 7, 46, 47, 1 << 18])
def test_merges_of_a_stream(size: int) -> None:
    """However it is cut: one that only merged has no files."""
    text = MARK + ONE.encode() + b"\n" + MARK + TWO.encode() + b"\n"
    text += b"\ndiff --git " + PLAIN + b"\ndiff --git " + CONFLICT + b"\n" + MARK + ONE.encode()
    x, y = files_of(PLAIN, CONFLICT)
    expected = [Remerged(ONE, ()), Remerged(TWO, (x, y)), Remerged(ONE, ())]
    assert expected == list(parse_remerges(blocks(text, size), MARK))


def test_bytes_that_are_no_id_are_not_dropped() -> None:
    """They fit no commit that was asked for."""
    assert [("\ufffd" * 40, ())] == list(parse_remerges([MARK + b"\xff" * 50], MARK))


def test_nothing_is_no_merge() -> None:
    """An empty stream has none."""
    assert [] == list(parse_remerges([], b"m"))


def test_only_the_first_lines_are_kept() -> None:
    """All are counted."""
    (found,) = files_of(b"a/x b/x\n@@ -0,0 +1,30 @@" + b"".join(b"\n+%d" % n for n in range(30)))
    assert (30, tuple(str(n) for n in range(20))) == (found.added, found.novel)


@pytest.mark.parametrize("files", [1, 40])
def test_a_merge_without_end_is_not_read(files: int) -> None:
    """In one file or in many; the merges before it are."""
    line = b"\n+" + b"x" * 1000
    patch = b"\ndiff --git a/x b/x\n@@ -0,0 +1 @@" + line * (MOST_BYTES // 1000 // files)
    text = MARK + ONE.encode() + b"\n" + MARK + TWO.encode() + b"\n" + patch * files
    found = parse_remerges(blocks(text, 1 << 18), MARK)
    assert Remerged(ONE, ()) == next(found)
    with pytest.raises(EndlessPatchError):
        next(found)
