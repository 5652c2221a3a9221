"""Progress on standard error, only where a person watches."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from provenance.cli.output import say
from provenance.settings import Progress, no_progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bars


class _Narrator:
    """Says each phase when it ends, with what it took: for logs and reports of slowness."""

    def __init__(self) -> None:
        self._phase = ""
        self._started = 0.0
        self._done = 0

    def tell(self, phase: str, done: int, total: int) -> None:
        """Called with what is done of the total (0 where that is not known)."""
        if phase != self._phase:
            self.end()
            self._phase, self._started = phase, time.monotonic()
        self._done = max(done, total)

    def end(self) -> None:
        """Says the phase that was going on."""
        if self._phase:
            seconds = time.monotonic() - self._started
            say(f"{self._phase}: {self._done} in {seconds:.1f} s", quiet=False)


def _bars() -> Bars:
    """Bars with rate and time left; rich is loaded only where a person watches."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Columns
    from rich.text import Text

    class Rate(ProgressColumn):
        """Items a second."""

        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f}/s" if speed else "")

    return Columns(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


@contextlib.contextmanager
def progress_bar(*, enabled: bool, verbose: bool = False) -> Iterator[Progress]:
    """A callback that draws one bar per phase, or nothing off a terminal.

    ``verbose`` says the phases line by line instead, wherever it runs.
    """
    if verbose:
        narrator = _Narrator()
        yield narrator.tell
        narrator.end()
        return
    if not enabled or not sys.stderr.isatty():
        yield no_progress
        return
    bars = _bars()
    tasks = {}
    with bars:

        def report(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total or None)
            bars.update(tasks[phase], completed=done, total=total or None)

        yield report
