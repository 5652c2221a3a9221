"""What a mailed patch does, told from its text as git tells it of a commit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.apply import apply_hunks, gives
from provenance.parse.mailed import (
    PatchError,
    parse_mailed_change,
    read_files,
    with_plain_ends,
)
from tests.git import git_bytes, init

FULL = "3" * 40


def files_of(patch: bytes) -> list[tuple[str, str, int, int, str, str]]:
    return [
        (one.change, one.path, one.added, one.removed, one.old_mode, one.new_mode)
        for one in parse_mailed_change(patch).files
    ]


def test_files_of_every_kind() -> None:
    """Letter, path, lines and modes are those of ``git log --raw --numstat``."""
    patch = (
        b"diff --git a/m b/m\nindex 1..2 100755\n--- a/m\n+++ b/m\n@@ -1 +1,2 @@\n-a\n+b\n+c\n"
        b"diff --git a/new b/new\nnew file mode 120000\n--- /dev/null\n+++ b/new\n"
        b"@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"
        b"diff --git a/old b/old\ndeleted file mode 100644\n--- a/old\n+++ /dev/null\n"
        b"@@ -1 +0,0 @@\n-x\n"
        b"diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
        b"diff --git a/empty b/empty\nnew file mode 100644\nindex 0..e\n"
        b"diff --git a/gone b/gone\ndeleted file mode 100644\nindex e..0\n-- \n2.39.5\n"
    )
    assert files_of(patch) == [
        ("M", "m", 2, 1, "100755", "100755"),
        ("A", "new", 1, 0, "000000", "120000"),
        ("D", "old", 0, 1, "100644", "000000"),
        ("M", "run", 0, 0, "100644", "100755"),
        ("A", "empty", 0, 0, "000000", "100644"),
        ("D", "gone", 0, 0, "100644", "000000"),
    ]
    (first, *_) = parse_mailed_change(patch).patches
    assert (first.path, first.hunks) == ("m", b"\n@@ @@\n-a\n+b\n+c")


def test_hunks_and_files_behind_a_line_without_an_end() -> None:
    """What says so is no line of the next hunk, nor of the next file."""
    patch = (
        b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
        b"\\ No newline at end of file\n--- a/y\n+++ b/y\n"
        b"@@ -1 +1 @@\n-c\n+d\n@@ -9 +9 @@\n-e\n+f\n"
    )
    first, second = parse_mailed_change(patch).patches
    assert first.hunks == (
        b"\n@@ @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file"
    )
    assert second == ("y", b"\n@@ @@\n-c\n+d\n@@ @@\n-e\n+f")
    assert [hunk.start for file in read_files(patch) for hunk in file.hunks] == [0, 0, 8]


def test_a_binary_file_is_told_by_its_whole_id() -> None:
    """A shortened one could be another's."""
    patch = f"diff --git a/p b/p\nindex {FULL}..{FULL} 100644\nGIT binary patch\ndelta 1\n"
    (file,) = parse_mailed_change(patch.encode()).files
    assert (file.binary, file.new_id) == (True, FULL)
    with pytest.raises(PatchError, match="whole id"):
        parse_mailed_change(b"diff --git a/p b/p\nindex 1..2 100644\nBinary files differ\n")


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        (b"diff --git a/a b/b\nrename from a\nrename to b\n", "moves or copies"),
        (b"diff --git a/a b/b\ncopy from a\ncopy to b\n", "moves or copies"),
        (b"diff --git a/a b/b\nold mode 100644\nnew mode 100755\n", "without a name"),
        (b"--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-a", "a hunk ends early"),
        (b"GIT binary patch\nliteral 1\n", "of a binary file"),
    ],
)
def test_what_its_text_does_not_tell(patch: bytes, reason: str) -> None:
    """Said, not guessed."""
    with pytest.raises(PatchError, match=reason):
        parse_mailed_change(patch)


def test_carriage_returns_of_a_mail_program() -> None:
    """They go where all lines have them; a file whose lines end so keeps its own."""
    patch = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"
    assert with_plain_ends(patch.replace(b"\n", b"\r\n")) == patch
    own = patch.replace(b"-a", b"-a\r").replace(b"+b", b"+b\r")
    assert with_plain_ends(own) == own


