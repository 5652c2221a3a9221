"""Progress on standard error, only where a person watches."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import get_ident
from typing import TYPE_CHECKING, Final

from provenance.cli.output import say

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from provenance.settings import Progress


_DRAW_EVERY: Final = 0.1
"""Seconds."""


class _Narrator:
    """Says each phase when it ends, with what it took: for logs and reports of slowness.

    A thread does one after the other, and threads have phases side by side.
    """

    def __init__(self) -> None:
        self._phases: dict[int, _Phase] = {}

    def tell(self, phase: str, done: int, total: int) -> None:
        """Called with what is done of the total (0 where that is not known)."""
        now, thread = time.monotonic(), get_ident()
        current = self._phases.get(thread)
        if current is None or current.name != phase:
            if current:
                current.say(now)
            current = self._phases[thread] = _Phase(phase, now)
        current.done, current.last = max(done, total), now

    def end(self) -> None:
        """Says the phases that were going on."""
        for thread, phase in self._phases.items():
            phase.say(time.monotonic() if thread == get_ident() else phase.last)


@dataclass(slots=True)
class _Phase:
    """What was told of a phase: when it began, and how much was done when."""

    name: str
    started: float
    last: float = 0.0
    done: int = 0

    def say(self, end: float) -> None:
        """One line on standard error."""
        say(f"{self.name}: {self.done} in {end - self.started:.1f} s", quiet=False)


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
        auto_refresh=False,  # a thread that draws would keep us from forking
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
        from provenance.settings import no_progress

        yield no_progress
        return
    bars = _bars()
    tasks = {}
    drawn = 0.0
    with bars:

        def report(phase: str, done: int, total: int) -> None:
            nonlocal drawn
            is_new = phase not in tasks
            if is_new:
                tasks[phase] = bars.add_task(phase, total=total or None)
            bars.update(tasks[phase], completed=done, total=total or None)
            now = time.monotonic()
            if is_new or now - drawn > _DRAW_EVERY:
                drawn = now
                bars.refresh()

        yield report
