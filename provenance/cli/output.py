"""Writing results whole or not at all, and everything else to standard error."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from provenance.errors import OutputError
from provenance.report.document import Printable
from provenance.report.formats import FormatOptions, load_format
from provenance.report.safe import visible

_DEFAULT_COLUMNS = 100


def emit(result: Printable, *, format_name: str, output: str) -> None:
    """Writes a result to standard output (``-``) or to a file that appears complete."""
    options = FormatOptions(columns=_columns(output), colour=_colour(output))
    with _destination(output) as out:
        load_format(format_name).write(result, out, options)


def complain(message: str, hint: str) -> None:
    """An error and its hint, on standard error, in characters no terminal obeys."""
    sys.stderr.write(f"provenance: {visible(message)}\n  hint: {visible(hint)}\n")


def say(message: str, *, quiet: bool) -> None:
    """A remark on standard error."""
    if not quiet:
        sys.stderr.write(f"provenance: {visible(message)}\n")


def _columns(output: str) -> int:
    if output == "-" and sys.stdout.isatty():
        return max(60, shutil.get_terminal_size((_DEFAULT_COLUMNS, 24)).columns)
    return _DEFAULT_COLUMNS


def _colour(output: str) -> bool:
    """On a terminal, unless NO_COLOR is set; always where FORCE_COLOR is (no-color.org)."""
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (output == "-" and sys.stdout.isatty())


@contextlib.contextmanager
def _destination(output: str) -> Iterator[TextIO]:
    if output == "-":
        stream = io.TextIOWrapper(
            sys.stdout.buffer, encoding="utf-8", newline="", write_through=False
        )
        try:
            yield stream
            stream.flush()
        finally:
            with contextlib.suppress(BrokenPipeError, ValueError):
                stream.detach()
        return
    path = Path(output)
    try:
        with _replacing(path) as out:
            yield out
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}",
            hint="nothing was left behind; choose another file with -o",
        ) from error


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A file next to ``path`` that takes its name when everything is on disk."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent or Path())
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
