"""The release tag is validly signed by a key without the tagger's address.

What it looks for:
    A verified signature on the release tag whose key does not carry the address that the tag
    names as tagger; and a release tag that names no tagger at all although it is an object.

Why it matters:
    The tagger's name is a claim, the key is the evidence. Where they differ, a reader who
    looks at the name believes in somebody who did not sign.

Example:
    The tag says it is by the release maintainer, the signature is by another developer of the
    keyring.

What to do:
    Ask whether that key may sign releases. A maintainer with several addresses is the usual
    reason; add the address to the key.

References:
    gitformat-signature; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import TagCase
from provenance.facts import Ident
from provenance.findings import Confidence
from provenance.parse.addresses import normalise
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    if not case.tags:
        return
    tagger, signature = case.tags[0].tagger, case.signatures[0]
    if not isinstance(tagger, Ident):
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=f"the release tag {case.name} names no tagger that can be read",
        )
    elif signature.status.is_verified and normalise(tagger.person.email) not in signature.addresses:
        signer = signature.signer or signature.fingerprint
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"tagged as {tagger.person.email}, signed by the key of {signer}",
        )
