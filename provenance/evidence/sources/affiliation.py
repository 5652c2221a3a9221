"""The address's registrable domain: an organisation's, or one that anyone can use."""

from __future__ import annotations

from provenance.evidence.claims import Claim
from provenance.evidence.model import Evidence, Outcome
from provenance.evidence.trust import TrustBase
from provenance.parse.addresses import domain_of, registrable_domain, relayed
from provenance.words import Status


class Source:
    """Judges the domain of the address that the commit claims, not of a mapped one."""

    name = "affiliation"
    grants = Status.AFFILIATED

    def __init__(self, trust: TrustBase) -> None:
        self._own = {domain.lower(): name for domain, name in trust.policy.organisations.items()}
        self._used = trust.organisations
        self._domains = trust.domains
        self._shared = trust.shared
        self._enough = trust.policy.affiliated.people
        self._complete = trust.history_complete

    def look(self, claim: Claim) -> Evidence:
        address = claim.claimed_address
        domain = registrable_domain(address)
        if relayed(address):
            return self._evidence(Outcome.NOT_APPLICABLE, "a mail relay's address for anyone")
        shared = self._shared(address, claim.claimed.name)
        if shared:
            return self._evidence(Outcome.NOT_APPLICABLE, shared)
        if not domain:
            return self._evidence(Outcome.NOT_APPLICABLE, "the address has no public domain")
        organisation = self._own.get(domain_of(address)) or self._own.get(domain)
        if organisation:
            return self._evidence(Outcome.GOOD, f"{domain} is {organisation} by the policy")
        if self._domains.is_disposable(address):
            return self._evidence(Outcome.BAD, f"{domain} hands out disposable addresses")
        if self._domains.is_free_mail(address):
            return self._evidence(Outcome.NOT_APPLICABLE, f"{domain} gives a mailbox to anyone")
        people = self._used.get(domain)
        if people:
            return self._evidence(
                Outcome.GOOD, f"{people} established people use {domain} before the trust base"
            )
        if not self._complete:
            return self._evidence(
                Outcome.UNAVAILABLE, "history before the trust base is incomplete"
            )
        return self._evidence(
            Outcome.BAD, f"fewer than {self._enough} established people use {domain}"
        )

    def _evidence(self, outcome: Outcome, detail: str) -> Evidence:
        return Evidence(source=self.name, outcome=outcome, detail=detail)
