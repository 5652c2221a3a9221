"""An address, domain or name looks like a known one and is another.

What it looks for:
    An author, committer or signer without standing whose address is drawn like a known one
    (``1`` for ``l``, a Cyrillic letter), whose domain differs from a known organisation's
    by one letter, or whose name is spelt with look-alike characters (high; medium where
    only its accents differ, as many people write their own). Spelling variants of
    one mailbox and domains that differ in the public suffix only are left out.

Why it matters:
    A reader sees the familiar name; only a byte for byte comparison sees the other one.

Example:
    ``maintainer@kerne1.example`` beside the known ``maintainer@kernel.example``.

What to do:
    Write to the address you know and ask. Do not answer to the look-alike.

References:
    Unicode Technical Standard 39, confusable detection; docs/trust.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase, Standing
from provenance.findings import Confidence
from provenance.parse.addresses import domain_of, unaccented
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    seen: set[str] = set()
    for person in (case.author, case.committer, *case.signers):
        if not case.is_unverified(person) or person.address in seen:
            continue
        seen.add(person.address)
        yield from _look(case, person)


def _look(case: CommitCase, person: Standing) -> Iterator[Observation]:
    address, domain = person.address, domain_of(person.address)
    twin = case.known.twin_address(address)
    twin_domain = case.known.twin_domain(address)
    twin_name = case.known.twin_name(person.claimed.name)
    if twin:
        yield Observation(
            severity=Severity.HIGH,
            confidence=Confidence.MEDIUM,
            message=f"address {address} looks like the known {twin}",
            subject=f"address {address}",
        )
    elif twin_domain:
        yield Observation(
            severity=Severity.MEDIUM,
            confidence=Confidence.LOW,
            message=f"domain {domain} of {address} looks like the known {twin_domain}",
            subject=f"domain {address}",
        )
    if twin_name:
        is_spelling = unaccented(person.claimed.name) == unaccented(twin_name)
        yield Observation(
            severity=Severity.MEDIUM if is_spelling else Severity.HIGH,
            confidence=Confidence.LOW if is_spelling else Confidence.MEDIUM,
            message=f"name {person.claimed.name} looks like the known {twin_name}",
            subject=f"name {address}",
        )
