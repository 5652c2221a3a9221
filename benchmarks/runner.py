"""Runs benchmarks in turn (A B A B) and checks that both sides count the same.

Benchmarks with the same yardstick share its runs: A B C, A B C.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.measure import keep, measure
from benchmarks.model import Benchmark, Cache, Command, NotRunError, Numbers, Outcome, Run

Measure = Callable[[Command, Sequence[str]], Run]


def in_groups(benchmarks: Iterable[Benchmark]) -> list[list[Benchmark]]:
    """Those with an equal yardstick together, in the order they came."""
    groups: dict[Command | str, list[Benchmark]] = {}
    for benchmark in benchmarks:
        groups.setdefault(benchmark.yardstick or benchmark.name, []).append(benchmark)
    return list(groups.values())


def run_all(
    benchmarks: Iterable[Benchmark], *, history: Command, runs: int, work: Path
) -> Iterator[Outcome]:
    """An outcome for each; ``history`` is the command that fills an index with history only."""
    for group in in_groups(benchmarks):
        ready = []
        for benchmark in group:
            if benchmark.needs:
                yield Outcome(benchmark, reason=benchmark.needs)
            else:
                ready.append(benchmark)
        if ready:
            with tempfile.TemporaryDirectory(dir=work) as folder:
                yield from _Round(ready, history, runs, Path(folder)).outcomes()


@dataclass
class _Round:
    """Benchmarks that share a yardstick."""

    benchmarks: list[Benchmark]
    history: Command
    runs: int
    folder: Path

    def outcomes(self) -> list[Outcome]:
        """One for each; where the yardstick fails, all fail, where nothing is there, none runs."""
        yardstick = self.benchmarks[0].yardstick
        try:
            for benchmark in self.benchmarks:
                benchmark.prepare()
        except NotRunError as error:
            say(f"{self.benchmarks[0].name}: {error}")
            return [Outcome(one, reason=str(error)) for one in self.benchmarks]
        try:
            its = self._count(yardstick, []) if yardstick else None
        except NotRunError as error:
            say(f"{self.benchmarks[0].name}: {error}")
            return [Outcome(one, reason=str(error), failed=True) for one in self.benchmarks]
        found = {one.name: self._warmed(one, its) for one in self.benchmarks}
        repeats = self.runs * max(one.repeat for one in self.benchmarks)
        for number in range(1, repeats + 1):
            if not all(outcome.failed for outcome in found.values()):
                self._once(yardstick, found, f"run {number} of {repeats}")
        return list(found.values())

    def _warmed(self, benchmark: Benchmark, its: Numbers | None) -> Outcome:
        """The run that does not count: it is read instead."""
        try:
            numbers = self._count(benchmark.ours, self._cache(benchmark))
        except NotRunError as error:
            return _failure(benchmark, error)
        outcome = Outcome(benchmark, our_numbers=numbers, its_numbers=its)
        if outcome.disagreement:
            say(f"{benchmark.name}: counted differently: {outcome.disagreement}")
        return outcome

    def _once(self, yardstick: Command | None, found: dict[str, Outcome], number: str) -> None:
        its: tuple[Run, ...] = ()
        if yardstick:
            its = (measure(yardstick),)
            say(f"{number}: {yardstick.label}: {its[0].wall:.2f} s")
        for name, outcome in found.items():
            if outcome.failed:
                continue
            more = self._cache(outcome.benchmark)
            try:
                run = measure(outcome.benchmark.ours, more)
            except NotRunError as error:
                found[name] = _failure(outcome.benchmark, error)
                continue
            say(f"{number}: {name}: {run.wall:.2f} s")
            found[name] = replace(
                outcome, ours=(*outcome.ours, run), yardstick=(*outcome.yardstick, *its)
            )

    def _count(self, command: Command, more: Sequence[str]) -> Numbers:
        say(f"unmeasured: {command.label}")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return command.read(keep(command, Path(folder), more))

    def _cache(self, benchmark: Benchmark) -> list[str]:
        """The options that name the index, which is made as the benchmark wants it."""
        if benchmark.cache is Cache.UNUSED:
            return []
        folder = self.folder / f"cache-{benchmark.name}"
        if benchmark.cache is not Cache.FILLED:
            shutil.rmtree(folder, ignore_errors=True)
        if benchmark.cache is Cache.HISTORY:
            shutil.copytree(self._known_history(), folder)
        return ["--cache-dir", str(folder)]

    def _known_history(self) -> Path:
        folder = self.folder / "history"
        if not folder.exists():
            say("unmeasured: reading history")
            measure(self.history, ["--cache-dir", str(folder)])
        return folder


def _failure(benchmark: Benchmark, error: NotRunError) -> Outcome:
    say(f"{benchmark.name}: {error}")
    return Outcome(benchmark, reason=str(error), failed=True)


def say(text: str) -> None:
    """Progress, for people."""
    print(text, file=sys.stderr, flush=True)