class Texts:
    """Blobs by id, and changes between them."""

    def __init__(self) -> None:
        self._known: dict[ObjectId, bytes] = {}

    def change(
        self, path: str, before: bytes | None, after: bytes | None, mode: str = "100644"
    ) -> FileChange:
        letter = "A" if before is None else "D" if after is None else "M"
        return FileChange(
            path=path,
            change=letter,
            added=0,
            removed=0,
            binary=False,
            old_mode="000000" if before is None else "100644",
            new_mode="000000" if after is None else mode,
            old_id=self._id(before),
            new_id=self._id(after),
        )

    def read(self, name: ObjectId) -> bytes | None:
        return self._known.get(name)

    def _id(self, text: bytes | None) -> ObjectId:
        if text is None:
            return ObjectId("0" * 40)
        name = ObjectId(f"{len(self._known) + 1:040}")
        self._known[name] = text
        return name


EDIT = b"--- a/x\n+++ b/x\n@@ -2,3 +2,3 @@\n b\n-c\n+C\n d\n"


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (b"a\nb\nC\nd\n", True),
        (b"a\nb\nC\nD\n", False),
        (b"a\nb\nc\nd\n", False),
    ],
)
def test_what_a_patch_makes_of_a_file(after: bytes, found: bool) -> None:
    """Exactly the file after the commit, or not."""
    texts = Texts()
    files = [texts.change("x", b"a\nb\nc\nd\n", after)]
    assert gives(b"diff --git a/x b/x\n" + EDIT, files, texts.read) is found


def test_a_commit_that_changes_more_than_the_mail() -> None:
    """Or less, or another mode, or what cannot be read: it is not the same."""
    texts = Texts()
    patch = b"diff --git a/x b/x\n" + EDIT
    edit = texts.change("x", b"a\nb\nc\nd\n", b"a\nb\nC\nd\n")
    assert gives(patch, [edit], texts.read)
    assert not gives(patch, [edit, texts.change("y", b"", b"y\n")], texts.read)
    assert not gives(patch, [texts.change("y", b"", b"y\n")], texts.read)
    assert not gives(patch, [edit._replace(new_mode="100755")], texts.read)
    assert not gives(patch, [edit._replace(old_id=ObjectId("f" * 40))], texts.read)
    assert not gives(patch, [edit._replace(new_id=ObjectId("f" * 40))], texts.read)
    run = edit._replace(old_mode="100755", new_mode="100755")
    assert gives(patch, [run], texts.read)
    assert not gives(patch, [edit._replace(old_mode="100755")], texts.read)
    moded = b"diff --git a/x b/x\nold mode 100644\nnew mode 100755\n" + EDIT
    assert gives(moded, [edit._replace(new_mode="100755")], texts.read)


def test_moved_and_copied_files() -> None:
    """The file that it came from is gone after a move, and there after a copy."""
    texts = Texts()
    old, new = b"a\nb\nc\nd\n", b"a\nb\nC\nd\n"
    head = b"diff --git a/x b/y\nrename from x\nrename to y\n"
    edit = EDIT.replace(b"+++ b/x", b"+++ b/y")
    move = [texts.change("x", old, None), texts.change("y", None, new)]
    assert gives(head + edit, move, texts.read)
    assert gives(head, [move[0], texts.change("y", None, old)], texts.read)
    assert not gives(head + edit, [texts.change("x", old, old), move[1]], texts.read)
    assert not gives(head + edit, move[1:], texts.read)
    copy = head.replace(b"rename", b"copy")
    assert not gives(copy + edit, move, texts.read)
    both = copy + edit + b"diff --git a/x b/x\n" + EDIT
    assert gives(both, [texts.change("x", old, new), move[1]], texts.read)


