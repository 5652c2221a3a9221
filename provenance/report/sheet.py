"""Adds up the commits of one identity while they stream by, for its dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Final

from msgspec import Struct, field

from provenance.dates import day
from provenance.evidence.model import CommitCase
from provenance.evidence.pattern.deeds import kind_of
from provenance.evidence.pattern.model import Kind
from provenance.evidence.pattern.timeline import timeline_of
from provenance.facts import Zone
from provenance.findings import Finding, Gravest
from provenance.parse.surface import new_source_lines
from provenance.parse.trailers import REVIEW_KEYS
from provenance.report.who_page import (
    Contact,
    KindShare,
    MonthCount,
    Patch,
    SubsystemShare,
    Work,
)

_LARGEST: Final = 5


class Sheet(Struct):
    """Adds up one identity's commits."""

    commits: int = 0
    copies: int = 0
    merges: int = 0
    added: int = 0
    removed: int = 0
    first: int | None = None
    last: int | None = None
    months: Counter[str] = field(default_factory=Counter)
    moments: Counter[tuple[int, Kind]] = field(default_factory=Counter)
    sizes: dict[Kind, list[int]] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    subsystems: Counter[str] = field(default_factory=Counter)
    touched: Counter[str] = field(default_factory=Counter)
    committers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reviewers: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    largest: list[Patch] = field(default_factory=list)
    findings: Gravest = field(default_factory=Gravest)

    def add(self, case: CommitCase, findings: Iterable[Finding], *, is_copy: bool) -> None:
        """Takes in one commit; of a copy of another one who committed it and what it shows."""
        if case.commit.is_merge:
            self.merges += 1
            return
        for finding in findings:
            self.findings.take(finding)
        committer = case.committer.canonical
        role = "committer of copies" if is_copy else "committer"
        self.committers[(role, committer.name, committer.email)] += 1
        if is_copy:
            self.copies += 1
            return
        self.commits += 1
        self.added += case.added
        self.removed += case.removed
        seconds = getattr(case.commit.committer, "seconds", 0)
        self.first = seconds if self.first is None else min(self.first, seconds)
        self.last = seconds if self.last is None else max(self.last, seconds)
        self.months[day(seconds)[:7]] += 1
        kind = kind_of(case.commit, new_source_lines(case.changes))
        self.moments[(seconds, kind)] += 1
        self.sizes.setdefault(kind, []).append(case.added)
        for lines in case.subsystems:
            self.subsystems[lines.name] += lines.added
            self.touched[lines.name] += 1
            entered = self.entered.setdefault(lines.name, seconds)
            self.entered[lines.name] = min(entered, seconds)
        for trailer in case.commit.trailers:
            key = trailer.key.lower()
            if trailer.zone is Zone.BLOCK and trailer.person and key in REVIEW_KEYS:
                self.reviewers[(key, trailer.person.name, trailer.person.email)] += 1
        self.largest.append(Patch(id=case.id, subject=case.commit.subject, added=case.added))
        self.largest.sort(key=lambda patch: (-patch.added, patch.id))
        del self.largest[_LARGEST:]

    def work(self) -> Work:
        """The record of what was added up."""
        return Work(
            commits=self.commits,
            copies=self.copies,
            merges=self.merges,
            added=self.added,
            removed=self.removed,
            first_seen=None if self.first is None else day(self.first),
            last_seen=None if self.last is None else day(self.last),
            months=tuple(
                MonthCount(month=month, commits=count)
                for month, count in sorted(self.months.items())
            ),
            subsystems=tuple(
                SubsystemShare(
                    name=name,
                    commits=self.touched[name],
                    added=added,
                    entered=day(self.entered[name]),
                )
                for name, added in sorted(
                    self.subsystems.items(), key=lambda item: (-item[1], item[0])
                )
            ),
            timeline=timeline_of(self.moments),
            kinds=tuple(
                KindShare(kind=kind, commits=len(sizes), median_added=round(median(sizes)))
                for kind, sizes in sorted(self.sizes.items())
            ),
            largest=tuple(self.largest),
            committers=contacts_of(self.committers),
            reviewers=contacts_of(self.reviewers),
            findings=self.findings.ordered(),
        )


def contacts_of(counts: Counter[tuple[str, str, str]]) -> tuple[Contact, ...]:
    """Most commits first."""
    return tuple(
        Contact(role=role, name=name, email=email, commits=count)
        for (role, name, email), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    )
