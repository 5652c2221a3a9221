"""What a commit opens is counted where it means something, and once."""

from __future__ import annotations

import pytest

from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import FilePatch
from provenance.parse.surface import (
    Surface,
    SurfaceItem,
    is_authority_file,
    is_source,
    lines_beside_prose,
    new_files,
    new_source_lines,
    renames_in,
    surface_of_files,
    surface_of_lines,
    without_moved,
)

ZERO = ObjectId("0" * 40)


def file(path: str, letter: str = "A", mode: str = "100644", **more: bool) -> FileChange:
    return FileChange(
        path=path,
        change=letter,
        added=7,
        removed=5,
        binary=more.get("binary", False),
        old_mode="100644",
        new_mode=mode,
        old_id=ZERO,
        new_id=ZERO,
    )


def lines(path: str, *added: bytes, removed: tuple[bytes, ...] = ()) -> list[SurfaceItem]:
    signed = [*(b"-" + line for line in removed), *(b"+" + line for line in added)]
    return list(surface_of_lines(FilePatch(path, b"\n@@ -1 +1 @@\n" + b"\n".join(signed))))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.c", True),
        ("b.h", True),
        ("b.S", True),
        ("b.rs", True),
        ("b.sh", True),
        ("configure.ac", True),
        ("Makefile", True),
        ("a/Makefile.am", True),
        ("a/Kbuild", True),
        ("rules.mk", True),
        ("a/b/Kconfig.debug", True),
        ("a/MyMakefile", False),
        ("Makefile/a", False),
        ("Kconfig/a", False),
        ("a/xKconfig", False),
        ("b.s", False),
        ("b.txt", False),
        ("c", False),
    ],
)
def test_what_is_program_text(path: str, expected: bool) -> None:
    """Also what runs while building."""
    assert expected == is_source(path)


def test_new_lines_are_those_of_new_source_files() -> None:
    """Other files, and files that were there, do not count."""
    changes = [file("a.c"), file("b.txt"), file("c.c", "M"), file("Makefile")]
    assert 14 == new_source_lines(changes)


@pytest.mark.parametrize("path", ["a.c", "a.py", "Makefile", "Kconfig"])
@pytest.mark.parametrize(
    "char",
    ["\u202a", "\u202e", "\u2066", "\u2069", "\u200b", "\u200f", "\u2060", "\u061c", "\u00ad",
     "\u115f", "\u1160", "\u3164", "\uffa0", "\ufeff"],
)  # fmt: skip
def test_program_text_that_hides_something(path: str, char: str) -> None:
    """Whatever else the line is; but not where the line was there, nor in a text for people."""
    line = f"EXPORT_SYMBOL(a{char});".encode()
    (found,) = lines(path, b"int a;", line)
    assert (Surface.HIDDEN_TEXT, path, line.decode()) == (found.kind, found.path, found.text)
    assert [] == lines(path, line, removed=(line,))
    assert [] == lines("a.txt", line)


@pytest.mark.parametrize(
    "line",
    [
        "\ufeffint a;",
        "int \u00e4;",
        "\u2014 \u201cso\u201d \u2026",
        "\u05d0\u05d1",
        "\u2070",
    ],
)
def test_what_can_be_seen_hides_nothing(line: str) -> None:
    """A byte order mark where it belongs, other scripts, dashes and quotes."""
    assert [] == lines("a.c", b"int b;", line.encode())


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (file("a.c"), Surface.NEW_SOURCE_FILE),
        (file("a.c", "M"), None),
        (file("a.sh", mode="100755"), Surface.NEW_SOURCE_FILE),
        (file("a.fw"), Surface.FIRMWARE),
        (file("a.fw", "M"), None),
        (file("a.fw", "M", binary=True), Surface.FIRMWARE),
        (file("a.bin", mode="100755"), Surface.FIRMWARE),
        (file("tool", mode="100755"), Surface.BUILD_COMMAND),
        (file("tool", "M", mode="100755"), None),
        (file("tool"), None),
        (file("logo", "M", binary=True), None),
    ],
)
def test_what_is_new_by_being_there(change: FileChange, kind: Surface | None) -> None:
    """Named by its path; what follows is looked at too."""
    expected = [SurfaceItem(kind=kind, path=change.path, text=change.path)] if kind else []
    last = SurfaceItem(kind=Surface.FIRMWARE, path="z.fw", text="z.fw")
    assert [*expected, last] == list(surface_of_files([change, file("z.fw")]))


