"""An unverified identity gives reviews, acks or tests to other people's commits.

What it looks for:
    Reviewed-by, Acked-by and Tested-by trailers in the audited range that name an identity
    without standing, on commits of others. Medium where it was the only review of a commit whose
    author is unverified too, low for other reviews and acks; tests alone are nothing.

Why it matters:
    A review by nobody in particular can carry a patch over the line. Testing is welcome from
    everybody; a review counts for who the reviewer is.

Example:
    A new driver by one unknown author, ``Reviewed-by`` another one, and by nobody else.

What to do:
    Do not count the review; ask for one by somebody who knows the subsystem.

References:
    Documentation/process/submitting-patches (reviewer's statement of oversight);
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.05


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    if not case.unverified:
        return
    reviews = [one for one in case.given if one.key != "tested-by"]
    alone = [one for one in reviews if one.is_only and one.to_unverified]
    if alone:
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=(
                f"gave the only review of {counted(len(alone), 'commit')} of unverified authors,"
                f" {alone[0].id[:12]} for one"
            ),
        )
    elif reviews:
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=(
                f"reviewed or acked {counted(len(reviews), 'commit')}, {reviews[0].id[:12]} for one"
            ),
        )
