"""One trial: plan by seed, inject, audit the releases that matter, read the reports."""

from __future__ import annotations

import json
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.detection.inject import Injected, inject, show
from benchmarks.detection.outcome import Reading, Trial, outcomes_of, read_report
from benchmarks.detection.patterns import Planner
from benchmarks.detection.plan import NoPlaceError, PlannedCommit
from benchmarks.detection.world import Window, World

_TRIES = 8


@dataclass(frozen=True)
class Bench:
    """How the program is called."""

    program: tuple[str, ...]
    cache: Path
    policy: Path | None = None

    def audit(self, repo: Path, base: str, tip: str) -> bytes:
        """The JSON report of a range; codes 1 and 3 are reports.  Raises ``RuntimeError``."""
        words = [
            *self.program, "audit", f"{base}..{tip}", "-C", str(repo), "-f", "json",
            "--cache-dir", str(self.cache), "-j", "1", "--no-progress", "--tier", "own",
        ]  # fmt: skip
        if self.policy:
            words += ["--policy", str(self.policy)]
        done = subprocess.run(words, capture_output=True, check=False)
        if done.returncode not in (0, 1, 3):
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.decode(errors='replace')}")
        return done.stdout


def make_plan(name: str, planner: Planner, seed: int, world: World) -> list[PlannedCommit]:
    """The campaign of a seed, always the same; empty where the repository has no place for it."""
    for attempt in range(_TRIES):
        rng = random.Random(f"{name}/{seed}/{attempt}")
        try:
            return planner(rng, world)
        except NoPlaceError:
            continue
    return []


def releases_to_audit(plan: Sequence[PlannedCommit], world: World) -> list[Window]:
    """Those with the newest payloads, two at most, and one before with the most commits."""
    counts = Counter(commit.window for commit in plan if world.auditable(commit.window))
    payload = {commit.window for commit in plan if commit.payload}
    newest = sorted(payload & counts.keys(), key=lambda window: window.end)[-2:]
    others = [window for window in counts if window not in payload]
    best = sorted(others, key=lambda window: (counts[window], window.end))[-1:]
    return sorted([*best, *newest], key=lambda window: window.end)


def trial(
    name: str, planner: Planner, seed: int, world: World, bench: Bench, keep: Path | None = None
) -> Trial | None:
    """What the audits of one campaign said; None where the repository has no place for it."""
    started = time.perf_counter()
    plan = make_plan(name, planner, seed, world)
    if not plan:
        return None
    people = sorted({commit.by for commit in plan})
    with tempfile.TemporaryDirectory(prefix="detection-") as folder:
        path = keep / f"{name}-{seed}" if keep else Path(folder) / "repo"
        injected = inject(world, plan, path)
        readings = [
            _audited(world, injected, window, people, bench)
            for window in releases_to_audit(plan, world)
        ]
    seconds = round(time.perf_counter() - started, 2)
    return Trial(name, seed, len(people), outcomes_of(readings), len(plan), seconds)


def _audited(
    world: World, injected: Injected, window: Window, people: Sequence[str], bench: Bench
) -> Reading:
    show(world, injected, window)
    started = time.perf_counter()
    raw = bench.audit(injected.path, window.base_tag, window.tag)
    seconds = time.perf_counter() - started
    earlier = {commit.by for commit in injected.commits.values() if commit.window.end < window.end}
    seen = world.seen_before(window) | earlier
    return read_report(json.loads(raw), injected, people, seen, seconds)
