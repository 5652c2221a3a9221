"""The release tag is a tag of another tag.

What it looks for:
    A release tag whose object is a tag, not a commit.

Why it matters:
    Everybody can put a tag of their own around somebody else's signed one; tools that verify
    one level then show a good signature for it. Release tags are tags of commits.

Example:
    Mallory's signed tag ``v6.8`` around the maintainer's signed tag ``v6.8-rc7``.

What to do:
    Look at each level with ``git cat-file tag ID``.

References:
    git-tag, "On re-tagging"; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import TagCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    if len(case.tags) > 1:
        inner = ", ".join(repr(tag.name) for tag in case.tags[1:])
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"the release tag {case.name} is a tag of the tag {inner}",
        )
