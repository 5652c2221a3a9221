"""What a command was asked to do, frozen before it starts.  Flags > environment > defaults."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from provenance.policy import Policy
from provenance.words import Severity, Tier


class Whose(StrEnum):
    """Whose commits something is done for."""

    NOBODY = "nobody"
    UNVERIFIED = "unverified"
    EVERYBODY = "everybody"


def cores() -> int:
    """How many processes may run at once unless somebody says so."""
    return max(1, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that shapes a report, apart from the repository and the revision.

    ``base`` is a revision, ``"none"`` for the beginning of history, or None to choose the
    previous release.  ``as_of`` (a date) decides which ignores still hold and which keys have
    expired; None takes the date of the audited tip or its tag.  ``select`` and ``ignore``
    hold rule ids; an empty ``select`` is all of them.  ``surface`` says whose changed lines
    are read for new attack surface.
    ``remerge`` says whether merges are merged again to see what they changed themselves.
    ``mails`` are archives in which the mails of commits are looked for.
    ``cache`` is the folder in which the index is kept, None for none; ``warn`` is told what a
    user should know of it and what is no part of a report.
    ``jobs`` is how many processes may run at once, ours and git's; ``tier`` says how far the
    repository's files are trusted, ``alternates`` names folders from which it may borrow objects.
    """

    base: str | None = None
    trust_base: str | None = None
    mainline: str | None = None
    keyring: tuple[Path, ...] = ()
    allowed_signers: Path | None = None
    revoked_signers: Path | None = None
    policy: Policy = field(default_factory=Policy)
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    min_severity: Severity = Severity.LOW
    baseline: frozenset[str] = frozenset()
    as_of: datetime.date | None = None
    surface: Whose = Whose.UNVERIFIED
    remerge: bool = True
    mails: tuple[Path, ...] = ()
    cache: Path | None = None
    warn: Callable[[str], None] = field(default=lambda message: None, compare=False)
    tier: Tier = Tier.FOREIGN
    alternates: tuple[Path, ...] = ()
    jobs: int = field(default_factory=cores)


DEFAULTS: Final = Settings()

Progress = Callable[[str, int, int], None]
"""Called with a phase, how much is done, and the total (0 where it is not known)."""


def no_progress(phase: str, done: int, total: int) -> None:
    """Reports nothing."""


def part_of(progress: Progress, start: int, end: int, whole: int) -> Progress:
    """Tells of a part as of a piece of the whole, from ``start`` to ``end``."""

    def told(phase: str, done: int, total: int) -> None:
        progress(phase, start + done * (end - start) // max(total, 1), whole)

    return told
