"""Mainline has fixed or reverted what this stable release took, and the branch has not.

What it looks for:
    In a stable release, or on its branch, a mainline commit that names this commit or its
    original in ``Fixes:`` (low) or reverts it (medium), and that neither the branch up to its
    newest release nor a backport in it contains.

Why it matters:
    The branch has the bug and not its fix. For a change that somebody wanted in stable, its
    silent half may be the point.

Example:
    Upstream reverts a driver change after a week; stable keeps it.

What to do:
    Ask for the follow-up on the stable list; it may be queued, or unneeded there.

References:
    Documentation/process/stable-kernel-rules; submitting-patches, ``Fixes:``.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    if not case.is_stable:
        return
    for follow_up in case.follow_ups:
        if follow_up.is_missing:
            yield Observation(
                severity=Severity.MEDIUM if follow_up.kind == "reverts" else Severity.LOW,
                confidence=Confidence.MEDIUM,
                message=(
                    f"mainline commit {follow_up.id[:12]} {follow_up.kind} this and is not in"
                    f" the branch: {follow_up.subject}"
                ),
                subject=follow_up.id,
            )
