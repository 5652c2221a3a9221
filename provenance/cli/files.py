"""Reports and patches from disk."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

from provenance.errors import ReportError, UsageError
from provenance.report.load import parse_report
from provenance.report.model import Report

_MOST: Final = 64 << 20
"""Bytes of patches that are read."""
_SERIES: Final = 1 << 20
"""Bytes of a quilt series; a longer file is none."""


def read_report(path: Path) -> Report:
    """A saved JSON report.  Raises ``ReportError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"cannot read {path}: {error.strerror}", hint="name a saved JSON report"
        ) from error
    except UnicodeDecodeError as error:
        raise ReportError(f"{path} is not UTF-8", hint="name a saved JSON report") from error
    return parse_report(text, path.name)


def is_file(name: str) -> bool:
    """True for the path of something that can be read as a file, also a pipe."""
    try:
        path = Path(name)
        return path.exists() and not path.is_dir()
    except (OSError, ValueError):
        return False


def read_patches(name: str) -> tuple[str, Sequence[bytes]]:
    """What a report calls some patches, and their mailboxes: standard input (``-``), one file, or
    those that a quilt series file names, in its order.

    Raises ``UsageError``.
    """
    if name == "-":
        return "standard input", [_read_up_to(sys.stdin.buffer, name, _MOST)]
    path = Path(name)
    text = _read_file(path, _MOST)
    left = _MOST - len(text)
    patches = []
    for patch in _named_in(text, path.parent):
        patches.append(_read_file(patch, left))
        left -= len(patches[-1])
    return path.name, patches or [text]


def _named_in(text: bytes, folder: Path) -> Sequence[Path]:
    """The patches that a quilt series names, each first on its line; none where it is no series."""
    if len(text) > _SERIES:
        return ()
    lines = (line.partition(b"#")[0].split() for line in text.split(b"\n"))
    names = [words[0].decode("utf-8", "surrogateescape") for words in lines if words]
    try:
        paths = [folder / name for name in names]
        is_series = all(
            ".." not in path.parts and not Path(name).is_absolute() and path.is_file()
            for name, path in zip(names, paths, strict=True)
        )
    except (OSError, ValueError):
        return ()
    return paths if is_series else ()


def _read_file(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            return _read_up_to(file, str(path), most)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}: {error.strerror or error}",
            hint="name a patch mail, a mailbox or a quilt series",
        ) from error


def _read_up_to(file: IO[bytes], name: str, most: int) -> bytes:
    text = file.read(most + 1)
    if len(text) > most:
        raise UsageError(
            f"{name} has more than {_MOST >> 20} MiB of patches", hint="check a part of them"
        )
    return text
