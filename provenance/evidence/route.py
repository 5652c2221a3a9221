"""The route of a patch: who handled it on the way into the tree, as its trailers claim.

Documentation/process/submitting-patches: the first sign-off is the author's, later ones
are handlers in the order of the true route.  Custom, not law: rebasing changes the
committer, stable queues are applied by one person and signed by another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from provenance.evidence.claims import Assessor
from provenance.evidence.model import Authority, Role, Route, Standing, Step
from provenance.evidence.same_person import same_person
from provenance.evidence.trust import TrustBase
from provenance.evidence.via import is_credible, is_handler
from provenance.facts import Address, BrokenIdent, Commit, FileChange, Trailer, Zone
from provenance.parse.addresses import normalise
from provenance.parse.trailers import is_sign_off_like
from provenance.words import Verdict

_TAKERS: Final = frozenset({Role.SIGNER, Role.COMMITTER, Role.MERGER})
"""Who takes a patch over from its author."""
SIGN_OFF = "signed-off-by"
CO_AUTHOR = "co-developed-by"


def persons(trailers: Iterable[Trailer], key: str, *, zones: Sequence[Zone]) -> list[Trailer]:
    """Trailers of one key (in lower case) that name a person, in the given zones."""
    return [
        trailer
        for trailer in trailers
        if trailer.key.lower() == key and trailer.zone in zones and trailer.person
    ]


class Router:
    """Builds routes; authority is MAINTAINERS at the trust base over the touched paths."""

    def __init__(self, trust: TrustBase, assessor: Assessor) -> None:
        self._trust = trust
        self._assessor = assessor
        self._roles: dict[int, dict[Address, Authority]] = {}
        """By the identity of a section: two may have one name."""
        for section in trust.maintainers.sections:
            roles = self._roles[id(section)] = {}
            for member in section.members:
                word = Authority.REVIEWER if member.role == "reviewer" else Authority.MAINTAINER
                roles.setdefault(normalise(member.person.email), word)

    def signers(self, commit: Commit) -> tuple[Standing, ...]:
        """The standing of everyone who signed off in the trailer block, in order."""
        return tuple(
            self._assessor.assess_person(trailer.person)
            for trailer in persons(commit.trailers, SIGN_OFF, zones=(Zone.BLOCK,))
            if trailer.person
        )

    def route(
        self,
        commit: Commit,
        roles: Mapping[Address, Authority],
        *,
        signers: Sequence[Standing],
        author: Standing,
        committer: Standing,
        is_release: bool,
        from_upstream: bool,
        mergers: Sequence[Standing] = (),
        seals: Sequence[Seal] = (),
        handler: Role = Role.COMMITTER,
    ) -> Route:
        """Every handler with status and authority, and how complete the chain is.

        ``roles`` are those of ``responsible``, ``signers`` those of the method of that name;
        ``mergers`` committed the merges that brought it in, ``seals`` are the signed tags
        that cover it; the nearest come first.  ``handler`` is what its committer did.
        """
        parties = self._parties(commit, author, committer, handler, signers)
        chain = (
            (Role.AUTHOR, author),
            *((Role.CO_AUTHOR, person) for person in self._co_authors(commit)),
            *((Role.SIGNER, person) for person in signers),
            (handler, committer),
            *((Role.MERGER, person) for person in mergers),
            *((seal.role, seal.tagger) for seal in seals if seal.tagger),
        )
        steps = tuple(self._step(role, person, roles, parties) for role, person in chain)
        if isinstance(commit.author, BrokenIdent) or isinstance(commit.committer, BrokenIdent):
            reasons: tuple[str, ...] = ("the author or committer line cannot be read",)
            return Route(verdict=Verdict.UNDETERMINED, steps=steps, reasons=reasons)
        taken = any(step.vouches for step in steps if step.role is Role.SIGNER)
        verdict, reasons = _judge(commit, parties, taken, is_release, from_upstream)
        sealed_by = next((seal.name for seal in seals if seal.is_verified), "")
        anywhere = is_release or commit.is_merge
        answering = (*parties.credible, committer)
        if sealed_by and verdict is Verdict.COMPLETE and _has_authority(steps, answering, anywhere):
            verdict = Verdict.SEALED
            reasons = (*reasons, f"under the verified signed tag {sealed_by}")
        return Route(verdict=verdict, steps=steps, reasons=reasons, sealed_by=sealed_by)

    def _step(
        self,
        role: Role,
        person: Standing,
        roles: Mapping[Address, Authority],
        parties: _Parties,
    ) -> Step:
        return Step(
            role=role,
            standing=person,
            authority=self._authority(person, roles),
            vouches=self._vouches(role, person, parties),
        )

    def _vouches(self, role: Role, person: Standing, parties: _Parties) -> bool:
        """True where a handler answers for what somebody else wrote; nobody does for a mail, which
        anyone could have sent.

        Somebody verified who takes in what an unverified namesake wrote either is that author,
        who then is no stranger, or answers for them.
        """
        if parties.handler is Role.SENDER:
            return False
        if role not in _TAKERS or (role is Role.SIGNER and person not in parties.credible):
            return False
        policy = self._trust.policy
        if role is not Role.SIGNER and not policy.is_verified(parties.author.status):
            return policy.is_verified(person.status)
        return is_handler(person, parties.author, policy)

    def _parties(
        self,
        commit: Commit,
        author: Standing,
        committer: Standing,
        handler: Role,
        signers: Sequence[Standing],
    ) -> _Parties:
        policy = self._trust.policy
        return _Parties(
            author=author,
            committer=committer,
            handler=handler,
            signers=tuple(signers),
            loose=self.loose_signers(commit),
            credible=tuple(person for person in signers if is_credible(person, committer, policy)),
        )

    def _co_authors(self, commit: Commit) -> list[Standing]:
        return [
            self._assessor.assess_person(trailer.person)
            for trailer in persons(commit.trailers, CO_AUTHOR, zones=(Zone.BLOCK,))
            if trailer.person
        ]

    def loose_signers(self, commit: Commit) -> tuple[Standing, ...]:
        """Everyone whose sign-off stands where git sees no trailer."""
        zones = (Zone.BODY, Zone.AFTER_DIVIDER)
        return tuple(
            self._assessor.assess_person(trailer.person)
            for trailer in commit.trailers
            if trailer.zone in zones and trailer.person and is_sign_off_like(trailer.key)
        )

    def responsible(self, changes: Sequence[FileChange]) -> dict[Address, Authority]:
        """Everyone responsible for a touched path, with the strongest word for them."""
        found: dict[Address, Authority] = {}
        sections = {
            id(section)
            for change in changes
            for section in self._trust.maintainers.sections_for(change.path)
        }
        for section in sections:
            for address, word in self._roles[section].items():
                if found.get(address) is not Authority.MAINTAINER:
                    found[address] = word
        return found

    def _authority(self, person: Standing, roles: Mapping[Address, Authority]) -> Authority:
        for address in (person.address, normalise(person.claimed.email)):
            if address in roles:
                return roles[address]
            if address in self._trust.sections_by_address:
                return Authority.ELSEWHERE
        return Authority.NONE


def _has_authority(steps: Sequence[Step], people: Sequence[Standing], anywhere: bool) -> bool:
    """True where one of the people answers for the touched paths, or any subsystem for a merge.

    A merge and a release commit touch no path of their own that says whose they are.
    """
    handlers = [
        step
        for step in steps
        if step.role in (Role.SIGNER, Role.COMMITTER) and step.standing in people
    ]
    own = (Authority.MAINTAINER, Authority.REVIEWER)
    return any(
        step.authority in own or (anywhere and step.authority is Authority.ELSEWHERE)
        for step in handlers
    )


class Seal(Struct, frozen=True, kw_only=True):
    """A signed tag over a commit: a pull's or the release's."""

    role: Role
    name: str
    tagger: Standing | None
    is_verified: bool


class _Parties(Struct, frozen=True, kw_only=True):
    author: Standing
    committer: Standing
    handler: Role
    signers: tuple[Standing, ...]
    loose: tuple[Standing, ...]
    credible: tuple[Standing, ...]


_QUEUED: Final = "a backport that a verified person signed off last, and its committer did not"
"""Stable queues are signed by who queued the patch and committed by who cut the release."""


def _judge(
    commit: Commit, parties: _Parties, is_taken: bool, is_release: bool, from_upstream: bool
) -> tuple[Verdict, tuple[str, ...]]:
    """How complete a route is, and why; ``is_taken`` where a signer vouches for it."""
    author, committer = parties.author, parties.committer
    if commit.is_merge:
        return Verdict.COMPLETE, ("a merge, made by its committer",)
    if is_release and same_person(author, committer):
        return Verdict.COMPLETE, ("a release commit, made by its committer",)
    everyone = (*parties.signers, *parties.loose)
    if not everyone:
        return Verdict.BROKEN, ("nobody signed off",)
    reasons = []
    author_signed = any(same_person(author, person) for person in everyone)
    if not author_signed:
        reasons.append(Role.AUTHOR.unsigned)
    committer_signed = any(same_person(committer, person) for person in everyone)
    last_is_known = bool(parties.signers) and parties.signers[-1] in parties.credible
    if not committer_signed and not (last_is_known and from_upstream):
        reasons.append(parties.handler.unsigned)
    if parties.loose and not parties.signers:
        reasons.append("the only sign-offs stand outside the trailer block")
    if not reasons:
        signed = f"author and {parties.handler} signed off"
        return Verdict.COMPLETE, (signed if committer_signed else _QUEUED,)
    if not author_signed and not is_taken and not committer_signed:
        return Verdict.BROKEN, tuple(reasons)
    return Verdict.PARTIAL, tuple(reasons)
