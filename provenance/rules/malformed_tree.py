"""A commit brings a tree that git does not write.

What it looks for:
    A name that stands in a tree twice, or for a file and a folder; names that lead out of the
    work tree; what some file systems take for ``.git`` (high); entries out of order, modes
    that nothing has, and a file that is a folder or a commit (medium); a mode with a zero in
    front (low) or the 100664 of early git (info). Only what the first parent does not have
    already.

Why it matters:
    A reviewer sees one of two entries and a checkout writes the other, or a checkout writes
    where it must not. git refuses most of this when it receives objects, if it is told to
    (``transfer.fsckObjects``), and shows it without a word.

Example:
    A tree with two entries ``Makefile``, of which ``git show`` prints both and a checkout keeps
    the last.

What to do:
    ``git cat-file -p COMMIT^{tree}`` and ``git fsck`` show it. Find out which tool wrote it, and
    do not check the commit out before that.

References:
    git fsck (duplicateEntries, treeNotSorted, badFilemode, zeroPaddedFilemode, hasDot, hasDotdot,
    fullPathname, emptyName, hasDotgit); gitformat-pack.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.parse.tree import TreeDefect, path_problem
from provenance.rules import Observation
from provenance.words import Severity

_SEVERITY: Final = {
    TreeDefect.TWICE: Severity.HIGH,
    TreeDefect.BAD_NAME: Severity.HIGH,
    TreeDefect.DOT_GIT: Severity.HIGH,
    TreeDefect.UNSORTED: Severity.MEDIUM,
    TreeDefect.BAD_MODE: Severity.MEDIUM,
    TreeDefect.WRONG_TYPE: Severity.MEDIUM,
    TreeDefect.PADDED_MODE: Severity.LOW,
    TreeDefect.OLD_MODE: Severity.INFO,
}


def check(case: CommitCase) -> Iterator[Observation]:
    merged = (case.merge.changed or ()) if case.merge else ()
    touched = [change.path for change in case.changes if change.change != "D"]
    named = [path_problem(path) for path in (*touched, *(file.path for file in merged))]
    for problem in dict.fromkeys((*case.trees, *filter(None, named))):
        yield Observation(
            severity=_SEVERITY[problem.defect],
            confidence=Confidence.HIGH,
            message=f"{problem.path or '(no name)'} {problem.defect}",
            subject=f"{problem.path} {problem.defect.name}",
        )
