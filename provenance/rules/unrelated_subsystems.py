"""An identity works in subsystems within a short time in which hardly anybody works together.

What it looks for:
    Within ``pattern.breadth_days`` days (default 90) of being first seen or of its first commit
    in the range, commits in at least ``pattern.breadth`` subsystems (default 3) each pair of
    which is unrelated: of the established people who work in the smaller one, at most one in
    twenty works in the other. Measured on this history, not on names.

Why it matters:
    A newcomer usually has one thing that does not work for them. Patches all over the tree need
    no hardware and no use of it, only a tool that finds places to patch. Established people who
    clean up the whole tree do this too; they are not looked at here.

Example:
    A file system, an audio driver and the page allocator within three weeks.

What to do:
    Ask how the patches were found and tested. Janitors, students of a course and users of static
    checkers do this honestly and say so.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from provenance.dates import DAY
from provenance.evidence.pattern.model import Deed, IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.05


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    if not case.unverified or not case.inside:
        return
    start = max(case.first_seen, case.inside[0].time - case.policy.breadth_days * DAY)
    end = start + 2 * case.policy.breadth_days * DAY
    chosen = _apart([deed for deed in case.deeds if start <= deed.time <= end], case)
    if len(chosen) >= case.policy.breadth:
        shown = ", ".join(chosen[:4]) + (", ..." if len(chosen) > 4 else "")
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
            message=f"works in {len(chosen)} unrelated subsystems: {shown}",
        )


def _apart(deeds: Sequence[Deed], case: IdentityCase) -> list[str]:
    """Subsystems that are unrelated to all chosen before, one for a commit at most."""
    chosen: list[str] = []
    for deed in deeds:
        for name in deed.subsystems:
            if all(case.unrelated(name, other) for other in chosen):
                chosen.append(name)
                break
    return chosen
