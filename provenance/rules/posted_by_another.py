"""The mail with the same change has another author than the commit.

What it looks for:
    With ``--mail``: a commit whose changed lines are those of a mail in the archives by somebody
    else, by address, .mailmap and full name. The author is whom git takes for it: the first line
    ``From:`` of the text, else the sender.

Why it matters:
    A commit made of a mail keeps its author. Another one means that somebody's work carries
    somebody else's name, that the patch was passed on without saying so, or that it came another
    way than the mail.

Example:
    Posted by ``alice@example.org``, committed with the author ``bob@example.com``.

What to do:
    Read the thread. Of two people who wrote it together one may have posted for the other; then a
    ``Co-developed-by`` or a ``From:`` line belongs there.

References:
    Documentation/process/submitting-patches ("From Line"); docs/mail.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    posted = case.posted
    if posted is None or posted.author_matches:
        return
    who = posted.author.claimed
    yield Observation(
        severity=Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        message=f"posted by {who.name} <{who.email}> in {posted.mail.message_id}",
    )
