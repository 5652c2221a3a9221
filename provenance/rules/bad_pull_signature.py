"""A merge embeds a signed tag that is wrong.

What it looks for:
    A ``mergetag`` whose signature does not fit, whose key is revoked, or which is over a
    commit that was not merged there; a merge whose subject names another tag than the one it
    embeds (medium); a tag that another person's key signed than its tagger's (low).

Why it matters:
    The signed tag is what a puller checked before merging. One that is tampered with, or
    taken from another pull, makes commits look vouched for that nobody vouched for. ``git log
    --show-signature`` succeeds on all of them.

Example:
    ``Merge tag 'net-6.19'`` embeds the signed tag ``net-6.18`` of an earlier pull.

What to do:
    Fetch the tag from the signer's tree and compare. Treat the commits of the pull as
    unvouched until then.

References:
    gitformat-signature, "MERGE TAGS"; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, PulledTag, SignatureStatus
from provenance.facts import Ident
from provenance.findings import Confidence
from provenance.parse.addresses import normalise
from provenance.rules import Observation
from provenance.words import Severity

SUBJECT = "Merge tag '"


def check(case: CommitCase) -> Iterator[Observation]:
    for number, pulled in enumerate(case.merge.pulled if case.merge else ()):
        name, found = pulled.tag.name, pulled.signature
        if found.status in (SignatureStatus.BAD, SignatureStatus.REVOKED_KEY):
            yield Observation(
                severity=Severity.HIGH,
                confidence=Confidence.HIGH,
                message=f"the signature of pulled tag {name} is {found.status}: {found.detail}",
                subject=str(number),
            )
            continue
        if _is_by_another(pulled):
            yield Observation(
                severity=Severity.LOW,
                confidence=Confidence.HIGH,
                message=f"pulled tag {name} is signed by another than its tagger: {found.signer}",
                subject=f"{number} signer",
            )
        if _is_named_otherwise(case, pulled):
            yield Observation(
                severity=Severity.MEDIUM,
                confidence=Confidence.HIGH,
                message=f"the merge embeds the tag {name}, its subject names another",
                subject=str(number),
            )


def _is_by_another(pulled: PulledTag) -> bool:
    """A verified signature by a key without the address that the tag names as its tagger."""
    tagger = pulled.tag.tagger
    if not isinstance(tagger, Ident) or not pulled.signature.status.is_verified:
        return False
    return normalise(tagger.person.email) not in pulled.signature.addresses


def _is_named_otherwise(case: CommitCase, pulled: PulledTag) -> bool:
    """One tag and a subject in git's own words that names another one."""
    subject = case.commit.subject
    if len(case.commit.mergetags) != 1 or not subject.startswith(SUBJECT):
        return False
    return not subject.startswith(f"{SUBJECT}{pulled.tag.name}'")
