"""Lines and new attack surface per subsystem, person, domain, directory or release."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase
from os import PathLike
from typing import Final

from msgspec import Struct

from provenance.audit import (
    TOOL,
    completeness,
    joined,
    range_info,
    scope_of,
)
from provenance.errors import UsageError
from provenance.evidence.examination import Examination
from provenance.evidence.line_tally import LineTally, Share, Who, status_of
from provenance.evidence.model import LineCase, Standing
from provenance.facts import FileChange
from provenance.index.history import NOBODY, positions_in
from provenance.index.index import open_indexed
from provenance.index.ranges import Scope, release_scopes
from provenance.parse.addresses import domain_of
from provenance.parse.maintainers import Maintainers
from provenance.parse.surface import Surface
from provenance.report.lines_page import LinesReport, LinesRow
from provenance.report.model import Completeness
from provenance.settings import DEFAULTS, Progress, Settings, no_progress
from provenance.words import Status

SCHEMA = "provenance-lines/1"


class By(StrEnum):
    """What lines are counted by."""

    SUBSYSTEM = "subsystem"
    PERSON = "person"
    DOMAIN = "domain"
    DIRECTORY = "directory"


class Selection(Struct, frozen=True, kw_only=True):
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
        scope = scope_of(repository, index, revision, settings, progress)
        examination = Examination(repository, index, scope, settings, progress)
        counter = _Counter(by, selection, examination)
        total = counter.total("total")
        _warn_of_nothing(total, selection, settings)
        return LinesReport(
            schema=SCHEMA,
            tool=TOOL,
            range=range_info(repository, scope, settings),
            by=by,
            rows=counter.rows(),
            total=total,
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
        whole = scope_of(repository, index, revision, settings, progress)
        rows: list[LinesRow] = []
        accounts: list[Completeness] = []
        for scope in release_scopes(repository, whole):
            examination = Examination(repository, index, scope, settings, progress)
            counter = _Counter(By.SUBSYSTEM, selection, examination)
            rows.append(counter.total(scope.tip.tag_name or scope.tip.name))
            accounts.append(
                completeness(repository, scope, examination, counter.commits + merges_in(scope))
            )
        total = _sum(rows)
        _warn_of_nothing(total, selection, settings)
        return LinesReport(
            schema=SCHEMA,
            tool=TOOL,
            range=range_info(repository, whole, settings),
            by="release",
            rows=tuple(rows),
            total=total,
            completeness=joined(accounts),
        )


def _warn_of_nothing(total: LinesRow, selection: Selection, settings: Settings) -> None:
    """Says that a selection selects nothing: a misspelt one looks like an idle subsystem."""
    if selection != EVERYTHING and not total.commits:
        chosen = " and ".join(filter(None, (selection.path, selection.subsystem)))
        settings.warn(f"no commit of the range changes anything in {chosen}; is it spelt right?")


def merges_in(scope: Scope) -> int:
    """Merges of a scope: they are reported and count no lines."""
    return sum(scope.history.is_merge(position) for position in positions_in(scope.inside))


class _Counter:
    """Adds up the commits of one scope under the names they fall under.

    ``commits`` counts those that were looked at.
    """

    def __init__(self, by: By, selection: Selection, examination: Examination) -> None:
        self._by = by
        self._selection = selection
        self._where = examination.where
        self._assessor = examination.assessor
        self._history = examination.history
        self._tally = LineTally()
        keep = "" if selection != EVERYTHING else f"{_NAMES_OF.get(by, 'author')} lines"
        for found in examination.line_tallies(self._take, keep=keep):
            self._tally.join(found)
        self.commits = self._tally.commits

    def rows(self) -> tuple[LinesRow, ...]:
        """Most lines added first."""
        if self._by in _NAMES_OF:
            named = self._tally.named
        else:
            named = defaultdict(dict)
            for who, share in self._tally.total.items():
                named[self._author(who)][who] = share
        found = [self._row(name, shares) for name, shares in named.items()]
        return tuple(sorted(found, key=lambda row: (-row.added, row.name)))

    def total(self, name: str) -> LinesRow:
        """Every line once."""
        return self._row(name, self._tally.total)

    def _row(self, name: str, shares: Mapping[Who, Share]) -> LinesRow:
        whole, by_status = Share(), Counter[Status]()
        for who, share in shares.items():
            whole.add(share)
            by_status[status_of(who, self._standing(who).status)] += share.added
        return LinesRow(
            name=name,
            commits=whole.commits,
            added=whole.added,
            removed=whole.removed,
            added_by_status={status: by_status[status] for status in Status},
            surface={kind: whole.surface[kind] for kind in Surface if kind in whole.surface},
        )

    def _standing(self, who: Who) -> Standing:
        if who.number == NOBODY:
            return self._assessor.nobody()
        return self._assessor.assess_person(self._history.people[who.number])

    def _author(self, who: Who) -> str:
        standing = self._standing(who)
        if self._by is By.PERSON:
            return f"{standing.canonical.name} <{standing.canonical.email}>"
        return domain_of(standing.claimed.email) or "(no domain)"

    def _take(self, tally: LineTally, case: LineCase) -> None:
        """Takes one commit into the tally of its block."""
        chosen = case.changes
        if self._selection != EVERYTHING:
            chosen = tuple(c for c in chosen if self._selection.takes(c, self._where))
            if case.changes and not chosen:
                return
        whole, shares = Share(commits=1), dict[str, Share]()
        for change in chosen:
            taken = [whole]
            for name in self._names(change):
                share = shares.get(name)
                if share is None:
                    share = shares[name] = Share(commits=1)
                taken.append(share)
            for share in taken:
                share.added += change.added
                share.removed += change.removed
            if case.surface:
                kinds = [item.kind for item in case.surface if item.path == change.path]
                for share in taken:
                    share.add(Share(surface=Counter(kinds)))
        if self._by is By.SUBSYSTEM and not self._selection.path:
            self._add_content(case, shares)
        tally.add(case.who, whole, shares)

    def _names(self, change: FileChange) -> Sequence[str]:
        """Subsystems, or the first two folders; none where names follow from the author."""
        if self._by not in _NAMES_OF:
            return ()
        if self._by is By.DIRECTORY:
            parts = change.path.split("/")[:-1][:2]
            return ["/".join(parts) + "/" if parts else "(top)"]
        names = self._where.subsystems_for(change.path)
        if not self._selection.subsystem:
            return names
        return [name for name in names if self._selection.names(name)]

    def _add_content(self, case: LineCase, shares: dict[str, Share]) -> None:
        """Subsystems that claim the commit by a ``K:`` pattern, with the lines of its files."""
        for lines in case.claimed:
            if self._selection.names(lines.name):
                shares[lines.name] = Share(1, lines.added, lines.removed)


_NAMES_OF: Final = {By.SUBSYSTEM: "subsystem", By.DIRECTORY: "directory"}
"""What lines of a file are counted under; other names follow from the author."""


def _sum(rows: Sequence[LinesRow]) -> LinesRow:
    """All rows together."""
    by_status, surface = Counter[Status](), Counter[Surface]()
    for row in rows:
        by_status.update(row.added_by_status)
        surface.update(row.surface)
    return LinesRow(
        name="total",
        commits=sum(row.commits for row in rows),
        added=sum(row.added for row in rows),
        removed=sum(row.removed for row in rows),
        added_by_status={status: by_status[status] for status in Status},
        surface={kind: surface[kind] for kind in Surface if surface[kind]},
    )
