"""Lines and new attack surface per subsystem, person, domain, directory or release."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from os import PathLike

from provenance.audit import DEFAULTS, TOOL, completeness, open_indexed, range_info
from provenance.errors import UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.model import LineCase
from provenance.facts import FileChange
from provenance.index.history import positions_in
from provenance.index.index import Index
from provenance.index.ranges import Scope, choose_scope, release_scopes
from provenance.parse.addresses import domain_of
from provenance.parse.maintainers import Maintainers
from provenance.parse.surface import Surface, SurfaceItem
from provenance.report.lines_page import LinesReport, LinesRow
from provenance.report.model import Completeness
from provenance.repository import Repository
from provenance.settings import Progress, Settings, no_progress
from provenance.words import Status

SCHEMA = "provenance-lines/1"


class By(StrEnum):
    """What lines are counted by."""

    SUBSYSTEM = "subsystem"
    PERSON = "person"
    DOMAIN = "domain"
    DIRECTORY = "directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which files count: those below ``path``, of a subsystem that ``subsystem`` matches.

    ``subsystem`` is a shell pattern such as ``MEMORY*``; empty text selects everything.
    """

    path: str = ""
    subsystem: str = ""

    def takes(self, change: FileChange, where: Maintainers) -> bool:
        """True where the file counts."""
        if not self.path and not self.subsystem:
            return True
        if not change.path.startswith(self.path):
            return False
        names = where.subsystems_for(change.path) if self.subsystem else ()
        return not self.subsystem or any(self.names(name) for name in names)

    def names(self, subsystem: str) -> bool:
        """True where a subsystem's name is selected."""
        return not self.subsystem or fnmatchcase(subsystem, self.subsystem)


@dataclass(slots=True)
class _Count:
    commits: int = 0
    added: int = 0
    removed: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)
    surface: Counter[Surface] = field(default_factory=Counter)

    def add(self, share: _Share, status: Status) -> None:
        self.commits += 1
        self.added += share.added
        self.removed += share.removed
        self.by_status[status] += share.added
        if share.surface:
            self.surface.update(share.surface)

    def row(self, name: str) -> LinesRow:
        return LinesRow(
            name=name,
            commits=self.commits,
            added=self.added,
            removed=self.removed,
            added_by_status={status: self.by_status[status] for status in Status},
            surface={kind: self.surface[kind] for kind in Surface if self.surface[kind]},
        )


@dataclass(slots=True)
class _Share:
    """What one commit adds under one name."""

    added: int = 0
    removed: int = 0
    surface: list[Surface] = field(default_factory=list)

    def take(self, change: FileChange, surface: Sequence[SurfaceItem]) -> None:
        self.added += change.added
        self.removed += change.removed
        if surface:
            self.surface.extend(item.kind for item in surface if item.path == change.path)


EVERYTHING = Selection()


