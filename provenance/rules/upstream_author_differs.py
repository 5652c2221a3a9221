"""The upstream commit has another author.

What it looks for:
    A commit whose upstream exists and was written by somebody else, by address, .mailmap
    and full name.

Why it matters:
    A backport keeps the author. Another one means that the patch was rewritten, that the
    reference is wrong, or that somebody's work carries somebody else's name.

Example:
    Upstream by ``alice@example.org``, the stable commit by ``bob@example.com``.

What to do:
    Compare both with ``git show``. Stable maintainers sometimes commit a backport under
    their own name and credit the author in the message.

References:
    Documentation/process/stable-kernel-rules; Documentation/process/backporting.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    if case.upstream is None or case.upstream.author_matches is not False:
        return
    unverified = case.is_unverified(case.author)
    yield Observation(
        severity=Severity.MEDIUM if unverified else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=f"upstream commit {case.upstream.id[:12]} was written by somebody else",
    )
