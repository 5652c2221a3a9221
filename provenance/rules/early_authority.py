"""An identity takes a place of authority within a year of being first seen.

What it looks for:
    Within 365 days of its first commit in this history, and in the audited range: an entry of
    its own in MAINTAINERS (not in a new one that a folder comes with, where folders have theirs),
    or in .mailmap beside another address; a commit of somebody else's patch; or a release tag.
    What somebody wrote under another address with a full name that this one has used is no patch
    of somebody else.

Why it matters:
    Whoever commits for others, is asked for reviews or tags releases can let in what nobody else
    looks at. In the xz case the step from contributor to release manager took little more than a
    year. The author of a new driver who enters as its maintainer is the usual reason.

Example:
    First seen in March, ``M:`` entry in July.

What to do:
    See who agreed to it: the commit should carry the sign-off of the maintainer before.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.04
_YEAR = 365


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    for claim in case.claims:
        age = case.age(claim.time)
        if age <= _YEAR:
            yield Observation(
                severity=Severity.MEDIUM if "entry" not in claim.what else Severity.LOW,
                confidence=Confidence.HIGH,
                message=(
                    f"{claim.what} {counted(age, 'day')} after it was first seen"
                    f" ({claim.place[:12]})"
                ),
                subject=claim.what,
            )
