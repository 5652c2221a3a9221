"""Evidence: a claim looked at with one source, and what came out.  Pure records."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec import Struct

from provenance.evidence.domains import DomainLists
from provenance.evidence.known import KnownPeople
from provenance.evidence.line_tally import Who
from provenance.evidence.signals import Pattern
from provenance.facts import (
    Address,
    Commit,
    FileChange,
    Mail,
    ObjectId,
    Person,
    SignatureFormat,
    Tag,
)
from provenance.parse.comparison import Comparison
from provenance.parse.references import Form
from provenance.parse.remerge import MergedFile
from provenance.parse.surface import SurfaceItem
from provenance.parse.tree import TreeProblem
from provenance.policy import Policy
from provenance.words import Status, Verdict


class Outcome(StrEnum):
    """What a look with one source gave; "could not look" is never "fine"."""

    GOOD = "good"
    BAD = "bad"
    UNAVAILABLE = "unavailable"
    NOT_APPLICABLE = "not-applicable"
    ERROR = "error"


class Evidence(Struct, frozen=True, kw_only=True):
    """One source, its outcome, and what it saw in words."""

    source: str
    outcome: Outcome
    detail: str


class Standing(Struct, frozen=True, kw_only=True):
    """A claimed identity after every source has looked.

    ``canonical`` is the person after the trust base's .mailmap; ``address`` its normalised
    address, the key by which identities are joined.
    """

    claimed: Person
    canonical: Person
    address: Address
    status: Status
    evidence: tuple[Evidence, ...]

    @property
    def likely_alias(self) -> str:
        """Whose name or mailbox it shares, as the source ``alias`` tells it; "" where nobody's."""
        return next((seen.detail for seen in self.evidence if seen.source == "alias"), "")


class SignatureStatus(StrEnum):
    """The verdict on one signature."""

    GOOD = "good"
    GOOD_EXPIRED_KEY = "good-expired-key"
    WEAK = "weak"
    BAD = "bad"
    REVOKED_KEY = "revoked-key"
    UNKNOWN_KEY = "unknown-key"
    UNSUPPORTED = "unsupported"
    NONE = "none"

    @property
    def is_verified(self) -> bool:
        """True where a trusted key made it and was valid then."""
        return self in (SignatureStatus.GOOD, SignatureStatus.GOOD_EXPIRED_KEY)


class Signature(Struct, frozen=True, kw_only=True):
    """One signature looked at; ``signed_at`` is the signer's own claim.

    ``addresses`` are those that the key carries; they mean something only where the status
    is one of the good ones.
    """

    status: SignatureStatus
    format: SignatureFormat
    fingerprint: str = ""
    signer: str = ""
    addresses: tuple[Address, ...] = ()
    signed_at: str = ""
    digest_algorithm: str = ""
    detail: str = ""


class Role(StrEnum):
    """What a handler of a patch did."""

    AUTHOR = "author"
    CO_AUTHOR = "co-author"
    SIGNER = "sign-off"
    COMMITTER = "committer"
    SENDER = "sender"
    MERGER = "merged-by"
    PULL = "signed-pull"
    RELEASE = "release-tag"

    @property
    def unsigned(self) -> str:
        """Why a route is not complete where whoever did this did not sign off."""
        return f"the {self} did not sign off"


class Authority(StrEnum):
    """What MAINTAINERS at the trust base says of a handler and the touched paths."""

    MAINTAINER = "maintainer"
    REVIEWER = "reviewer"
    ELSEWHERE = "other-subsystem"
    NONE = "none"


class Step(Struct, frozen=True, kw_only=True):
    """One handler of a patch, in the order in which it passed through their hands.

    ``vouches`` tells verified people besides the author who committed it, merged it, or signed it
    off where that is more than a text that a stranger wrote (see ``evidence.via``).
    """

    role: Role
    standing: Standing
    authority: Authority
    vouches: bool


class Route(Struct, frozen=True, kw_only=True):
    """How a patch travelled: as its trailers and committer claim, and under which signed tag.

    ``sealed_by`` names the verified tag that covers it; empty where none does.
    """

    verdict: Verdict
    steps: tuple[Step, ...]
    reasons: tuple[str, ...]
    sealed_by: str = ""


