"""Patterns of identities: what the rules see in each, how usual it is, and what it adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from provenance.evidence.examination import Examination
from provenance.evidence.pattern.model import IdentityCase
from provenance.evidence.signals import Pattern, Signal, sum_of_bits
from provenance.facts import Address, ObjectId
from provenance.findings import Finding
from provenance.index.index import Index
from provenance.policy import Policy
from provenance.rates import Observed, Rates, Scale, base_rates, count_grades, grade, observed
from provenance.rules import Observation, Rule, about_identities
from provenance.words import Severity

_Rated = list[tuple[Rule, Observation, Signal]]


class Seen(Struct, frozen=True, kw_only=True):
    """One identity with what was found; ``findings`` run in the order of the signals."""

    case: IdentityCase
    pattern: Pattern
    findings: tuple[Finding, ...]


def find_patterns(
    examination: Examination, index: Index, rules: Sequence[Rule], policy: Policy
) -> dict[Address, Seen]:
    """Every identity of the range about which a selected rule sees something."""
    asked = about_identities(rules)
    if not asked:
        return {}
    rates, affinity = base_rates(examination, index, policy)
    cases = examination.surveyor.range_cases(affinity, examination.everything)
    return judge(cases, rates, asked, policy)


def judge(
    cases: Sequence[IdentityCase], rates: Rates, rules: Sequence[Rule], policy: Policy
) -> dict[Address, Seen]:
    """What rules about identities see in some of them, with the surprise of each signal."""
    told = {case.address: _told(observed(case, rules)) for case in cases}
    present = count_grades(
        [grade(rule, one.severity) for rule, one in row] for row in told.values()
    )
    scale = Scale(rates, rules, policy, present, cases)
    rated = [
        (case, _rated(case, told[case.address], scale)) for case in cases if told[case.address]
    ]
    sums = sorted((_sum(row) for _, row in rated), reverse=True)
    return {
        case.address: Seen(
            case=case,
            pattern=_pattern(case, row, scale, sums.index(_sum(row)) + 1),
            findings=tuple(
                rule.identity_finding(case, _with_rate(one, signal)) for rule, one, signal in row
            ),
        )
        for case, row in rated
    }


def _pattern(case: IdentityCase, row: _Rated, scale: Scale, place: int) -> Pattern:
    """What the signals of an identity add up to; ``place`` is among those of the range."""
    signals = tuple(signal for _, _, signal in row)
    earlier = {name: number for number, name in enumerate(case.commits)}
    return Pattern(
        signals=signals,
        reached=scale.reached(signals, case.address),
        place=place,
        earlier=earlier,
        to_read=_to_read(case, earlier, signals),
    )


def _to_read(
    case: IdentityCase, earlier: Mapping[ObjectId, int], signals: Sequence[Signal]
) -> tuple[ObjectId, ...]:
    """The audited commits to look at first: what shows most signals, what brings most new code,
    what is large, what came first; as many as the policy says.
    """
    shown = Counter(name for signal in signals for name in signal.commits)
    policy = case.policy
    worth = (
        (
            (-shown[deed.id], -deed.new_source, deed.added < policy.feature, earlier[deed.id]),
            deed.id,
        )
        for deed in case.inside
        if shown[deed.id]
        or deed.new_source
        or deed.added >= policy.feature
        or earlier[deed.id] < policy.first_commits
    )
    return tuple(name for _, name in sorted(worth)[: policy.commits])


def _told(seen: Observed) -> Observed:
    """What speaks for somebody is told only beside something else."""
    if any(one.severity is not Severity.INFO for _, one in seen):
        return seen
    return [(rule, one) for rule, one in seen if not rule.speaks_for]


def _rated(case: IdentityCase, seen: Observed, scale: Scale) -> _Rated:
    """The most surprising first."""
    found = [(rule, one, scale.signal(rule, one, case.address)) for rule, one in seen]
    return sorted(found, key=lambda item: (-item[2].bits, item[0].id))


def _sum(row: _Rated) -> float:
    return sum_of_bits(signal.bits for _, _, signal in row)


def _with_rate(seen: Observation, signal: Signal) -> Observation:
    """The observation with how usual it is."""
    return replace(seen, message=f"{seen.message}; {signal.base_rate}")
