"""The release tag was moved in this repository.

What it looks for:
    A loose ref of the tag's name that differs from what ``packed-refs`` still has under it.

Why it matters:
    Release tags do not move. Two answers under one name mean that the tag was pointed
    elsewhere after the refs were packed: by a fetch with ``--force``, by hand, or on the disk.

Example:
    ``packed-refs`` has ``v6.8`` at one commit, ``refs/tags/v6.8`` at another.

What to do:
    Compare both ids with the project's own server; look at what lies between them.

References:
    git-tag, "On re-tagging"; gitrepository-layout, ``packed-refs``.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import TagCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check_tag(case: TagCase) -> Iterator[Observation]:
    if case.packed is not None:
        now = case.tags[0].id if case.tags else case.target
        yield Observation(
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            message=f"the tag {case.name} is {now[:12]}; it was {case.packed[:12]} when packed",
        )
