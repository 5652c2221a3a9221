"""Patches by mail, checked before they are merged: an audit of the commits that they would be.

Nothing in a mail is proof of who wrote it.  What it names as its base decides where the patches
are applied, never who is trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from os import PathLike
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from provenance.audit import ALIKE, audit_scope, same_changes
from provenance.errors import UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.pattern.copies import same_change
from provenance.facts import ObjectId, seconds_of
from provenance.index.index import open_indexed
from provenance.index.ranges import Scope, series_scope
from provenance.index.releases import FirstReleases
from provenance.parse.mail import parse_base
from provenance.report.model import CommitReport, Problem, Report
from provenance.repository import Repository, ResolvedRevision
from provenance.repository.letters import Letter, open_letter, split_mails
from provenance.repository.series import NO_SENDER, Made, make_commits
from provenance.repository.workshop import Workshop
from provenance.settings import DEFAULTS, Progress, Settings, no_progress
from provenance.words import counted

MOST: Final = 2000
"""Patches of a series; the review of a large stable release has half as many."""


class _Chosen(Struct, frozen=True, kw_only=True):
    """The patches of a series in their order, the commit that it names as its base, and what is to
    be said of what was left out.
    """

    letters: Sequence[Letter]
    base: ObjectId | None
    notes: Sequence[str]


class _Base(Struct, frozen=True, kw_only=True):
    """The commit on which patches are applied, why that, and what is to be said of it."""

    commit: ResolvedRevision
    trusted: ResolvedRevision
    reason: str
    notes: Sequence[str] = ()


def check_series(
    mailboxes: Sequence[bytes],
    *,
    name: str = "-",
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Report:
    """The patches in some mailboxes or single mails, against what has authority in a repository.

    ``name`` is what the report calls them.  They are applied to ``Settings.base``, else to the
    commit that they name, else to HEAD.  Raises ``ProvenanceError``, also where there is no patch.
    """
    with open_indexed(repo, settings) as (repository, index):
        with repository.workshop() as workshop:
            letters, unread = _read(workshop, mailboxes, progress)
            chosen = _choose(letters)
            base = _find_base(repository, settings, chosen.base)
            since = seconds_of(repository.read_commit(base.commit.commit).committer)
            made = make_commits(workshop, base.commit.commit, since, chosen.letters, progress)
            repository.take_in(workshop)
        mails = {one.id: one for one in made if one.id}
        if not mails:
            raise _unfit(name, made[0].reason)
        scope = series_scope(
            repository,
            index,
            name,
            base.commit,
            list(mails),
            reason=base.reason,
            trust_base=base.trusted,
            mainline=settings.mainline,
            progress=progress,
        )
        examination = Examination(repository, index, scope, settings, progress, mails)
        report = audit_scope(repository, index, scope, examination, settings)
        report = replace(report, commits=_with_copies(repository, scope, report.commits))
        notes = (*chosen.notes, *base.notes, *_limits(made, base))
        return _with_account(report, made, unread, notes)


def _unfit(name: str, reason: str) -> UsageError:
    hint = "name the commit that the patches are for with --base REV"
    if reason == NO_SENDER:
        hint = "a patch mail has a From header, as `git format-patch` writes it"
    return UsageError(f"no patch of {name} can be checked: {reason}", hint=hint)


def _read(
    workshop: Workshop, mailboxes: Sequence[bytes], progress: Progress
) -> tuple[list[Letter], list[Problem]]:
    """All mails, and those that git cannot take apart.  Raises ``UsageError`` for too many."""
    mails = [mail for raw in mailboxes for mail in split_mails(workshop.shell, raw)]
    if len(mails) > MOST:
        raise UsageError(
            f"{len(mails)} mails are more than one series", hint=f"check at most {MOST} at once"
        )
    letters: list[Letter] = []
    unread: list[Problem] = []
    for number, raw in enumerate(mails, 1):
        progress("reading mails", number, len(mails))
        letter = open_letter(workshop.shell, raw)
        if letter:
            letters.append(letter)
        else:
            unread.append(Problem(id=str(number), reason="git cannot take it apart"))
    return letters, unread


def _choose(letters: Sequence[Letter]) -> _Chosen:
    """The patches of the newest version of a series, by their numbers where all have one.

    Raises ``UsageError`` where there is no patch.
    """
    notes: list[str] = []
    found = [one for one in letters if one.has_patch]
    replies = [one for one in found if one.mail.is_reply]
    patches = found if len(replies) == len(found) else [one for one in found if one not in replies]
    if not patches:
        raise UsageError(
            "there is no patch in it",
            hint="save mails with their patches, as `git format-patch` and `b4 am` write them",
        )
    _note(notes, len(letters) - len(found), "mail without a patch", "mails without a patch")
    _note(notes, len(found) - len(patches), "reply with a patch", "replies with a patch")
    covers = [one for one in patches if one.mail.is_cover_letter]
    if len(covers) < len(patches):
        patches = [one for one in patches if one not in covers]
        _note(notes, len(covers), "cover letter with a patch", "cover letters with a patch")
    newest = max(one.mail.version for one in patches)
    current = [one for one in patches if one.mail.version == newest]
    _note(
        notes, len(patches) - len(current), f"patch before v{newest}", f"patches before v{newest}"
    )
    once = list(dict.fromkeys(current))
    _note(notes, len(current) - len(once), "second copy of a mail", "second copies of mails")
    texts = (
        text for one in letters if one.mail.version == newest for text in (one.message, one.patch)
    )
    base = next(filter(None, map(parse_base, texts)), None)
    return _Chosen(letters=_in_order(once, notes), base=base, notes=notes)


def _note(notes: list[str], number: int, one: str, many: str) -> None:
    """Notes how many mails of a kind are left out, if any."""
    if number:
        notes.append(f"left out: {number} {one if number == 1 else many}")


def _in_order(patches: list[Letter], notes: list[str]) -> Sequence[Letter]:
    """By number, where no two have the same of one total; what is missing is noted."""
    numbers = [one.mail.number for one in patches]
    totals = {one.mail.total for one in patches}
    if 0 in numbers or len(set(numbers)) < len(numbers) or len(totals) > 1:
        return patches
    missing = max(totals) - len(patches)
    if missing > 0:
        notes.append(f"{missing} of the {max(totals)} patches of the series are not in it")
    return sorted(patches, key=lambda one: one.mail.number)


def _find_base(repository: Repository, settings: Settings, named: ObjectId | None) -> _Base:
    """Where the patches apply, and whose word counts: HEAD's, unless the user names another."""
    trusted = settings.trust_base or settings.base or "HEAD"
    trust = repository.resolve(trusted)
    if settings.base:
        commit = repository.resolve(settings.base)
        return _Base(commit=commit, trusted=trust, reason=f"patches on {settings.base}, as asked")
    if named and repository.types([named]).get(named) == "commit":
        commit = repository.resolve(named)
        reason = "patches on the commit that they name as their base"
        return _Base(commit=commit, trusted=trust, reason=reason)
    head = repository.resolve("HEAD")
    notes = [f"{named[:12]}, which the patches name as their base, is not here"] if named else ()
    return _Base(commit=head, trusted=trust, reason="patches on HEAD", notes=notes)


