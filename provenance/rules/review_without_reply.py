"""A review that the author's own mail claims, and that its reviewer never sent.

What it looks for:
    With ``--mail``: a commit whose mail is in the archives, with a ``Reviewed-by``, ``Acked-by`` or
    ``Tested-by`` of somebody who has not answered it there, by address or full name, and who did
    not handle the patch. Medium where the author's mail brought it and the author is unverified,
    information only where the author is verified, or where whoever took the patch added it.

Why it matters:
    Anyone can type somebody else's name below a patch. Handlers trust reviews by people they
    know, and few look up whether they were sent.

Example:
    A first version by an unknown author, already ``Reviewed-by`` a maintainer who has written no
    mail about it.

What to do:
    Ask the reviewer. Reviews within a company, on another list, in private or on a call are usual;
    archives hold what they hold.

References:
    Documentation/process/submitting-patches (reviewer's statement of oversight); docs/mail.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, Outcome, ReviewClaim
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    posted = case.posted
    absent = [one for one in posted.reviews if _is_absent(one)] if posted else []
    if posted is None or not absent:
        return
    claimed = [one for one in absent if one.in_mail]
    shown = claimed or absent
    more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
    who = shown[0].reviewer.claimed
    where = "the author's mail" if claimed else "the commit"
    yield Observation(
        severity=Severity.MEDIUM if claimed and case.is_unverified(case.author) else Severity.INFO,
        confidence=Confidence.MEDIUM if posted.replies else Confidence.LOW,
        message=(
            f"{where} claims {shown[0].key} {who.name or who.email}{more}: no reply of theirs to"
            f" {posted.mail.message_id} is in the archives"
        ),
    )


def _is_absent(review: ReviewClaim) -> bool:
    return review.outcome is Outcome.UNAVAILABLE and not review.has_answered
