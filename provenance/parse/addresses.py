"""E-mail addresses: equality, domains, and addresses that only look like another.

Local parts are compared byte for byte, domains without regard to ASCII case (RFC 5321,
section 2.4).  Registrable domains come from the public suffix list.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from provenance.facts import Address

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LOCAL_DOMAINS: Final = re.compile(
    r"(?:^|\.)(?:\(none\)|localhost|localdomain|local|lan|home|internal|invalid)$"
    r"|^[^.]*$|^\d+\.\d+\.\d+\.\d+$"
)
_RELAY: Final = re.compile(r"devnull\+(.+)@kernel\.org")
_VIA: Final = re.compile(r"(.*\S) via \S.*")
_HOSTS: Final = frozenset({"noreply@github.com"})
_SPACE: Final = " \t\n\r"
"""What git takes for white space; anything else belongs to the address."""
_LONGEST_DOMAIN: Final = 253
"""Characters (RFC 1035); nothing longer is a domain."""
_SVN_STYLE: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LOOKS_LIKE: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})


@lru_cache(maxsize=65536)
def normalise(email: str) -> Address:
    """The address to compare by: white space off, domain in lower case, local part as is."""
    local, at, domain = email.strip(_SPACE).rpartition("@")
    if not at:
        return Address(domain)
    return Address(f"{local}@{_lower(domain)}")


def local_part(address: str) -> str:
    """What stands before the last ``@``; the whole text where there is none."""
    local, at, domain = address.rpartition("@")
    return local if at else domain


def domain_of(address: str) -> str:
    """The domain in lower case; empty where the address has no ``@``."""
    _, at, domain = address.rpartition("@")
    return _lower(domain) if at else ""


def is_global(address: str) -> bool:
    """False for an address that names one machine only (``root@localhost``, ``x@host.(none)``).

    Different people can hold the same one, so it carries no track record.
    """
    domain = domain_of(address)
    local = local_part(address)
    if not domain or not local or _LOCAL_DOMAINS.search(domain):
        return False
    return not _SVN_STYLE.fullmatch(domain)


def relayed(address: str) -> str:
    """The sender whom b4's relay wrote into ``devnull+local.domain@kernel.org``; else "".

    The relay puts a dot for the ``@``, so the sender comes back with a dot in its place too.
    """
    match = _RELAY.fullmatch(address)
    return match[1].lower() if match else ""


@lru_cache(maxsize=65536)
def sent_via(name: str) -> str:
    """The person in a name as a mailing list rewrites it, ``NAME via LIST``; else "".

    Lists do so where the sender's domain lets nobody else send for it (DMARC); the address is
    then the list's.
    """
    match = _VIA.fullmatch(name)
    return match[1].strip("'\"") if match else ""


def is_host(address: str) -> bool:
    """True for a code host's own address: it commits what somebody asked for in a web page."""
    return address in _HOSTS


def same_relayed(left: str, right: str) -> bool:
    """True where one address is the relay's spelling of the other."""
    return any(
        relayed(one) != "" and relayed(one) == other.replace("@", ".").lower()
        for one, other in ((left, right), (right, left))
    )


@cache
def _suffixes(*, with_encoded: bool) -> PublicSuffixList:
    """The list; three times as fast to read without the names that are encoded (``xn--``)."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList(accept_encoded_idn=with_encoded)


@lru_cache(maxsize=65536)
def registrable_domain(address: str) -> str:
    """The domain an organisation registers (``a.b.example.co.uk`` gives ``example.co.uk``).

    Empty where the address has no domain, or only a public suffix or a one-machine name.
    """
    domain = domain_of(address).rstrip(".")
    if not domain or len(domain) > _LONGEST_DOMAIN or _LOCAL_DOMAINS.search(domain):
        return ""
    return _suffixes(with_encoded="xn--" in domain).privatesuffix(domain) or ""


@lru_cache(maxsize=65536)
def skeleton(text: str) -> str:
    """The text as an eye takes it in: two texts with equal skeletons look alike.

    Compatibility forms are folded (NFKC), characters on Unicode's confusables list (UTS 39)
    become their Latin twin, and ``rn``, ``vv``, ``0``, ``1`` become ``m``, ``w``, ``o``, ``l``.
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        folded = "".join(_latin_twin(char) for char in folded)
    return folded.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w")


def unaccented(text: str) -> str:
    """The letters alone, in lower case: many people write their own name both ways."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in parts if not unicodedata.combining(char))


@cache
def _confusables() -> dict[str, list[dict[str, str]]]:
    from confusable_homoglyphs import confusables

    data: dict[str, list[dict[str, str]]] = confusables.confusables_data
    return data


@lru_cache(maxsize=4096)
def _latin_twin(char: str) -> str:
    if char.isascii():
        return char
    if unicodedata.category(char) in ("Cf", "Mn"):
        return ""
    twins = sorted(twin["c"] for twin in _confusables().get(char, ()) if twin["c"].isascii())
    if twins:
        return twins[0].casefold()
    base = unicodedata.normalize("NFKD", char)[:1]
    return base if base.isascii() else char


def deletions(text: str) -> frozenset[str]:
    """The text and all that is left when one character is taken out.

    Two texts are within one insertion, deletion, replacement or swap only if these meet.
    """
    return frozenset({text, *(text[:i] + text[i + 1 :] for i in range(len(text)))})


def within_one_edit(left: str, right: str) -> bool:
    """True where one insertion, deletion, replacement or swap of neighbours makes them equal."""
    if left == right:
        return True
    if len(left) > len(right):
        left, right = right, left
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        swapped = left[start : start + 2] == right[start : start + 2][::-1]
        return left[start + 1 :] == right[start + 1 :] or (
            swapped and left[start + 2 :] == right[start + 2 :]
        )
    return len(right) - len(left) == 1 and left[start:] == right[start + 1 :]


def same_letters(left: str, right: str) -> bool:
    """True where only dots, dashes, underscores and letter case tell two local parts apart."""

    def letters(text: str) -> str:
        return re.sub(r"[._\-+]", "", text).casefold()

    return letters(left) == letters(right)


def _lower(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    return "".join(char.lower() if char.isascii() else char for char in domain)
