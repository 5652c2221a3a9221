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

from provenance.evidence.model import CommitCase, Standing
from provenance.evidence.same_person import same_person
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, Status


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or case.author.status is not Status.UNVERIFIED:
        return
    if _known(case, (*case.signers, case.committer)):
        return
    merger = next(iter(_known(case, case.coverage.mergers)), None)
    message = "no verified person besides the unverified author signed or committed it"
    if merger:
        message += f"; {merger.claimed.name or merger.address} merged it"
    yield Observation(
        severity=Severity.LOW if merger else Severity.MEDIUM,
        confidence=Confidence.HIGH,
        message=message,
    )


def _known(case: CommitCase, people: tuple[Standing, ...]) -> list[Standing]:
    return [
        person
        for person in people
        if case.policy.is_verified(person.status) and not same_person(person, case.author)
    ]