def measure(
    revision: str | None = None,
    *,
    by: By = By.SUBSYSTEM,
    selection: Selection = EVERYTHING,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> LinesReport:
    """Counts the lines of a range; merges count nothing.  Raises ``ProvenanceError``."""
    with open_indexed(repo, settings) as (repository, index):
        scope = _scope(repository, index, revision, settings, progress)
        examination = Examination(repository, index, scope, settings, progress)
        counter = _Counter(by, selection, examination.where)
        counter.count(examination.line_cases())
        return LinesReport(
            schema=SCHEMA,
            tool=TOOL,
            range=range_info(repository, scope, settings),
            by=by,
            rows=counter.rows(),
            total=counter.total.row("total"),
            completeness=completeness(
                repository, scope, examination, counter.commits + merges_in(scope)
            ),
        )


def measure_releases(
    revision: str | None,
    *,
    selection: Selection = EVERYTHING,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> LinesReport:
    """Counts each release of ``A..Z``, oldest first: the trend.

    Every release is judged at its own trust base, the release before it.  Raises
    ``UsageError`` where the revision is no range.
    """
    if revision is None or ".." not in revision:
        raise UsageError("--per-release needs a range", hint="e.g. v6.12..v6.12.9")
    with open_indexed(repo, settings) as (repository, index):
        whole = _scope(repository, index, revision, settings, progress)
        rows: list[LinesRow] = []
        total = _Count()
        accounts: list[Completeness] = []
        for scope in release_scopes(repository, whole):
            examination = Examination(repository, index, scope, settings, progress)
            counter = _Counter(By.SUBSYSTEM, selection, examination.where)
            counter.count(examination.line_cases())
            rows.append(counter.total.row(scope.tip.tag_name or scope.tip.name))
            accounts.append(
                completeness(repository, scope, examination, counter.commits + merges_in(scope))
            )
            total.commits += counter.total.commits
            total.added += counter.total.added
            total.removed += counter.total.removed
            total.by_status.update(counter.total.by_status)
            total.surface.update(counter.total.surface)
        return LinesReport(
            schema=SCHEMA,
            tool=TOOL,
            range=range_info(repository, whole, settings),
            by="release",
            rows=tuple(rows),
            total=total.row("total"),
            completeness=_joined(accounts),
        )


def merges_in(scope: Scope) -> int:
    """Merges of a scope: they are reported and count no lines."""
    return sum(scope.history.is_merge(position) for position in positions_in(scope.inside))


class _Counter:
    """Adds up cases under the names they fall under."""

    def __init__(self, by: By, selection: Selection, where: Maintainers) -> None:
        self._by = by
        self._selection = selection
        self._where = where
        self._counts: dict[str, _Count] = defaultdict(_Count)
        self.total = _Count()
        self.commits = 0

    def count(self, cases: Iterable[LineCase]) -> None:
        for case in cases:
            self.commits += 1
            chosen = [c for c in case.changes if self._selection.takes(c, self._where)]
            if case.changes and not chosen:
                continue
            whole = _Share()
            for change in chosen:
                whole.take(change, case.surface)
            self.total.add(whole, case.author.status)
            for name, share in self._shares(case, chosen, whole):
                self._counts[name].add(share, case.author.status)

    def rows(self) -> tuple[LinesRow, ...]:
        """Most lines added first."""
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1].added, item[0]))
        return tuple(count.row(name) for name, count in ordered)

    def _shares(
        self, case: LineCase, chosen: Sequence[FileChange], whole: _Share
    ) -> Iterator[tuple[str, _Share]]:
        if self._by is By.PERSON:
            person = case.author.canonical
            yield f"{person.name} <{person.email}>", whole
        elif self._by is By.DOMAIN:
            yield domain_of(case.author.claimed.email) or "(no domain)", whole
        else:
            names = self._folder if self._by is By.DIRECTORY else self._subsystems
            shares: dict[str, _Share] = defaultdict(_Share)
            for change in chosen:
                for name in names(change):
                    shares[name].take(change, case.surface)
            if self._by is By.SUBSYSTEM and not self._selection.path and case.claimed:
                self._add_content(case, shares)
            yield from shares.items()

    def _subsystems(self, change: FileChange) -> Sequence[str]:
        return [
            name for name in self._where.subsystems_for(change.path) if self._selection.names(name)
        ]

    def _folder(self, change: FileChange) -> Sequence[str]:
        """The first two folders."""
        parts = change.path.split("/")[:-1][:2]
        return ["/".join(parts) + "/" if parts else "(top)"]

    def _add_content(self, case: LineCase, shares: dict[str, _Share]) -> None:
        """Subsystems that claim the commit by a ``K:`` pattern, with the lines of its files."""
        for lines in case.claimed:
            if self._selection.names(lines.name):
                shares[lines.name] = _Share(added=lines.added, removed=lines.removed)


def _scope(
    repository: Repository,
    index: Index,
    revision: str | None,
    settings: Settings,
    progress: Progress,
) -> Scope:
    return choose_scope(
        repository,
        index,
        revision,
        base=settings.base,
        trust_base=settings.trust_base,
        mainline=settings.mainline,
        progress=progress,
    )


def _joined(accounts: Sequence[Completeness]) -> Completeness:
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
    )
