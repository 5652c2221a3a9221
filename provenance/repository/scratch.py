"""A temporary folder that goes with its run, or with the next one where a run is killed.

The folder holds a file that is locked as long as its run lives (flock); no process that it
starts inherits it.  A folder of ours that nobody holds is what a killed run has left, and so is
an empty one that is old: its run ended before it could lock it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Final

_PREFIX: Final = "provenance-"
_NAME: Final = re.compile(rf"{_PREFIX}[a-z0-9_]{{8}}")
"""What ``tempfile`` makes of the prefix."""
_OURS: Final = frozenset(
    {"lock", "HEAD", "config", "objects", "refs", "index", "index.lock", "series"}
)
"""What such a folder holds beside views of stores; one that holds more is somebody else's."""
_LOCK: Final = "lock"
_YOUNG: Final = 600.0
"""Seconds in which a folder may be one whose run has not locked it yet."""


class Scratch:
    """An empty folder at ``path``.  Raises ``OSError`` where none can be made."""

    def __init__(self) -> None:
        remove_left_over(Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True)
        self.path = Path(self._folder.name)
        self._lock = os.open(self.path / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
        with contextlib.suppress(OSError):  # a file system without locks: it is never removed
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        """Removes the folder and what is in it."""
        self._folder.cleanup()
        os.close(self._lock)


@cache
def remove_left_over(folder: Path) -> None:
    """Removes the scratch folders of this user in ``folder`` whose runs are gone; asked once."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{_PREFIX}*"):
            if not _may_be_left_over(path):
                continue
            with contextlib.suppress(OSError):  # what is not empty stays
                path.rmdir()
            if _is_unlocked(path):
                shutil.rmtree(path, ignore_errors=True)


def _may_be_left_over(path: Path) -> bool:
    """True for a folder of this user and of our shape, not a link, that is not new."""
    try:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            return False
        return time.time() - status.st_mtime >= _YOUNG and _is_of_our_shape(path)
    except OSError:
        return False


def _is_unlocked(path: Path) -> bool:
    """True for a folder with a lock, not a link, that nobody holds."""
    try:
        lock = os.open(path / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(lock)
    return True


def _is_of_our_shape(path: Path) -> bool:
    """True for a folder with a name and with entries as a run makes them, and no others."""
    if not _NAME.fullmatch(path.name):
        return False
    names = {entry.name for entry in path.iterdir()}
    return all(name in _OURS or re.fullmatch(r"store\d+", name) for name in names)
