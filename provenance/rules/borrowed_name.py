"""A trailer uses a known person's name with an address that nothing connects with that person.

What it looks for:
    A sign-off, review, ack or test in the trailer block whose full name belongs to
    somebody with standing, from an address without standing that neither MAINTAINERS, .mailmap
    nor the keyring connects with that name, at a domain that none of the known addresses
    has. Information where the address authored commits under that name before the trust
    base. Else medium where the author is unverified and no verified person signed off, so
    that the name is all that vouches; low where MAINTAINERS lists the name for a touched
    path and the mailbox has another name too; else information.

Why it matters:
    Scripts that match sign-offs by name are satisfied by anyone who writes the name. A
    borrowed name is how a patch can look vouched for.

Example:
    ``Reviewed-by: Alice Maintainer <alice@elsewhere.example>`` where Alice is known only
    at ``example.org``.

What to do:
    People change employers: look for a .mailmap entry added later, or ask the person at
    the address you know. Enter the new address in the policy when it is confirmed.

References:
    docs/trust.md, "Aliases".
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.evidence.via import credible_signers
from provenance.facts import Address, Person, Zone
from provenance.findings import Confidence
from provenance.parse.addresses import (
    is_global,
    local_part,
    normalise,
    registrable_domain,
    same_letters,
)
from provenance.rules import Observation
from provenance.words import Severity

_SHOWN = 2
VOUCHING = frozenset({"signed-off-by", "reviewed-by", "acked-by", "tested-by"})


def check(case: CommitCase) -> Iterator[Observation]:
    seen: set[Address] = set()
    for trailer in case.commit.trailers:
        if trailer.zone is not Zone.BLOCK or trailer.key.lower() not in VOUCHING:
            continue
        if trailer.person is None or not is_global(trailer.person.email):
            continue
        address = normalise(trailer.person.email)
        owners = _other_owners(case, trailer.person, address)
        if not owners or address in seen:
            continue
        seen.add(address)
        earlier = case.known.has_used(address, trailer.person.name)
        severity = Severity.INFO if earlier else _severity(case, address, owners)
        more = f" and {len(owners) - _SHOWN} more" if len(owners) > _SHOWN else ""
        so_far = ", which has earlier commits under it" if earlier else ""
        yield Observation(
            severity=severity,
            confidence=Confidence.MEDIUM if severity is Severity.MEDIUM else Confidence.LOW,
            message=(
                f"{trailer.key} of {trailer.person.name} from {address}{so_far}; with standing the"
                f" name is known from {', '.join(owners[:_SHOWN])}{more}"
            ),
            subject=address,
        )


def _severity(case: CommitCase, address: Address, owners: tuple[Address, ...]) -> Severity:
    if case.is_unverified(case.author) and not credible_signers(case):
        return Severity.MEDIUM
    same_mailbox = any(same_letters(local_part(address), local_part(owner)) for owner in owners)
    if not same_mailbox and not case.responsible.isdisjoint(owners):
        return Severity.LOW
    return Severity.INFO


def _other_owners(case: CommitCase, person: Person, address: Address) -> tuple[Address, ...]:
    """Known addresses of the name, unless this one is known or at one of their domains."""
    if case.known.is_known(address) or not person.name:
        return ()
    owners = case.known.addresses_of(person.name)
    domain = registrable_domain(address)
    if any(registrable_domain(owner) == domain for owner in owners):
        return ()
    return owners
