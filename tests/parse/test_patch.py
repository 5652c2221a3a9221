"""Changed lines are read by counting hunks, whatever the lines hold."""

from __future__ import annotations

import subprocess
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import FilePatch, parse_patches
from provenance.parse.surface import Surface, find_surface
from provenance.repository import Repository
from tests.git import git, init

ID = "1" * 40


def files(*lines: bytes) -> list[FilePatch]:
    text = b"".join(line + b"\n" for line in (f"commit {ID}".encode(), b"", *lines))
    ((_, found),) = list(parse_patches(text.splitlines(keepends=True)))
    return list(found)


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
    assert (b"-- a/evil",) == one.removed
    assert (b"+++ b/evil", b"diff --git a/evil b/evil", b"@@ -1 +1 @@") == one.added


def test_quoted_paths_are_unquoted() -> None:
    """git quotes control characters, quotes and backslashes."""
    (one,) = files(
        b'diff --git "a/t\\tab" "b/t\\tab"',
        b"--- /dev/null",
        b'+++ "b/t\\tab\\"\\\\\\303\\251"',
        b"@@ -0,0 +1 @@",
        b"+x",
    )
    assert 't\tab"\\é' == one.path


@given(st.lists(st.binary(max_size=30)))
def test_any_bytes_can_be_read(lines: list[bytes]) -> None:
    """Never raises."""
    list(parse_patches(line + b"\n" for line in lines))


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
        (repo / "mode").write_text("x\n")
        (repo / "mode").chmod(0o755 if number % 2 else 0o644)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", f"step {number}")
    ids = [ObjectId(line) for line in git(repo, "rev-list", "HEAD").split()]
    with Repository(repo) as found:
        counted = dict(found.read_changes(ids, jobs=1))
        patched = dict(found.read_patches(ids, jobs=2))
    for commit in ids:
        shown = git(repo, "show", "--numstat", "--no-renames", "--format=", commit)
        ours, lines = counted[commit], patched[commit]
        assert ours is not None
        assert lines is not None
        assert sorted(shown.splitlines()) == sorted(_numstat(change) for change in ours.files)
        assert {patch.path: (len(patch.added), len(patch.removed)) for patch in lines.files} == {
            change.path: (change.added, change.removed)
            for change in ours.files
            if change.added or change.removed
        }


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
    patch = FilePatch(path=path, added=added, removed=removed)
    return [item.kind for item in find_surface([change(path)], [patch])]


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
    items = find_surface([*added, change("notes.txt", "A")], [])
    assert [Surface.NEW_SOURCE_FILE, Surface.FIRMWARE, Surface.BUILD_COMMAND] == [
        item.kind for item in items
    ]


def test_git_is_there() -> None:
    """The oracle of this module."""
    assert subprocess.run(["git", "--version"], check=True, capture_output=True).stdout
