"""A merge records a branch as merged and takes nothing of it.

What it looks for:
    A merge whose tree is its first parent's although merging would have changed something
    (``git merge -s ours``).

Why it matters:
    From then on git believes the branch's changes to be there: a fix that was dropped this
    way is not merged again, and a search for its id finds it. It is an honest way to retire a
    branch, and a way to lose a security fix without a trace.

Example:
    A stable branch with three fixes is merged with ``-s ours``.

What to do:
    See with ``git show --remerge-diff COMMIT`` what was left out, and why the message says so.

References:
    git-merge, "MERGE STRATEGIES"; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted


def check(case: CommitCase) -> Iterator[Observation]:
    merge = case.merge
    if merge is not None and merge.takes_nothing:
        left_out = merge.changed or ()
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.HIGH,
            message=(
                "the merge takes nothing of what it merges: changes to"
                f" {counted(len(left_out), 'file')}, {left_out[0].path} among them, are left out"
            ),
        )
