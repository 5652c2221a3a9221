"""An unverified author changes a path that decides how the rest is built or trusted.

What it looks for:
    An unverified author's change below one of the policy's ``sensitive_paths`` (default:
    build scripts, certificates, key handling, CI).

Why it matters:
    Code there runs on the machines of everyone who builds, or decides what is accepted as
    genuine. The xz backdoor came in through build and test files.

Example:
    A first-time author edits a script below ``scripts/``.

What to do:
    Read the change with the question what it makes a build machine do.

References:
    CVE-2024-3094 (xz); docs/policy.md, ``sensitive_paths``.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or not case.is_unverified(case.author):
        return
    prefixes = case.policy.sensitive_paths
    touched = [change.path for change in case.changes if change.path.startswith(prefixes)]
    if touched:
        more = f" and {len(touched) - 1} more" if len(touched) > 1 else ""
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=f"an unverified author changes {touched[0]}{more}",
        )