UNPACKS = b"\txz -dc good-large.xz | sh"


MEANINGS = pytest.mark.parametrize(
    ("path", "line", "kind"),
    [
        ("a.c", b"EXPORT_SYMBOL_GPL(x);", Surface.EXPORTED_SYMBOL),
        ("a.c", b"module_param_named(a, b, int, 0644);", Surface.MODULE_PARAMETER),
        ("a.c", b"#define X_GET _IOWR('x', 1, int)", Surface.IOCTL),
        ("a.c", b"\t.unlocked_ioctl\t= x_ioctl,", Surface.IOCTL),
        ("a.c", b"SYSCALL_DEFINE3(x, int, a, int, b, int, c)", Surface.SYSTEM_CALL),
        ("a.c", b'\tdebugfs_create_u32("x", 0600, d, &x);', Surface.DEBUGFS),
        ("a.c", b"static DEVICE_ATTR(x, 0644, a, b);", Surface.SYSFS),
        ("a.c", b'\tproc_create("x", 0, NULL, &ops);', Surface.PROCFS),
        ("a.c", b"\terr = misc_register(&x);", Surface.DEVICE_NODE),
        ("a/Makefile", b"X := $(shell uname)", Surface.BUILD_COMMAND),
        ("a.h", b"EXPORT_TRACEPOINT_SYMBOL(x);", Surface.EXPORTED_SYMBOL),
        ("a.c", b'__setup("x", f);', Surface.MODULE_PARAMETER),
        ("a.c", b".compat_ioctl = f,", Surface.IOCTL),
        ("a.c", b"\tcdev_add(&x);", Surface.DEVICE_NODE),
        ("a/Kconfig", b"menuconfig X", Surface.KCONFIG_SYMBOL),
        ("a/Kconfig", UNPACKS, None),
        ("a/Makefile", UNPACKS, Surface.BUILD_UNPACKS),
        ("a/Makefile", b"obj-$(X) += $(shell base64 -d x)", Surface.BUILD_UNPACKS),
        ("a/Makefile", b"obj-y := $(shell x)", Surface.BUILD_OBJECT),
        ("a/Makefile", b"EXPORT_SYMBOL(x);", None),
        ("test.sh", UNPACKS, Surface.BUILD_UNPACKS),
        ("m4/build-to-host.m4", UNPACKS, Surface.BUILD_UNPACKS),
        ("configure", UNPACKS, Surface.BUILD_UNPACKS),
        ("a/autogen.sh", b'eval "$x"', Surface.BUILD_UNPACKS),
        ("a/Makefile", b"$(eval $(x))", Surface.BUILD_UNPACKS),
        ("a/Makefile", b"obj-y += h7201-eval.o eval-x.o", Surface.BUILD_OBJECT),
        ("configure.in", b"zcat x", Surface.BUILD_UNPACKS),
        ("configure.ac", b"zcat x", Surface.BUILD_UNPACKS),
        ("a.sh", b"obj-y += x.o", None),
        ("a.c", UNPACKS, None),
        ("README", b"EXPORT_SYMBOL(x);", None),
    ],
)


@MEANINGS
def test_a_line_means_something_in_its_kind_of_file(
    path: str, line: bytes, kind: Surface | None
) -> None:
    """The first kind that it is, with blanks off."""
    text = line.strip().decode()
    expected = [SurfaceItem(kind=kind, path=path, text=text)] if kind else []
    assert expected == lines(path, b"x", line, b"y")


@MEANINGS
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"@@ -1 +1 @@", b""),
        (b"@@ -9,0 +9 @ f(", b"\n x"),
        (b"-x", b"\n+("),
        (b" x", b"\n@@ -8 +8 @@"),
        (b"+", b"\n\\ No newline at end of file"),
    ],
)
def test_a_line_means_the_same_wherever_it_stands(
    path: str, line: bytes, kind: Surface | None, before: bytes, after: bytes
) -> None:
    """First or last of a patch, of a hunk, or between others; only an added one counts."""
    text = b"\n@@ -1 +1 @@\n" + before + b"\n%c" + line + after
    found = surface_of_lines(FilePatch(path, text % b"+"))
    assert ([kind] if kind else []) == [item.kind for item in found]
    assert [] == list(surface_of_lines(FilePatch(path, text % b"-")))
    assert [] == list(surface_of_lines(FilePatch(path, text % b" ")))


