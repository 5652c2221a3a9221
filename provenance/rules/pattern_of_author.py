"""The author's history shows several signals that are rare together.

What it looks for:
    Each signal about an identity has a surprise in bits: 3 of 412 newcomers did the same is 6.7
    bits. Where the signals of an identity add up to ``pattern.medium`` bits its commits in the
    range are flagged medium. High are, from ``pattern.high`` bits on, the commits that show a
    signal by themselves, as one that brings a binary file does (with high confidence: to be read
    first), the identity's first ``pattern.first_commits`` commits in this history (default 15) and
    what adds new source files or ``pattern.feature`` lines that are not documentation or
    translations: the rest is its ordinary work. From ``pattern.new_code`` bits on a commit with
    twice as many lines of new source files is high. Of one identity no more than
    ``pattern.commits`` (default 5) are high in a range: those that show most signals, then those
    with most new source, then large ones, then the first; the others stay at medium, and say why
    they were considered. No more identities than ``pattern.identities`` (default 20) are flagged
    high in a range, those with the most bits. A
    merge is not flagged: what it brings is, commit by commit. Every signal is listed with its base
    rate; ``pattern.weights`` changes how much each counts.

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

from collections.abc import Iterator, Sequence

from provenance.evidence.model import CommitCase
from provenance.evidence.signals import Pattern
from provenance.findings import Confidence
from provenance.parse.surface import lines_beside_prose, new_source_lines
from provenance.rules import Observation
from provenance.words import Severity, counted

_LARGE = 2


def check(case: CommitCase) -> Iterator[Observation]:
    pattern, policy = case.pattern, case.policy.pattern
    if pattern is None or not pattern.bits or case.commit.is_merge:
        return
    shown = [signal.rule for signal in pattern.signals if case.id in signal.commits]
    why, is_among = _gravity(case, pattern, shown), pattern.place <= policy.identities
    if not why and pattern.bits < policy.medium:
        return
    names = ", ".join(f"{signal.rule} ({signal.base_rate})" for signal in pattern.signals)
    place = "" if is_among else f", place {pattern.place} of the range"
    is_first = case.id in pattern.to_read
    if why and not is_first:
        why += f", but {policy.commits} others of its author are to be read first"
    yield Observation(
        severity=Severity.HIGH if why and is_among and is_first else Severity.MEDIUM,
        confidence=Confidence.HIGH if shown and why else Confidence.MEDIUM,
        message=f"its author's history has {pattern.bits} bits of surprise{place}"
        f" ({pattern.reached.base_rate}){why}: {names}",
    )


def _gravity(case: CommitCase, pattern: Pattern, shown: Sequence[str]) -> str:
    """What makes a commit of a surprising history grave: a signal is in it, it is early, or new."""
    policy, new = case.policy.pattern, new_source_lines(case.changes)
    brings = f" and this adds {counted(new, 'line')} of new source files"
    if pattern.bits >= policy.new_code and new >= _LARGE * policy.feature:
        return brings
    if pattern.bits < policy.high:
        return ""
    if shown:
        return f" and this shows {', '.join(shown)}"
    if pattern.earlier.get(case.id, policy.first_commits) < policy.first_commits:
        return f" and this is one of its first {counted(policy.first_commits, 'commit')}"
    if new:
        return brings
    added = lines_beside_prose(case.changes)
    return f" and this adds {counted(added, 'line')}" if added >= policy.feature else ""
