"""The release tag's signature is wrong, or made with a revoked key.

What it looks for:
    On any level of the release tag: a signature that does not fit the tag, that is over
    another name than the ref's, or whose key is revoked.

Why it matters:
    A tag with a bad signature is not the one that its signer made. A tag that is signed under
    another name is a genuine one put in the place of this one: an old release, with its known
    holes, sold as the new one. ``git verify-tag`` accepts that.

Example:
    The ref ``v6.8`` holds the signed tag object of ``v6.6``.

What to do:
    Do not ship. Fetch the tag from the project's own server and compare the ids.

References:
    git-verify-tag; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import SignatureStatus, TagCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    for level, found in enumerate(case.signatures):
        if found.status in (SignatureStatus.BAD, SignatureStatus.REVOKED_KEY):
            yield Observation(
                severity=Severity.CRITICAL,
                confidence=Confidence.HIGH,
                message=f"the tag's signature is {found.status}: {found.detail}",
                subject=str(level),
            )
