"""The author's history shows several signals that are rare together.

What it looks for:
    Each signal about an identity has a surprise in bits: 3 of 412 newcomers did the same is
    6.7 bits. Where the signals of an identity add up to ``pattern.high`` bits its commits in the
    range are flagged high, from ``pattern.medium`` bits medium. Of somebody with
    ``established.commits`` commits before the range only what adds new source files or
    ``pattern.feature`` lines is high: the rest is their ordinary work. From ``pattern.medium``
    bits on a commit with ``limits.large_addition`` lines of new source files (default 300) is
    high by itself. Every signal is listed with its base rate; ``pattern.weights`` changes how
    much each counts.

Why it matters:
    One newcomer with a fix is normal, and so is each signal alone. What alarmed maintainers in
    the case that this program was written for was all of it together: a burst, all over the
    tree, with a new module, and reviews for others.

Example:
    burst-of-patches, 4.1 bits, 23 of 412 newcomers; review-circle, 7.7 bits, 1 of 412; ...

What to do:
    Read the dossier (``provenance who ADDRESS``), which takes a minute. Then read the commits.
    The pattern says that the history is unusual, not that anything is wrong.

References:
    docs/patterns.md; docs/detection.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.parse.surface import new_source_lines
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    pattern, policy = case.pattern, case.policy.pattern
    if pattern is None or pattern.bits < min(policy.medium, policy.high):
        return
    names = ", ".join(f"{signal.rule} ({signal.base_rate})" for signal in pattern.signals)
    is_known = pattern.before >= case.policy.established.commits
    is_high = pattern.bits >= policy.high and (not is_known or _is_new(case))
    is_high = is_high or new_source_lines(case.changes) >= case.policy.limits.large_addition
    yield Observation(
        severity=Severity.HIGH if is_high else Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        message=f"its author's history has {pattern.bits} bits of surprise: {names}",
    )


def _is_new(case: CommitCase) -> bool:
    """True where the commit brings something that was not there."""
    return new_source_lines(case.changes) > 0 or case.added >= case.policy.pattern.feature