class PulledTag(Struct, frozen=True, kw_only=True):
    """A signed tag embedded in a merge, looked at.

    ``matches_parent`` says that the tag is on a merged (not the first) parent.
    """

    tag: Tag
    signature: Signature
    matches_parent: bool
    tagger: Standing | None

    @property
    def is_verified(self) -> bool:
        """True where a trusted key made it, over a commit that was merged."""
        return self.matches_parent and self.signature.status.is_verified


class Covered(StrEnum):
    """Whether a commit came in under a signed tag."""

    VERIFIED = "verified"
    UNVERIFIABLE = "unverifiable"
    NOT = "not-covered"


class Coverage(Struct, frozen=True, kw_only=True):
    """How a commit was brought in.

    ``pulled`` is the signed tag over it, which ``merge`` embeds; ``mergers`` are the committers
    of the merges that brought it in, the innermost first.
    """

    kind: Covered
    merge: str | None
    pulled: PulledTag | None
    mergers: tuple[Standing, ...]


class MergeCase(Struct, frozen=True, kw_only=True):
    """What a merge itself did.

    ``changed`` is None where it could not be merged again; ``takes_nothing`` says that its
    tree is its first parent's although the other side changed something.  ``foreign`` are
    merged parents committed by somebody else and not covered by a signed tag;
    ``new_roots`` are roots of history that it brought in.
    """

    pulled: tuple[PulledTag, ...]
    changed: tuple[MergedFile, ...] | None
    takes_nothing: bool
    foreign: tuple[str, ...]
    new_roots: tuple[str, ...]
    signed_pulls_are_usual: bool


class TagCase(Struct, frozen=True, kw_only=True):
    """All that is known about the audited release tag when the rules are asked.

    ``tags`` and ``signatures`` run from the ref inwards and are empty for a lightweight tag.
    ``packed`` is what packed-refs has under the same name where that differs;
    ``signed_before`` counts signed release tags among ``releases_before``.
    """

    name: str
    target: ObjectId
    tags: tuple[Tag, ...]
    signatures: tuple[Signature, ...]
    tagger: Standing | None
    packed: ObjectId | None
    signed_before: int
    releases_before: int


class Original(Struct, frozen=True, kw_only=True):
    """The provenance of an upstream commit, judged at the audit's own trust base.

    ``vouchers`` are the verified people besides its author who took responsibility for it.
    """

    author: Standing
    route: Verdict
    coverage: Covered
    vouchers: tuple[Standing, ...]


class Upstream(Struct, frozen=True, kw_only=True):
    """The mainline commit that a commit claims to be taken from.

    ``found`` says that it exists and mainline reaches it; ``author_matches`` is None where
    it was not found or where the commit reverts it.  ``others`` are further ids that the
    message names as origin.  ``dropped`` are upstream sign-offs that the backport lacks,
    ``backporters`` those who signed only the backport.
    """

    id: str
    form: Form
    found: bool
    author_matches: bool | None
    differences: tuple[str, ...]
    comparison: Comparison
    original: Original | None
    others: tuple[str, ...]
    dropped: tuple[Person, ...]
    backporters: tuple[Person, ...]


class ReviewClaim(Struct, frozen=True, kw_only=True):
    """A review that a commit claims, looked for among the replies to its mail.

    ``outcome`` is good where the reviewer sent it, not-applicable where who handled the patch gave
    it, and unavailable where the archives have none; ``has_answered`` where the reviewer replied,
    with it or without.  ``in_mail`` says that the author's own mail claims it.
    """

    key: str
    reviewer: Standing
    outcome: Outcome
    detail: str
    has_answered: bool
    in_mail: bool


class Posted(Struct, frozen=True, kw_only=True):
    """The mail in which a commit was posted; what ``From`` and ``Date`` say in it are claims.

    ``author`` is whom git takes for the author; the commit names the mail where it is ``linked``,
    else title and author are the same, or the change.  ``signature`` is a developer's own over the
    mail.  ``replies`` counts the answers that bear its title in the archives.
    """

    mail: Mail
    linked: bool
    author: Standing
    author_matches: bool
    comparison: Comparison
    signature: Signature
    reviews: tuple[ReviewClaim, ...]
    replies: int


class FollowUp(Struct, frozen=True, kw_only=True):
    """A later mainline commit that fixes or reverts this one's original."""

    id: str
    kind: str
    subject: str
    is_missing: bool


