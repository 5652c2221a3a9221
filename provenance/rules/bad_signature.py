"""A commit carries a signature that is wrong, or made with a revoked key.

What it looks for:
    A signature in the commit's own header that does not fit the commit, that the object
    holds in a form git would not write (two signatures, a NUL byte), or whose key is revoked.
    Of a patch by mail it is the ``X-Developer-Signature``, medium where it is wrong: servers that
    rewrite mails break it too.

Why it matters:
    Most kernel commits are unsigned by design and that says nothing. A signature that is
    there and wrong says that the commit is not what its signer signed, or that somebody else
    holds the key.

Example:
    A commit was signed, then its message was edited and the old signature was put back.

What to do:
    Compare the commit with the signer's own copy. For a revoked key, ask its owner since
    when it is out of their hands.

References:
    gitformat-signature; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, SignatureStatus
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    found = case.signature
    signed = "mail" if case.mail else "commit"
    if found.status is SignatureStatus.BAD:
        yield Observation(
            severity=Severity.MEDIUM if case.mail else Severity.HIGH,
            confidence=Confidence.HIGH,
            message=f"the {signed}'s signature is bad: {found.detail}",
        )
    elif found.status is SignatureStatus.REVOKED_KEY:
        yield Observation(
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            message=f"the {signed} is signed with a revoked key ({found.detail})",
        )
