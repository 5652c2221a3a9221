"""What a report says of the mail that a patch came in, and of changes that look like one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SameChange:
    """A commit with the same author, author date and subject, and the release it was first in."""

    id: str
    released: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailInfo:
    """The mail that a patch came in, by its headers; ``sender`` is the committer of the record.

    ``number`` of ``total`` is its place in the series, 0 where it says none.  ``applies`` is
    false where the patch did not apply: then the lines are what it shows itself.
    ``signatures`` are headers that sign the mail and were not looked at; ``anomalies`` are what
    programs read in different ways.  ``same_change`` are commits of the repository with the
    patch's author, author date and subject.
    """

    message_id: str
    subject: str
    number: int
    total: int
    version: int
    applies: bool
    signatures: tuple[str, ...]
    anomalies: tuple[str, ...]
    same_change: tuple[SameChange, ...] = ()
