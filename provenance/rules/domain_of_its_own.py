"""An unverified identity writes from a mail domain that nobody else of this history uses.

What it looks for:
    The registrable domain of the address is no free mail, hands out no throw-away addresses, and
    no other identity of this history has it.

Why it matters:
    A domain says where somebody works, or that somebody bought a domain. The account of the case
    that this program was written for had one of its own. So have many people: this counts only
    together with other signals, and for little.

Example:
    ``rob@sable-mail.example``, and nobody else at ``sable-mail.example``.

What to do:
    Nothing. Whoever is known puts the domain into ``[organisations]`` of the policy.

References:
    docs/patterns.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.parse.addresses import registrable_domain
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.3


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    if case.unverified and case.deeds and case.domain_users == 1:
        yield Observation(
            severity=Severity.LOW,
            confidence=Confidence.HIGH,
            message=f"nobody else of this history writes from {registrable_domain(case.address)}",
        )
