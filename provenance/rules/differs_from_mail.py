"""A commit is not the change that was posted.

What it looks for:
    With ``--mail``: a commit whose changed lines are not those of its mail, the newest version
    in the archives that fits best. Medium where it adds a line of the mail with other operators,
    numbers or texts, low where it has added lines of its own in code, information only where the
    mail has more than it, or documentation, white space or the order differs.

    Not asked where the commit names an upstream commit that is here: then that is what it should
    be (``backport-differs``).

Why it matters:
    What was reviewed is the mail. What differs was changed by the author or a handler afterwards,
    and fewer people have seen it.

Example:
    The mail adds ``if (len > MAX)``, the commit has ``if (len >= MAX)``.

What to do:
    See the interdiff with ``provenance check COMMIT --mail ...``. Most differences are honest: a
    later version that is not in the archives, a note for a release, a typo mended on the way.
    Maintainers say what they changed in brackets above their sign-off.

References:
    Documentation/process/submitting-patches; docs/mail.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.parse.comparison import Comparison, Content
from provenance.rules import Observation
from provenance.words import Severity, counted

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    posted = case.posted
    if posted is None or (case.upstream and case.upstream.found):
        return
    found = posted.comparison
    if found.content is not Content.DIFFERENT:
        return
    rest = len(found.differences) - 1
    more = f" and {counted(rest, 'more file')}" if rest else ""
    yield Observation(
        severity=_severity(found),
        confidence=Confidence.MEDIUM if posted.linked else Confidence.LOW,
        message=f"differs from mail {posted.mail.message_id}: {found.differences[0]}{more}",
    )


def _severity(found: Comparison) -> Severity:
    if any(not line.is_minor for line in found.altered):
        return Severity.MEDIUM
    return Severity.LOW if found.own else Severity.INFO
