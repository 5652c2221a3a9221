"""Lines added and removed per subsystem, person, domain or directory, by author status."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from os import PathLike
from pathlib import Path

from provenance.audit import DEFAULTS, TOOL, completeness, range_info
from provenance.evidence.examination import Examination
from provenance.evidence.model import CommitCase
from provenance.index.ranges import choose_scope
from provenance.parse.addresses import domain_of
from provenance.report.lines_page import LinesReport, LinesRow
from provenance.repository import Repository
from provenance.settings import Progress, Settings, no_progress
from provenance.words import Status


class By(StrEnum):
    """What lines are counted by."""

    SUBSYSTEM = "subsystem"
    PERSON = "person"
    DOMAIN = "domain"
    DIRECTORY = "directory"


@dataclass(slots=True)
class _Count:
    commits: int = 0
    added: int = 0
    removed: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)

    def add(self, added: int, removed: int, status: Status) -> None:
        self.commits += 1
        self.added += added
        self.removed += removed
        self.by_status[status] += added

    def row(self, name: str) -> LinesRow:
        return LinesRow(
            name=name,
            commits=self.commits,
            added=self.added,
            removed=self.removed,
            added_by_status={status: self.by_status[status] for status in Status},
        )


Shares = Iterable[tuple[str, int, int]]
"""Name, lines added, lines removed."""


def measure(
    revision: str | None = None,
    *,
    by: By = By.SUBSYSTEM,
    repo: str | PathLike[str] = ".",
    settings: Settings = DEFAULTS,
    progress: Progress = no_progress,
) -> LinesReport:
    """Counts the lines of a range; merges count nothing.  Raises ``ProvenanceError``."""
    with Repository(Path(repo)) as repository:
        scope = choose_scope(
            repository,
            revision,
            base=settings.base,
            trust_base=settings.trust_base,
            mainline=settings.mainline,
            progress=progress,
        )
        examination = Examination(repository, scope, settings, progress)
        counts: dict[str, _Count] = defaultdict(_Count)
        total, reported = _Count(), 0
        for case in examination.cases():
            reported += 1
            if not case.commit.is_merge:
                total.add(case.added, case.removed, case.author.status)
                for name, added, removed in _SHARES[by](case):
                    counts[name].add(added, removed, case.author.status)
        ordered = sorted(counts.items(), key=lambda item: (-item[1].added, item[0]))
        return LinesReport(
            schema="provenance-lines/1",
            tool=TOOL,
            range=range_info(scope, settings),
            by=by,
            rows=tuple(count.row(name) for name, count in ordered),
            total=total.row("total"),
            completeness=completeness(repository, scope, examination, reported),
        )


def _by_subsystem(case: CommitCase) -> Shares:
    return ((lines.name, lines.added, lines.removed) for lines in case.subsystems)


def _by_person(case: CommitCase) -> Shares:
    person = case.author.canonical
    return [(f"{person.name} <{person.email}>", case.added, case.removed)]


def _by_domain(case: CommitCase) -> Shares:
    domain = domain_of(case.author.claimed.email)
    return [(domain or "(no domain)", case.added, case.removed)]


def _by_directory(case: CommitCase) -> Shares:
    added: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    for change in case.changes:
        folder = "/".join(change.path.split("/")[:-1][:2])
        added[f"{folder}/"] += change.added
        removed[f"{folder}/"] += change.removed
    return [(folder.lstrip("/") or "(top)", added[folder], removed[folder]) for folder in added]


_SHARES: dict[By, Callable[[CommitCase], Shares]] = {
    By.SUBSYSTEM: _by_subsystem,
    By.PERSON: _by_person,
    By.DOMAIN: _by_domain,
    By.DIRECTORY: _by_directory,
}
