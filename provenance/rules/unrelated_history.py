"""A merge brings in a history with a beginning of its own.

What it looks for:
    A root commit inside the audited range that a merge brought in, where the trust base
    already has history.

Why it matters:
    Such history was never part of this tree: no review here saw it, and its commits can claim
    any dates and authors. Whole file systems and drivers have been merged honestly this way,
    with their own past.

Example:
    ``git merge --allow-unrelated-histories`` of a vendor's driver repository.

What to do:
    Read what arrived as one large addition, not commit by commit.

References:
    git-merge, ``--allow-unrelated-histories``.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.merge is not None and case.merge.new_roots:
        roots = ", ".join(root[:12] for root in case.merge.new_roots)
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"the merge brings in history that begins at {roots}",
        )
