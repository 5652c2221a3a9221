"""A merge holds changes that come from neither side.

What it looks for:
    Files in which the merge differs from merging its parents again although nothing
    conflicts there. High where the merger is unverified, medium where the lines stand in one
    of the policy's ``sensitive_paths``, in MAINTAINERS or in .mailmap, else low. Where files
    conflict, a decision is part of the merge: lines that neither side has, and decisions
    between files without lines, are information where the merger is verified, else medium, and
    high from 20 lines on.
    A merge that could not be merged again is information, and the report is incomplete.

Why it matters:
    Merges are hardly read: ``git log -p`` shows nothing of them. A change that hides in one
    has no patch, no review and no sign-off.

Example:
    A merge of two unrelated branches also changes ``if (uid == 0)`` to ``if (uid = 0)``.

What to do:
    Look with ``git show --remerge-diff COMMIT``. Most are honest: an interface that one side
    renamed and the other side used, or a conflict that an older git saw and today's does not.

References:
    git-merge; gitdiffcore; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.evidence.via import merger
from provenance.findings import Confidence
from provenance.parse.remerge import MergedFile
from provenance.parse.surface import is_authority_file
from provenance.rules import Observation
from provenance.words import Severity, counted

_MANY = 20
"""Lines; a conflict is seldom resolved with so many that neither side has."""


def check(case: CommitCase) -> Iterator[Observation]:
    merge = case.merge
    if merge is None or merge.takes_nothing:
        return
    if merge.changed is None:
        yield _remark("could not be merged again, so what it changed itself is not known")
        return
    quiet = [file for file in merge.changed if not file.conflicts]
    if quiet:
        yield Observation(
            severity=_severity(case, quiet),
            confidence=Confidence.MEDIUM,
            message=f"the merge itself changes {_named(quiet)}, where nothing conflicts",
        )
    resolved = [file for file in merge.changed if file.conflicts and file.added]
    if resolved:
        yield _remark(
            f"resolves conflicts with lines that neither side has in {_named(resolved)}",
            _severity_of_decisions(case, resolved),
        )
    textless = [file for file in merge.changed if file.conflicts and not file.has_lines]
    if textless:
        yield _remark(
            f"decides conflicts that have no lines to compare in {_named(textless)}",
            _severity_of_decisions(case, textless),
        )


def _severity(case: CommitCase, files: list[MergedFile]) -> Severity:
    if not case.policy.is_verified(merger(case).status):
        return Severity.HIGH
    sensitive = any(
        is_authority_file(file.path) or file.path.startswith(case.policy.sensitive_paths)
        for file in files
    )
    return Severity.MEDIUM if sensitive else Severity.LOW


def _severity_of_decisions(case: CommitCase, files: list[MergedFile]) -> Severity:
    if case.policy.is_verified(merger(case).status):
        return Severity.INFO
    many = sum(file.added for file in files) >= _MANY
    return Severity.HIGH if many else Severity.MEDIUM


def _remark(message: str, severity: Severity = Severity.INFO) -> Observation:
    return Observation(
        severity=severity,
        confidence=Confidence.MEDIUM,
        message=f"the merge {message}",
        subject="remark",
    )


def _named(files: list[MergedFile]) -> str:
    more = f" and {counted(len(files) - 1, 'more file')}" if len(files) > 1 else ""
    novel, removed = sum(file.added for file in files), sum(file.removed for file in files)
    return f"{files[0].path}{more} (+{novel} -{removed})"
