"""A stable commit names no upstream commit.

What it looks for:
    In a stable (point) release, or on the branch of one, a commit that is not the release itself
    and names no mainline commit in any of the known forms.

Why it matters:
    Stable takes what is in mainline. What is not has to say why, and was not seen there.

Example:
    A fix for a driver that mainline has removed.

What to do:
    Read it like a new patch. The message should say why there is no upstream commit.

References:
    Documentation/process/stable-kernel-rules, option 3.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or case.is_release:
        return
    if case.is_stable and case.upstream is None:
        yield Observation(
            severity=Severity.INFO,
            confidence=Confidence.HIGH,
            message="names no upstream commit",
        )
