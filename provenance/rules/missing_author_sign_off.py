"""The author did not sign off.

What it looks for:
    No ``Signed-off-by`` that names the author by address, by .mailmap, by full name, or by
    a spelling of the same mailbox (``John.Doe@`` and ``johndoe@`` of one domain). A
    misspelt or misplaced sign-off counts here; another rule reports its place. Merges and
    release commits are exempt. Where fewer than half of the 500 commits before the trust base have
    any sign-off, the project does not ask for them: that this one has none is only noted.

Why it matters:
    The sign-off is the author's own statement that the work may be contributed. A patch
    that reached the tree without it was taken from somewhere else than the author's mail.

Example:
    Author ``a@example.org``; the only sign-off is by ``maintainer@example.com``.

What to do:
    Compare with the mail that the commit came from. In old history most cases are honest
    forgetfulness; with an unverified author ask who wrote the text.

References:
    Documentation/process/submitting-patches, "Sign your work"; the Developer's
    Certificate of Origin; scripts/checkpatch.pl NO_AUTHOR_SIGN_OFF.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, Role
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, Verdict


def check(case: CommitCase) -> Iterator[Observation]:
    reasons = case.route.reasons
    nobody = "nobody signed off" in reasons
    if not nobody and Role.AUTHOR.unsigned not in reasons:
        return
    message = "nobody signed off" if nobody else f"no sign-off by {case.author.claimed.email}"
    severity = Severity.LOW
    if not case.sign_offs.are_usual:
        severity, message = Severity.INFO, f"{message}; {case.sign_offs.told}"
    elif case.is_unverified(case.author) and case.route.verdict is Verdict.BROKEN:
        severity = Severity.MEDIUM
    yield Observation(severity=severity, confidence=Confidence.HIGH, message=message)
