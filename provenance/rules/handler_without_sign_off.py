"""The committer, or the last handler named by the trailers, did not sign off.

What it looks for:
    A committer whose sign-off is missing although somebody else's is there. A stable
    backport whose last sign-off is by a verified person is exempt: stable queues are
    signed by who queued the patch and committed by who cut the release. Merges, release
    commits and commits without any sign-off (another rule) are exempt too. Where fewer than half
    of the 500 commits before the trust base have any sign-off, it is only noted. Of a patch by
    mail the handler is who sent it: medium where somebody unverified sends what somebody verified
    is said to have written.

Why it matters:
    Whoever passes a patch on signs it; a committer who is not in the chain means that a
    step of the route is not told.

Example:
    Signed off by author and maintainer, committed by a third person.

What to do:
    See whether the branch was rebased by a co-maintainer, which is custom in some trees.
    With a committer you do not know, ask the maintainer who pulled it.

References:
    Documentation/process/submitting-patches, "Sign your work"; linux-next's
    "Signed-off-by missing" mails.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, Role
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    role = Role.SENDER if case.mail else Role.COMMITTER
    if role.unsigned not in case.route.reasons:
        return
    yield Observation(
        severity=_severity(case),
        confidence=Confidence.HIGH,
        message=f"{role} {case.committer.claimed.email} did not sign off",
    )


def _severity(case: CommitCase) -> Severity:
    if not (case.is_unverified(case.committer) and case.sign_offs.are_usual):
        return Severity.INFO
    in_anothers_name = case.mail and not case.is_unverified(case.author)
    return Severity.MEDIUM if in_anothers_name else Severity.LOW
