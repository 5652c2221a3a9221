"""The mail that a commit was posted in, beside the commit, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from provenance.evidence.model import SignatureStatus
from provenance.parse.comparison import Content
from provenance.report.audit_page import describe_signature
from provenance.report.document import Section
from provenance.report.mails import PostedInfo, ReviewInfo, Writer
from provenance.report.model import CommitReport

CONTENT: Final = {
    Content.SAME: "the same change",
    Content.ADAPTED: "the same changed lines, between other lines or in another file",
    Content.DIFFERENT: "DIFFERENT changed lines",
    Content.UNKNOWN: "not compared",
}
"""How two changes compare, in words."""


def posted_section(commit: CommitReport) -> Iterator[Section]:
    """What its mail says of a commit, where the archives have it."""
    posted = commit.posted
    if posted is None:
        return
    yield Section(
        title=f"Mail: {posted.message_id}",
        lines=tuple(_lines(posted)),
        diff=posted.interdiff,
    )


def _lines(posted: PostedInfo) -> Iterator[str]:
    named = "named by the commit" if posted.linked else "found by its title"
    yield f"{posted.subject}, {posted.date or 'no date'}; {named}"
    author = "the same author"
    if not posted.author_matches:
        author = f"ANOTHER author: {_who(posted.author)}"
    yield f"{author}; content: {CONTENT[posted.content]}"
    if posted.signature.status is not SignatureStatus.NONE:
        yield f"developer signature {describe_signature(posted.signature)}"
    yield f"replies of its title in the archives: {posted.replies}"
    yield from map(_review, posted.reviews)
    yield from posted.differences
    if posted.interdiff:
        yield "interdiff (- the mail's changed lines, + this commit's):"


def _review(one: ReviewInfo) -> str:
    """A review that the commit claims, and what the archives have of it."""
    where = "the author's mail" if one.in_mail else "the commit only"
    return (
        f"{one.key}: {_who(one.reviewer)} [{one.reviewer.status}], in {where};"
        f" {one.outcome}: {one.detail}"
    )


def _who(person: Writer) -> str:
    return f"{person.name} <{person.email}>"
