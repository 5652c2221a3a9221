"""An unverified author writes from a disposable or free-mail address.

What it looks for:
    An unverified author whose domain hands out disposable addresses, or gives a mailbox to
    anyone. The lists ship with the program and can be changed in the policy.

Why it matters:
    Such an address says nothing about who holds it. Most newcomers use one, so this is
    information beside other findings, never a reason by itself.

Example:
    A first patch from an address at a ten-minute mail service.

What to do:
    Nothing for a free-mail address alone. For a disposable one, ask for an address at
    which the author can be reached when the patch breaks.

References:
    Documentation/process/submitting-patches; docs/policy.md, ``[domains]``.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or not case.is_unverified(case.author):
        return
    address = case.author.claimed.email
    if case.domains.is_disposable(address):
        kind, severity = "a disposable", Severity.LOW
    elif case.domains.is_free_mail(address):
        kind, severity = "a free-mail", Severity.INFO
    else:
        return
    yield Observation(
        severity=severity,
        confidence=Confidence.HIGH,
        message=f"unverified author at {kind} domain: {address}",
    )
