"""Through whom a commit came: the verified people who took it from its author."""

from __future__ import annotations

from provenance.evidence.model import CommitCase, Standing
from provenance.evidence.same_person import same_person
from provenance.facts import Person


def verified_handlers(case: CommitCase) -> tuple[Person, ...]:
    """Verified people besides the author who signed it off, committed it or merged it."""
    people: dict[Person, None] = {}
    for handler in (*case.signers, case.committer, *case.coverage.mergers):
        if is_handler(case, handler):
            people.setdefault(handler.canonical)
    return tuple(people)


def is_handler(case: CommitCase, handler: Standing) -> bool:
    """True for somebody verified who is not the author."""
    return case.policy.is_verified(handler.status) and not same_person(handler, case.author)
