"""Words that policy, evidence, findings and reports share."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


def counted(number: int, noun: str) -> str:
    """``1 commit`` or ``2 commits``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class Severity(StrEnum):
    """How much a finding matters, mildest first."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for info to 4 for critical."""
        return _RANKS[self]


_RANKS: Final = {severity: number for number, severity in enumerate(Severity)}


class Status(StrEnum):
    """What the evidence says about an author, strongest first."""

    ATTESTED = "attested"
    LISTED = "listed"
    AFFILIATED = "affiliated"
    ESTABLISHED = "established"
    UNVERIFIED = "unverified"
    UNDETERMINED = "undetermined"

    @property
    def strength(self) -> int:
        """5 for attested to 0 for undetermined."""
        return _STRENGTHS[self]


_STRENGTHS: Final = {status: number for number, status in enumerate(reversed(Status))}


class Verdict(StrEnum):
    """How complete the route from author to tree is."""

    SEALED = "sealed"
    COMPLETE = "complete"
    PARTIAL = "partial"
    BROKEN = "broken"
    UNDETERMINED = "undetermined"


class Tier(StrEnum):
    """How far the files of a repository are trusted."""

    FOREIGN = "foreign"
    """Every file in it may be forged: links and alternates are refused, every object is hashed."""
    OWN = "own"
    """A clone of the user's, fetched through git, which has checked every object on the way."""
