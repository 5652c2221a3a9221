"""A merge brings in somebody else's branch without a signed tag.

What it looks for:
    A merged parent that another person committed, in a merge that embeds no signed tag over
    it. Low where at least a fifth of the newest merges before the trust base embed one, so
    that signed pulls are the custom of this tree; otherwise only information.

Why it matters:
    Linus Torvalds pulls from signed tags only, so that a broken server or account cannot
    slip commits in. A pull without one rests on the host it came from.

Example:
    ``Merge branch 'fixes' of git://host.example/tree`` in a tree that otherwise pulls tags.

What to do:
    Ask the puller what they checked. Trees whose maintainers pull from each other over
    kernel.org do this routinely.

References:
    Documentation/maintainer/pull-requests; docs/signatures.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    merge = case.merge
    if merge is None or not merge.foreign:
        return
    tips = ", ".join(tip[:12] for tip in merge.foreign)
    yield Observation(
        severity=Severity.LOW if merge.signed_pulls_are_usual else Severity.INFO,
        confidence=Confidence.MEDIUM,
        message=f"pulls {tips}, committed by somebody else, without a signed tag",
    )
