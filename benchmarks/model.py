"""What a benchmark is and what came of it; nothing in here starts a process."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path


class NotRunError(Exception):
    """A benchmark cannot run here; the text says why and becomes its row."""


@dataclass(frozen=True)
class Printed:
    """What a command wrote, as files: a whole history does not fit in memory."""

    stdout: Path
    stderr: Path


Numbers = Mapping[str, int]
Reader = Callable[[Printed], Numbers]


def no_numbers(_: Printed) -> Numbers:
    """Nothing that could be compared."""
    return {}


@dataclass(frozen=True)
class Command:
    """A process: what it is called in the table, its words, and how its numbers are read.

    ``allowed`` are the exit codes that mean it did its work, ``stdin`` is a file.
    """

    label: str
    words: tuple[str, ...]
    allowed: tuple[int, ...] = (0,)
    stdin: Path | None = None
    environment: tuple[tuple[str, str], ...] = ()
    read: Reader = no_numbers


class Cache(Enum):
    """The index that a run of ours starts with."""

    UNUSED = "the command takes none"
    NOTHING = "an empty folder each time"
    HISTORY = "commits and people each time, no changed files"
    FILLED = "what the run before left"


class Unit(StrEnum):
    """What a goal limits; the value is how it is written."""

    RATIO = "x"
    SECONDS = "s"
    MEMORY = "MiB"


@dataclass(frozen=True)
class Goal:
    """The most that a benchmark should need."""

    limit: float
    unit: Unit


def no_preparation() -> None:
    """Nothing to do before the first run."""


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """One row: a command of ours against a yardstick (none: only its time counts).

    ``needs`` says what is missing to run it at all.  ``may_differ`` says why the yardstick may
    count otherwise; without it, different numbers are a failure.
    """

    name: str
    what: str
    ours: Command
    yardstick: Command | None = None
    cache: Cache = Cache.UNUSED
    goals: tuple[Goal, ...] = ()
    repeat: int = 1
    prepare: Callable[[], None] = no_preparation
    needs: str = ""
    may_differ: str = ""


@dataclass(frozen=True)
class Run:
    """One finished process; ``peak`` is MiB summed over it and all below it."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True)
class Outcome:
    """The runs of one benchmark, pair by pair, and what both sides counted.

    ``reason`` says why there are none.
    """

    benchmark: Benchmark
    ours: tuple[Run, ...] = ()
    yardstick: tuple[Run, ...] = ()
    our_numbers: Numbers | None = None
    its_numbers: Numbers | None = None
    reason: str = ""
    failed: bool = False

    @property
    def seconds(self) -> float:
        """Median of ours."""
        return statistics.median(run.wall for run in self.ours)

    @property
    def memory(self) -> float:
        """The highest peak of ours in MiB."""
        return max(run.peak for run in self.ours)

    @property
    def ratio(self) -> float | None:
        """Median of the ratios of each pair; a drift of the machine's speed cancels out."""
        return median_ratio(self.ours, self.yardstick) if self.yardstick else None

    @property
    def disagreement(self) -> str:
        """Where both sides counted the same thing differently; empty where they agree."""
        ours, its = self.our_numbers or {}, self.its_numbers or {}
        return ", ".join(
            f"{name} {ours[name]:,} and {its[name]:,}"
            for name in ours
            if name in its and ours[name] != its[name]
        )

    @property
    def agreed(self) -> str:
        """What both sides counted alike."""
        ours, its = self.our_numbers or {}, self.its_numbers or {}
        return ", ".join(f"{name} {ours[name]:,}" for name in ours if ours[name] == its.get(name))

    @property
    def is_wrong(self) -> bool:
        """True where a run failed or numbers differ that must not."""
        return self.failed or bool(self.disagreement and not self.benchmark.may_differ)

    def reaches(self, goal: Goal) -> bool | None:
        """True where the goal is reached; None where it was not measured."""
        if not self.ours:
            return None
        figures = {
            Unit.RATIO: self.ratio,
            Unit.SECONDS: self.seconds,
            Unit.MEMORY: self.memory,
        }
        figure = figures[goal.unit]
        return None if figure is None else figure <= goal.limit


def median_ratio(ours: Sequence[Run], its: Sequence[Run]) -> float:
    """The median over pairs of our seconds by its seconds; both have equally many."""
    return statistics.median(mine.wall / other.wall for mine, other in zip(ours, its, strict=True))
