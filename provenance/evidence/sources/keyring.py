"""The trusted keyring: a certificate that carries the address."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.words import Status


class Source:
    """Looks the address up among the user IDs of the keyring's certificates."""

    name = "keyring"
    grants = Status.LISTED

    def __init__(self, trust: TrustBase) -> None:
        self._keyring = trust.keyring

    def look(self, claim: Claim) -> Evidence:
        if not self._keyring:
            return Evidence(
                source=self.name, outcome=Outcome.UNAVAILABLE, detail="no --keyring was given"
            )
        for address in (claim.address, claim.claimed_address):
            fingerprint = self._keyring.fingerprint_of(address)
            if fingerprint:
                return Evidence(
                    source=self.name,
                    outcome=Outcome.GOOD,
                    detail=f"certificate {fingerprint} carries {address}",
                )
        return Evidence(
            source=self.name, outcome=Outcome.BAD, detail="no certificate carries the address"
        )
