"""Changed lines are read by counting hunks, whatever the lines hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import Changed, FilePatch, parse_changes
from provenance.parse.surface import Surface, surface_of_files, surface_of_lines
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


def change(path: str, letter: str = "M", mode: str = "100644") -> FileChange:
    zero = ObjectId("0" * 40)
    return FileChange(
        path=path,
        change=letter,
        added=1,
        removed=0,
        binary=False,
        old_mode=mode,
        new_mode=mode,
        old_id=zero,
        new_id=zero,
    )


def kinds(path: str, *added: bytes, removed: tuple[bytes, ...] = ()) -> list[Surface]:
    lines = [*(b"-" + line for line in removed), *(b"+" + line for line in added)]
    patch = FilePatch(path, b"\n@@ -1 +1 @@\n" + b"\n".join(lines))
    return [item.kind for item in surface_of_lines(patch)]


def test_what_opens_a_way_in_is_surface() -> None:
    """One line of each kind, in the kind of file where it means something."""
    expected = {
        b"EXPORT_SYMBOL_GPL(x);": Surface.EXPORTED_SYMBOL,
        b"module_param_named(a, b, int, 0644);": Surface.MODULE_PARAMETER,
        b"#define X_GET _IOWR('x', 1, int)": Surface.IOCTL,
        b"\t.unlocked_ioctl\t= x_ioctl,": Surface.IOCTL,
        b"SYSCALL_DEFINE3(x, int, a, int, b, int, c)": Surface.SYSTEM_CALL,
        b'\tdebugfs_create_u32("x", 0600, d, &x);': Surface.DEBUGFS,
        b"static DEVICE_ATTR(x, 0644, a, b);": Surface.SYSFS,
        b'\tproc_create("x", 0, NULL, &ops);': Surface.PROCFS,
        b"\terr = misc_register(&x);": Surface.DEVICE_NODE,
    }
    for line, kind in expected.items():
        assert [kind] == kinds("drivers/x.c", line), line
        assert [] == kinds("Documentation/x.txt", line), line
    assert [Surface.KCONFIG_SYMBOL] == kinds("drivers/Kconfig", b"config X_Y", b'\tbool "x"')
    assert [Surface.BUILD_OBJECT] == kinds("drivers/Makefile", b"obj-$(CONFIG_X) += x.o")
    assert [Surface.BUILD_COMMAND] == kinds("Makefile", b"X := $(shell uname)")


def test_a_moved_line_is_not_new() -> None:
    """Removed and added again in one file: nothing opens."""
    line = b"EXPORT_SYMBOL(x);"
    assert [] == kinds("x.c", line, removed=(line,))
    assert [Surface.EXPORTED_SYMBOL] == kinds("x.c", line, line, removed=(line,))


def test_new_files_are_surface_by_what_they_are() -> None:
    """Source, firmware, and what may be executed."""
    added = [change("a.c", "A"), change("b.fw", "A"), change("tool", "A", "100755")]
    items = surface_of_files([*added, change("notes.txt", "A")])
    assert [Surface.NEW_SOURCE_FILE, Surface.FIRMWARE, Surface.BUILD_COMMAND] == [
        item.kind for item in items
    ]


def test_git_is_there() -> None:
    """The oracle of this module."""
    assert subprocess.run(["git", "--version"], check=True, capture_output=True).stdout
