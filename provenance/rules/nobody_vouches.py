"""An unverified author's commit was taken in and nobody verified signed for it.

What it looks for:
    A commit whose author is unverified, with no verified committer and no sign-off of somebody
    verified. Below what an unverified person committed, a known person's sign-off is a text
    like any other and counts for nothing. Medium where nobody verified merged it either, low where
    somebody did: a merger took the branch, and may have read it or not. Low as well for a backport
    that is the same change as a mainline commit which somebody verified signed or committed.
    Whoever commits from an address with standing what a namesake wrote from one without is that
    author, or vouches.
    A patch by mail is exempt: nobody can have taken it in yet.

Why it matters:
    The kernel accepts code from strangers because somebody known takes responsibility for
    each patch. Here nobody did.

Example:
    ``newcomer@own-domain.example`` is author, only sign-off and committer; or committer, and a
    maintainer's sign-off stands below their own.

What to do:
    Find out whose tree the commit came through, and who looked at it. Where the trust base
    knows few people (a young project, a short history), expect many of these.

References:
    Documentation/process/submitting-patches, "Developer's Certificate of Origin"; docs/trust.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.evidence.via import is_handler, upstream_vouchers, verified_mergers, vouchers
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.mail or case.commit.is_merge or not case.is_unverified(case.author):
        return
    if vouchers(case.route):
        return
    message = "no verified person besides the unverified author signed or committed it"
    signers = [one.canonical for one in case.signers if is_handler(one, case.author, case.policy)]
    if signers:
        shown = ", ".join(dict.fromkeys(one.name or one.email for one in signers))
        message = f"committed by somebody unverified, who could write the sign-off of {shown}"
    merger = next((one.canonical for one in verified_mergers(case)), None)
    if merger:
        message += f"; {merger.name or merger.email} merged it"
    upstream = next((one.canonical for one in upstream_vouchers(case)), None)
    if upstream:
        message += f"; {upstream.name or upstream.email} did so for the same change upstream"
    yield Observation(
        severity=Severity.LOW if merger or upstream else Severity.MEDIUM,
        confidence=Confidence.HIGH,
        message=message,
    )
