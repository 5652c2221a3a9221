"""What committers take from newcomers, in the range and in the two years before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from provenance.dates import DAY
from provenance.evidence.pattern.model import Intake
from provenance.facts import Address
from provenance.index.history import History, positions_in, without
from provenance.index.ranges import Scope

_NEW_DAYS: Final = 365
_BEFORE_DAYS: Final = 730
_ENOUGH: Final = 10
"""Commits of others in the range from which a share means something."""


def intakes(
    history: History, scope: Scope, addresses: Sequence[Address], firsts: Mapping[Address, int]
) -> dict[Address, Intake]:
    """By committer: other people's commits, and those whose author is new to the history.

    Committers of few commits in the range are left out.
    """
    counts = (Counter[Address](), Counter[Address]())
    new = (Counter[Address](), Counter[Address]())
    times, inside, trusted = history.commit_times, scope.inside, scope.trusted
    merges, committers, authors = history.merges, history.committers, history.authors
    start = times[history.positions[scope.trust_base]] if scope.trust_base else 0
    oldest = start - _BEFORE_DAYS * DAY
    busy = _busy(history, inside, addresses)
    for position in [p for p, committer in enumerate(committers) if committer in busy]:
        audited, time = inside[position], times[position]
        if merges[position] or not (audited or (trusted[position] and time >= oldest)):
            continue
        committer = addresses[committers[position]]
        author = addresses[authors[position]]
        if committer and author and committer != author:
            counts[audited][committer] += 1
            new[audited][committer] += time - firsts.get(author, 0) <= _NEW_DAYS * DAY
    return {
        who: Intake(
            newcomers=new[True][who],
            commits=count,
            newcomers_before=new[False][who],
            commits_before=counts[False][who],
        )
        for who, count in sorted(counts[True].items())
        if count >= _ENOUGH and counts[False][who] >= _ENOUGH
    }


def _busy(history: History, inside: bytearray, addresses: Sequence[Address]) -> frozenset[int]:
    """Numbers of those who committed enough in the range: of all others nothing is told."""
    own = positions_in(without(inside, history.merges))
    counts = Counter(addresses[history.committers[position]] for position in own)
    return frozenset(
        number for number, address in enumerate(addresses) if counts[address] >= _ENOUGH
    )
