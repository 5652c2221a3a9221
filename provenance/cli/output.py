"""Writing results whole or not at all, and everything else to standard error."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from provenance.errors import OutputError
from provenance.report.safe import visible

if TYPE_CHECKING:
    from provenance.report.document import Printable


class ReaderGoneError(Exception):
    """Whoever read standard output has closed it.

    A name of our own: click ends the process with 1 where it meets a ``BrokenPipeError``.
    """


_DEFAULT_COLUMNS = 100
_DESCRIPTORS = ("/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/self/fd/")


def emit(result: Printable, *, format_name: str, output: str) -> None:
    """Writes a result to standard output (``-``) or to a file that appears complete."""
    from provenance.report.formats import FormatOptions, load_format

    options = FormatOptions(columns=_columns(output), colour=_colour(output))
    with destination(output) as out:
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
def destination(output: str) -> Iterator[TextIO]:
    """Where a result is written; all of it arrives there, or nothing where the body fails.

    Raises ``OutputError`` and ``ReaderGoneError``.
    """
    if output == "-":
        with _standard_output() as stream:
            yield stream
        return
    path = Path(output)
    try:
        with _filling(path) if _is_stream(path) else _replacing(path) as out:
            yield out
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}",
            hint="no file was left behind; choose another with -o",
        ) from error


def require_destination(output: str) -> None:
    """Refuses a file that cannot be written, before any work is done.  Raises ``OutputError``."""
    path = Path(output)
    if output == "-" or _is_stream(path):
        return
    reason = ""
    if path.is_dir():
        reason = "it is a folder"
    elif not path.parent.is_dir():
        reason = f"there is no folder {path.parent}"
    elif not os.access(path.parent, os.W_OK):
        reason = f"no file can be made in {path.parent}"
    if reason:
        raise OutputError(f"cannot write {path}: {reason}", hint="choose another file with -o")


@contextlib.contextmanager
def _standard_output() -> Iterator[TextIO]:
    stream = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=False)
    try:
        yield stream
        stream.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except OSError as error:
        raise OutputError(
            f"cannot write to standard output: {error.strerror or error}",
            hint="what was printed is not whole; -o FILE writes all or nothing",
        ) from error
    finally:
        with contextlib.suppress(OSError, ValueError):
            stream.detach()


def _is_stream(path: Path) -> bool:
    """True for what is written into and never replaced: a device, a pipe, an open descriptor."""
    if str(path).startswith(_DESCRIPTORS):
        return True
    return path.exists() and not path.is_file() and not path.is_dir()


@contextlib.contextmanager
def _filling(path: Path) -> Iterator[TextIO]:
    """Gathers everything, then writes it into what stands at ``path``, behind what is there."""
    with tempfile.TemporaryFile() as gathered:
        text = io.TextIOWrapper(gathered, encoding="utf-8", newline="")
        yield text
        text.flush()
        gathered.seek(0)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as out:
            shutil.copyfileobj(gathered, out)


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    """A file next to ``path`` that takes its name when everything is on disk.

    Where ``path`` is a symbolic link, what it leads to is replaced, not the link; a file that
    was there keeps its mode.
    """
    path = path.resolve()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        temporary.chmod(_mode(path))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The mode of the file that is replaced, else what the umask leaves."""
    with contextlib.suppress(FileNotFoundError):
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
