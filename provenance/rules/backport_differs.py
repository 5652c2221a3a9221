"""A backport is not the change that it says it is.

What it looks for:
    A commit whose changed lines are not those of the upstream commit it names. Medium where
    it adds lines that the original does not, adds them in another order, removes more, or
    leaves out added lines in a file that it changes; low where only white space, the text of
    removed lines, whole files, documentation or translations differ. The same change between
    other lines, or in a file that was moved, is an adaptation and stays quiet.

Why it matters:
    Stable rules ask for what is in mainline. What differs was not reviewed there.

Example:
    The upstream fix changes one line, the backport also adds an ioctl.

What to do:
    See the interdiff with ``provenance check COMMIT``. Older trees need honest differences:
    another name for a function, a missing file, a shorter fix.

References:
    Documentation/process/stable-kernel-rules; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.parse.comparison import Content
from provenance.rules import Observation
from provenance.words import Severity, counted

BY_HANDLER = True


def check(case: CommitCase) -> Iterator[Observation]:
    if case.upstream is None or case.upstream.comparison.content is not Content.DIFFERENT:
        return
    found = case.upstream.comparison
    grave = found.own or found.dropped or found.reordered or found.removes_more
    others = ", ".join(one[:12] for one in case.upstream.others)
    also = f"; the message also names {others}" if others else ""
    rest = len(found.differences) - 1
    more = f" and {counted(rest, 'more file')}" if rest else ""
    origin = case.upstream.id[:12]
    yield Observation(
        severity=Severity.MEDIUM if grave else Severity.LOW,
        confidence=Confidence.MEDIUM,
        message=f"differs from upstream {origin}: {found.differences[0]}{more}{also}",
    )
