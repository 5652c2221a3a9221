"""The report, schema ``provenance-report/1``: the records that every format is drawn from.

Field names and nesting are the JSON's.  Fields may be added within version 1; nothing is
renamed or removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Final

from msgspec import Struct, field

from provenance.evidence.model import (
    Authority,
    Covered,
    Evidence,
    Role,
    Signature,
    SignatureStatus,
)
from provenance.evidence.signals import Elsewhere, Reached, Signal
from provenance.facts import Zone
from provenance.findings import Finding
from provenance.parse.comparison import Content
from provenance.parse.references import Form
from provenance.parse.surface import Surface
from provenance.report.mails import ArchivesInfo, MailInfo, PostedInfo, SameChange
from provenance.repository.objects import is_hex_id
from provenance.words import Severity, Status, Tier, Verdict

SCHEMA: Final = "provenance-report/1"
_ID = 40
"""Digits of an id."""


class Tool(Struct, frozen=True, kw_only=True):
    """The program that made the report."""

    name: str
    version: str


class RangeInfo(Struct, frozen=True, kw_only=True):
    """What was audited: commits that ``tip`` reaches and ``base`` does not.

    ``reason`` says why this base; ``base`` is null from the beginning of history.
    """

    base: str | None
    tip: str
    tag: str | None
    base_id: str | None
    tip_id: str
    trust_base_id: str | None
    mainline: str | None
    reason: str


class Mailbox(Struct, frozen=True, kw_only=True):
    """A name and an address as claimed."""

    name: str
    email: str


class TagInfo(Struct, frozen=True, kw_only=True):
    """The release tag object; ``name`` is the ref's.

    ``notes`` says in words what is odd about it, ``findings`` what rules saw.
    """

    name: str
    id: str
    tagger: Mailbox | None
    date: str | None
    signature: Signature
    notes: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity | None:
        """The gravest finding's; None for none."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=None)


class Problem(Struct, frozen=True, kw_only=True):
    """An object that could not be read, with the reason; of a mail the Message-ID or its place."""

    id: str
    reason: str

    @property
    def what(self) -> str:
        """The same in words."""
        is_commit = len(self.id) == _ID and is_hex_id(self.id)
        return f"commit {self.id[:12]}" if is_commit else f"mail {self.id}"


class RepositoryInfo(Struct, frozen=True, kw_only=True):
    """What the repository has that makes git show another history; ignored and reported.

    ``tier`` says how far its files were trusted; of a ``partial`` clone git fetched only a part.
    """

    shallow: bool
    grafts: bool
    replace_refs: int
    alternates: int
    tier: Tier = Tier.FOREIGN
    partial: bool = False


class Completeness(Struct, frozen=True, kw_only=True):
    """What the audit saw and what it could not.

    ``reached`` = ``reported`` + unreadable + over budget.  ``partial`` lists reported
    commits of which something could not be read; ``notes`` are limits in words.  ``archives`` are
    the mail archives that were given.
    """

    reached: int
    reported: int
    unreadable: tuple[Problem, ...]
    over_budget: tuple[Problem, ...]
    partial: tuple[Problem, ...]
    history_complete: bool
    repository: RepositoryInfo
    notes: tuple[str, ...]
    archives: ArchivesInfo | None = None

    @property
    def is_complete(self) -> bool:
        """False where anything was skipped; exit code 0 is then impossible."""
        skipped = self.unreadable or self.over_budget or self.partial
        unread = self.archives.unreadable if self.archives else 0
        return self.history_complete and not (skipped or unread)


class Summary(Struct, frozen=True, kw_only=True):
    """Totals.  Lines and authors are those of non-merge commits, every line once.

    ``by_status`` counts non-merge commits by author status, ``by_severity`` commits with
    a finding, flagged or not, by their gravest one, ``by_route`` non-merge commits by the
    verdict on their route and ``by_coverage`` by the signed pull that brought them in.
    ``by_content`` counts commits that name an upstream commit by how they compare with it,
    ``without_upstream`` the others (releases left out).  ``by_posting`` counts the commits whose
    mail was found by how they compare with it.
    """

    commits: int
    merges: int
    flagged: int
    authors: int
    unverified_authors: int
    lines_added: int
    lines_removed: int
    by_status: Mapping[Status, int]
    by_severity: Mapping[Severity, int]
    by_route: Mapping[Verdict, int]
    by_coverage: Mapping[Covered, int]
    by_content: Mapping[Content, int]
    without_upstream: int
    by_posting: Mapping[Content, int] = field(default_factory=dict)