def test_every_line_is_looked_at() -> None:
    """In order, also the same line twice; a pattern does not reach over a line's end."""
    one, two, bad = b"EXPORT_SYMBOL(a);", b"\tmisc_register(&x);", b"EXPORT_SYMBOL(\xff);"
    found = lines("a.c", two, one, b"debugfs_create_x", b"(", one, bad)
    assert [
        (Surface.DEVICE_NODE, "misc_register(&x);"),
        (Surface.EXPORTED_SYMBOL, "EXPORT_SYMBOL(a);"),
        (Surface.EXPORTED_SYMBOL, "EXPORT_SYMBOL(a);"),
        (Surface.EXPORTED_SYMBOL, "EXPORT_SYMBOL(\udcff);"),
    ] == [(item.kind, item.text) for item in found]
    assert [] == lines("a.c")
    assert [] == lines("a.c", removed=(one,))


NO_ID = ObjectId("")


def moved(
    new: str, *, old: str = "a/tool.c", mode: str = "100644", bytes_: str = "1"
) -> list[FileChange]:
    """A commit that removes a file and adds one."""
    gone = file(old, "D")._replace(old_id=ObjectId("1" * 40))
    return [gone, file(new, mode=mode)._replace(new_id=ObjectId(bytes_ * 40))]


@pytest.mark.parametrize(
    ("changes", "is_move"),
    [
        (moved("b/tool.c"), True),
        (moved("a/other.c"), True),
        (moved("b/tool.c", bytes_="2"), False),
        (moved("b/tool.c", mode="100755"), False),
        (moved("b/tool.sh"), False),
        (moved("b/Makefile"), False),
        ([file("b/tool.c")], False),
        ([one._replace(old_id=NO_ID, new_id=NO_ID) for one in moved("b/tool.c")], False),
    ],
)
def test_a_file_that_only_moves_is_not_new(changes: list[FileChange], is_move: bool) -> None:
    """With its bytes, mode and ending; ids that nobody kept are equal to none."""
    assert is_move == bool(renames_in(changes))
    assert is_move == (not new_files(changes))
    assert (0 if is_move else 7) == new_source_lines(changes)
    assert is_move == (not list(surface_of_files(without_moved(changes))))


def test_a_line_that_moves_is_not_new() -> None:
    """Whatever blanks stand around it; each removal makes up for one."""
    one = b"EXPORT_SYMBOL(a);"
    assert [] == lines("a.c", b"\t" + one, removed=(one + b" ",))
    assert 1 == len(lines("a.c", one, one, one, removed=(one, one)))


@pytest.mark.parametrize(
    ("old", "new", "is_move"),
    [
        ("a/notes", "b/notes", True),
        ("notes", "a.b/notes", True),
        ("a/b/c.d/notes", "e/notes", True),
        ("a/notes", "a/README", False),
        ("notes.d/x", "notes.d/y", False),
        ("a/tests", "b/makes", False),
        ("a.x/b.c", "a.y/b.c", True),
        ("a.x/b.c", "a.x/b.h", False),
        ("b.tar.c", "d.c", True),
        ("b.inc", "d.c", False),
        (".c", "d.c", True),
    ],
)
def test_the_ending_of_a_name_moves_with_it(old: str, new: str, is_move: bool) -> None:
    """Of the last part of a path, from its last dot; a name without one is its own ending."""
    assert ({new: old} if is_move else {}) == renames_in(moved(new, old=old))


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("a.c", True),
        ("po/de.po", False),
        ("po/a.pot", False),
        ("Documentation/a.rst", False),
        ("a.md", False),
        ("a.texi", False),
        ("notes.txt", False),
        ("CMakeLists.txt", True),
        ("a/CMakeLists.txt", True),
        ("a.txt.c", True),
        ("a.json", True),
    ],
)
def test_prose_is_no_code(path: str, counts: bool) -> None:
    """Documentation and translations, but not what is built from a text."""
    assert 7 * counts == lines_beside_prose([file(path, "M")])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("MAINTAINERS", True),
        ("a/b/MAINTAINERS", True),
        (".mailmap", True),
        ("a/.mailmap", False),
        ("a/XMAINTAINERS", False),
        ("MAINTAINERS.rst", False),
    ],
)
def test_files_that_say_who_has_authority(path: str, expected: bool) -> None:
    """MAINTAINERS in any folder, .mailmap at the top."""
    assert expected == is_authority_file(path)
