"""Identities that look like one: a hint for whoever knows them, never a join."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Final

from provenance.dates import DAY
from provenance.evidence.domains import DomainLists
from provenance.evidence.pattern.model import IdentityCase, Likeness
from provenance.facts import Address
from provenance.parse.addresses import registrable_domain

_REASONS: Final = 2
"""Reasons from which a pair is mentioned; one alone is common."""
_GROUP: Final = 6
"""Identities that share something above which it is a habit of many."""
_WEEK: Final = 7 * DAY


def likenesses(
    cases: Sequence[IdentityCase], domains: DomainLists
) -> dict[Address, tuple[Likeness, ...]]:
    """For each identity those that look like it, with the reasons."""
    shared: dict[tuple[str, str], list[Address]] = defaultdict(list)
    for case in cases:
        for reason, value in _traits(case, domains):
            shared[(reason, value)].append(case.address)
    pairs: dict[tuple[Address, Address], list[str]] = defaultdict(list)
    for (reason, _), members in sorted(shared.items()):
        if 1 < len(members) <= _GROUP:
            for left, right in combinations(sorted(members), 2):
                if reason not in pairs[(left, right)]:
                    pairs[(left, right)].append(reason)
    given = {case.address: {one.author for one in case.given} for case in cases}
    for (left, right), reasons in pairs.items():
        if right in given[left] and left in given[right]:
            reasons.append("each reviewed the other")
    found: dict[Address, list[Likeness]] = defaultdict(list)
    for (left, right), reasons in sorted(pairs.items()):
        if len(reasons) >= _REASONS:
            found[left].append(Likeness(address=right, reasons=tuple(reasons)))
            found[right].append(Likeness(address=left, reasons=tuple(reasons)))
    return {who: tuple(others) for who, others in found.items()}


def _traits(case: IdentityCase, domains: DomainLists) -> list[tuple[str, str]]:
    """What an identity may share with another one: a reason in words, and the value."""
    found = []
    domain = registrable_domain(case.address)
    if domain and not domains.is_free_mail(case.address):
        found.append(("the same mail domain", domain))
    name = case.standing.canonical.name.casefold()
    if len(name.split()) > 1:
        found.append(("the same name", name))
    if case.deeds:
        zone = case.deeds[0].zone
        found.append(
            ("first seen in the same week and time zone", f"{case.first_seen // _WEEK} {zone}")
        )
    found.extend(("a commit of the same subject", deed.subject) for deed in case.deeds)
    return found
