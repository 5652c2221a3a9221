"""A backport adds a line of its original with another operator, number or text.

What it looks for:
    A commit that names an upstream commit and adds one of its lines with the same names in
    the same order but other operators, numbers or string constants. High; medium where only
    brackets and commas differ, which an adapted condition around the line can explain, the
    suffix of a number, a semicolon that a macro may lack, or the words of a message (a string with
    blanks; what is printed into it counts). Comments are left out.

Why it matters:
    A backport is read less closely than the original: it has been reviewed before. One
    character (``>`` for ``>=``) turns a fix into a hole, and git's patch-id does not always
    see it.

Example:
    Upstream adds ``if (len > MAX)``, the backport adds ``if (len >= MAX)``.

What to do:
    See the interdiff with ``provenance check COMMIT``; ask who adapted the patch why.

References:
    Documentation/process/backporting; docs/limits.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

BY_HANDLER = True

SHOWN = 2


def check(case: CommitCase) -> Iterator[Observation]:
    altered = case.upstream.comparison.altered if case.upstream else ()
    if not altered:
        return
    grave = [line for line in altered if not line.is_minor]
    shown = "; ".join(
        f"{line.path}: `{line.original}` became `{line.now}`" for line in (grave or altered)[:SHOWN]
    )
    what = "operators or constants" if grave else "brackets, suffixes or messages"
    yield Observation(
        severity=Severity.HIGH if grave else Severity.MEDIUM,
        confidence=Confidence.MEDIUM,
        message=(
            f"{counted(len(grave or altered), 'line')} with other {what} than upstream: {shown}"
        ),
    )
