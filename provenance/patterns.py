"""Patterns of identities: what the rules see in each, how usual it is, and what it adds up to.

The base rate of a signal is taken in this very history: the same rule is asked about the
newcomers before the range, over their first year.  That answer is the same for every range
after one release, and is kept in the index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from provenance import __version__
from provenance.dates import day
from provenance.evidence.examination import Examination
from provenance.evidence.pattern.affinity import Affinity
from provenance.evidence.pattern.model import IdentityCase
from provenance.evidence.signals import Among, Pattern, Signal, sum_of_bits
from provenance.facts import Address
from provenance.findings import Finding
from provenance.index.index import Index
from provenance.policy import Policy
from provenance.rules import Observation, Rule, all_rules
from provenance.words import Severity

_PRIOR: Final = 50
"""Newcomers that the usual share of a rule counts for: it fades as this history has more."""
_FORMAT: Final = 4
_GRADES: Final = frozenset({"high", "medium", "new_code", "first_commits", "identities", "weights"})
"""Settings that say what a sum of bits is worth; what was seen does not depend on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """How many newcomers of this history did what each rule looks for; ``since`` is a day.

    ``hits`` are by rule and severity, at least as grave.
    """

    newcomers: int
    since: str
    hits: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One identity with what was found; ``findings`` run in the order of the signals."""

    case: IdentityCase
    pattern: Pattern
    findings: tuple[Finding, ...]


def find_patterns(
    examination: Examination, index: Index, rules: Sequence[Rule], policy: Policy
) -> dict[Address, Seen]:
    """Every identity of the range about which a selected rule sees something."""
    if not any(rule.check_identity for rule in rules):
        return {}
    rates, affinity = base_rates(examination, index, policy)
    cases = examination.surveyor.range_cases(affinity, examination.everything)
    return judge(cases, rates, rules, policy)


def judge(
    cases: Sequence[IdentityCase], rates: Rates, rules: Sequence[Rule], policy: Policy
) -> dict[Address, Seen]:
    """What the rules see in some identities, with the surprise of each signal."""
    seen = [(case, _told(_observed(case, rules))) for case in cases]
    counts = _counts(seen)
    found = []
    for case, observed in seen:
        pairs = [
            (rule, one, _signal(rule, one, rates, counts, cases, policy)) for rule, one in observed
        ]
        pairs.sort(key=lambda item: (-item[2].bits, item[0].id))
        if pairs:
            found.append((case, pairs, tuple(signal for _, _, signal in pairs)))
    sums = sorted((sum_of_bits(signals) for _, _, signals in found), reverse=True)
    return {
        case.address: Seen(
            case=case,
            pattern=Pattern(
                signals=signals,
                place=sums.index(sum_of_bits(signals)) + 1,
                earlier={deed.id: number for number, deed in enumerate(case.deeds)},
            ),
            findings=tuple(
                rule.identity_finding(case, _with_rate(one, signal)) for rule, one, signal in pairs
            ),
        )
        for case, pairs, signals in found
    }


def _observed(case: IdentityCase, rules: Iterable[Rule]) -> list[tuple[Rule, Observation]]:
    found = ((rule, rule.observed(case)) for rule in rules)
    return [(rule, one) for rule, one in found if one]


def _told(
    observed: list[tuple[Rule, Observation]],
) -> list[tuple[Rule, Observation]]:
    """What speaks for somebody is told only beside something else."""
    if any(one.severity is not Severity.INFO for _, one in observed):
        return observed
    return [(rule, one) for rule, one in observed if not rule.speaks_for]


def _with_rate(seen: Observation, signal: Signal) -> Observation:
    """The observation with how usual it is."""
    return replace(seen, message=f"{seen.message}; {signal.base_rate}")


def _counts(
    seen: Sequence[tuple[IdentityCase, Sequence[tuple[Rule, Observation]]]],
) -> Counter[str]:
    """How many identities did what a rule looks for, so gravely or more, by ``_grade``."""
    return Counter(
        _grade(rule, severity)
        for _, observed in seen
        for rule, one in observed
        for severity in Severity
        if severity.rank <= one.severity.rank
    )


def _grade(rule: Rule, severity: Severity) -> str:
    return f"{rule.id} {severity}"


def _signal(
    rule: Rule,
    seen: Observation,
    rates: Rates,
    counts: Mapping[str, int],
    cases: Sequence[IdentityCase],
    policy: Policy,
) -> Signal:
    grade = _grade(rule, seen.severity)
    hits, compared, among = counts[grade], len(cases), str(rule.among)
    if rule.among is Among.NEWCOMERS:
        hits, compared = rates.hits.get(grade, 0), rates.newcomers
        among = f"newcomers since {rates.since}" if compared else "earlier newcomers"
    elif rule.among is Among.HANDLERS:
        compared = sum(case.intake is not None for case in cases)
    share = (hits + _PRIOR * rule.usual) / (compared + _PRIOR)
    weight = policy.pattern.weights.get(rule.id, 1.0)
    bits = -math.log2(min(1.0, share))
    if rule.speaks_for:
        bits = -rule.speaks_for
    elif seen.severity is Severity.INFO:
        bits = 0.0
    return Signal(
        rule=rule.id,
        severity=seen.severity,
        message=seen.message,
        hits=hits,
        compared=compared,
        among=among,
        bits=round(bits * weight, 1) + 0.0,
    )


def base_rates(examination: Examination, index: Index, policy: Policy) -> tuple[Rates, Affinity]:
    """Base rates and affinity before the range, from the index where it has them.

    What rests on a MAINTAINERS or .mailmap that could not be read is not kept.
    """
    kind, key = _kind(examination, policy), examination.compared
    kept = index.recall(kind, key) if key else None
    with contextlib.suppress(ValueError, KeyError, TypeError):
        if kept:
            return _unpacked(kept)
    surveyor = examination.surveyor_before()
    affinity = surveyor.affinity()
    since, cases = surveyor.newcomer_cases(affinity)
    hits = _counts([(case, _observed(case, all_rules())) for case in cases])
    rates = Rates(newcomers=len(cases), since=day(since), hits=dict(sorted(hits.items())))
    if key and examination.authority_read:
        data = [rates.newcomers, rates.since, rates.hits, affinity.data()]
        index.remember(kind, key, json.dumps(data).encode("ascii"))
    return rates, affinity


def _unpacked(raw: bytes) -> tuple[Rates, Affinity]:
    newcomers, since, hits, people = json.loads(raw)
    return Rates(newcomers=newcomers, since=since, hits=hits), Affinity(people)


def _kind(examination: Examination, policy: Policy) -> str:
    """What decides kept rates beside the commit: the program, the policy, the releases."""
    looks = {key: value for key, value in asdict(policy.pattern).items() if key not in _GRADES}
    releases = sorted(examination.releases)
    text = repr((_FORMAT, __version__, policy.established, looks, releases))
    return f"pattern {hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"
