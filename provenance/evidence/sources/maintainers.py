"""MAINTAINERS at the trust base: the exact address, as claimed or through .mailmap."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.words import Status

_SHOWN = 3


class Source:
    """Looks the address up among the ``M:`` and ``R:`` lines."""

    name = "maintainers"
    grants = Status.LISTED

    def __init__(self, trust: TrustBase) -> None:
        self._sections = trust.sections_by_address
        self._shared = trust.shared
        self._exists = bool(trust.maintainers)

    def look(self, claim: Claim) -> Evidence:
        if not self._exists:
            return Evidence(
                source=self.name,
                outcome=Outcome.UNAVAILABLE,
                detail="no MAINTAINERS file at the trust base",
            )
        named = ((claim.address, claim.canonical), (claim.claimed_address, claim.claimed))
        for address, person in named:
            sections = self._sections.get(address)
            if sections:
                shared = self._shared(address, person.name)
                if shared:
                    return Evidence(
                        source=self.name,
                        outcome=Outcome.NOT_APPLICABLE,
                        detail=f"listed, but {shared}",
                    )
                shown = ", ".join(sections[:_SHOWN])
                more = f" and {len(sections) - _SHOWN} more" if len(sections) > _SHOWN else ""
                through = "" if address == claim.claimed_address else f" as {address} by .mailmap"
                return Evidence(
                    source=self.name,
                    outcome=Outcome.GOOD,
                    detail=f"listed{through} for {shown}{more}",
                )
        return Evidence(source=self.name, outcome=Outcome.BAD, detail="address not in MAINTAINERS")
