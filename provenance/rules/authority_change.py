"""Somebody who authors commits in the range is added to MAINTAINERS or .mailmap in it.

What it looks for:
    A commit that adds, to MAINTAINERS or .mailmap, an address which authors commits of the
    audited range. For an unverified identity this is high where no verified person signed
    the change off (below what an unverified person committed, a sign-off is a text), low where
    it looks like a known person's new address, and medium otherwise; for a verified identity
    it is information.

Why it matters:
    These files decide who has authority and whose name is shown. Inside the range they
    count for nothing in this audit, but the next audit will take them as given.

Example:
    A newcomer's third patch adds ``M: Newcomer <new@newcomer.example>`` to a section.

What to do:
    See who signed the change off. A maintainer who adds a new co-maintainer is the normal
    case.

References:
    Documentation/process/maintainers; gitmailmap; docs/trust.md, "Trust base".
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import AuthorityChange, CommitCase
from provenance.evidence.via import credible_signers
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted


def check(case: CommitCase) -> Iterator[Observation]:
    for change in case.authority_changes:
        own = "their own address" if change.is_own else "the address"
        yield Observation(
            severity=_severity(case, change),
            confidence=Confidence.HIGH,
            message=(
                f"adds {own} {change.address} to {change.path};"
                f" it authors {counted(change.commits_in_range, 'commit')} of this range"
            ),
            subject=f"{change.path} {change.address}",
            evidence=change.standing.evidence,
        )


def _severity(case: CommitCase, change: AuthorityChange) -> Severity:
    if not case.is_unverified(change.standing):
        return Severity.INFO
    if not any(person.address != change.address for person in credible_signers(case)):
        return Severity.HIGH
    return Severity.LOW if change.standing.likely_alias else Severity.MEDIUM
