"""Turns a commit's case into its report record, and tag objects into theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from provenance.dates import stamp
from provenance.evidence.model import CommitCase, Standing, TagCase
from provenance.evidence.signatures import NO_SIGNATURE
from provenance.facts import BrokenIdent, Ident, Person, Tag
from provenance.findings import Finding
from provenance.report.mails import MailInfo, PostedInfo, ReviewInfo, Writer
from provenance.report.model import (
    CommitReport,
    CoverageInfo,
    FollowUpInfo,
    IdentityInfo,
    LineCount,
    Mailbox,
    MergedFileInfo,
    MergeInfo,
    MovedPathInfo,
    OriginalInfo,
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
        signature=case.signature,
        pulled=_pulled(case),
        coverage=_coverage(case),
        merge=_merge(case),
        upstream=_upstream(case),
        follow_ups=tuple(
            FollowUpInfo(id=one.id, kind=one.kind, subject=one.subject, is_missing=one.is_missing)
            for one in case.follow_ups
        ),
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
        mail=_mail(case),
        posted=_posted(case),
    )


def tag_info(case: TagCase, findings: Iterable[Finding]) -> TagInfo:
    """The record of the release tag; the outermost object is described."""
    found = tuple(findings)
    if not case.tags:
        return TagInfo(
            name=case.name,
            id=case.target,
            tagger=None,
            date=None,
            signature=NO_SIGNATURE,
            notes=("a lightweight tag: no tagger, no date, nothing signed",),
            findings=found,
        )
    tag = case.tags[0]
    return TagInfo(
        name=case.name,
        id=tag.id,
        tagger=_mailbox(tag.tagger),
        date=_date(tag.tagger),
        signature=case.signatures[0],
        notes=tuple(_tag_notes(case, tag)),
        findings=found,
    )


def _tag_notes(case: TagCase, tag: Tag) -> Iterator[str]:
    if tag.name != case.name:
        yield f"the tag object calls itself {tag.name!r}; the ref's name {case.name!r} is used"
    if len(case.tags) > 1:
        yield f"a tag of a tag, {len(case.tags)} deep; the outermost is described"
    if tag.tagger is None:
        yield "the tag object names no tagger"
    elif isinstance(tag.tagger, BrokenIdent):
        yield f"the tagger cannot be read: {tag.tagger.reason}"
    for anomaly in tag.anomalies:
        yield f"the tag object has an {anomaly}"


def _pulled(case: CommitCase) -> tuple[PulledTag, ...]:
    return tuple(
        PulledTag(
            tag=one.tag.name,
            id=one.tag.id,
            object=one.tag.object,
            tagger=_mailbox(one.tag.tagger),
            matches_parent=one.matches_parent,
            signature=one.signature,
        )
        for one in (case.merge.pulled if case.merge else ())
    )


def _coverage(case: CommitCase) -> CoverageInfo:
    pulled = case.coverage.pulled
    return CoverageInfo(
        kind=case.coverage.kind,
        tag=pulled.tag.name if pulled else None,
        merge=case.coverage.merge,
        tagger=_mailbox(pulled.tag.tagger) if pulled else None,
        date=_date(pulled.tag.tagger) if pulled else None,
        signature=pulled.signature.status if pulled else NO_SIGNATURE.status,
    )


def _merge(case: CommitCase) -> MergeInfo | None:
    merge = case.merge
    if merge is None:
        return None
    changed = None
    if merge.changed is not None:
        changed = tuple(
            MergedFileInfo(
                path=file.path,
                conflicts=file.conflicts,
                added=file.added,
                novel=file.novel,
                removed=file.removed,
            )
            for file in merge.changed
        )
    return MergeInfo(
        changed=changed,
        takes_nothing=merge.takes_nothing,
        foreign=merge.foreign,
        new_roots=merge.new_roots,
    )


def _mail(case: CommitCase) -> MailInfo | None:
    mail = case.mail
    if mail is None:
        return None
    return MailInfo(
        message_id=mail.message_id,
        subject=mail.subject,
        number=mail.number,
        total=mail.total,
        version=mail.version,
        applies=case.applies,
        signatures=mail.signatures,
        anomalies=mail.anomalies,
    )


def _posted(case: CommitCase) -> PostedInfo | None:
    posted = case.posted
    if posted is None:
        return None
    return PostedInfo(
        message_id=posted.mail.message_id,
        subject=posted.mail.subject,
        date=_date(posted.mail.time),
        linked=posted.linked,
        author=_writer(posted.author),
        author_matches=posted.author_matches,
        content=posted.comparison.content,
        differences=posted.comparison.differences,
        interdiff=posted.comparison.interdiff,
        signature=posted.signature,
        reviews=tuple(
            ReviewInfo(
                key=one.key,
                reviewer=_writer(one.reviewer),
                outcome=one.outcome,
                detail=one.detail,
                has_answered=one.has_answered,
                in_mail=one.in_mail,
            )
            for one in posted.reviews
        ),
        replies=posted.replies,
    )


def _writer(standing: Standing) -> Writer:
    person = standing.claimed
    return Writer(name=person.name, email=person.email, status=standing.status)


def _mailbox(ident: Ident | BrokenIdent | None) -> Mailbox | None:
    if not isinstance(ident, Ident):
        return None
    return _person(ident.person)


def _date(ident: Ident | BrokenIdent | None) -> str | None:
    return stamp(ident.seconds, ident.zone) if isinstance(ident, Ident) else None


def _identity(ident: Ident | BrokenIdent, standing: Standing) -> IdentityInfo:
    person = standing.claimed
    return IdentityInfo(
        name=person.name,
        email=person.email,
        date=_date(ident),
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
                vouches=step.vouches,
            )
            for step in case.route.steps
        ),
        sealed_by=case.route.sealed_by or None,
        reasons=case.route.reasons,
    )


def _upstream(case: CommitCase) -> UpstreamInfo | None:
    upstream = case.upstream
    if upstream is None:
        return None
    original = upstream.original
    return UpstreamInfo(
        id=upstream.id,
        form=upstream.form,
        found=upstream.found,
        author_matches=upstream.author_matches,
        content=upstream.comparison.content,
        differences=upstream.differences,
        interdiff=upstream.comparison.interdiff,
        original=OriginalInfo(
            author=_person(original.author.claimed),
            status=original.author.status,
            route=original.route,
            coverage=original.coverage,
            vouchers=tuple(_person(one.canonical) for one in original.vouchers),
        )
        if original
        else None,
        others=upstream.others,
        backporters=tuple(_person(person) for person in upstream.backporters),
    )


def _person(person: Person) -> Mailbox:
    return Mailbox(name=person.name, email=person.email)


def _lines(case: CommitCase) -> LineCount:
    binary = [change.path for change in case.changes if change.binary]
    return LineCount(
        added=case.added,
        removed=case.removed,
        files=len(case.changes),
        binary_files=tuple(binary),
    )
