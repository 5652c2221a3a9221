"""The release tag carries no signature, or is not even an object.

What it looks for:
    A release tag without a signature, or a lightweight tag, which has no tagger and no date
    either. Medium where most of the releases before it are signed, else only information.

Why it matters:
    The signature on the release tag is the one that covers everything below it. A release
    without it rests on the server that it was fetched from.

Example:
    ``v1.4`` is a plain ref to a commit, ``v1.0`` to ``v1.3`` are signed.

What to do:
    Fetch the tag again from the project's own server; ask who made it.

References:
    git-tag, ``--sign``; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import TagCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    if any(tag.signature for tag in case.tags):
        return
    usual = case.signed_before * 2 > case.releases_before
    what = "carries no signature" if case.tags else "is lightweight: no tagger, date or signature"
    before = f"{case.signed_before} of the {case.releases_before} releases before it are signed"
    yield Observation(
        severity=Severity.MEDIUM if usual else Severity.INFO,
        confidence=Confidence.HIGH,
        message=f"the release tag {case.name} {what}; {before}",
    )
