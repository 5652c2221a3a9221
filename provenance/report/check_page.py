"""One commit explained: claims, trailers, evidence, route, upstream, lines, findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from provenance.parse.comparison import Content
from provenance.parse.references import Form
from provenance.report.audit_page import (
    CSV_COLUMNS,
    LIMITS,
    csv_row,
    describe_identity,
    describe_lines,
    describe_signature,
    describe_trust_base,
)
from provenance.report.completeness_page import completeness_section, describe_archives
from provenance.report.document import Column, Document, Section, Table
from provenance.report.mails import SameChange
from provenance.report.model import (
    CheckReport,
    CommitReport,
    IdentityInfo,
    PulledTag,
    StepInfo,
    SubsystemInfo,
    SurfaceInfo,
    UpstreamInfo,
)
from provenance.report.posted_page import CONTENT, posted_section
from provenance.words import Severity

_SHOWN = 42
"""Rows of a table; three for each kind of attack surface there is."""
_HANDLERS = ("sign-off", "committer", "sender")
_UNKNOWN = ("unverified", "undetermined")
_NOT_RELEASED = "in no release here"
_COPIES = 12


class CheckPage(Struct, frozen=True, kw_only=True):
    """Draws one commit."""

    report: CheckReport

    def data(self) -> CheckReport:
        return self.report

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        return CSV_COLUMNS, [csv_row(self.report.commit, Severity.INFO)]

    def document(self) -> Document:
        commit = self.report.commit
        sections = [
            self._claims(),
            *commit_sections(commit),
            completeness_section(self.report.completeness, limits=LIMITS),
        ]
        return Document(title=f"Commit {commit.id}", sections=sections)

    def _claims(self) -> Section:
        commit = self.report.commit
        return Section(
            facts=(
                ("Subject", commit.subject),
                ("Author", describe_identity(commit.author)),
                ("Committer", describe_identity(commit.committer)),
                ("Parents", ", ".join(parent[:12] for parent in commit.parents) or "none (a root)"),
                ("Signature", _signature(commit)),
                ("Released", self.report.released or _NOT_RELEASED),
                *describe_same_change(self.report.same_change),
                ("Trust base", describe_trust_base(self.report.trust_base_id)),
                *self._archives(),
            )
        )

    def _archives(self) -> list[tuple[str, str]]:
        found = self.report.completeness.archives
        return [("Archives", describe_archives(found))] if found else []


def commit_sections(commit: CommitReport) -> list[Section]:
    """Everything about one commit but what it claims to be."""
    return [
        *_trailers(commit),
        *_evidence_of_both(commit),
        _route(commit),
        _upstream(commit),
        *posted_section(commit),
        *_follow_ups(commit),
        *_pulled(commit),
        *_merge(commit),
        _lines(commit),
        *_moved(commit),
        *_surface(commit),
        _findings(commit),
    ]


def describe_same_change(found: Sequence[SameChange]) -> Iterator[tuple[str, str]]:
    """Commits that look like this one, where there are any: the first of them."""
    if not found:
        return
    named = [f"{one.id[:12]} ({one.released or _NOT_RELEASED})" for one in found[:_COPIES]]
    more = f" and {len(found) - _COPIES} more" if len(found) > _COPIES else ""
    yield "Same change", f"{', '.join(named)}{more}, by author, author date and subject"


def _signature(commit: CommitReport) -> str:
    found = commit.signature
    if found.format == "none" and not found.detail:
        return "none (most kernel commits are unsigned by design)"
    return describe_signature(found)


def _trailers(commit: CommitReport) -> list[Section]:
    if not commit.trailers:
        return [Section(title="Trailers", lines=("none",))]
    table = Table(
        columns=(
            Column(title="zone"),
            Column(title="key"),
            Column(title="value", limit=66),
        ),
        rows=[(trailer.zone, trailer.key, trailer.value) for trailer in commit.trailers],
    )
    return [Section(title="Trailers (only the block makes a statement)", table=table)]


def _evidence_of_both(commit: CommitReport) -> Iterator[Section]:
    """Of the author and of who committed or sent it; of a sender who is the author once."""
    author, committer = commit.author, commit.committer
    yield _evidence("Author", author)
    if not commit.mail:
        yield _evidence("Committer", committer)
    elif (author.name, author.email) != (committer.name, committer.email):
        yield _evidence("Sender", committer)


def _evidence(role: str, identity: IdentityInfo) -> Section:
    return Section(
        title=f"{role} evidence: {identity.status}",
        facts=[
            (f"  {seen.source}", f"{seen.outcome}: {seen.detail}") for seen in identity.evidence
        ],
    )


def _route(commit: CommitReport) -> Section:
    reasons = "; ".join(commit.route.reasons)
    return Section(
        title=f"Route: {commit.route.verdict}" + (f" ({reasons})" if reasons else ""),
        lines=(*_vouching(commit), *_covering(commit)),
        table=Table(
            columns=(
                Column(title="#", right=True),
                Column(title="role"),
                Column(title="who", limit=48),
                Column(title="status"),
                Column(title="authority here"),
            ),
            rows=[
                (
                    str(number),
                    step.role,
                    f"{step.name} <{step.email}>",
                    step.status,
                    step.authority,
                )
                for number, step in enumerate(commit.route.steps, 1)
            ],
        ),
    )


def _vouching(commit: CommitReport) -> Iterator[str]:
    """Who took responsibility besides the author, in words."""
    handlers = [step for step in commit.route.steps if step.role in _HANDLERS]
    others = [step for step in handlers if step.email != commit.author.email]
    known = [step for step in handlers if step.vouches]
    here = [step for step in known if step.authority in ("maintainer", "reviewer")]
    mergers = [step for step in commit.route.steps if step.role == "merged-by"]
    if here:
        yield f"passed on by {_names(here)}, who MAINTAINERS names for the touched paths"
    elif known:
        yield f"passed on by {_names(known)}: verified, but not named for the touched paths"
    elif others:
        yield "nobody verified besides the author took responsibility"
    elif not mergers:
        yield "nobody besides the author handled it"
    if commit.committer.status in _UNKNOWN or commit.mail:
        named = [step for step in others if not step.vouches and step.status not in _UNKNOWN]
        if named:
            did = "sent" if commit.mail else "committed"
            yield f"{_names(named)}: named by whoever {did} it, which vouches for nothing"
    if mergers:
        yield f"merged by {_names(mergers)}"
    if commit.author.status == "unverified" and not commit.is_merge:
        vouching = here or known or [step for step in mergers if step.vouches]
        people = {step.email for step in vouching}
        yield (
            f"the author is unverified; {_names(vouching) or 'nobody'}"
            f" {'vouch' if len(people) > 1 else 'vouches'} for the patch,"
            " which does not verify the author"
        )


def _covering(commit: CommitReport) -> Iterator[str]:
    """The signed pull over the commit, in words."""
    coverage = commit.coverage
    if coverage.tag is None:
        return
    who = f"{coverage.tagger.name} <{coverage.tagger.email}>" if coverage.tagger else "nobody named"
    yield (
        f"covered by the signed pull of {who}, {coverage.date or 'no date'} (tag {coverage.tag},"
        f" merge {(coverage.merge or '')[:12]}): signature {coverage.signature}"
    )


def _names(steps: Iterable[StepInfo]) -> str:
    return ", ".join(dict.fromkeys(step.name or step.email for step in steps))


def _upstream(commit: CommitReport) -> Section:
    upstream = commit.upstream
    needed = [
        f"taken as a prerequisite of {trailer.value}"
        for trailer in commit.trailers
        if trailer.key.lower() == "stable-dep-of"
    ]
    if upstream is None:
        return Section(title="Upstream", lines=("no reference to an upstream commit", *needed))
    return Section(
        title=f"Upstream: {upstream.id} ({upstream.form})",
        lines=(*needed, *_upstream_lines(upstream)),
        diff=upstream.interdiff,
    )


def _upstream_lines(upstream: UpstreamInfo) -> Iterator[str]:
    if not upstream.found:
        yield "not found in mainline"
        return
    authors = {True: "same author", False: "another author", None: "author not compared"}
    content = CONTENT[upstream.content]
    if upstream.form is Form.REVERT and upstream.content is not Content.UNKNOWN:
        content += ", the other way round"
    yield f"in mainline, {authors[upstream.author_matches]}; content: {content}"
    original = upstream.original
    if original:
        yield (
            f"there by {original.author.name} <{original.author.email}> [{original.status}],"
            f" route {original.route}, signed pull: {original.coverage}"
        )
        names = ", ".join(dict.fromkeys(who.name or who.email for who in original.vouchers))
        yield f"{names or 'nobody besides its author'} took responsibility there"
    if upstream.others:
        yield f"the message also names {', '.join(upstream.others)}"
    if upstream.backporters:
        names = ", ".join(who.name or who.email for who in upstream.backporters)
        yield f"signed only here: {names}"
    yield from upstream.differences
    if upstream.interdiff:
        yield "interdiff (- the original's changed lines, + this commit's):"


def _follow_ups(commit: CommitReport) -> list[Section]:
    if not commit.follow_ups:
        return []
    return [
        Section(
            title="Later mainline commits that name this change",
            lines=[f"{one.id[:12]} {one.kind} it: {one.subject}" for one in commit.follow_ups],
        )
    ]


def _pulled(commit: CommitReport) -> list[Section]:
    if not commit.pulled:
        return []
    return [
        Section(
            title="Signed tags pulled by this merge",
            lines=[_pulled_tag(pulled) for pulled in commit.pulled],
        )
    ]


def _pulled_tag(pulled: PulledTag) -> str:
    parent = "a merged parent" if pulled.matches_parent else "NOT a merged parent"
    signature = describe_signature(pulled.signature)
    return f"{pulled.tag} on {pulled.object[:12]} ({parent}): signature {signature}"


def _merge(commit: CommitReport) -> list[Section]:
    """What a merge did itself."""
    merge = commit.merge
    if merge is None:
        return []
    if merge.changed is None:
        lines: tuple[str, ...] = ("it could not be merged again: what it changed is not known",)
    elif not merge.changed:
        lines = ("merging its parents again gives exactly this tree",)
    else:
        lines = ()
    table = Table(
        columns=(
            Column(title="file", limit=50),
            Column(title="conflicts"),
            Column(title="own lines", right=True),
            Column(title="the first of them", limit=36),
        ),
        rows=[
            (
                file.path,
                "yes" if file.conflicts else "no",
                str(file.added),
                next(iter(file.novel), ""),
            )
            for file in merge.changed or ()
        ],
    )
    return [
        Section(
            title="What the merge itself changed",
            lines=lines,
            table=table if merge.changed else None,
        )
    ]


def _lines(commit: CommitReport) -> Section:
    lines = commit.lines
    title = f"Lines: {describe_lines(lines)}"
    if lines.binary_files:
        title += f", {len(lines.binary_files)} of them binary"
    if not commit.subsystems:
        return Section(title=title, lines=("merges are not counted",) if commit.is_merge else ())
    shown = commit.subsystems[:_SHOWN]
    return Section(
        title=title,
        lines=_more(len(commit.subsystems) - len(shown)),
        table=Table(
            columns=(
                Column(title="subsystem", limit=60),
                Column(title="added", right=True),
                Column(title="removed", right=True),
            ),
            rows=[(_subsystem(row), str(row.added), str(row.removed)) for row in shown],
        ),
    )


def _more(number: int) -> tuple[str, ...]:
    return (f"{number} more in the JSON report",) if number else ()


def _subsystem(row: SubsystemInfo) -> str:
    return f"{row.name} (by content: K: {row.pattern})" if row.pattern else row.name


def _moved(commit: CommitReport) -> list[Section]:
    if not commit.moved:
        return []
    lines = [
        f"{one.path}: {', '.join(one.at_trust_base)} at the trust base (who has authority),"
        f" {', '.join(one.at_tip)} at the commit (where lines count)"
        for one in commit.moved
    ]
    return [Section(title="Paths that MAINTAINERS moved", lines=lines)]


def _surface(commit: CommitReport) -> list[Section]:
    """What is new of each kind; of very much, some of each."""
    if not commit.surface:
        return []
    kinds: dict[str, list[SurfaceInfo]] = {}
    for item in commit.surface:
        kinds.setdefault(item.kind, []).append(item)
    each = len(commit.surface) if len(commit.surface) <= _SHOWN else _SHOWN // len(kinds)
    shown = [item for items in kinds.values() for item in items[:each]]
    lines = [", ".join(f"{len(items)} {kind}" for kind, items in kinds.items())]
    lines.extend(_more(len(commit.surface) - len(shown)))
    table = Table(
        columns=(
            Column(title="kind"),
            Column(title="where", limit=34),
            Column(title="what", limit=44),
        ),
        rows=[(item.kind, item.path, item.text) for item in shown],
    )
    return [Section(title="New attack surface", lines=lines, table=table)]


def _findings(commit: CommitReport) -> Section:
    if not commit.findings:
        return Section(title="Findings", lines=("none",))
    return Section(
        title="Findings (`provenance explain RULE` says what to do)",
        lines=[
            f"{seen.line} (confidence {seen.confidence}, fingerprint {seen.fingerprint})"
            for seen in commit.findings
        ],
    )
