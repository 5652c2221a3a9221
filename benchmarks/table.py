"""Outcomes as one Markdown table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from benchmarks.model import Goal, Outcome, Run

_HEAD = (
    "what",
    "yardstick",
    "ours s",
    "yardstick s",
    "ratio",
    "goal",
    "peak MiB ours",
    "peak MiB yardstick",
)
_RULE = ("---", "---", "---:", "---:", "---:", "---", "---:", "---:")
_NOTHING = "-"


def draw(outcomes: Iterable[Outcome]) -> str:
    """The table; a benchmark that did not run keeps its row and says why."""
    rows = [_HEAD, _RULE, *(_row(outcome) for outcome in outcomes)]
    return "\n".join(_join(row) for row in rows)


def notes(outcomes: Iterable[Outcome]) -> str:
    """What both sides counted: alike, or not and why."""
    return "\n".join(filter(None, (_note(outcome) for outcome in outcomes)))


def _note(outcome: Outcome) -> str:
    name, why = outcome.benchmark.name, outcome.benchmark.may_differ
    if outcome.disagreement:
        verdict = f"({why})" if why else "**and must not**"
        return f"- {name}: counted differently {verdict}: {outcome.disagreement}"
    return f"- {name}: counted alike: {outcome.agreed}" if outcome.agreed else ""


def _row(outcome: Outcome) -> Sequence[str]:
    benchmark = outcome.benchmark
    yardstick = benchmark.yardstick.label if benchmark.yardstick else _NOTHING
    goal = ", ".join(_goal(outcome, one) for one in benchmark.goals) or _NOTHING
    if not outcome.ours:
        times: tuple[str, ...] = (outcome.reason, _NOTHING, _NOTHING)
        return (benchmark.what, yardstick, *times, goal, _NOTHING, _NOTHING)
    ratio = outcome.ratio
    return (
        benchmark.what,
        yardstick,
        _seconds(outcome.ours),
        _seconds(outcome.yardstick),
        _NOTHING if ratio is None else f"{ratio:.2f}",
        goal,
        _memory(outcome.ours),
        _memory(outcome.yardstick),
    )


def _goal(outcome: Outcome, goal: Goal) -> str:
    verdict = {True: " reached", False: " missed", None: ""}[outcome.reaches(goal)]
    return f"{goal.limit:g} {goal.unit}{verdict}"


def _seconds(runs: Sequence[Run]) -> str:
    return f"{statistics.median(run.wall for run in runs):.2f}" if runs else _NOTHING


def _memory(runs: Sequence[Run]) -> str:
    return f"{max(run.peak for run in runs):.0f}" if runs else _NOTHING


def _join(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |".replace(
        "\n", " "
    )