class SubsystemLines(Struct, frozen=True, kw_only=True):
    """Lines of one commit in one subsystem.

    ``pattern`` is the ``K:`` pattern by which content belongs to it; empty where the path
    does.
    """

    name: str
    added: int
    removed: int
    pattern: str = ""


class MovedPath(Struct, frozen=True, kw_only=True):
    """A path that belongs elsewhere at the tip than at the trust base, by section names."""

    path: str
    at_trust_base: tuple[str, ...]
    at_tip: tuple[str, ...]


class AuthorityChange(Struct, frozen=True, kw_only=True):
    """What a commit's MAINTAINERS or .mailmap does for one address.

    It names the address, or makes one of it and ``joined``: then the commits of ``joined``
    become its own where it ``takes`` them, else the other way round, and ``share_a_name`` says
    whether both were used with one, None where nothing is known of ``joined``.  Of two it is
    the one without standing.  ``commits_in_range`` counts those it authors in the audited
    range; ``is_own`` says that the commit's author adds their own address.
    """

    path: str
    address: Address
    standing: Standing
    commits_in_range: int
    is_own: bool
    joined: Standing | None = None
    takes: bool = False
    share_a_name: bool | None = None


class LineCase(Struct, frozen=True, kw_only=True):
    """What counting lines needs of a non-merge commit.

    ``claimed`` are subsystems to which it belongs by content alone.
    """

    who: Who
    changes: tuple[FileChange, ...]
    claimed: tuple[SubsystemLines, ...]
    surface: tuple[SurfaceItem, ...]


_ENOUGH: Final = 20
"""Commits that tell what a project asks for."""


class SignOffs(Struct, frozen=True, kw_only=True):
    """So many ``of`` the commits before the trust base are ``signed`` off by anybody."""

    signed: int
    of: int

    @property
    def are_usual(self) -> bool:
        """True where the project asks for them, or too little is known of it."""
        return self.of < _ENOUGH or 2 * self.signed >= self.of

    @property
    def told(self) -> str:
        """The same in words."""
        return f"{self.signed} of the {self.of} commits before the trust base have one"


class CommitCase(Struct, frozen=True, kw_only=True):
    """All that is known about one commit when the rules are asked.

    ``responsible`` holds the addresses that MAINTAINERS at the trust base lists for the
    touched paths; ``parent_times`` are committer dates.  ``trees`` is what is wrong with the
    trees above the changed paths and was not before.  ``surface`` is filled where the
    changed lines were read: for unverified authors, or for everybody if asked.  ``merge``
    is None for a commit that is no merge; ``pattern`` is what the author's history shows,
    ``sign_offs`` how usual they are in this project.  Of a patch that nobody has taken yet
    ``mail`` is what it came in, and the committer who sent it; where it does not apply
    (``applies``) its files hold only what it shows of them.  ``posted`` is the mail that a commit
    was made of, where mail archives were given and have it.
    """

    commit: Commit
    changes: tuple[FileChange, ...]
    trees: tuple[TreeProblem, ...]
    author: Standing
    committer: Standing
    signers: tuple[Standing, ...]
    signature: Signature
    coverage: Coverage
    merge: MergeCase | None
    route: Route
    upstream: Upstream | None
    follow_ups: tuple[FollowUp, ...]
    subsystems: tuple[SubsystemLines, ...]
    moved: tuple[MovedPath, ...]
    surface: tuple[SurfaceItem, ...]
    authority_changes: tuple[AuthorityChange, ...]
    parent_times: tuple[int, ...]
    is_release: bool
    is_stable: bool
    responsible: frozenset[Address]
    pattern: Pattern | None
    sign_offs: SignOffs
    known: KnownPeople
    policy: Policy
    domains: DomainLists
    mail: Mail | None = None
    applies: bool = True
    posted: Posted | None = None

    @property
    def id(self) -> ObjectId:
        return self.commit.id

    def is_unverified(self, person: Standing) -> bool:
        """True for somebody who does not count as verified under the policy."""
        return self.policy.is_unverified(person.status)

    @property
    def added(self) -> int:
        """Lines added, every line once."""
        return sum(change.added for change in self.changes)

    @property
    def removed(self) -> int:
        """Lines removed, every line once."""
        return sum(change.removed for change in self.changes)
