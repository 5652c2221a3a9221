"""People and domains with standing at the trust base, and what only looks like them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from provenance.facts import Address
from provenance.parse.addresses import (
    deletions,
    domain_of,
    local_part,
    registrable_domain,
    same_letters,
    skeleton,
    within_one_edit,
)

_SHORTEST_DOMAIN: Final = 9
"""Characters; below this, domains one letter apart are common and mean nothing."""


class KnownPeople:
    """Names, addresses and domains that a newcomer could borrow.

    ``names`` maps each address with standing to the names it was used with; ``domains``
    are registrable domains that such people use.  ``used`` has the names of every address that
    authored something before the trust base, with standing or without.
    """

    def __init__(
        self,
        names: Mapping[Address, Iterable[str]],
        domains: Iterable[str],
        used: Mapping[Address, Iterable[str]],
    ) -> None:
        self._used = used
        self._addresses = frozenset(names)
        self._by_name: dict[str, set[Address]] = defaultdict(set)
        for address, written in names.items():
            for name in written:
                if is_full_name(name):
                    self._by_name[name.casefold()].add(address)
        self._domains = frozenset(domain for domain in domains if domain)
        self._by_skeleton: dict[str, set[Address]] = defaultdict(set)
        for address in self._addresses:
            self._by_skeleton[skeleton(address)].add(address)
        self._near_domains: dict[str, set[str]] = defaultdict(set)
        for domain in self._domains:
            if len(domain) >= _SHORTEST_DOMAIN:
                for variant in deletions(domain):
                    self._near_domains[variant].add(domain)
        self._domain_skeletons = {skeleton(domain): domain for domain in self._domains}
        self._name_skeletons = {skeleton(name): name for name in self._by_name}

    def addresses_of(self, name: str) -> tuple[Address, ...]:
        """Addresses with standing that used exactly this full name, letter case aside."""
        return tuple(sorted(self._by_name.get(name.casefold(), ())))

    def has_used(self, address: Address, name: str) -> bool:
        """True where the address authored something under this name before the trust base."""
        folded = name.casefold()
        return any(folded == known.casefold() for known in self.names_of(address))

    def names_of(self, address: Address) -> tuple[str, ...]:
        """The names under which the address authored something before the trust base."""
        return tuple(self._used.get(address, ()))

    def is_known(self, address: Address) -> bool:
        """True for an address with standing."""
        return address in self._addresses

    def twin_address(self, address: Address) -> Address | None:
        """An address with standing that looks like this one without being it.

        Same picture (confusable characters), or the same domain and a local part that
        differs in exactly one letter.
        """
        if address in self._addresses:
            return None
        for other in sorted(self._by_skeleton.get(skeleton(address), ())):
            if not _is_same_mailbox(address, other):
                return other
        return None

    def twin_domain(self, address: Address) -> str | None:
        """A domain with standing that this address's domain imitates; None for a known one."""
        domain = registrable_domain(address)
        if not domain or domain in self._domains:
            return None
        twin = self._domain_skeletons.get(skeleton(domain))
        if twin:
            return twin
        if len(domain) < _SHORTEST_DOMAIN:
            return None
        for variant in sorted(deletions(domain)):
            for other in sorted(self._near_domains.get(variant, ())):
                if within_one_edit(domain, other) and _imitates(domain, other):
                    return other
        return None

    def twin_name(self, name: str) -> str | None:
        """A known name that this one looks like while its characters differ."""
        folded = name.casefold()
        if not is_full_name(name) or folded in self._by_name or name.isascii():
            return None
        return self._name_skeletons.get(skeleton(name))


def is_full_name(name: str) -> bool:
    """True for a name of at least two words; one word is shared by too many people."""
    return len(name.split()) > 1 and len(name) > 5


def _is_same_mailbox(left: Address, right: Address) -> bool:
    """Spelling variants that mail systems and people use for one mailbox."""
    return domain_of(left) == domain_of(right) and same_letters(local_part(left), local_part(right))


def _imitates(domain: str, other: str) -> bool:
    """False where the difference is only the public suffix's (``x.de`` beside ``x.dk``)."""
    return domain.partition(".")[0] != other.partition(".")[0]
