"""A claimed identity, canonicalised, and what every source says of it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from provenance.evidence import sources
from provenance.evidence.model import Evidence, Outcome, Standing
from provenance.evidence.trust import TrustBase
from provenance.facts import Address, BrokenIdent, Ident, Person
from provenance.listing import module_names
from provenance.parse.addresses import is_global, local_part, normalise, same_letters, sent_via
from provenance.words import Status


class Claim(Struct, frozen=True, kw_only=True):
    """A person as claimed and as the trust base's .mailmap has it."""

    claimed: Person
    canonical: Person
    claimed_address: Address
    address: Address


class IdentitySource(Protocol):
    """One source of evidence; ``grants`` is the status that a good outcome carries."""

    name: str
    grants: Status

    def look(self, claim: Claim) -> Evidence: ...


def load_sources(trust: TrustBase) -> tuple[IdentitySource, ...]:
    """Every source of the ``sources`` package, strongest grant first."""
    found: list[IdentitySource] = [
        importlib.import_module(f"{sources.__name__}.{name}").Source(trust)
        for name in module_names(sources.__path__)
    ]
    return tuple(sorted(found, key=lambda source: (-source.grants.strength, source.name)))


class Assessor:
    """Gives each claimed identity its standing; remembers answers."""

    def __init__(self, trust: TrustBase) -> None:
        self._trust = trust
        self._sources = load_sources(trust)
        self.known = trust.known_people()
        self._standings: dict[Person, Standing] = {}

    def assess(self, ident: Ident | BrokenIdent) -> Standing:
        """The standing of an author or committer line; broken ones are undetermined."""
        if isinstance(ident, Ident):
            return self.assess_person(ident.person)
        return self.nobody(ident.raw, ident.reason)

    def nobody(self, raw: str = "", reason: str = "the author line cannot be read") -> Standing:
        """The standing of an identity that could not be read."""
        nobody = Person(name=raw, email="")
        evidence = Evidence(source="identity", outcome=Outcome.ERROR, detail=reason)
        return Standing(
            claimed=nobody,
            canonical=nobody,
            address=Address(""),
            status=Status.UNDETERMINED,
            evidence=(evidence,),
        )

    def assess_person(self, person: Person) -> Standing:
        """The strongest status that the sources carry, with what each one saw."""
        known = self._standings.get(person)
        if known is None:
            known = self._standings[person] = self._look(person)
        return known

    def _look(self, person: Person) -> Standing:
        canonical = self._trust.mailmap.map(person)
        claim = Claim(
            claimed=person,
            canonical=canonical,
            claimed_address=normalise(person.email),
            address=normalise(canonical.email),
        )
        evidence: list[Evidence] = []
        status = Status.UNVERIFIED
        for source in self._sources:
            seen = source.look(claim)
            evidence.append(seen)
            if seen.outcome is Outcome.GOOD and source.grants.strength > status.strength:
                status = source.grants
        if status is Status.UNVERIFIED:
            evidence.extend(self._alias_hints(claim))
        return Standing(
            claimed=person,
            canonical=canonical,
            address=claim.address,
            status=status,
            evidence=tuple(evidence),
        )

    def _alias_hints(self, claim: Claim) -> Sequence[Evidence]:
        """A known name with a new address: likely the same person, and still not verified."""
        name = sent_via(claim.canonical.name) or claim.canonical.name
        others = [one for one in self.known.addresses_of(name) if one != claim.address]
        if not others:
            return ()
        reason = "the name is the same"
        if any(_same_mailbox_name(claim.address, other) for other in others):
            reason += " and so is the local part"
        shown = ", ".join(others[:3])
        detail = f"likely an alias of {shown}: {reason}; a shared name alone verifies nothing"
        return (Evidence(source="alias", outcome=Outcome.NOT_APPLICABLE, detail=detail),)


def _same_mailbox_name(left: Address, right: Address) -> bool:
    return is_global(left) and same_letters(local_part(left), local_part(right))
