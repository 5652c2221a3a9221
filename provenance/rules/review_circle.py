"""Unverified identities review each other's commits in a closed circle.

What it looks for:
    Two or more identities without standing each of which is reached from each other one by
    reviews, acks or tests in the audited range: two who review each other, or a ring. Medium
    where a commit of the circle has no review from outside it, else low.

Why it matters:
    A review by somebody who depends on your review of theirs is worth less, and invented people
    can review each other without end.

Example:
    Three new accounts; each patch of one carries ``Reviewed-by`` of the two others.

What to do:
    Look for a review by somebody outside the circle. Colleagues at one company look the same:
    their domain tells.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.004


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    if len(case.circle) < 2:
        return
    others = [member for member in case.circle if member != case.address]
    reviewed = [deed for deed in case.inside if deed.reviewers & set(others)]
    closed = [deed for deed in reviewed if deed.reviewers <= set(case.circle)]
    shown = ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")
    message = f"is in a circle of {len(case.circle)} who review each other, with {shown}"
    if closed:
        message += f"; {counted(len(closed), 'commit')} without a review from outside it"
    yield Observation(
        severity=Severity.MEDIUM if closed else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=message,
    )
