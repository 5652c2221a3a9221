"""The command line; the one place that owns exit codes.

0 complete and nothing at or above ``--fail-on``; 1 complete with such findings; 2 usage
error or failure, no report; 3 a report was written but something could not be read;
130 interrupted; 141 closed pipe.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

_COLLECT_AT = (200_000, 20, 100)
"""Records live as long as the report and hold no cycles: looking for some is time lost."""
CLEAN, FINDINGS, FAILURE, INCOMPLETE, INTERRUPTED, CLOSED_PIPE = 0, 1, 2, 3, 130, 141


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of ``provenance`` and ``git-provenance``; never returns."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(_version() if words == ["--version"] else _run(words))


def _version() -> int:
    from provenance import __version__

    try:
        print(f"provenance {__version__}", flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    return CLEAN


def _run(words: list[str]) -> int:
    gc.set_threshold(*_COLLECT_AT)
    atexit.register(gc.freeze)  # to look for cycles at the end takes a tenth of a second
    from provenance.cli.app import run
    from provenance.cli.output import ReaderGoneError, complain
    from provenance.errors import ProvenanceError

    try:
        return run(words)
    except ProvenanceError as error:
        complain(error.message, error.hint)
        return FAILURE
    except KeyboardInterrupt:
        complain("interrupted", "nothing was written")
        return INTERRUPTED
    except (BrokenPipeError, ReaderGoneError):
        # The reader has gone; keep the interpreter from complaining when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLOSED_PIPE
    except Exception as error:
        if os.environ.get("PROVENANCE_DEBUG"):
            raise
        complain(*_told(error))
        return FAILURE


def _told(error: Exception) -> tuple[str, str]:
    """What nobody expected, and a hint: the system refused something, or this has a bug."""
    if isinstance(error, MemoryError):
        return "out of memory", "no report was written; -j 1 needs least, and a smaller range less"
    if isinstance(error, OSError):
        name = error.filename
        place = f"{os.fsdecode(name)}: " if isinstance(name, str | bytes) else ""
        return (
            f"{place}{error.strerror or error}",
            "no report was written; check permissions, the disk and `ulimit -n`",
        )
    return (
        f"internal error: {type(error).__name__}: {error}",
        "this is a bug; PROVENANCE_DEBUG=1 shows where. No report was written",
    )
