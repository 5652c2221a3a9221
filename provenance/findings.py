"""Findings: what a rule saw in one commit, how grave and how certain, and what silences it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct, field
from msgspec.structs import replace

from provenance.evidence.model import Evidence
from provenance.policy import Ignore, Policy
from provenance.words import Severity, counted


class Confidence(StrEnum):
    """How sure the rule is that what it names is there (not that it is meant ill)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for low to 2 for high."""
        return list(Confidence).index(self)


class Finding(Struct, frozen=True, kw_only=True):
    """One observation.  The fingerprint stays the same while rule, commit and subject do."""

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    fingerprint: str
    evidence: tuple[Evidence, ...]

    @property
    def line(self) -> str:
        """How grave it is, which rule saw it, and what it saw."""
        return f"{self.severity} {self.rule}: {self.message}"


def from_severity(minimum: Severity, findings: Iterable[Finding]) -> list[Finding]:
    """Those of a severity or graver, in their order."""
    return [seen for seen in findings if seen.severity.rank >= minimum.rank]


class Gravest:
    """The gravest finding of each rule, of all that were taken in."""

    def __init__(self) -> None:
        self._by_rule: dict[str, Finding] = {}

    def take(self, finding: Finding) -> None:
        """Keeps it where its rule has none yet, or a milder one."""
        known = self._by_rule.get(finding.rule)
        if known is None or finding.severity.rank > known.severity.rank:
            self._by_rule[finding.rule] = finding

    def join(self, other: Gravest) -> None:
        """Takes in those that another one has kept."""
        for finding in other._by_rule.values():
            self.take(finding)

    def ordered(self, *more: Finding) -> tuple[Finding, ...]:
        """Those kept and some others, the gravest first."""
        found = (*self._by_rule.values(), *more)
        return tuple(sorted(found, key=lambda one: (-one.severity.rank, one.rule)))


def fingerprint(rule: str, commit: str, subject: str) -> str:
    """32 hexadecimal digits that identify a finding across runs and versions."""
    text = f"{rule}\0{commit}\0{subject}"
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


class Hidden(Struct):
    """Fingerprints of what is not shown, because a baseline has it or the policy ignores it."""

    by_baseline: set[str] = field(default_factory=set)
    by_ignore: set[str] = field(default_factory=set)

    def join(self, other: Hidden) -> None:
        """Takes in what is not shown of other commits."""
        self.by_baseline |= other.by_baseline
        self.by_ignore |= other.by_ignore


class Filter:
    """Applies the policy: severity per rule, ignores, and a baseline of known findings.

    What it hides it counts: ``notes`` says how much, so that a report that hides is not taken
    for a clean one.
    """

    def __init__(
        self, policy: Policy, as_of: datetime.date, baseline: frozenset[str] = frozenset()
    ) -> None:
        self._severity = policy.severity
        self._ignores = tuple(
            ignore for ignore in policy.ignore if ignore.until is None or ignore.until >= as_of
        )
        self._expired = len(policy.ignore) - len(self._ignores)
        self._baseline = baseline
        self.hidden = Hidden()

    def apply(
        self, findings: Iterable[Finding], commit: str, identities: Iterable[str]
    ) -> tuple[Finding, ...]:
        """The findings that remain, gravest first."""
        people = frozenset(identities)
        kept = (
            self._graded(finding)
            for finding in findings
            if not self._hides(finding, commit, people)
        )
        return tuple(
            sorted(kept, key=lambda f: (-f.severity.rank, f.rule, f.message, f.fingerprint))
        )

    def notes(self) -> list[str]:
        """What was hidden so far, and ignores that are out of date, in words."""
        found = []
        if self.hidden.by_baseline:
            count = counted(len(self.hidden.by_baseline), "finding")
            found.append(f"hidden because the baseline has them: {count}")
        if self.hidden.by_ignore:
            count = counted(len(self.hidden.by_ignore), "finding")
            found.append(f"hidden by ignores of the policy: {count}")
        if self._expired:
            found.append(f"ignores of the policy that have expired: {self._expired}")
        return found

    def _hides(self, finding: Finding, commit: str, people: frozenset[str]) -> bool:
        if finding.fingerprint in self._baseline:
            self.hidden.by_baseline.add(finding.fingerprint)
            return True
        if any(_matches(ignore, finding, commit, people) for ignore in self._ignores):
            self.hidden.by_ignore.add(finding.fingerprint)
            return True
        return False

    def _graded(self, finding: Finding) -> Finding:
        severity = self._severity.get(finding.rule)
        return replace(finding, severity=severity) if severity else finding


def _matches(ignore: Ignore, finding: Finding, commit: str, identities: frozenset[str]) -> bool:
    if ignore.fingerprint:
        return ignore.fingerprint == finding.fingerprint
    if ignore.rule != finding.rule:
        return False
    if ignore.commit:
        return commit.startswith(ignore.commit)
    return ignore.identity in identities
