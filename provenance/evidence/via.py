"""Through whom a commit came: the verified people who took it from its author.

A sign-off is a text that whoever committed could write.  It says through whom a patch came only
where somebody verified committed it, or the signer did.
"""

from __future__ import annotations

from provenance.evidence.model import CommitCase, Role, Route, Standing
from provenance.evidence.same_person import same_person
from provenance.facts import Person
from provenance.parse.addresses import is_host
from provenance.parse.comparison import Content
from provenance.parse.references import Form
from provenance.policy import Policy


def verified_handlers(case: CommitCase) -> tuple[Person, ...]:
    """Verified people besides the author who vouch for it, or merged it."""
    vouching = (step.standing.canonical for step in case.route.steps if step.vouches)
    return tuple(dict.fromkeys(vouching))


def verified_mergers(case: CommitCase) -> tuple[Standing, ...]:
    """Verified people besides the author who merged what brought it in, the nearest first."""
    steps = case.route.steps
    return tuple(step.standing for step in steps if step.vouches and step.role is Role.MERGER)


def is_credible(signer: Standing, committer: Standing, policy: Policy) -> bool:
    """True for a verified signer whose sign-off an unverified committer could not have written."""
    return policy.is_verified(signer.status) and _is_own_word(signer, committer, policy)


def _is_own_word(signer: Standing, committer: Standing, policy: Policy) -> bool:
    """True where a verified person committed a sign-off, or the signer did."""
    return policy.is_verified(committer.status) or same_person(signer, committer)


def credible_signers(case: CommitCase) -> tuple[Standing, ...]:
    """Verified people whose sign-off is more than a text that whoever committed could write."""
    return tuple(one for one in case.signers if is_credible(one, case.committer, case.policy))


def vouchers(route: Route) -> tuple[Standing, ...]:
    """Verified people besides the author who took responsibility for what is committed."""
    steps = route.steps
    return tuple(step.standing for step in steps if step.vouches and step.role is not Role.MERGER)


def upstream_vouchers(case: CommitCase) -> tuple[Standing, ...]:
    """Those who did so for the upstream commit, where this one is the same change."""
    upstream = case.upstream
    if not upstream or not upstream.original or upstream.form is Form.REVERT:
        return ()
    return upstream.original.vouchers if upstream.comparison.content is Content.SAME else ()


def merger(case: CommitCase) -> Standing:
    """Who made a merge: its committer, or its author where a code host has committed it."""
    return case.author if is_host(case.committer.address) else case.committer


def deciders(case: CommitCase) -> tuple[Standing, ...]:
    """Who decided what a backport became: those who signed only it, else the committer.

    An unverified committer answers alone, whoever is named.
    """
    names = {person.email for person in case.upstream.backporters} if case.upstream else ()
    signed = tuple(
        one
        for one in case.signers
        if one.claimed.email in names and _is_own_word(one, case.committer, case.policy)
    )
    return signed or (case.committer,)


def is_handler(handler: Standing, author: Standing, policy: Policy) -> bool:
    """True for somebody verified who is not the author."""
    return policy.is_verified(handler.status) and not same_person(handler, author)
