"""Dates that cannot be right, or that run backwards by much.

What it looks for:
    A commit dated before git existed (2005) or after the year 2105; a commit dated more
    than ``limits.date_gap_days`` (default 30) before its parent; an author date more than
    as many days after the committer date; a time zone beyond UTC-12:00 to UTC+14:00.

Why it matters:
    Whoever writes a commit writes its dates. Wrong ones mislead every tool that cuts
    history by date, and back-dating makes an account look older than it is. Slow clocks
    explain most cases.

Example:
    A patch whose author date is 1970-01-01.

What to do:
    Ignore it in imported history. In a current range, compare with the date of the mail.

References:
    git-log, "Commit Limiting"; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.dates import DAY
from provenance.evidence.model import CommitCase
from provenance.facts import Ident
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

GIT_EPOCH = 1_112_832_000
"""2005-04-07, the first commit of git itself; older dates are imported or wrong."""
FAR_FUTURE = 4_260_211_200
"""2105-01-01, just below what an unsigned 32-bit time holds."""
_EAST, _WEST = 14 * 60, 12 * 60


def check(case: CommitCase) -> Iterator[Observation]:
    author, committer = case.commit.author, case.commit.committer
    if not isinstance(author, Ident) or not isinstance(committer, Ident):
        return
    gap = case.policy.limits.date_gap_days * DAY
    if not GIT_EPOCH <= committer.seconds <= FAR_FUTURE:
        yield _seen(Severity.LOW, "the commit is dated outside 2005 to 2105", "commit")
    elif case.parent_times and committer.seconds < max(case.parent_times) - gap:
        days = (max(case.parent_times) - committer.seconds) // DAY
        yield _seen(Severity.LOW, f"the commit is dated {days} days before its parent", "parent")
    if author.seconds > committer.seconds + gap:
        days = (author.seconds - committer.seconds) // DAY
        taken = "sent" if case.mail else "committed"
        yield _seen(Severity.LOW, f"written {days} days after it was {taken}", "author")
    for role, ident in (("author", author), ("committer", committer)):
        if not _is_real_zone(ident.zone):
            yield _seen(Severity.INFO, f"the {role}'s time zone is {ident.zone}", f"{role} zone")


def _is_real_zone(zone: str) -> bool:
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    return minutes <= (_WEST if zone[0] == "-" else _EAST)


def _seen(severity: Severity, message: str, subject: str) -> Observation:
    return Observation(
        severity=severity, confidence=Confidence.MEDIUM, message=message, subject=subject
    )