def _limits(made: Sequence[Made], base: _Base) -> Iterator[str]:
    """What patches by mail cannot show."""
    yield (
        "patches by mail, not merged: From, Date and trailers are what whoever sent them wrote, and"
        " who is known by an address may not have sent them unless it is attested; their commits"
        " are on no branch"
    )
    signed = Counter(kind for one in made for kind in one.mail.signatures)
    if signed:
        told = ", ".join(f"{kind} in {counted(signed[kind], 'mail')}" for kind in sorted(signed))
        yield f"signatures that are not looked at: {told}"
    mended = [one for one in made if one.mended]
    if mended:
        yield (
            "the text of the mail is no patch that fits, and without carriage returns, or in the"
            f" attachment, it is: {len(mended)} of {len(made)}"
        )
    alone = [one for one in made if one.alone]
    if alone:
        yield (
            f"do not apply to {base.commit.name}: {len(alone)} of {len(made)}; of their files only"
            " what the patches show was seen (`--base REV` names another commit)"
        )


def _with_copies(
    repository: Repository, scope: Scope, commits: Iterable[CommitReport]
) -> list[CommitReport]:
    """The patches, each with the commits that look like the same change."""
    history, records = scope.history, list(commits)
    positions = [history.positions[one.id] for one in records]
    found = same_change(history, repository.stream_raw, scope.known, positions)
    alike = [found.get(position, ())[:ALIKE] for position in positions]
    firsts = FirstReleases(repository, history, chain.from_iterable(alike))
    return [
        replace(
            one, mail=one.mail and replace(one.mail, same_change=same_changes(history, firsts, at))
        )
        for one, at in zip(records, alike, strict=True)
    ]


def _with_account(
    report: Report, made: Sequence[Made], unread: Sequence[Problem], notes: Sequence[str]
) -> Report:
    """The report with the mails that could not be checked, and what is to be said."""
    refused = [
        Problem(id=one.mail.message_id or one.mail.subject, reason=one.reason)
        for one in made
        if not one.id
    ]
    found = report.completeness
    problems = (*unread, *refused)
    return replace(
        report,
        completeness=replace(
            found,
            reached=found.reached + len(problems),
            unreadable=(*problems, *found.unreadable),
            notes=(*found.notes, *notes),
        ),
    )
