"""A lot of new code comes from an identity that has hardly worked in that subsystem.

What it looks for:
    A commit in the audited range that adds at least ``pattern.feature`` lines (default 100)
    with new source files or new attack surface among them, in subsystems in which the identity
    has fewer than three earlier commits: low, and medium where the new source files have three
    times as many lines.

Why it matters:
    New code is trusted for whom it comes from, and here that is not known. A vendor's first
    driver looks the same: its author has a reason that can be asked for.

Example:
    ``newcomer@own-domain.example`` adds a module of 409 lines to a subsystem it never touched.

What to do:
    Ask what it is for and who has the hardware; see through whom it came.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import Deed, IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.12
_DEPTH = 3
_LARGE = 3


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    feature = case.policy.feature
    unread = f" ({counted(case.unread, 'commit')} not read)" if case.unread else ""
    for number, deed in enumerate(case.deeds):
        large = deed.inside and deed.added >= feature and (deed.new_source or deed.surface)
        if not large or _depth(case, number) >= _DEPTH:
            continue
        grave = deed.new_source >= _LARGE * feature
        yield Observation(
            severity=Severity.MEDIUM if grave else Severity.LOW,
            confidence=Confidence.HIGH,
            message=(
                f"adds {counted(deed.added, 'line')} in {deed.id[:12]} to {_places(deed)},"
                f" new to it{unread}"
            ),
        )


def _depth(case: IdentityCase, number: int) -> int:
    """Earlier commits in any of the subsystems of a commit."""
    places = set(case.deeds[number].subsystems)
    return sum(bool(places & set(one.subsystems)) for one in case.deeds[:number])


def _places(deed: Deed) -> str:
    return ", ".join(deed.subsystems[:2]) or "the top of the tree"
