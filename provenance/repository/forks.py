"""Work in processes of our own, forked with all that is known; what they find comes in order."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from typing import Final, Generic, NoReturn, TypeVar

_Share = TypeVar("_Share")
_Item = TypeVar("_Item")
_PATIENCE: Final = 5.0
"""Seconds that a process gets to clear away what it made."""


def in_forks(
    work: Callable[[_Share], Iterable[_Item]],
    shares: Sequence[_Share],
    *,
    rest: Callable[[], None],
) -> Generator[_Item, None, None]:
    """What ``work`` gives for each share, share by share, as if it were done one by one.

    The first share is worked on here, each other one in a process that is forked for it.  What a
    process does not finish, for whatever reason, is done here: so an error is met here as well.
    ``rest`` lets go of what two processes cannot share; it is asked before, and by each process
    at its end.  Where other threads run nothing is forked: what they hold would be held for ever.
    """
    own, *others = shares
    children: list[_Child[_Share, _Item]] = []
    if others and threading.active_count() == 1:
        rest()
        children = [_Child(work, share, rest) for share in others]
    try:
        yield from work(own)
        for number, share in enumerate(others):
            if children and children[number].has_finished():
                yield from children[number].items()
            else:
                yield from work(share)
    finally:
        for child in children:
            child.end()


class _Child(Generic[_Share, _Item]):
    """A process that writes what it finds to an unnamed file."""

    def __init__(
        self,
        work: Callable[[_Share], Iterable[_Item]],
        share: _Share,
        rest: Callable[[], None],
    ) -> None:
        self._process: int | None = None
        self._file = tempfile.TemporaryFile()  # noqa: SIM115
        parent = os.getpid()
        with contextlib.suppress(OSError):  # no process is to be had
            self._process = os.fork()
        if self._process == 0:
            self._live(work(share), rest, parent)

    def _live(self, found: Iterable[_Item], rest: Callable[[], None], parent: int) -> NoReturn:
        """What happens in the new process; it never comes back."""
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            for item in found:
                pickle.dump(item, self._file, protocol=pickle.HIGHEST_PROTOCOL)
                if os.getppid() != parent:  # nobody waits for it any more
                    break
            else:
                self._file.flush()
                status = 0
        finally:
            with contextlib.suppress(BaseException):
                rest()
            os._exit(status)

    def has_finished(self) -> bool:
        """Waits for the end; True where everything was written."""
        if self._process is None:
            return False
        _, status = os.waitpid(self._process, 0)
        self._process = None
        return status == 0

    def items(self) -> Iterator[_Item]:
        """What was written."""
        end = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        while self._file.tell() < end:
            yield pickle.load(self._file)

    def end(self) -> None:
        """Ends the process where it is not needed any more."""
        if self._process is not None:
            deadline = time.monotonic() + _PATIENCE
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGTERM)
            while os.waitpid(self._process, os.WNOHANG) == (0, 0):
                if time.monotonic() > deadline:
                    os.kill(self._process, signal.SIGKILL)
                time.sleep(0.01)
            self._process = None
        self._file.close()
