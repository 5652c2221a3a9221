"""An identity that is still young starts with small fixes and goes on to something large.

What it looks for:
    An identity first seen a day ago or more, and at most ``pattern.young_days`` days (default
    three years), with at least two commits of at most ``pattern.small_fix`` changed lines (default
    20), followed in the audited range, in another series, by a feature of at least
    ``pattern.feature`` added lines (default 100) that adds source files or opens attack surface,
    at least five times its usual size and twice as large as any such feature before: who brings
    such things all along takes no step.

Why it matters:
    Small fixes are how trust is earned, by everybody. They are also how it was earned by the
    person behind the xz backdoor, over two years. The step from fixing to adding is where a
    second look costs least.

Example:
    Three corrected typos, two freed buffers, and then a module of 409 lines.

What to do:
    Read the feature as if it were the first patch of somebody unknown: what came before says
    nothing about it.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from provenance.evidence.pattern.model import Deed, IdentityCase, series_starts
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.02
_FIXES = 2
_TIMES_USUAL, _TIMES_BEFORE = 5, 2
_LEAST_DAYS = 1


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    policy = case.policy
    for deed, start in zip(case.deeds, series_starts(case.deeds), strict=True):
        if not deed.inside or deed.added < policy.feature or not _opens(deed):
            continue
        before = case.deeds[:start]
        small = [one for one in before if 0 < one.size <= policy.small_fix]
        young = _LEAST_DAYS <= case.age(deed.time) <= policy.young_days
        if young and len(small) >= _FIXES and deed.added >= _least(before):
            yield Observation(
                severity=Severity.MEDIUM,
                confidence=Confidence.MEDIUM,
                message=(
                    f"{counted(len(small), 'small commit')} in"
                    f" {counted(case.age(deed.time), 'day')},"
                    f" then {counted(deed.added, 'line')} in {deed.id[:12]}{_earlier(before)}"
                ),
            )
            return


def _opens(deed: Deed) -> bool:
    return deed.is_feature and bool(deed.new_source or deed.surface)


def _least(before: Sequence[Deed]) -> float:
    """Added lines from which a feature is a step up from what came before."""
    usual = max(1.0, median(deed.added for deed in before))
    return max(_TIMES_USUAL * usual, _TIMES_BEFORE * max(_brought(before), default=0))


def _brought(deeds: Sequence[Deed]) -> list[int]:
    """The sizes of the features that an identity brought in already."""
    return [deed.added for deed in deeds if _opens(deed)]


def _earlier(before: Sequence[Deed]) -> str:
    brought = _brought(before)
    if not brought:
        return ""
    return (
        f" (features before it: {len(brought)}, the largest with {counted(max(brought), 'line')})"
    )
