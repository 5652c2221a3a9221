"""A backport lacks a sign-off of its original.

What it looks for:
    A person whose sign-off stands in the upstream commit and not in the commit that was taken
    from it (another address of the same person counts). Reverts are left out.

Why it matters:
    The chain of sign-offs says who took responsibility for the change. A backport adds to
    it; what is missing was removed by somebody.

Example:
    Upstream is signed by author and maintainer, the backport by the author alone.

What to do:
    Compare both messages. A backport that was sent by its author before the maintainer took
    the original is the usual reason.

References:
    Documentation/process/stable-kernel-rules; submitting-patches.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    if case.upstream and case.upstream.dropped:
        names = ", ".join(person.name or person.email for person in case.upstream.dropped)
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=f"sign-offs of upstream {case.upstream.id[:12]} are missing: {names}",
        )
