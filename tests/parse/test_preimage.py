"""The files before a patch, as far as it shows them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.parse.mailed import PatchError
from provenance.parse.preimage import Preimage, parse_preimages
from tests.git import git_bytes, init

HEAD = b"diff --git a/x.c b/x.c\nindex 11..22 100644\n--- a/x.c\n+++ b/x.c\n"


FAR = "its hunks overlap, or lie too far down"
TWICE = "it has a file twice, or one that no path leads to"
BINARY = "of a binary file it shows nothing"


def test_lines_around_a_change_and_numbers_for_the_rest() -> None:
    """Each hunk stands where it says."""
    patch = HEAD + b"@@ -3,2 +3,2 @@ f()\n a\n-b\n+c\n@@ -7 +7,2 @@\n d\n+e\n-- \n2.39.5\n"
    text = b"0\n1\na\nb\n4\n5\nd\n"
    assert parse_preimages(patch) == (Preimage(b"x.c", "100644", text),)


def test_a_mail_without_gits_own_lines() -> None:
    """A plain diff has names with a date behind a tab; empty lines stand for empty context."""
    patch = b"text\n--- linux/x.c\t2026-03-01\n+++ linux.new/x.c\n@@ -1,2 +1,1 @@\n\n-b\n"
    assert parse_preimages(patch) == (Preimage(b"x.c", "100644", b"\nb\n"),)


def test_new_and_removed_files() -> None:
    """Of a new one there must be none."""
    patch = (
        b"diff --git a/new b/new\nnew file mode 100755\n--- /dev/null\n+++ b/new\n"
        b"@@ -0,0 +1 @@\n+x\ndiff --git a/old b/old\ndeleted file mode 120000\n--- a/old\n"
        b"+++ /dev/null\n@@ -1 +0,0 @@\n-target\n\\ No newline at end of file\n"
    )
    assert parse_preimages(patch) == (
        Preimage(b"new", "100644", None),
        Preimage(b"old", "120000", b"target"),
    )


def test_renames() -> None:
    """What a file is moved to must not be there; of one that only moves nothing is seen."""
    patch = (
        b"diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"
        b'diff --git "a/c\\303\\274" b/d\nrename from "c\\303\\274"\nrename to d\n'
        b'--- "a/c\\303\\274"\n+++ b/d\n@@ -1 +1 @@\n-x\n+y\n'
        b"diff --git a/e b/f\ncopy from e\ncopy to f\n"
    )
    assert parse_preimages(patch) == (
        Preimage(b"a", "100644", b"", unseen=True),
        Preimage(b"c\xc3\xbc", "100644", b"x\n"),
        Preimage(b"e", "100644", b"", unseen=True),
        Preimage(b"b", "100644", None),
        Preimage(b"d", "100644", None),
        Preimage(b"f", "100644", None),
    )


def test_a_new_binary_file() -> None:
    """It need not be there."""
    patch = b"diff --git a/p.png b/p.png\nnew file mode 100644\nGIT binary patch\nliteral 1\n"
    assert parse_preimages(patch) == (Preimage(b"p.png", "100644", None),)


def test_names_of_any_kind() -> None:
    """Of several folders only the first is gone; a name may hold what stands between two."""
    patch = (
        b"--- a/b/c/d\t2026\n+++ b/b/c/d\n@@ -0,0 +1 @@\n+x\n"
        b'--- "a/x\\ty" \n+++ b/y\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n'
        b"--- a/crlf\r\n+++ b/crlf\r\n@@ -1 +1 @@\n-x\r\n+y\r\n"
        b"diff --git a/to from b/c from d to e\nrename from to from\nrename to c from d to e\n"
        b"--- a line of its own\n"
    )
    assert parse_preimages(patch) == (
        Preimage(b"b/c/d", "100644", b""),
        Preimage(b"x\ty", "100644", b"x"),
        Preimage(b"crlf", "100644", b"x\r\n"),
        Preimage(b"to from", "100644", b"", unseen=True),
        Preimage(b"c from d to e", "100644", None),
    )


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (HEAD + b"@@ -5,1 +5,1 @@\n-a\n+b\n@@ -3,1 +3,1 @@\n-a\n+b\n", FAR),
        (HEAD + b"@@ -99999999 +1 @@\n-a\n+b\n", FAR),
        (HEAD + b"@@ -1,2 +1,2 @@\n a", "a hunk ends early"),
        (HEAD + b"@@ -1,2 +1,2 @@\n a\nX\n", "a line of a hunk is none"),
        (HEAD + b"@@ -1 +1 @@\n-a\n+b\n" + HEAD + b"@@ -1 +1 @@\n-a\n+b\n", TWICE),
        (b'--- "a/x\\000y"\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n', TWICE),
        (
            b"--- /dev/null\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
            "it removes lines of a file that is not there",
        ),
        (b"diff --git a/p b/p\nindex 1..2 100644\nGIT binary patch\ndelta 1\n", BINARY),
        (b"diff --git a/p b/q\nnew file mode 100644\nGIT binary patch\nliteral 1\n", BINARY),
        (b"diff --git a/p b/p\nBinary files a/p and b/p differ\n", BINARY),
        (b"new file mode 100644\nGIT binary patch\nliteral 1\n", BINARY),
    ],
)
def test_what_is_no_patch(patch: bytes, reason: str) -> None:
    """It contradicts itself, or shows nothing."""
    with pytest.raises(PatchError) as caught:
        parse_preimages(patch)
    assert str(caught.value) == reason


def test_a_small_patch_makes_no_huge_files() -> None:
    """All its files together have a bound."""
    files = (b"--- a/%d\n+++ b/%d\n@@ -900000 +900000 @@\n-a\n+b\n" % (at, at) for at in range(100))
    with pytest.raises(PatchError, match="too far down"):
        parse_preimages(b"".join(files))


TEXT = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"-- x", b"@@ -1 +1 @@"]), max_size=30)


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.booleans())
def test_git_applies_a_patch_to_what_it_shows(
    tmp_path_factory: pytest.TempPathFactory, before: list[bytes], after: list[bytes], ends: bool
) -> None:
    """The same lines go and come as in the file that it was made of."""
    repo = init(tmp_path_factory.mktemp("made") / "repo")
    end = b"\n" if ends else b""
    old, new = b"\n".join(before) + end, b"\n".join(after) + end
    for name, text in (("old", old), ("new", new)):
        (repo / name).mkdir()
        (repo / name / "x").write_bytes(text)
    patch = diff(repo, "old", "new")
    if not patch:
        return
    (shown,) = parse_preimages(patch)
    assert shown.content is not None
    (repo / "x").write_bytes(shown.content)
    git_bytes(repo, "add", "x")
    git_bytes(repo, "apply", "-", "--cached", "--whitespace=nowarn", stdin=patch)
    made = git_bytes(repo, "diff", "-R", "--numstat", "x").split()[:2]
    changed = patch[patch.index(b"\n@@") :]
    assert made == [b"%d" % changed.count(b"\n+"), b"%d" % changed.count(b"\n-")]


def diff(repo: Path, old: str, new: str) -> bytes:
    """The patch that makes ``x`` in one folder of ``x`` in another."""
    git_bytes(repo, "add", old, new)
    before = git_bytes(repo, "write-tree", f"--prefix={old}/").decode().strip()
    after = git_bytes(repo, "write-tree", f"--prefix={new}/").decode().strip()
    git_bytes(repo, "rm", "-rq", "--cached", "-f", old, new)
    return git_bytes(repo, "diff", "-p", before, after)
