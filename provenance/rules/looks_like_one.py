"""Several unverified identities share what one person would: a hint, no more.

What it looks for:
    Two identities without standing that share at least two of: a mail domain of their own, the
    same name, the week and time zone in which they were first seen, a commit of the same
    subject, reviews of each other. What more than six share is not counted.

Why it matters:
    One person behind several names can seem to be reviewed, tested and agreed with.

Example:
    Two accounts of one small domain, first seen in the same week, that review each other.

What to do:
    Ask. Colleagues and couples share domains, days and reviews; people change their address.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.evidence.signals import Among
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.02
AMONG = Among.PRESENT


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    for other in case.like:
        yield Observation(
            severity=Severity.INFO,
            confidence=Confidence.LOW,
            message=f"looks like {other.address}: {', '.join(other.reasons)}",
            subject=other.address,
        )
