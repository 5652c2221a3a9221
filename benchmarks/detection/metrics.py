"""Recall, ranking and false alarms from the rows of audits; pure."""

from __future__ import annotations

import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from benchmarks.detection.outcome import REAL, TOP, Outcome, Trial

SHARE = 0.01
"""Share of a release's commits that anybody looks at."""


@dataclass(frozen=True)
class View:
    """An outcome as one method sees it.

    ``scores`` rank the identities, the highest first; ties are ties. The flags say what the
    method would have a reader look at; ``named`` are the commits that it flags, or that it names
    as work of an identity that it flags.
    """

    scores: Sequence[float]
    identities: Sequence[bool]
    commits: Sequence[bool]
    named: Sequence[bool]


Method = Callable[[Outcome], View]


def by_program(at: int) -> Method:
    """The report's own order; flagged is what has a finding of that severity in the top 20."""

    def view(outcome: Outcome) -> View:
        flags = [row.severity >= at for row in outcome.commits]
        return View(
            scores=[-place for place in range(len(outcome.identities))],
            identities=[
                row.severity >= at and place < TOP for place, row in enumerate(outcome.identities)
            ],
            commits=flags,
            named=[flag or row.named for flag, row in zip(flags, outcome.commits, strict=True)],
        )

    return view


def by_newness(outcome: Outcome) -> View:
    """Everybody who was not an author before the release."""
    new = [row.new for row in outcome.identities]
    flags = [row.new for row in outcome.commits]
    return View([float(flag) for flag in new], new, flags, flags)


def by_size(outcome: Outcome) -> View:
    """The 20 authors with the most added lines, and the largest 1 % of commits."""
    limit = _largest([row.lines for row in outcome.commits], int(len(outcome.commits) * SHARE))
    top = _largest([row.lines for row in outcome.identities], TOP)
    flags = [row.lines >= limit for row in outcome.commits]
    return View(
        [float(row.lines) for row in outcome.identities],
        [row.lines >= top for row in outcome.identities],
        flags,
        flags,
    )


def by_sign_off(outcome: Outcome) -> View:
    """Everything that lacks its author's or its committer's sign-off line."""
    flags = [row.unsigned > 0 for row in outcome.commits]
    return View(
        [float(row.unsigned) for row in outcome.identities],
        [row.unsigned > 0 for row in outcome.identities],
        flags,
        flags,
    )


def _largest(values: Sequence[int], count: int) -> int:
    """The smallest of the ``count`` largest values, and at least 1."""
    found = sorted(values, reverse=True)[: max(count, 1)]
    return max(found[-1] if found else 1, 1)


def auc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """The chance that a positive scores above a negative, ties by half; None without both."""
    if not positive or not negative:
        return None
    won = sum((one > other) + (one == other) / 2 for one in positive for other in negative)
    return won / (len(positive) * len(negative))


@dataclass(frozen=True)
class Figures:
    """What one method made of one trial: counts of what there was and what it flagged.

    ``ranks`` are the best place of each identity in any audited release (None: in none),
    ``real_share`` the share of real commits flagged, ``real_people`` the real identities
    flagged, ``real_new`` those of them and of all who are new; each per release.
    """

    people: int
    people_found: int
    commits: int
    commits_found: int
    commits_named: int
    payloads: int
    payloads_found: int
    auc: float | None
    ranks: tuple[float | None, ...]
    releases: int
    share: float
    flagged_people: int
    real_flagged: int
    real_named: int
    real_commits: int
    real_people_flagged: int
    real_new: int
    real_new_flagged: int


class _Fate(NamedTuple):
    """What became of a commit."""

    who: int
    flag: bool
    named: bool


