"""An identity that was first seen days ago sends many patches within days.

What it looks for:
    At least ``pattern.burst_commits`` commits (default 8) in ``pattern.burst_series`` series
    (default 4) within ``pattern.burst_days`` days (default 14), the first of them at most
    ``pattern.new_days`` days (default 60) after the identity was first seen in this history. Dates
    are committer dates; a change that several branches have counts once, when it was taken first. A
    series is what one committer applied within an hour, written within a day, in a subsystem that
    it was in already: a driver submitted in twenty patches is one.

Why it matters:
    Somebody who is here to stay starts slowly. In the case that this program was written for,
    hundreds of mails came within eleven days from an account that nobody knew. A burst also
    tires reviewers.

Example:
    First seen on 1 March, 30 commits by 12 March.

What to do:
    See what they are with ``provenance who ADDRESS``. Fixes that a new tool found come in bursts
    too: the base rate tells how usual that is.

References:
    docs/patterns.md; docs/trust.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.dates import DAY
from provenance.evidence.pattern.model import IdentityCase, busiest, count_series
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.06


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    policy = case.policy
    burst = busiest(case.deeds, policy.burst_days, policy.burst_series)
    if len(burst) < policy.burst_commits or not any(deed.inside for deed in burst):
        return
    age = case.age(burst[0].time)
    if age <= policy.new_days:
        days = (burst[-1].time - burst[0].time) // DAY + 1
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=(
                f"{len(burst)} commits in {count_series(burst)} series"
                f" within {counted(days, 'day')},"
                f" first seen {counted(age, 'day')} before"
            ),
        )
