"""An unverified author's commit was taken in and nobody verified signed for it.

What it looks for:
    A commit whose author is unverified, with no sign-off and no committer who is verified and
    somebody else. Medium where nobody verified merged it either, low where somebody did: a
    merger took the branch, and may have read it or not.

Why it matters:
    The kernel accepts code from strangers because somebody known takes responsibility for
    each patch. Here nobody did.

Example:
    ``newcomer@own-domain.example`` is author, only sign-off and committer.

What to do:
    Find out whose tree the commit came through, and who looked at it. Where the trust base
    knows few people (a young project, a short history), expect many of these.

References:
    Documentation/process/submitting-patches, "Developer's Certificate of Origin"; docs/trust.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.evidence.via import is_handler, verified_handlers
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or not case.is_unverified(case.author):
        return
    if any(is_handler(case, person) for person in (*case.signers, case.committer)):
        return
    merger = next(iter(verified_handlers(case)), None)
    message = "no verified person besides the unverified author signed or committed it"
    if merger:
        message += f"; {merger.name or merger.email} merged it"
    yield Observation(
        severity=Severity.LOW if merger else Severity.MEDIUM,
        confidence=Confidence.HIGH,
        message=message,
    )
