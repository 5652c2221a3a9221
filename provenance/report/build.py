"""Turns a commit's case into its report record, and tag objects into theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from provenance.evidence.model import CommitCase, Standing
from provenance.evidence.signatures import describe
from provenance.facts import BrokenIdent, Ident, Tag
from provenance.findings import Finding
from provenance.report.dates import stamp
from provenance.report.model import (
    CommitReport,
    IdentityInfo,
    LineCount,
    Mailbox,
    MovedPathInfo,
    PulledTag,
    RouteInfo,
    StepInfo,
    SubsystemInfo,
    SurfaceInfo,
    TagInfo,
    TrailerInfo,
    UpstreamInfo,
)


def commit_report(case: CommitCase, findings: Iterable[Finding]) -> CommitReport:
    """The record of one commit."""
    commit = case.commit
    return CommitReport(
        id=commit.id,
        parents=commit.parents,
        subject=commit.subject,
        author=_identity(commit.author, case.author),
        committer=_identity(commit.committer, case.committer),
        trailers=tuple(
            TrailerInfo(key=trailer.key, value=trailer.value, zone=trailer.zone)
            for trailer in commit.trailers
        ),
        route=_route(case),
        signature=describe(commit.signature),
        pulled=tuple(
            PulledTag(
                tag=tag.name,
                object=tag.object,
                matches_parent=tag.object in commit.parents[1:],
                signature=describe(tag.signature),
            )
            for tag in commit.mergetags
        ),
        upstream=_upstream(case),
        lines=_lines(case),
        subsystems=tuple(
            SubsystemInfo(
                name=lines.name,
                added=lines.added,
                removed=lines.removed,
                pattern=lines.pattern,
            )
            for lines in case.subsystems
        ),
        moved=tuple(
            MovedPathInfo(path=one.path, at_trust_base=one.at_trust_base, at_tip=one.at_tip)
            for one in case.moved
        ),
        surface=tuple(
            SurfaceInfo(kind=item.kind, path=item.path, text=item.text) for item in case.surface
        ),
        findings=tuple(findings),
    )


def tag_info(name: str, target: str, tags: Sequence[Tag]) -> TagInfo:
    """The record of a release tag; ``tags`` are the tag objects from the ref inwards."""
    notes = []
    if not tags:
        notes.append("a lightweight tag: no tagger, no date, nothing signed")
        return TagInfo(
            name=name,
            id=target,
            tagger=None,
            date=None,
            signature=describe(None),
            notes=tuple(notes),
        )
    tag = tags[0]
    if tag.name != name:
        notes.append(f"the tag object calls itself {tag.name!r}; the ref's name {name!r} is used")
    if len(tags) > 1:
        notes.append(f"a tag of a tag, {len(tags)} deep; the outermost is described")
    if tag.tagger is None:
        notes.append("the tag object names no tagger")
    elif isinstance(tag.tagger, BrokenIdent):
        notes.append(f"the tagger cannot be read: {tag.tagger.reason}")
    notes.extend(f"the tag object has an {anomaly}" for anomaly in tag.anomalies)
    tagger = tag.tagger if isinstance(tag.tagger, Ident) else None
    return TagInfo(
        name=name,
        id=tag.id,
        tagger=Mailbox(name=tagger.person.name, email=tagger.person.email) if tagger else None,
        date=stamp(tagger.seconds, tagger.zone) if tagger else None,
        signature=describe(tag.signature),
        notes=tuple(notes),
    )


def _identity(ident: Ident | BrokenIdent, standing: Standing) -> IdentityInfo:
    person = standing.claimed
    return IdentityInfo(
        name=person.name,
        email=person.email,
        date=stamp(ident.seconds, ident.zone) if isinstance(ident, Ident) else None,
        status=standing.status,
        evidence=standing.evidence,
    )


def _route(case: CommitCase) -> RouteInfo:
    return RouteInfo(
        verdict=case.route.verdict,
        steps=tuple(
            StepInfo(
                role=step.role,
                name=step.standing.claimed.name,
                email=step.standing.claimed.email,
                status=step.standing.status,
                authority=step.authority,
            )
            for step in case.route.steps
        ),
        sealed_by=None,
        reasons=case.route.reasons,
    )


def _upstream(case: CommitCase) -> UpstreamInfo | None:
    upstream = case.upstream
    if upstream is None:
        return None
    return UpstreamInfo(
        id=upstream.id,
        form=upstream.form,
        found=upstream.found,
        author_matches=upstream.author_matches,
        content="unknown",
        differences=upstream.differences,
    )


def _lines(case: CommitCase) -> LineCount:
    binary = [change.path for change in case.changes if change.binary]
    return LineCount(
        added=case.added,
        removed=case.removed,
        files=len(case.changes),
        binary_files=tuple(binary),
    )