class IdentityInfo(Struct, frozen=True, kw_only=True):
    """An author or committer line with what the evidence says of it."""

    name: str
    email: str
    date: str | None
    status: Status
    evidence: tuple[Evidence, ...]


class TrailerInfo(Struct, frozen=True, kw_only=True):
    """One trailer; only ``block`` makes a statement."""

    key: str
    value: str
    zone: Zone


class StepInfo(Struct, frozen=True, kw_only=True):
    """One handler; ``vouches`` tells verified people besides the author who committed a patch,
    merged it, or signed it off where that is more than what a stranger wrote.
    """

    role: Role
    name: str
    email: str
    status: Status
    authority: Authority
    vouches: bool = False


class RouteInfo(Struct, frozen=True, kw_only=True):
    """Chain of custody; ``sealed_by`` names the verified signed tag that covers it."""

    verdict: Verdict
    steps: tuple[StepInfo, ...]
    sealed_by: str | None
    reasons: tuple[str, ...]


class PulledTag(Struct, frozen=True, kw_only=True):
    """A signed tag embedded in a merge (``mergetag``); ``id`` is that of the tag object."""

    tag: str
    id: str
    object: str
    tagger: Mailbox | None
    matches_parent: bool
    signature: Signature


class CoverageInfo(Struct, frozen=True, kw_only=True):
    """The signed pull that brought a commit in: it vouches for the pull, not for the author."""

    kind: Covered
    tag: str | None
    merge: str | None
    tagger: Mailbox | None
    date: str | None
    signature: SignatureStatus


class MergedFileInfo(Struct, frozen=True, kw_only=True):
    """A file in which a merge holds what merging its parents does not give.

    ``added`` counts the lines that no side has; ``novel`` are the first 20 of them.
    """

    path: str
    conflicts: bool
    added: int
    novel: tuple[str, ...]
    removed: int


class MergeInfo(Struct, frozen=True, kw_only=True):
    """What a merge did itself; ``changed`` is null where it could not be merged again."""

    changed: tuple[MergedFileInfo, ...] | None
    takes_nothing: bool
    foreign: tuple[str, ...]
    new_roots: tuple[str, ...]


class OriginalInfo(Struct, frozen=True, kw_only=True):
    """The upstream commit's own provenance, judged at the report's trust base.

    ``vouchers`` are the verified people besides its author who took responsibility for it.
    """

    author: Mailbox
    status: Status
    route: Verdict
    coverage: Covered
    vouchers: tuple[Mailbox, ...] = ()


class UpstreamInfo(Struct, frozen=True, kw_only=True):
    """The mainline commit named as origin, and how this commit compares with it.

    ``differences`` are words; ``interdiff`` has changed lines of the original (``-``) and of
    this commit (``+``) where they differ.  ``others`` are further ids named as origin.
    """

    id: str
    form: Form
    found: bool
    author_matches: bool | None
    content: Content
    differences: tuple[str, ...]
    interdiff: tuple[str, ...]
    original: OriginalInfo | None
    others: tuple[str, ...]
    backporters: tuple[Mailbox, ...]


class FollowUpInfo(Struct, frozen=True, kw_only=True):
    """A later mainline commit that fixes or reverts this one or its original."""

    id: str
    kind: str
    subject: str
    is_missing: bool


class LineCount(Struct, frozen=True, kw_only=True):
    """Lines against the first parent; binary files count 0 lines and are named."""

    added: int
    removed: int
    files: int
    binary_files: tuple[str, ...]


class SubsystemInfo(Struct, frozen=True, kw_only=True):
    """Lines of one commit in one subsystem.

    ``pattern`` is the ``K:`` pattern by which content belongs to it; empty where the path
    does.
    """

    name: str
    added: int
    removed: int
    pattern: str


class MovedPathInfo(Struct, frozen=True, kw_only=True):
    """A path that MAINTAINERS puts elsewhere at the tip than at the trust base."""

    path: str
    at_trust_base: tuple[str, ...]
    at_tip: tuple[str, ...]


class SurfaceInfo(Struct, frozen=True, kw_only=True):
    """One piece of new attack surface: kind, file, and the line or file name."""

    kind: Surface
    path: str
    text: str