def judge(trial: Trial, method: Method) -> Figures:
    """The figures of a trial."""
    views = [(outcome, method(outcome)) for outcome in trial.outcomes]
    found = {
        row.who
        for outcome, view in views
        for row, flag in zip(outcome.identities, view.identities, strict=True)
        if flag and row.who != REAL
    }
    fates = [
        _Fate(row.who, flag, named)
        for outcome, view in views
        for row, flag, named in zip(outcome.commits, view.commits, view.named, strict=True)
    ]
    real = [fate for fate in fates if fate.who == REAL]
    own = [fate for fate in fates if fate.who != REAL]
    sent = [one.payload for outcome in trial.outcomes for one in outcome.sent]
    payloads = [fate for payload, fate in zip(sent, own, strict=True) if payload]
    people = [
        (row, flag)
        for outcome, view in views
        for row, flag in zip(outcome.identities, view.identities, strict=True)
        if row.who == REAL
    ]
    aucs = [value for value in (_auc_of(trial, *pair) for pair in views) if value is not None]
    return Figures(
        people=trial.people,
        people_found=len(found),
        commits=len(own),
        commits_found=sum(fate.flag for fate in own),
        commits_named=sum(fate.named for fate in own),
        payloads=len(payloads),
        payloads_found=sum(fate.flag for fate in payloads),
        auc=statistics.mean(aucs) if aucs else None,
        ranks=tuple(_best_rank(views, who) for who in range(trial.people)),
        releases=len(views),
        share=sum(sum(view.commits) / max(len(view.commits), 1) for _, view in views),
        flagged_people=sum(sum(view.identities) for _, view in views),
        real_flagged=sum(fate.flag for fate in real),
        real_named=sum(fate.named for fate in real),
        real_commits=len(real),
        real_people_flagged=sum(flag for _, flag in people),
        real_new=sum(row.new for row, _ in people),
        real_new_flagged=sum(row.new and flag for row, flag in people),
    )


def _auc_of(trial: Trial, outcome: Outcome, view: View) -> float | None:
    """The AUC of a release; an identity that sent something and is not listed comes last."""
    scores = list(zip(outcome.identities, view.scores, strict=True))
    positive = [score for row, score in scores if row.who != REAL]
    missing = {sent.who for sent in outcome.sent} - {row.who for row, _ in scores}
    positive += [float("-inf")] * len(missing)
    return auc(positive, [score for row, score in scores if row.who == REAL])


def _best_rank(views: Sequence[tuple[Outcome, View]], who: int) -> float | None:
    """The best place in any release, from 1; those who tie share the middle place."""
    found = []
    for outcome, view in views:
        for row, score in zip(outcome.identities, view.scores, strict=True):
            if row.who == who:
                above = sum(other > score for other in view.scores)
                same = sum(other == score for other in view.scores)
                found.append(above + (same + 1) / 2)
    return min(found, default=None)


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval; None where there is nothing to count."""

    value: float | None
    low: float | None = None
    high: float | None = None


Statistic = Callable[[Sequence[Figures]], float | None]


def estimate(figures: Sequence[Figures], statistic: Statistic, rounds: int = 1000) -> Estimate:
    """A statistic over trials, its interval by drawing trials with replacement."""
    value = statistic(figures)
    if value is None:
        return Estimate(None)
    rng = random.Random(rounds)
    drawn = (statistic(rng.choices(figures, k=len(figures))) for _ in range(rounds))
    found = sorted(one for one in drawn if one is not None)
    if not found:
        return Estimate(value)
    return Estimate(value, quantile(found, 0.025), quantile(found, 0.975))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which a share of the ordered values lies, between two of them if need be."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    if ordered[low] == ordered[high]:
        return ordered[low]
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def ratio(above: str, below: str) -> Statistic:
    """The sum of one field over that of another."""

    def of(figures: Sequence[Figures]) -> float | None:
        total = sum(getattr(one, below) for one in figures)
        return sum(getattr(one, above) for one in figures) / total if total else None

    return of


def mean_auc(figures: Sequence[Figures]) -> float | None:
    """The mean of the trials' AUC."""
    found = [one.auc for one in figures if one.auc is not None]
    return statistics.mean(found) if found else None


def median_rank(figures: Sequence[Figures]) -> float | None:
    """The median best place of all identities; one that is never listed comes last."""
    found = [float("inf") if rank is None else rank for one in figures for rank in one.ranks]
    return statistics.median(found) if found else None


def in_first_twenty(figures: Sequence[Figures]) -> float | None:
    """The share of the identities whose best place is among the first twenty: the budget."""
    ranks = [rank for one in figures for rank in one.ranks]
    within = sum(rank is not None and rank <= TOP for rank in ranks)
    return within / len(ranks) if ranks else None


def precision(figures: Sequence[Figures]) -> float | None:
    """The campaign's share of the flagged commits."""
    own = sum(one.commits_found for one in figures)
    flagged = own + sum(one.real_flagged for one in figures)
    return own / flagged if flagged else None


def people_precision(figures: Sequence[Figures]) -> float | None:
    """The campaigns' share of the flagged identities, release by release."""
    flagged = sum(one.flagged_people for one in figures)
    real = sum(one.real_people_flagged for one in figures)
    return (flagged - real) / flagged if flagged else None
