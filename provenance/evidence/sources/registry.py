"""The registry: people the user has entered in the policy, by exact address."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.parse.addresses import normalise
from provenance.words import Status


class Source:
    """Looks the address up among the policy's ``[[person]]`` entries."""

    name = "registry"
    grants = Status.LISTED

    def __init__(self, trust: TrustBase) -> None:
        self._names = {
            normalise(address): person.name
            for person in trust.policy.person
            for address in person.addresses
        }

    def look(self, claim: Claim) -> Evidence:
        if not self._names:
            return Evidence(
                source=self.name,
                outcome=Outcome.UNAVAILABLE,
                detail="the policy names no [[person]]",
            )
        name = self._names.get(claim.address) or self._names.get(claim.claimed_address)
        if name:
            return Evidence(source=self.name, outcome=Outcome.GOOD, detail=f"registered as {name}")
        return Evidence(source=self.name, outcome=Outcome.BAD, detail="address not in the registry")
