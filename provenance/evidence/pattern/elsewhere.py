"""What identities did outside of a range: before it, or on other branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from provenance.dates import day
from provenance.evidence.signals import Elsewhere
from provenance.facts import Address, ObjectId
from provenance.index.ranges import Scope
from provenance.index.releases import FirstReleases
from provenance.repository import Repository

_TOLD: Final = 1000
"""Commits of an identity that are named: the newest."""


def find_elsewhere(
    repository: Repository, scope: Scope, commits: Mapping[Address, Sequence[ObjectId]]
) -> dict[Address, Elsewhere]:
    """What each identity, with all its ``commits``, did outside of a scope; only who did any."""
    history = scope.history
    outside = {
        address: sorted(
            (at for name in own if not scope.inside[at := history.positions[name]]),
            key=lambda at: (history.commit_times[at], at),
        )
        for address, own in commits.items()
    }
    firsts = FirstReleases(
        repository, history, (at for positions in outside.values() for at in positions)
    )
    return {
        address: Elsewhere(
            commits=len(positions),
            first=day(history.commit_times[positions[0]]),
            last=day(history.commit_times[positions[-1]]),
            releases=firsts.counts(positions),
            ids=tuple(ObjectId(history.ids[at]) for at in positions[: -_TOLD - 1 : -1]),
        )
        for address, positions in outside.items()
        if positions
    }
