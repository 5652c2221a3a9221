"""How usual each signal is in this very history, and how usual a sum of them.

The same rules are asked about the newcomers before the range, over their first year.  What they
answer is the same for every range after one release, and is kept in the index.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from provenance import __version__
from provenance.dates import day
from provenance.evidence.examination import Examination
from provenance.evidence.pattern.affinity import Affinity
from provenance.evidence.pattern.model import IdentityCase
from provenance.evidence.signals import Among, Reached, Signal, sum_of_bits
from provenance.facts import Address
from provenance.index.index import Index
from provenance.policy import Policy
from provenance.rules import Observation, Rule, about_identities, all_rules
from provenance.words import Severity

_PRIOR: Final = 50
"""Newcomers that the usual share of a rule counts for: it fades as this history has more."""
_FORMAT: Final = 17
_GRADES: Final = frozenset(
    {"high", "medium", "new_code", "first_commits", "identities", "commits", "weights"}
)
"""Settings that say what a sum of bits is worth; what was seen does not depend on them."""

Observed = list[tuple[Rule, Observation]]


class Rates(Struct, frozen=True, kw_only=True, dict=True):
    """What the newcomers of this history did; ``since`` is a day.

    ``shown`` holds for each of them the ``grade`` of everything that a rule sees.
    """

    since: str
    shown: Mapping[Address, Sequence[str]]

    @cached_property
    def hits(self) -> Counter[str]:
        """How many did what a rule looks for, so gravely or more, by ``grade``."""
        return count_grades(self.shown.values())

    def others(self, name: str, address: Address) -> tuple[int, int]:
        """How many of the others did the same, of how many.

        Nobody is compared with itself: somebody who was a newcomer lately is left out.
        """
        if address not in self.shown:
            return self.hits[name], len(self.shown)
        return self.hits[name] - count_grades([self.shown[address]])[name], len(self.shown) - 1


class Scale:
    """What observations are worth in one range, under one policy."""

    def __init__(
        self,
        rates: Rates,
        rules: Sequence[Rule],
        policy: Policy,
        present: Mapping[str, int],
        cases: Sequence[IdentityCase],
    ) -> None:
        """``present`` counts by grade what the ``cases`` of the range themselves did."""
        self._rates = rates
        self._weights = policy.pattern.weights
        self._present = present
        self._cases = len(cases)
        self._handlers = sum(case.intake is not None for case in cases)
        comparable = [rule for rule in rules if rule.among is Among.NEWCOMERS]
        bits = {
            grade(rule, severity): self._bits(rule, severity, hits - 1, len(rates.shown) - 1)
            for rule in comparable
            for severity in Severity
            if (hits := rates.hits[grade(rule, severity)])
        }
        self._sums = {
            address: sum_of_bits(bits.get(one, 0.0) for one in row)
            for address, row in rates.shown.items()
        }
        self._sorted = sorted(self._sums.values())
        self._comparable = frozenset(rule.id for rule in comparable)

    def signal(self, rule: Rule, seen: Observation, address: Address) -> Signal:
        """An observation of an identity with its base rate and its bits."""
        hits, compared, among = self._among(rule, seen.severity, address)
        return Signal(
            rule=rule.id,
            severity=seen.severity,
            message=seen.message,
            hits=hits,
            compared=compared,
            among=among,
            bits=self._bits(rule, seen.severity, hits, compared),
            commits=seen.commits,
        )

    def reached(self, signals: Iterable[Signal], address: Address) -> Reached:
        """How many other newcomers have as many bits, over the rules that look at newcomers."""
        own = sum_of_bits(one.bits for one in signals if one.rule in self._comparable)
        itself = address in self._sums
        by = len(self._sorted) - bisect_left(self._sorted, own)
        by -= itself and self._sums[address] >= own
        return Reached(by=by, compared=len(self._sorted) - itself)

    def _among(self, rule: Rule, severity: Severity, address: Address) -> tuple[int, int, str]:
        """How many others did this, of how many, and who they are."""
        name = grade(rule, severity)
        if rule.among is Among.NEWCOMERS:
            hits, number = self._rates.others(name, address)
            among = f"newcomers since {self._rates.since}" if number else "earlier newcomers"
            return hits, number, among
        compared = self._handlers if rule.among is Among.HANDLERS else self._cases
        return self._present.get(name, 0), compared, str(rule.among)

    def _bits(self, rule: Rule, severity: Severity, hits: int, compared: int) -> float:
        """The surprise, weighted by the policy; what speaks for somebody takes bits off."""
        bits = -math.log2(min(1.0, (hits + _PRIOR * rule.usual) / (compared + _PRIOR)))
        if rule.speaks_for:
            bits = -rule.speaks_for
        elif severity is Severity.INFO:
            bits = 0.0
        return round(bits * self._weights.get(rule.id, 1.0), 1) + 0.0


def grade(rule: Rule, severity: Severity) -> str:
    """A rule with a severity; a graver form of a signal has a base rate of its own."""
    return f"{rule.id} {severity}"


def count_grades(shown: Iterable[Iterable[str]]) -> Counter[str]:
    """How many show each grade or a graver one of the same rule."""
    found: Counter[str] = Counter()
    for row in shown:
        for one in row:
            rule, severity = one.split(" ")
            rank = Severity(severity).rank
            found.update(f"{rule} {milder}" for milder in Severity if milder.rank <= rank)
    return found


def observed(case: IdentityCase, rules: Iterable[Rule]) -> Observed:
    """What the rules see in one identity."""
    found = ((rule, rule.observed(case)) for rule in rules)
    return [(rule, one) for rule, one in found if one]


def base_rates(examination: Examination, index: Index, policy: Policy) -> tuple[Rates, Affinity]:
    """Base rates and affinity before the range, from the index where it has them.

    What rests on something that could not be read is not kept.
    """
    account = examination.settled()
    unread = len(account.unread)
    kind, key = _kind(examination, policy), examination.compared
    kept = index.recall(kind, key) if key else None
    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
        if kept:
            return _unpacked(kept)
    surveyor = examination.surveyor_before()
    affinity = surveyor.affinity()
    since, cases = surveyor.newcomer_cases(affinity)
    asked = about_identities(all_rules())
    shown = {
        case.address: [grade(rule, one.severity) for rule, one in observed(case, asked)]
        for case in cases
    }
    rates = Rates(since=day(since), shown=shown)
    if key and account.authority_read and len(examination.settled().unread) == unread:
        data = [rates.since, shown, affinity.data()]
        index.remember(kind, key, json.dumps(data).encode("ascii"))
    return rates, affinity


def _unpacked(raw: bytes) -> tuple[Rates, Affinity]:
    since, shown, people = json.loads(raw)
    count_grades(shown.values())  # raises where one is none
    return Rates(since=since, shown=shown), Affinity(people)


def _kind(examination: Examination, policy: Policy) -> str:
    """What decides kept rates beside the commit: the program, the policy, the releases."""
    looks = {key: value for key, value in asdict(policy.pattern).items() if key not in _GRADES}
    releases = sorted(examination.releases.items())
    text = repr((_FORMAT, __version__, policy.established, policy.domains, looks, releases))
    return f"pattern {hashlib.sha256(text.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}"
