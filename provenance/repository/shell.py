"""An empty bare repository of our own in which git runs, borrowing the audited objects.

It has no configuration, attributes, grafts, replace refs, alternates, hooks or commit-graph of
the audited repository to believe or obey; lazy fetching and every transport are off.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from provenance.errors import GitError
from provenance.facts import ObjectId
from provenance.repository.scratch import Scratch

_MEMORY: Final = 2 << 30
"""Bytes that a git process may own; mapped packs do not count."""
_PIPE: Final = 1 << 20
_HELD: Final = str(256 << 20)
"""Bytes that the C library keeps for the next text; given back to the system and asked for
again, each text costs its page faults."""
_TOLD: Final = {"GIT_TRACE_PACK_ACCESS": "2", "GIT_TRACE_BARE": "1"}
_OPTIONS: Final = (
    "core.commitGraph=false",
    "core.multiPackIndex=false",
    "core.deltaBaseCacheLimit=64m",
    "core.bigFileThreshold=64m",
    "core.looseCompression=0",
    "core.attributesFile=/dev/null",
    "core.fsmonitor=false",
    "gc.auto=0",
    "log.showSignature=false",
    "diff.renames=false",
    "merge.renames=true",
    "core.quotePath=false",
)


Lend = Callable[[Path, Path], None]


class Shell:
    """Starts git processes; use as a context manager, the directory goes with it.

    ``lend`` puts into a folder what git is to see of a store.
    """

    def __init__(self, stores: Iterable[Path], *, lend: Lend | None = None) -> None:
        program = shutil.which("git")
        if program is None:
            raise GitError("git is not installed", hint="install it, e.g. `apt install git`")
        self._git = program
        self.stores = tuple(stores)
        try:
            self._make(lend or _links)
        except OSError as error:
            raise GitError(
                f"cannot make a temporary folder: {error.strerror or error}",
                hint="name a writable one with TMPDIR",
            ) from error

    def _make(self, lend: Lend) -> None:
        self._scratch = Scratch()
        self.path = self._scratch.path
        self.objects = self.path / "objects"
        (self.objects / "info").mkdir(parents=True)
        (self.path / "refs").mkdir()
        (self.path / "HEAD").write_text("ref: refs/heads/none\n")
        (self.path / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        self.lent = [self.path / f"store{number}" for number in range(len(self.stores))]
        for store, folder in zip(self.stores, self.lent, strict=True):
            folder.mkdir()
            lend(store, folder)
        lines = b"".join(_quoted(folder) + b"\n" for folder in self.lent)
        (self.objects / "info" / "alternates").write_bytes(lines)

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Removes the directory; processes still running have to be ended first."""
        self._scratch.close()

    def link(self, parts: Mapping[str, Path]) -> None:
        """Lets git read parts of another store, by their place below ``objects``."""
        (self.objects / "pack").mkdir()
        for name, path in parts.items():
            (self.objects / name).symlink_to(path.resolve())

    def take(self, other: Shell) -> list[ObjectId]:
        """Moves the loose objects that another one has of its own here; their ids."""
        taken = []
        for path in other.objects.glob("[0-9a-f][0-9a-f]/*"):
            folder = self.objects / path.parent.name
            folder.mkdir(exist_ok=True)
            path.rename(folder / path.name)
            taken.append(ObjectId(path.parent.name + path.name))
        return taken

    def start(
        self,
        arguments: Sequence[str],
        *,
        stdin: int | IO[bytes] | None = subprocess.DEVNULL,
        tells: bool = False,
    ) -> subprocess.Popen[bytes]:
        """A git process with its output piped and its complaints dropped.

        With ``tells`` they are piped too, with a line for each object that it takes from a pack.
        """
        options = [part for option in _OPTIONS for part in ("-c", option)]
        process = subprocess.Popen(
            [self._git, "--no-pager", "--no-replace-objects", *options, *arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if tells else subprocess.DEVNULL,
            env={**self._environment(), **(_TOLD if tells else {})},
            cwd=self.path,
            bufsize=1 << 20,
            pipesize=_PIPE,
        )
        with contextlib.suppress(OSError, ValueError):  # it has ended, or may not be limited
            resource.prlimit(process.pid, resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
        return process

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.path),
            "XDG_CONFIG_HOME": str(self.path),
            "LC_ALL": "C",
            "TZ": "UTC",
            "GIT_DIR": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_ALLOW_PROTOCOL": "none",
            "GIT_OPTIONAL_LOCKS": "0",
            "MALLOC_MMAP_THRESHOLD_": _HELD,
            "MALLOC_TRIM_THRESHOLD_": _HELD,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "provenance",
            "GIT_AUTHOR_EMAIL": "provenance@localhost",
            "GIT_COMMITTER_NAME": "provenance",
            "GIT_COMMITTER_EMAIL": "provenance@localhost",
        }


def _links(store: Path, folder: Path) -> None:
    """Links to what git may see of a store: its packs and loose objects.

    Not its ``info``: git reads alternates in its own way, and they may be the attacker's.
    """
    for part in (store / "pack", *store.glob("[0-9a-f][0-9a-f]")):
        if part.is_dir():
            (folder / part.name).symlink_to(part.resolve())


def _quoted(path: Path) -> bytes:
    """A path as an alternates line; a quoted one may hold any byte (git's unquote_c_style)."""
    raw = os.fsencode(path)
    return b'"' + b"".join(_octal(byte) for byte in raw) + b'"'


def _octal(byte: int) -> bytes:
    char = bytes([byte])
    return char if char.isalnum() or char in b"/._-" else b"\\%03o" % byte
