"""The audit: git objects to facts, facts to evidence, evidence to findings, one report.

This is also the public Python API::

    from provenance import audit
    report = audit("v6.12.1", repo="linux")
    for commit in report.flagged():
        print(commit.id, commit.author.status, commit.findings[0].message)
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

from provenance import __version__
from provenance.errors import UnknownRevisionError, UnreadableCommitError
from provenance.evidence.examination import POLICY_IN_TREE, Examination
from provenance.evidence.pattern.copies import same_change
from provenance.evidence.pattern.elsewhere import find_elsewhere
from provenance.index.history import History
from provenance.index.index import Index, open_indexed
from provenance.index.ranges import Scope, choose_scope, single_scope
from provenance.index.releases import FirstReleases
from provenance.inspector import Inspector, patterns_of
from provenance.report.mails import ArchivesInfo, SameChange
from provenance.report.model import (
    SCHEMA,
    CheckReport,
    Completeness,
    PolicyInfo,
    Problem,
    RangeInfo,
    Report,
    RepositoryInfo,
    Tool,
)
from provenance.repository import Repository
from provenance.settings import DEFAULTS, Progress, Settings, no_progress
from provenance.shares import inspect_range
from provenance.words import counted

_ALONE = (
    "judged alone: what a range shows of its authors and handlers is in `provenance audit A..B`"
    " and `provenance who ADDRESS`"
)
ALIKE = 1000
"""Commits that look like the same change which a report names."""
TOOL = Tool(name="provenance", version=__version__)


def audit(
    revision: str | None = None,
    *,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> Report:
    """Audits a release tag, a range ``A..B``, or the newest release that HEAD contains.

    Raises ``ProvenanceError`` where no report can be made; what could not be read while
    making one is in ``Report.completeness``.
    """
    with open_indexed(repo, settings) as (repository, index):
        scope = scope_of(repository, index, revision, settings, progress)
        examination = Examination(repository, index, scope, settings, progress)
        return audit_scope(repository, index, scope, examination, settings)


def audit_scope(
    repository: Repository,
    index: Index,
    scope: Scope,
    examination: Examination,
    settings: Settings,
) -> Report:
    """The report on what a scope covers."""
    inspector = Inspector(settings, examination.as_of)
    people = inspector.find_people(examination, index)
    tally, commits = inspect_range(index, examination, inspector, people, settings)
    grave = {one: people[one].case.commits for one in tally.grave() if one in people}
    return Report(
        schema=SCHEMA,
        tool=TOOL,
        range=range_info(repository, scope, settings),
        tag=inspector.inspect_tag(examination.tag) if examination.tag else None,
        completeness=completeness(repository, scope, examination, len(commits), inspector.notes()),
        summary=tally.summary(),
        commits=commits,
        identities=tally.identities(
            examination.everything.get, people, find_elsewhere(repository, scope, grave)
        ),
        subsystems=tally.subsystems(),
        policy=_policy(settings),
        min_severity=settings.min_severity,
    )


def check(
    commit: str,
    *,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> CheckReport:
    """Everything about one commit, against what had authority before it.

    Raises ``ProvenanceError``; also where the commit itself cannot be read.
    """
    with open_indexed(repo, settings) as (repository, index):
        scope = single_scope(
            repository,
            index,
            commit,
            trust_base=settings.trust_base,
            mainline=settings.mainline,
            progress=progress,
        )
        examination = Examination(repository, index, scope, settings, progress)
        inspector = Inspector(settings, examination.as_of)
        patterns = patterns_of(inspector.find_people(examination, index))
        records = [inspector.inspect(case) for case in examination.cases(patterns)]
        released, others, more = _released(repository, scope)
        account = completeness(
            repository, scope, examination, len(records), [_ALONE, *inspector.notes(), *more]
        )
        if not records:
            problem = (*account.unreadable, *account.over_budget)[0]
            raise UnreadableCommitError(
                f"commit {problem.id[:12]} cannot be read: {problem.reason}",
                hint="raise the budget in the policy, or look at it with `git cat-file`",
            )
        return CheckReport(
            schema=SCHEMA,
            tool=TOOL,
            trust_base_id=scope.trust_base,
            completeness=account,
            commit=records[0],
            released=released,
            same_change=others,
            policy=_policy(settings),
        )


def names_commit(name: str, *, repo: str | PathLike[str], settings: Settings) -> bool:
    """True where a revision of a repository has that name.  Raises as ``check`` does."""
    with open_indexed(repo, settings) as (repository, _):
        try:
            repository.resolve(name)
        except UnknownRevisionError:
            return False
        return True


def _released(
    repository: Repository, scope: Scope
) -> tuple[str | None, tuple[SameChange, ...], list[str]]:
    """The first release of the tip of a scope, and of others that look like the same change; what
    is to be said of that.
    """
    history, position = scope.history, scope.history.positions[scope.tip.commit]
    found = same_change(history, repository.stream_raw, scope.known, [position])
    alike = found.get(position, ())
    others = alike[:ALIKE]
    firsts = FirstReleases(repository, history, [position, *others])
    more = len(alike) > len(others)
    return (
        firsts.of(position),
        same_changes(history, firsts, others),
        [f"more than {ALIKE} commits look like the same change; so many are named"] * more,
    )


def same_changes(
    history: History, firsts: FirstReleases, positions: Sequence[int]
) -> tuple[SameChange, ...]:
    """Some commits with the release that each was first in."""
    return tuple(SameChange(id=history.ids[at], released=firsts.of(at)) for at in positions)


def scope_of(
    repository: Repository,
    index: Index,
    revision: str | None,
    settings: Settings,
    progress: Progress,
) -> Scope:
    """The range that a revision means under the settings."""
    return choose_scope(
        repository,
        index,
        revision,
        base=settings.base,
        trust_base=settings.trust_base,
        mainline=settings.mainline,
        progress=progress,
    )


def range_info(repository: Repository, scope: Scope, settings: Settings) -> RangeInfo:
    """The record of what was covered."""
    return RangeInfo(
        base=scope.base.tag_name or scope.base.name if scope.base else None,
        tip=scope.tip.tag_name or scope.tip.name,
        tag=scope.tip.tag_name,
        base_id=scope.base.commit if scope.base else None,
        tip_id=scope.tip.commit,
        trust_base_id=scope.trust_base,
        mainline=repository.shown(settings.mainline),
        reason=scope.reason,
    )


def completeness(
    repository: Repository,
    scope: Scope,
    examination: Examination,
    reported: int,
    said: Iterable[str] = (),
) -> Completeness:
    """The account of what was and was not seen; every commit of the scope is in it.

    ``said`` are notes of whoever judged the commits.
    """
    account = examination.settled()
    unreadable = {**scope.history.boundary(scope.inside), **account.unreadable}
    reached = sum(scope.inside) + len(unreadable) - len(account.unreadable)
    if reached != reported + len(unreadable) + len(account.over_budget):
        raise AssertionError("a commit of the range was neither reported nor listed as skipped")
    unread = account.others()
    notes = [*scope.notes, *account.notes, *_unread(unread), *said]
    notes.extend(f"{problem}; ignored" for problem in repository.refs.problems)
    moved = repository.moved_refs()
    notes.extend(f"{name} was changed meanwhile; this is about what it was" for name in moved)
    lost = scope.history.lost_refs
    notes.extend(f"{name} leads to an object that is {lost[name]}" for name in sorted(lost))
    if examination.has_policy_in_tree():
        notes.append(f"the audited tree holds a {POLICY_IN_TREE}; it was not obeyed")
    return Completeness(
        reached=reached,
        reported=reported,
        unreadable=_problems(unreadable),
        over_budget=_problems(account.over_budget),
        partial=_problems(account.partial),
        history_complete=examination.trust.history_complete
        and account.authority_read
        and not (lost or unread),
        repository=_repository(repository),
        notes=tuple(dict.fromkeys(notes)),
        archives=_archives(examination),
    )


def _repository(repository: Repository) -> RepositoryInfo:
    state = repository.state
    return RepositoryInfo(
        shallow=bool(state.shallow),
        grafts=state.grafts,
        replace_refs=len(repository.refs.below("refs/replace/")),
        alternates=len(state.alternates),
        tier=repository.tier,
        partial=state.partial,
    )


def _archives(examination: Examination) -> ArchivesInfo | None:
    found = examination.postings
    if found is None:
        return None
    return ArchivesInfo(names=found.names, mails=found.read, unreadable=found.unreadable)


def _unread(found: Mapping[str, str]) -> Iterator[str]:
    """What is said of objects that evidence rests on and that could not be read."""
    if found:
        name = min(found)
        rest = "" if len(found) == 1 else f" and {counted(len(found) - 1, 'other object')}"
        yield (
            f"{name[:12]}{rest} could not be read ({found[name]}): base rates, patterns and"
            " whatever else rests on them do without"
        )


def joined(accounts: Sequence[Completeness]) -> Completeness:
    """One account of several ranges."""
    first = accounts[0]
    return Completeness(
        reached=sum(one.reached for one in accounts),
        reported=sum(one.reported for one in accounts),
        unreadable=tuple(problem for one in accounts for problem in one.unreadable),
        over_budget=tuple(problem for one in accounts for problem in one.over_budget),
        partial=tuple(problem for one in accounts for problem in one.partial),
        history_complete=all(one.history_complete for one in accounts),
        repository=first.repository,
        notes=tuple(dict.fromkeys(note for one in accounts for note in one.notes)),
        archives=first.archives,
    )


def _policy(settings: Settings) -> PolicyInfo:
    return PolicyInfo(sha256=settings.policy.sha256, settings=settings.policy.settings())


def _problems(found: dict[str, str]) -> tuple[Problem, ...]:
    return tuple(Problem(id=name, reason=reason) for name, reason in sorted(found.items()))


class _CallableModule(types.ModuleType):
    """Importing this module binds it as ``provenance.audit``, over the function of that name.

    Being callable, it is both: ``from provenance import audit`` works in any import order.
    """

    def __call__(self, revision: str | None = None, **options: Any) -> Report:
        return audit(revision, **options)


sys.modules[__name__].__class__ = _CallableModule
