"""A policy run over every release of a series: how many flags it would have raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from os import PathLike

from provenance.audit import (
    TOOL,
    completeness,
    joined,
    range_info,
    scope_of,
)
from provenance.errors import UsageError
from provenance.evidence.examination import Examination
from provenance.index.index import Index, open_indexed
from provenance.index.ranges import Scope, release_scopes
from provenance.inspector import Inspector, patterns_of
from provenance.report.backtest_page import BacktestReport, ReleaseFlags, RuleFlags
from provenance.report.model import Completeness
from provenance.repository import Repository
from provenance.repository.forks import in_forks
from provenance.repository.pool import in_shares
from provenance.settings import DEFAULTS, Progress, Settings, no_progress
from provenance.words import Severity

SCHEMA = "provenance-backtest/1"


def backtest(
    revision: str,
    *,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> BacktestReport:
    """Audits each release of ``A..Z`` at its own trust base, the release before it.

    Raises ``UsageError`` where the revision is no range.
    """
    if ".." not in revision:
        raise UsageError("a back-test needs a range", hint="e.g. v6.12..v6.12.9")
    with open_indexed(repo, settings) as (repository, index):
        whole = scope_of(repository, index, revision, settings, progress)
        scopes = release_scopes(repository, whole)
        shares = list(in_shares(scopes, len(scopes), settings.jobs if index.keeps else 1))
        own = settings if len(shares) == 1 else replace(settings, jobs=1)

        def work(share: Sequence[Scope]) -> Iterator[tuple[ReleaseFlags, Completeness]]:
            tell = progress if share[0] is scopes[0] else no_progress
            for scope in share:
                yield _release(repository, index, scope, own, tell)

        found = list(in_forks(work, shares, rest=index.rest))
        return BacktestReport(
            schema=SCHEMA,
            tool=TOOL,
            range=range_info(repository, whole, settings),
            policy_sha256=settings.policy.sha256,
            releases=tuple(flags for flags, _ in found),
            completeness=joined([account for _, account in found]),
        )


def _release(
    repository: Repository, index: Index, scope: Scope, settings: Settings, progress: Progress
) -> tuple[ReleaseFlags, Completeness]:
    """The flags that one release gets, and the account of what was read for them."""
    examination = Examination(repository, index, scope, settings, progress)
    inspector = Inspector(settings, examination.as_of)
    patterns = patterns_of(inspector.find_people(examination, index))
    commits, by_severity, rules = 0, Counter[Severity](), Counter[tuple[str, Severity]]()
    grave: set[str] = set()
    authored = Counter[str]()
    for case in examination.cases(patterns):
        record = inspector.inspect(case)
        commits += 1
        authored[case.author.address] += not case.commit.is_merge
        if record.severity:
            by_severity[record.severity] += 1
            if record.severity.rank >= Severity.HIGH.rank:
                grave.add(case.author.address)
        rules.update({(found.rule, found.severity) for found in record.findings})
    account = completeness(repository, scope, examination, commits, inspector.notes())
    flags = ReleaseFlags(
        release=scope.tip.tag_name or scope.tip.name,
        commits=commits,
        skipped=len(account.unreadable) + len(account.over_budget) + len(account.partial),
        by_severity={severity: by_severity[severity] for severity in Severity},
        identities_at_high=len(grave),
        their_commits=sum(authored[address] for address in grave),
        rules=tuple(
            RuleFlags(rule=rule, severity=severity, commits=count)
            for (rule, severity), count in sorted(
                rules.items(), key=lambda item: (-item[0][1].rank, -item[1], item[0])
            )
        ),
    )
    return flags, account
