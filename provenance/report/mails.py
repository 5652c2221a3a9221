"""What a report says of mails: that a patch came in, or that a commit was posted in."""

from __future__ import annotations

from msgspec import Struct

from provenance.evidence.model import Outcome, Signature
from provenance.parse.comparison import Content
from provenance.words import Status


class SameChange(Struct, frozen=True, kw_only=True):
    """A commit with the same author, author date and subject, and the release it was first in."""

    id: str
    released: str | None


class MailInfo(Struct, frozen=True, kw_only=True):
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


class ArchivesInfo(Struct, frozen=True, kw_only=True):
    """Mail archives in which the mails of commits were looked for, and how many mails they hold."""

    names: tuple[str, ...]
    mails: int
    unreadable: int


class Writer(Struct, frozen=True, kw_only=True):
    """A name and an address as a mail has them, and their standing."""

    name: str
    email: str
    status: Status


class ReviewInfo(Struct, frozen=True, kw_only=True):
    """A review that a commit claims: ``outcome`` is good where a reply of the reviewer gives it.

    ``has_answered`` is true where they replied at all, ``in_mail`` where the author's own mail
    claims it.
    """

    key: str
    reviewer: Writer
    outcome: Outcome
    detail: str
    has_answered: bool
    in_mail: bool


class PostedInfo(Struct, frozen=True, kw_only=True):
    """The mail that a commit was posted in; ``date`` is what it says itself.

    ``author`` is whom git takes for the author.  The commit names the mail where it is ``linked``.
    ``content``, ``differences`` and ``interdiff`` are those of the commit (``+``) beside the mail
    (``-``), ``replies`` the answers that bear its title.
    """

    message_id: str
    subject: str
    date: str | None
    linked: bool
    author: Writer
    author_matches: bool
    content: Content
    differences: tuple[str, ...]
    interdiff: tuple[str, ...]
    signature: Signature
    reviews: tuple[ReviewInfo, ...]
    replies: int
