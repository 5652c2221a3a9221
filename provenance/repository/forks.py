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
from functools import partial
from typing import IO, Final, Generic, TypeVar

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
    is_alone = threading.active_count() == 1
    children: list[_Child[_Share, _Item] | None] = []
    try:
        if others and is_alone:
            rest()
        children.extend(_Child.forked(work, share, rest) if is_alone else None for share in others)
        yield from work(own)
        for child, share in zip(children, others, strict=True):
            yield from child.items() if child and child.has_finished() else work(share)
    finally:
        for child in children:
            if child:
                child.end()


class _Child(Generic[_Share, _Item]):
    """A process that writes what it finds to an unnamed file."""

    def __init__(self, process: int, file: IO[bytes]) -> None:
        self._process: int | None = process
        self._file = file

    @classmethod
    def forked(
        cls,
        work: Callable[[_Share], Iterable[_Item]],
        share: _Share,
        rest: Callable[[], None],
    ) -> _Child[_Share, _Item] | None:
        """A new process at work; None where no process or no file is to be had."""
        parent = os.getpid()
        try:
            with contextlib.ExitStack() as undo:
                file = undo.enter_context(tempfile.TemporaryFile())
                process = os.fork()
                if process == 0:
                    _live(partial(work, share), rest, file, parent)
                undo.pop_all()
                return cls(process, file)
        except OSError:
            return None
        finally:
            if os.getpid() != parent:  # whatever happened, a new process goes no further
                os._exit(1)

    def has_finished(self) -> bool:
        """Waits for the end; True where everything was written."""
        assert self._process is not None, "it is waited for once"
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
            os.kill(self._process, signal.SIGTERM)
            while os.waitpid(self._process, os.WNOHANG) == (0, 0):
                if time.monotonic() > deadline:
                    os.kill(self._process, signal.SIGKILL)
                time.sleep(0.01)
            self._process = None
        self._file.close()


def _live(
    work: Callable[[], Iterable[object]],
    rest: Callable[[], None],
    file: IO[bytes],
    parent: int,
) -> None:
    """What a new process does; it ends with 0 where all was written."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for item in work():
            pickle.dump(item, file, protocol=pickle.HIGHEST_PROTOCOL)
            if os.getppid() != parent:  # nobody waits for it any more
                return
        file.flush()
    finally:
        rest()
    os._exit(0)
