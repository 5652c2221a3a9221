"""Identities with the nearest pattern: the same signals, and a work of the same shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev

from msgspec import Struct

from provenance.dates import DAY
from provenance.evidence.pattern.model import IdentityCase
from provenance.facts import Address


class Near(Struct, frozen=True, kw_only=True):
    """Somebody like the one asked for: ``distance`` in standard deviations a trait."""

    name: str
    email: str
    distance: float
    commits: int
    shared: tuple[str, ...]


def traits(case: IdentityCase) -> tuple[float, ...]:
    """The shape of somebody's work; counts and sizes by their logarithm."""
    deeds = case.deeds
    number = max(1, len(deeds))
    span = (deeds[-1].time - deeds[0].time) / DAY if deeds else 0.0
    return (
        math.log1p(len(deeds)),
        math.log1p(span),
        math.log1p(max((deed.added for deed in deeds), default=0)),
        math.log1p(sum(deed.added for deed in deeds) / number),
        sum(deed.kind == "fix" for deed in deeds) / number,
        math.log1p(sum(deed.new_source for deed in deeds)),
        math.log1p(len({name for deed in deeds for name in deed.subsystems})),
        math.log1p(len(case.given)),
        len(case.handlers) / number,
    )


def nearest(
    asked: IdentityCase,
    others: Sequence[IdentityCase],
    signals: Mapping[Address, frozenset[str]],
    count: int,
) -> list[Near]:
    """The nearest of the others, by traits measured against all of them, nearest first.

    ``signals`` has by address the rules that see something; one that only one of two has
    counts like a trait that is one deviation apart.
    """
    rows = [traits(case) for case in others]
    if not rows:
        return []
    means = [fmean(column) for column in zip(*rows, strict=True)]
    spreads = [pstdev(column) or 1.0 for column in zip(*rows, strict=True)]
    own, mine = traits(asked), signals.get(asked.address, frozenset())
    scored = []
    for case, row in zip(others, rows, strict=True):
        theirs = signals.get(case.address, frozenset())
        squares = sum(
            ((left - mean) / spread - (right - mean) / spread) ** 2
            for left, right, mean, spread in zip(own, row, means, spreads, strict=True)
        )
        distance = math.sqrt((squares + len(mine ^ theirs)) / len(own))
        if case.address != asked.address:
            scored.append((round(distance, 2), case.address, case, mine & theirs))
    scored.sort(key=lambda item: item[:2])
    return [
        Near(
            name=case.standing.canonical.name,
            email=case.standing.canonical.email,
            distance=distance,
            commits=len(case.deeds),
            shared=tuple(sorted(shared)),
        )
        for distance, _, case, shared in scored[:count]
    ]
