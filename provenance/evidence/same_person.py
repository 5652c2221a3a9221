"""Whether two claims inside one commit name one person."""

from __future__ import annotations

from provenance.evidence.known import is_full_name
from provenance.evidence.model import Standing
from provenance.facts import Address
from provenance.parse.addresses import (
    domain_of,
    local_part,
    normalise,
    same_letters,
    same_relayed,
    sent_via,
)


def same_person(left: Standing, right: Standing) -> bool:
    """True where two claims name one person: address, full name, or a mailbox's spelling.

    This joins claims inside one commit only (an author's sign-off under a second address);
    it never raises anybody's standing.
    """
    if left.address == right.address != "":
        return True
    if {left.address, normalise(left.claimed.email)} & {
        right.address,
        normalise(right.claimed.email),
    } - {Address("")}:
        return True
    if same_relayed(left.address, right.address):
        return True
    if any(name and is_full_name(name) for name in _names(left) & _names(right)):
        return True
    return domain_of(left.address) == domain_of(right.address) != "" and same_letters(
        local_part(left.address), local_part(right.address)
    )


def _names(standing: Standing) -> set[str]:
    """As claimed, after .mailmap, and without the mailing list that passed it on."""
    names = (standing.canonical.name, standing.claimed.name)
    return {(sent_via(name) or name).casefold() for name in names}
