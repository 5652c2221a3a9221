"""What kind of mail domain an address has: anyone's, a throw-away's, an organisation's."""

from __future__ import annotations

from functools import cache
from importlib import resources

from provenance.parse.addresses import domain_of, registrable_domain
from provenance.policy import Domains


@cache
def _free_mail() -> frozenset[str]:
    text = resources.files("provenance.data").joinpath("free-mail.txt").read_text("utf-8")
    return frozenset(
        line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")
    )


@cache
def _disposable() -> frozenset[str]:
    from disposable_email_domains import blocklist

    return frozenset(blocklist)


class DomainLists:
    """The built-in lists with the policy's changes."""

    def __init__(self, policy: Domains) -> None:
        allowed = frozenset(policy.allow)
        self._free = (_free_mail() | frozenset(policy.free_mail)) - allowed
        self._throwaway = (_disposable() | frozenset(policy.disposable)) - allowed

    def is_free_mail(self, address: str) -> bool:
        """True where anyone can get an address at this domain."""
        return not self._free.isdisjoint(_names(address))

    def is_disposable(self, address: str) -> bool:
        """True for a domain that hands out addresses for minutes or hours."""
        return not self._throwaway.isdisjoint(_names(address))


def _names(address: str) -> tuple[str, str]:
    """The domain itself and the registrable one; empty text is on no list."""
    return domain_of(address), registrable_domain(address)