def test_new_and_removed_files() -> None:
    """A file that was there already is not new, and one that stays is not removed."""
    texts = Texts()
    new = b"diff --git a/n b/n\nnew file mode 100644\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+x\n"
    assert gives(new, [texts.change("n", None, b"x\n")], texts.read)
    assert not gives(new, [texts.change("n", b"", b"x\n")], texts.read)
    gone = (
        b"diff --git a/n b/n\ndeleted file mode 100644\n--- a/n\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    )
    assert gives(gone, [texts.change("n", b"x\n", None)], texts.read)
    assert not gives(gone, [texts.change("n", b"x\n", b"")], texts.read)
    assert not gives(gone, [texts.change("m", b"x\n", None)], texts.read)
    retyped = texts.change("n", b"y", b"x\n")._replace(change="T")
    assert gives(gone.replace(b"-x", b"-y") + new, [retyped], texts.read)


def test_binary_files() -> None:
    """By their ids: what the text holds is not unpacked."""
    texts = Texts()
    file = texts.change("p", None, b"\0")
    patch = f"diff --git a/p b/p\nnew file mode 100644\nindex 0..{file.new_id}\nGIT binary patch\n"
    assert gives(patch.encode(), [file], texts.read)
    assert not gives(patch.replace(file.new_id, FULL).encode(), [file], texts.read)


@pytest.mark.parametrize(
    ("old", "hunks", "new"),
    [
        (b"a\nb\n", b"@@ -1,2 +1,2 @@\n a\n-b\n+B\n", b"a\nB\n"),
        (b"0\n0\na\nb\n", b"@@ -1,2 +1,2 @@\n a\n-b\n+B\n", b"0\n0\na\nB\n"),
        (b"a\nb\n0\n", b"@@ -9,2 +9,2 @@\n a\n-b\n+B\n", b"a\nB\n0\n"),
        (b"b\n0\n0\n0\nb\n0\n", b"@@ -5 +5 @@\n-b\n+B\n", b"b\n0\n0\n0\nB\n0\n"),
        (b"b\n0\n0\n0\nb\n0\n", b"@@ -2 +2 @@\n-b\n+B\n", b"B\n0\n0\n0\nb\n0\n"),
        (b"b\n0\n0\n0\nb\n0\n", b"@@ -4 +4 @@\n-b\n+B\n", b"b\n0\n0\n0\nB\n0\n"),
        (b"b\nb\n", b"@@ -1 +1 @@\n-b\n+B\n@@ -1 +1 @@\n-b\n+C\n", b"B\nC\n"),
        (b"a\nb", b"@@ -2 +2 @@\n-b\n\\ No newline\n+c\n", b"a\nc\n"),
        (b"a\nb\n", b"@@ -2 +2 @@\n-b\n+c\n\\ No newline\n", b"a\nc"),
        (b"", b"@@ -0,0 +1 @@\n+x\n", b"x\n"),
        (b"ab\nb\n", b"@@ -1 +1 @@\n-b\n+c\n", b"ab\nc\n"),
        (b"x\nb\n0\n0\n0\n0\nb\n", b"@@ -3 +3 @@\n-b\n+B\n", b"x\nB\n0\n0\n0\n0\nb\n"),
        (b"b\nb\n0\n0\n0\n0\nb\n", b"@@ -4 +4 @@\n-b\n+B\n", b"b\nB\n0\n0\n0\n0\nb\n"),
        (b"x\nb\nb\n0\n0\n0\n0\nb\n", b"@@ -4 +4 @@\n-b\n+B\n", b"x\nb\nB\n0\n0\n0\n0\nb\n"),
        (b"x\nb\nc\n0\n0\n", b"@@ -9,2 +9,2 @@\n b\n-c\n+C\n", b"x\nb\nC\n0\n0\n"),
        (
            b"0\n0\na\nb\na\nb\n",
            b"@@ -3 +3 @@\n-a\n+A\n@@ -3 +3 @@\n-b\n+B\n",
            b"0\n0\nA\nB\na\nb\n",
        ),
        (
            b"0\na\nb\nx\nb\nb\n",
            b"@@ -1 +1 @@\n-a\n+A\n@@ -4 +4 @@\n-b\n+B\n",
            b"0\nA\nb\nx\nB\nb\n",
        ),
        (b"a\nb\nc\nd\n", b"@@ -1 +1 @@\n-a\n+A\n@@ -3 +3,2 @@\n-c\n+C\n+D\n", b"A\nb\nC\nD\nd\n"),
    ],
)
def test_where_hunks_go(old: bytes, hunks: bytes, new: bytes) -> None:
    """To the line that they name, or the nearest where their lines stand."""
    (file,) = read_files(b"--- a/x\n+++ b/x\n" + hunks)
    assert apply_hunks(old, file.hunks) == new


@pytest.mark.parametrize(
    ("old", "hunks"),
    [
        (b"a\nb\n", b"@@ -1 +1 @@\n-c\n+d\n"),
        (b"a\nb\nc\n", b"@@ -2 +2 @@\n-b\n\\ No newline\n+d\n"),
        (b"a\nb\n", b"@@ -2 +2 @@\n-b\n+c\n@@ -1 +1 @@\n-a\n+d\n"),
        (b"", b"@@ -1 +1 @@\n-a\n+b\n"),
    ],
)
def test_a_hunk_without_a_place(old: bytes, hunks: bytes) -> None:
    """It is not put anywhere."""
    (file,) = read_files(b"--- a/x\n+++ b/x\n" + hunks)
    with pytest.raises(PatchError, match="no place"):
        apply_hunks(old, file.hunks)


TEXT = st.lists(st.sampled_from([b"a", b"b", b"c", b"", b"-- x"]), max_size=30)


@settings(max_examples=40, deadline=None)
@given(TEXT, TEXT, st.lists(st.just(b"0"), max_size=5), st.booleans())
def test_git_applies_a_patch_to_the_same_text(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[bytes],
    after: list[bytes],
    moved: list[bytes],
    ends: bool,
) -> None:
    """What git makes of a file, whatever its lines and its end, is what comes out here."""
    folder = init(tmp_path_factory.mktemp("apply") / "repo")
    old, new = (b"\n".join(lines) + b"\n" * ends for lines in (before, after))
    (folder / "one").write_bytes(old)
    (folder / "two").write_bytes(new)
    try:
        patch = git_bytes(folder, "diff", "--no-index", "--", "one", "two")
    except Exception as error:  # git diff ends with 1 where there is a difference
        patch = getattr(error, "stdout", b"")
    files = [one for one in read_files(patch) if one.hunks]
    if not files:
        return
    (file,) = files
    assert apply_hunks(old, file.hunks) == new
    shifted = b"".join(line + b"\n" for line in moved) + old
    (folder / "one").write_bytes(shifted)
    named = patch.replace(b"b/two", b"b/one").replace(b"a/two", b"a/one")
    try:
        git_bytes(folder, "apply", "--whitespace=nowarn", "-", stdin=named)
    except Exception:
        return  # git asks more: lines at the start or the end of a file have to stand there
    with_ours = apply_hunks(shifted, file.hunks)
    assert with_ours == (folder / "one").read_bytes()


def test_the_repository_is_not_asked_for_texts_of_other_files(tmp_path: Path) -> None:
    """A path that the commit does not change ends it."""
    asked: list[ObjectId] = []

    def read(name: ObjectId) -> bytes | None:
        asked.append(name)
        return None

    assert not gives(b"diff --git a/x b/x\n" + EDIT, [Texts().change("y", b"", b"")], read)
    assert asked == []


def test_searching_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the file's size, and of how often all of it is searched."""
    (file,) = read_files(b"--- a/x\n+++ b/x\n" + b"@@ -9 +9 @@\n-a\n+b\n" * 40)
    with pytest.raises(PatchError, match="too many hunks"):
        monkeypatch.setattr("provenance.parse.apply._SEARCHED", 100)
        apply_hunks(b"a\n" * 40, file.hunks)
    monkeypatch.setattr("provenance.parse.apply._LARGEST", 10)
    with pytest.raises(PatchError, match="too large"):
        apply_hunks(b"a\n" * 40, file.hunks)