class CommitReport(Struct, frozen=True, kw_only=True):
    """Everything about one commit, or about a patch as the commit that it would be.

    ``surface`` is read for unverified authors only, unless everybody's was asked for; ``mail`` is
    null for a commit of the repository, ``posted`` where no mail archive with its mail was given.
    """

    id: str
    parents: tuple[str, ...]
    subject: str
    author: IdentityInfo
    committer: IdentityInfo
    trailers: tuple[TrailerInfo, ...]
    route: RouteInfo
    signature: Signature
    pulled: tuple[PulledTag, ...]
    coverage: CoverageInfo
    merge: MergeInfo | None
    upstream: UpstreamInfo | None
    follow_ups: tuple[FollowUpInfo, ...]
    lines: LineCount
    subsystems: tuple[SubsystemInfo, ...]
    moved: tuple[MovedPathInfo, ...]
    surface: tuple[SurfaceInfo, ...]
    findings: tuple[Finding, ...]
    mail: MailInfo | None = None
    posted: PostedInfo | None = None

    @property
    def is_merge(self) -> bool:
        """True for two or more different parents."""
        return len(set(self.parents)) > 1

    @property
    def severity(self) -> Severity | None:
        """The gravest finding's; None for a clean commit."""
        return max((f.severity for f in self.findings), key=lambda s: s.rank, default=None)

    def is_flagged(self, minimum: Severity) -> bool:
        """True where a finding is at or above the severity."""
        return self.severity is not None and self.severity.rank >= minimum.rank


class IdentityReport(Struct, frozen=True, kw_only=True):
    """One author of the range, joined by address and the trust base's .mailmap.

    Dates are committer dates over all history read; ``via`` are the verified people who
    signed off, committed or merged their commits, most often first; ``findings`` holds the
    gravest one of each rule on their commits and those about the identity itself.  They come
    in the order in which to look at them: ``rank`` counts from 1, ``bits`` is the surprise of
    the ``signals`` together, ``reached`` how usual that is.  ``aliases`` are addresses they
    wrote from, ``likely_alias`` says whose name they share, ``to_read`` are those of their commits
    here to look at first where they have signals.  Who has a pattern and a commit with a
    finding of high severity also has what they did ``elsewhere``, if anything.  Somebody who only
    reviewed has no commits.
    """

    rank: int
    bits: float
    signals: tuple[Signal, ...]

    name: str
    email: str
    aliases: tuple[str, ...]
    status: Status
    commits: int
    lines_added: int
    first_seen: str | None
    last_seen: str | None
    subsystems: tuple[str, ...]
    via: tuple[Mailbox, ...]
    findings: tuple[Finding, ...]
    reached: Reached | None = None
    likely_alias: str = ""
    to_read: tuple[str, ...] = ()
    elsewhere: Elsewhere | None = None


class SubsystemReport(Struct, frozen=True, kw_only=True):
    """Lines of the range in one subsystem, split by author status."""

    name: str
    commits: int
    added: int
    removed: int
    added_by_status: Mapping[Status, int]


class PolicyInfo(Struct, frozen=True, kw_only=True):
    """The settings in force."""

    sha256: str
    settings: Mapping[str, object]


class Report(Struct, frozen=True, kw_only=True):
    """A whole audit.  ``commits`` holds all commits of the range, newest first."""

    schema: str
    tool: Tool
    range: RangeInfo
    tag: TagInfo | None
    completeness: Completeness
    summary: Summary
    commits: Collection[CommitReport]
    identities: tuple[IdentityReport, ...]
    subsystems: tuple[SubsystemReport, ...]
    policy: PolicyInfo
    min_severity: Severity

    @property
    def is_of_mail(self) -> bool:
        """True where the commits are patches by mail, which are in no repository."""
        return any(commit.mail for commit in islice(self.commits, 1))

    def flagged(self) -> list[CommitReport]:
        """Commits with a finding at or above the minimum severity, newest first."""
        return [commit for commit in self.commits if commit.is_flagged(self.min_severity)]

    def worst(self) -> Severity | None:
        """The gravest severity of all findings: on commits, the release tag and identities."""
        found = [severity for severity, count in self.summary.by_severity.items() if count]
        found.extend(seen.severity for who in self.identities for seen in who.findings)
        if self.tag and self.tag.severity:
            found.append(self.tag.severity)
        return max(found, key=lambda severity: severity.rank, default=None)


class CheckReport(Struct, frozen=True, kw_only=True):
    """One commit with everything about it; ``released`` is the release it was first in, if any.

    ``same_change`` are other commits of the repository that look like the same change, as
    backports do.
    """

    schema: str
    tool: Tool
    trust_base_id: str | None
    completeness: Completeness
    commit: CommitReport
    released: str | None
    same_change: tuple[SameChange, ...]
    policy: PolicyInfo
