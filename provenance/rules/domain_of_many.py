"""An identity writes from a mail domain that many others of this history use: this speaks for it.

What it looks for:
    At least five identities of this history have the registrable domain, which is no free mail
    and hands out no throw-away addresses. Told only beside other signals, from whose sum it
    takes three bits (``pattern.weights`` changes how much).

Why it matters:
    To write from the domain of a known organisation somebody has to be there, or to have broken
    in. It proves neither, but an invented person has no such address.

Example:
    ``new@bigcorp.example``, where forty others write from ``bigcorp.example``.

What to do:
    Nothing. A domain with five established people makes its users affiliated.

References:
    docs/patterns.md; docs/trust.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.pattern.model import IdentityCase
from provenance.findings import Confidence
from provenance.parse.addresses import registrable_domain
from provenance.rules import Observation
from provenance.words import Severity

USUAL = 0.4
SPEAKS_FOR = 3.0
_MANY = 5


def check_identity(case: IdentityCase) -> Iterator[Observation]:
    if case.deeds and case.domain_users >= _MANY:
        domain = registrable_domain(case.address)
        yield Observation(
            severity=Severity.INFO,
            confidence=Confidence.MEDIUM,
            message=f"{case.domain_users} identities of this history write from {domain}",
        )
