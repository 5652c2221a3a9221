"""A handler takes in much more from newcomers than before.

What it looks for:
    A committer of at least ten commits of others in the audited range, of which the share by
    authors who were first seen within a year is at least 30 percent points higher than in the
    two years before the range, and at least twice as high. Shown with the handler.

Why it matters:
    When a maintainer is overworked, away or replaced, the way in widens. This looks at the door,
    not at those who come through it.

Example:
    One commit in ten by newcomers before, five in ten now.

What to do:
    A new driver or a summer of students explains most cases. Otherwise ask whether the maintainer
    needs help.

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

USUAL = 0.05
AMONG = Among.HANDLERS
_POINTS = 0.3
_TIMES = 2


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    found = case.intake
    if found is None:
        return
    now = found.newcomers / found.commits
    before = found.newcomers_before / found.commits_before
    if now - before >= _POINTS and now >= _TIMES * before:
        yield Observation(
            severity=Severity.INFO,
            confidence=Confidence.MEDIUM,
            message=(
                f"{found.newcomers} of {found.commits} commits taken here are by newcomers,"
                f" {found.newcomers_before} of {found.commits_before} in the two years before"
            ),
        )
