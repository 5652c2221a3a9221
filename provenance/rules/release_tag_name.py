"""The tag object calls itself something else than the ref that holds it.

What it looks for:
    A release tag whose object names another tag than the ref does, signed or not.

Why it matters:
    Refs are not signed: whoever can write one can point it at any tag object. The name inside
    the object is the one that its maker gave it.

Example:
    The ref ``v6.8`` holds the tag object ``net-6.6``.

What to do:
    Compare the ref with the project's own server.

References:
    git-mktag; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import TagCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    if case.tags and case.tags[0].name != case.name:
        yield Observation(
            severity=Severity.HIGH,
            confidence=Confidence.HIGH,
            message=f"the ref {case.name} holds a tag that calls itself {case.tags[0].name!r}",
        )
