"""New attack surface, read from the lines a commit adds.

What is counted is a place where something outside can reach in: an interface for programs
or other modules, a switch, an object in the build, code that runs while building; and program
text of which a reader does not see all.  A line that the same commit removes in the same file is
a move and does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct

from provenance.facts import FileChange
from provenance.parse.patch import FilePatch
from provenance.parse.patterns import Regex, compile_regex
from provenance.parse.text import FILLERS, decode


class Surface(StrEnum):
    """Kinds of attack surface."""

    NEW_SOURCE_FILE = "new-source-file"
    EXPORTED_SYMBOL = "exported-symbol"
    MODULE_PARAMETER = "module-parameter"
    IOCTL = "ioctl"
    SYSTEM_CALL = "system-call"
    DEBUGFS = "debugfs-entry"
    SYSFS = "sysfs-entry"
    PROCFS = "procfs-entry"
    DEVICE_NODE = "device-node"
    KCONFIG_SYMBOL = "kconfig-symbol"
    BUILD_OBJECT = "build-object"
    BUILD_COMMAND = "build-command"
    BUILD_UNPACKS = "build-unpacks-data"
    FIRMWARE = "firmware-blob"
    HIDDEN_TEXT = "hidden-text"


ORDINARY: Final = frozenset(
    {
        Surface.NEW_SOURCE_FILE,
        Surface.KCONFIG_SYMBOL,
        Surface.BUILD_OBJECT,
        Surface.HIDDEN_TEXT,
    }
)
"""What comes with any new code, or opens nothing by itself."""


class SurfaceItem(Struct, frozen=True, kw_only=True):
    """One piece of new attack surface: its kind, its file, and the line or file that is it."""

    kind: Surface
    path: str
    text: str


_SOURCE: Final = (".c", ".h", ".S", ".rs", ".cc", ".cpp", ".inc")
SCRIPTS: Final = (".sh", ".pl", ".py", ".awk", ".m4", ".ac")
_AUTHORITY_FILES: Final = frozenset({"MAINTAINERS", ".mailmap"})
_PROSE: Final = (".po", ".pot", ".rst", ".md", ".texi", ".txt")
_FIRMWARE: Final = (".fw", ".bin", ".ihex", ".HEX", ".H16", ".hex", ".dsp", ".ucode")
_UNSEEN: Final = "".join(
    map(chr, (0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)))
)
"""Zero-width characters and bidirectional controls (Unicode TR 36; CVE-2021-42574)."""
_HIDDEN: Final = "|".join([*_UNSEEN, *FILLERS, "(?s:.)\ufeff"])  # a byte order mark within


class _Kinds:
    """What is looked for in one kind of file: the first pattern that a line matches is its kind.

    A pattern that needs the start of a line says ``(?m)^``, or takes a blank before it as well.
    """

    def __init__(self, *patterns: tuple[Surface, str]) -> None:
        self._sources = ((Surface.HIDDEN_TEXT, _HIDDEN), *patterns)

    @cached_property
    def _any(self) -> Regex:
        return compile_regex("|".join(f"(?:{source})" for _, source in self._sources))

    @cached_property
    def _each(self) -> Sequence[tuple[Surface, Regex]]:
        return [(kind, compile_regex(source)) for kind, source in self._sources]

    def matches(self, patch: FilePatch) -> Iterator[tuple[Surface, bytes]]:
        """Each added line with its kind; one search over all the text spares most of them."""
        if self._any.search(patch.hunks.replace(b"\n+", b"\n")):
            for line in filter(self._any.search, patch.added()):
                yield next(kind for kind, one in self._each if one.search(line)), line


_CODE: Final = _Kinds(
    (Surface.EXPORTED_SYMBOL, r"\bEXPORT_(?:\w+_)?SYMBOL\w*\s*\("),
    (Surface.MODULE_PARAMETER, r"\b(?:module_param\w*|core_param|MODULE_PARM|__setup)\s*\("),
    (
        Surface.IOCTL,
        (
            r"#\s*define\s+\w+\s+_IO(?:R|W|WR)?\s*\("
            r"|\.(?:unlocked_|compat_|locked_)?ioctl\s*="
        ),
    ),
    (Surface.SYSTEM_CALL, r"\b(?:COMPAT_)?SYSCALL_DEFINE\d\s*\("),
    (Surface.DEBUGFS, r"\bdebugfs_create_\w+\s*\("),
    (
        Surface.SYSFS,
        (
            r"\b(?:(?:DEVICE|DRIVER|CLASS|BUS|SENSOR_DEVICE|BIN)_ATTR\w*|__ATTR\w*"
            r"|sysfs_create_\w+|device_create_(?:bin_)?file)\s*\("
        ),
    ),
    (
        Surface.PROCFS,
        r"\b(?:proc_create\w*|create_proc_\w+|proc_net_\w*create|register_sysctl\w*)\s*\(",
    ),
    (
        Surface.DEVICE_NODE,
        r"\b(?:misc_register|cdev_(?:device_)?add|(?:__)?register_chrdev\w*)\s*\(",
    ),
)
_KCONFIG: Final = _Kinds((Surface.KCONFIG_SYMBOL, r"(?m)^\s*(?:menu)?config\s+\w+\s*$"))
_UNPACKS: Final = (
    r"\|\s*(?:/\w+/)*(?:ba|da|k|z)?sh\b|(?:^|[\s;&|(`\"'])eval\s"
    r"|\bbase64\s+(?:-d|--decode)|\buudecode\b"
    r"|\b(?:xz|gzip|bzip2|lzma|zstd)\s+-\w*d|\b(?:un(?:xz|lzma)|xzcat|zcat|bzcat|gunzip)\b"
    r"|\bdd\s+if=|\b(?:curl|wget)\s|\bxxd\s+-r|\bopenssl\s+enc"
)
"""What runs data, unpacks it or fetches it: rare where a tree is built or tested."""
_SCRIPT: Final = _Kinds((Surface.BUILD_UNPACKS, _UNPACKS))
_BUILD: Final = _Kinds(
    (Surface.BUILD_UNPACKS, _UNPACKS),
    (Surface.BUILD_OBJECT, r"(?m)^\s*[\w$()-]*\b(?:obj|lib)-[\w$()]+\s*[:+]?="),
    (
        Surface.BUILD_COMMAND,
        r"(?m)\$\(shell\s|^\s*(?:quiet_)?cmd_\w+\s*[:+]?=|^\s*(?:hostprogs|always)\S*\s*[:+]?=",
    ),
)


def is_authority_file(path: str) -> bool:
    """True for what says who has authority, or who is who: .mailmap, MAINTAINERS in any folder."""
    return path in _AUTHORITY_FILES or path.endswith("/MAINTAINERS")


def is_source(path: str) -> bool:
    """True for program text, also what runs at build time."""
    return path.endswith((*_SOURCE, *SCRIPTS)) or _is_build_file(path) or _is_kconfig(path)


def renames_in(changes: Sequence[FileChange]) -> Mapping[str, str]:
    """Old paths by new ones of files that a commit only moves.

    Bytes, mode and ending of the name are those of a file that it removes: what becomes a
    program by its new name is new.
    """
    gone = {
        (one.old_id, one.old_mode, _ending(one.path)): one.path
        for one in changes
        if one.change == "D" and one.old_id
    }
    if not gone:
        return {}
    found = {
        one.path: gone.get((one.new_id, one.new_mode, _ending(one.path)))
        for one in changes
        if one.change == "A"
    }
    return {new: old for new, old in found.items() if old is not None}


def without_moved(changes: Sequence[FileChange]) -> Sequence[FileChange]:
    """What a commit changes, without the new names of files that it only moves."""
    moved = renames_in(changes)
    return [change for change in changes if change.path not in moved]


def new_files(changes: Sequence[FileChange]) -> Sequence[FileChange]:
    """The files that a commit adds, without those that it only moves."""
    return [change for change in without_moved(changes) if change.change == "A"]


def new_source_lines(changes: Sequence[FileChange]) -> int:
    """Lines in the source files that a commit adds."""
    return sum(file.added for file in new_files(changes) if is_source(file.path))


def is_prose(path: str) -> bool:
    """True for documentation and translations."""
    return path.endswith(_PROSE) and not path.endswith("CMakeLists.txt")


def lines_beside_prose(changes: Sequence[FileChange]) -> int:
    """Added lines, without those of documentation and translations."""
    return sum(file.added for file in changes if not is_prose(file.path))


def surface_of_files(changes: Sequence[FileChange]) -> Iterator[SurfaceItem]:
    """What is new by being there: source files, firmware, programs.

    The changes are those of :func:`without_moved`.
    """
    for change in changes:
        new = change.change == "A"
        if new and is_source(change.path):
            kind = Surface.NEW_SOURCE_FILE
        elif change.path.endswith(_FIRMWARE) and (new or (change.change == "M" and change.binary)):
            kind = Surface.FIRMWARE
        elif new and change.new_mode == "100755":
            kind = Surface.BUILD_COMMAND
        else:
            continue
        yield SurfaceItem(kind=kind, path=change.path, text=change.path)


def surface_of_lines(patch: FilePatch) -> Iterator[SurfaceItem]:
    """What the added lines of one file open."""
    kinds = _kinds_in(patch.path)
    found = [(kind, line.strip()) for kind, line in kinds.matches(patch)] if kinds else []
    if not found:
        return
    gone = Counter(line.strip() for line in patch.removed())
    for kind, text in found:
        if gone[text]:
            gone[text] -= 1
        else:
            yield SurfaceItem(kind=kind, path=patch.path, text=decode(text))


def _ending(path: str) -> str:
    """The ending of a name, or all of it where it has none."""
    name = path.rpartition("/")[2]
    return name[name.rfind(".") :] if "." in name else name


def _kinds_in(path: str) -> _Kinds | None:
    if _is_kconfig(path):
        return _KCONFIG
    if _is_build_file(path):
        return _BUILD
    if path.endswith((*SCRIPTS, "configure", "configure.in")):
        return _SCRIPT
    return _CODE if path.endswith(_SOURCE) else None


def _is_kconfig(path: str) -> bool:
    return path.rpartition("/")[2].startswith("Kconfig")


def _is_build_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith(("Makefile", "Kbuild")) or name.endswith(".mk")
