"""Whole processes timed in turn: wall seconds, processor seconds, peak memory of the tree."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.05
"""Seconds between two looks at the memory of the process tree."""


@dataclass(frozen=True)
class Run:
    """One finished process; ``peak`` is MiB summed over it and its children."""

    wall: float
    cpu: float
    peak: float


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Run:
    """Runs a command with its output dropped; raises where it fails.

    Codes 1 and 3 of provenance itself are reports.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    peak = _Peak(process.pid)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    allowed = (0, 1, 3) if "provenance" in command else (0,)
    if process.returncode not in allowed:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}")
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=peak.stop())


def git_lines(repo: Path, *words: str) -> list[str]:
    """What git prints, line by line; raises where it fails."""
    done = subprocess.run(
        ["git", "-C", str(repo), *words], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


def paired(
    commands: Mapping[str, Sequence[str]], runs: int, environment: Mapping[str, str] | None = None
) -> dict[str, list[Run]]:
    """Each command so often, in turn (A B A B), after one run of each that does not count."""
    for command in commands.values():
        measure(command, environment)
    found: dict[str, list[Run]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(measure(command, environment))
    return found


def table(found: Mapping[str, Sequence[Run]], against: str) -> str:
    """Medians as a Markdown table, with the median of the ratios pair by pair."""
    lines = ["| what | wall s | ratio | cpu s | peak MiB |", "|---|---:|---:|---:|---:|"]
    for name, runs in found.items():
        ratios = [run.wall / other.wall for run, other in zip(runs, found[against], strict=True)]
        lines.append(
            f"| {name} | {_median(run.wall for run in runs):.2f}"
            f" | {statistics.median(ratios):.2f}"
            f" | {_median(run.cpu for run in runs):.2f}"
            f" | {_median(run.peak for run in runs):.0f} |"
        )
    return "\n".join(lines)


def _median(values: object) -> float:
    return statistics.median(list(values))  # type: ignore[call-overload, no-any-return]


class _Peak:
    """Watches the resident memory of a process and all below it."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The highest sum seen, in MiB."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        while not self._done.wait(_POLL):
            self._peak = max(self._peak, sum(_resident(pid) for pid in _tree(self._pid)))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found.extend(_tree(int(child)))
        except OSError:
            continue
    return found


def _resident(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
