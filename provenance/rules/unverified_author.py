"""The author is not verified by any evidence.

What it looks for:
    A commit, merges aside, whose author's address is not in MAINTAINERS at the trust base,
    not in the keyring or registry, not at an organisation's domain, and without a track
    record before the trust base.

Why it matters:
    It says where a reviewer's attention is needed, nothing more. Every newcomer starts
    here; about one author in eight of a kernel release is new. What raises a commit above
    this rule is its size, the place it changes, its route and the pattern of the account.

Example:
    A first patch from ``new.person@newcomer.example`` that no earlier commit mentions.

What to do:
    Look at who signed off after the author: a maintainer's sign-off vouches for the patch,
    though not for the author. Somebody you know can be entered in the policy as
    ``[[person]]`` with a name and addresses.

References:
    Documentation/process/submitting-patches ("known identity"); LWN development
    statistics for the share of newcomers.
"""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import CommitCase
from provenance.evidence.via import verified_handlers
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, Status


def check(case: CommitCase) -> Iterator[Observation]:
    if case.commit.is_merge or not case.is_unverified(case.author):
        return
    who, status = case.author.claimed.email or "(no address)", case.author.status
    rank = status if status is Status.UNVERIFIED else f"{status}, which the policy does not accept"
    alias = case.author.likely_alias.partition(";")[0]
    hint = f" ({alias})" if alias else ""
    yield Observation(
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        message=f"author {who} is {rank}{hint}{_via(case)}",
        evidence=case.author.evidence,
    )


def _via(case: CommitCase) -> str:
    """Through whom a backport reached the release."""
    people = verified_handlers(case)
    if case.upstream is None or not people:
        return ""
    return f", via {', '.join(person.name or person.email for person in people)}"
