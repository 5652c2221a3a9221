"""The figures as Markdown."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.detection.metrics import (
    Estimate,
    Figures,
    Method,
    Statistic,
    estimate,
    in_first_twenty,
    judge,
    mean_auc,
    median_rank,
    people_precision,
    precision,
    ratio,
)
from benchmarks.detection.outcome import NOTHING, SEVERITIES, Trial

_CAMPAIGN: Mapping[str, Statistic] = {
    "identity recall": ratio("people_found", "people"),
    "commit recall": ratio("commits_found", "commits"),
    "commits flagged or named": ratio("commits_named", "commits"),
    "payload recall": ratio("payloads_found", "payloads"),
    "rank AUC": mean_auc,
    "median rank": median_rank,
    "in the first 20": in_first_twenty,
}
_COST: Mapping[str, Statistic] = {
    "commits flagged per release": ratio("share", "releases"),
    "real commits flagged": ratio("real_flagged", "real_commits"),
    "real commits flagged or named": ratio("real_named", "real_commits"),
    "identities flagged per release": ratio("flagged_people", "releases"),
    "real newcomers flagged": ratio("real_new_flagged", "real_new"),
    "precision, commits": precision,
    "precision, identities": people_precision,
}
_PERCENT = frozenset(
    {"commits flagged per release", "real commits flagged", "real commits flagged or named"}
)


def by_pattern(trials: Sequence[Trial], method: Method) -> str:
    """One line a pattern and one for all."""
    rows = []
    for name in sorted({trial.pattern for trial in trials}):
        own = [judge(trial, method) for trial in trials if trial.pattern == name]
        rows.append([name, str(len(own)), *_cells(own, _CAMPAIGN)])
    everything = [judge(trial, method) for trial in trials]
    rows.append(["all", str(len(everything)), *_cells(everything, _CAMPAIGN)])
    return _table(["pattern", "campaigns", *_CAMPAIGN], rows)


def by_method(trials: Sequence[Trial], methods: Mapping[str, Method]) -> str:
    """One line a method: what it finds and what it costs."""
    rows = []
    for name, method in methods.items():
        figures = [judge(trial, method) for trial in trials]
        rows.append([name, *_cells(figures, {**_CAMPAIGN, **_COST})])
    return _turned(["", *_CAMPAIGN, *_COST], rows)


def missed(trials: Sequence[Trial], at: int) -> str:
    """What was sent, by kind and author status, and the gravest that was said of it."""
    count: Counter[tuple[str, str, str, str]] = Counter()
    rules: dict[tuple[str, str, str], Counter[str]] = {}
    for trial in trials:
        for sent in (sent for outcome in trial.outcomes for sent in outcome.sent):
            kind = f"{sent.kind}, payload" if sent.payload else sent.kind
            key = (trial.pattern, kind, sent.status)
            level = "nothing" if sent.severity == NOTHING else SEVERITIES[sent.severity]
            count[*key, "flagged" if sent.severity >= at else level] += 1
            rules.setdefault(key, Counter()).update(sent.rules[:1])
    levels = ["flagged", *(name for name in reversed(SEVERITIES[:at])), "nothing"]
    rows = [
        [*key, *(str(count[*key, level] or "") for level in levels), _first(rules[key])]
        for key in sorted(rules)
    ]
    return _table(["pattern", "commit", "author is", *levels, "mostly said"], rows)


def _first(found: Counter[str]) -> str:
    return found.most_common(1)[0][0] if found else ""


def _cells(figures: Sequence[Figures], wanted: Mapping[str, Statistic]) -> list[str]:
    return [
        shown(estimate(figures, statistic), percent=name in _PERCENT)
        for name, statistic in wanted.items()
    ]


def shown(found: Estimate, *, percent: bool = False) -> str:
    """A figure with its interval in brackets."""
    if found.value is None:
        return "n/a"
    if found.low is None or found.high is None:
        return _number(found.value, percent=percent)
    low, high = _number(found.low, percent=percent), _number(found.high, percent=percent)
    return f"{_number(found.value, percent=percent)} [{low}, {high}]"


def _number(value: float, *, percent: bool) -> str:
    if math.isinf(value):
        return "unlisted"
    if percent:
        return f"{value:.2%}"
    return f"{value:.2f}" if abs(value) < 3 else f"{value:.1f}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _turned(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table with rows and columns exchanged."""
    whole = [list(line) for line in zip(head, *rows, strict=True)]
    return _table(whole[0], whole[1:])
