"""MAINTAINERS names somebody anew, or .mailmap makes two identities one.

What it looks for:
    A commit that adds an address to MAINTAINERS. For one that is unverified at the trust base
    this is high where no verified person signed the change off or committed it (below what an
    unverified person committed, a sign-off is a text), low where it looks like a known person's
    new address, and medium otherwise; for a verified one that authors commits of the audited
    range it is information. The same for a line of .mailmap that shows an author of the range
    under another name than the author uses.
    A commit whose .mailmap makes one of two addresses, of which one has standing at the trust
    base and the other has none, whether they author something in the range or not: high and
    medium as above, and low where both were used with one name. Where neither has standing it
    is low, and told only of authors of the range; so it is where the commits of an address
    that wrote nothing become somebody's.

Why it matters:
    These files decide who has authority and whose name is shown. Inside the range they
    count for nothing in this audit, but the next audit will take them as given: an address
    that .mailmap makes one with a maintainer's will have the maintainer's standing.

Example:
    A newcomer's third patch adds ``M: Newcomer <new@newcomer.example>`` to a section.

What to do:
    See who signed the change off. A maintainer who adds a new co-maintainer is the normal
    case.

References:
    Documentation/process/maintainers; gitmailmap; docs/trust.md, "Trust base".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from provenance.evidence.model import AuthorityChange, CommitCase, Standing
from provenance.evidence.via import credible_signers, vouchers
from provenance.facts import Address
from provenance.findings import Confidence
from provenance.rules import Observation
from provenance.words import Severity, counted

_MOST: Final = 100
"""Changes of one commit that are told one by one, the gravest first."""
_COMMON: Final = {
    True: "the two have a name in common",
    False: "the two have no name in common",
    None: "the other one wrote nothing before",
}


def check(case: CommitCase) -> Iterator[Observation]:
    answering = {one.address for one in (*credible_signers(case), *vouchers(case.route))}
    rated = [(_severity(case, change, answering), change) for change in case.authority_changes]
    rated.sort(key=lambda item: -item[0].rank)
    more = len(rated) - _MOST
    for number, (severity, change) in enumerate(rated[:_MOST], 1):
        last = number == _MOST and more > 0
        rest = f"; {counted(more, 'more change')} of the kind in this commit" if last else ""
        yield Observation(
            severity=severity,
            confidence=Confidence.HIGH,
            message=_message(change) + rest,
            subject=_subject(change),
            evidence=change.standing.evidence,
        )


def _severity(case: CommitCase, change: AuthorityChange, answering: set[Address]) -> Severity:
    """``answering`` are the verified people who signed off or committed."""
    if not case.is_unverified(change.standing):
        return Severity.INFO
    if change.joined and _gives_nothing(case, change, change.joined):
        return Severity.LOW
    if not answering - {change.address}:
        return Severity.HIGH
    if change.joined:
        return Severity.LOW if change.share_a_name else Severity.MEDIUM
    return Severity.LOW if change.standing.likely_alias else Severity.MEDIUM


def _gives_nothing(case: CommitCase, change: AuthorityChange, joined: Standing) -> bool:
    """True where the other has no standing, or none that goes with what it wrote."""
    return case.is_unverified(joined) or (change.takes and change.share_a_name is None)


def _message(change: AuthorityChange) -> str:
    who = change.address if change.joined else "it"
    parts = [_joining(change, change.joined) if change.joined else _naming(change)]
    if change.commits_in_range:
        parts.append(f"{who} authors {counted(change.commits_in_range, 'commit')} of this range")
    elif not change.joined:
        parts.append("it authors nothing in this range")
    return "; ".join(parts)


def _naming(change: AuthorityChange) -> str:
    own = "their own address" if change.is_own else "the address"
    return f"adds {own} {change.address} to {change.path}"


def _joining(change: AuthorityChange, joined: Standing) -> str:
    other = f"{joined.claimed.email} ({joined.status})"
    taken, taking = (other, change.address) if change.takes else (change.address, other)
    return (
        f"makes the commits of {taken} those of {taking} in {change.path};"
        f" {_COMMON[change.share_a_name]}"
    )


def _subject(change: AuthorityChange) -> str:
    parts = [change.path, change.address]
    if change.joined:
        parts += ["of" if change.takes else "as", change.joined.claimed.email]
    return " ".join(parts)
