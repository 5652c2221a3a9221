"""The commit names an upstream commit that mainline does not have.

What it looks for:
    A reference such as ``commit ID upstream.`` whose id no commit of the mainline has. The
    mainline is every ref of the repository unless ``--mainline`` names one; the commits of
    the audited range never count.

Why it matters:
    A stable patch is accepted because mainline has it. A wrong id is most often a slip;
    it is also how a patch that mainline never saw could pass as a backport.

Example:
    ``commit 0123456789abcdef0123456789abcdef01234567 upstream.`` with no such commit.

What to do:
    Make sure the repository holds current mainline (``git fetch``), then search mainline
    for the subject.

References:
    Documentation/process/stable-kernel-rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    if case.upstream is None or case.upstream.found:
        return
    unverified = case.is_unverified(case.author)
    yield Observation(
        severity=Severity.MEDIUM if unverified and case.is_stable else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=f"upstream commit {case.upstream.id[:12]} is not in mainline",
    )
