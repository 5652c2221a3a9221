"""An identity discloses a coding tool, or a tool signs off.

What it looks for:
    ``Assisted-by`` trailers, and sign-offs, co-author or ``Generated-by`` trailers that name a
    coding tool, on commits in the audited range. Low for a sign-off by a tool, else info. A
    person who is called like one is not taken for it.

Why it matters:
    Disclosure is asked for, and is to the author's credit. A sign-off is a person's statement: a
    tool cannot make it.

Example:
    ``Assisted-by: LLM``; ``Signed-off-by: Some Agent <agent@vendor.example>``.

What to do:
    Nothing for a disclosure. Ask for a person's sign-off where a tool gave it.

References:
    Documentation/process/coding-assistants; docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

USUAL = 0.1


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    disclosed = [(deed, tool) for deed in case.inside for tool in deed.tools]
    signed = [pair for pair in disclosed if pair[1].lower().startswith("signed-off-by")]
    if disclosed:
        deed, tool = (signed or disclosed)[0]
        commits = {one.id for one, _ in disclosed}
        yield Observation(
            severity=Severity.LOW if signed else Severity.INFO,
            confidence=Confidence.HIGH,
            message=f"{counted(len(commits), 'commit')} with {tool} ({deed.id[:12]})",
        )
