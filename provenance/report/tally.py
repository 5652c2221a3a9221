"""Adds up a range while its commits stream by: summary, identities, subsystems."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from provenance.dates import day
from provenance.evidence.model import CommitCase, Covered, Standing
from provenance.evidence.signals import Elsewhere
from provenance.evidence.via import deciders, verified_handlers
from provenance.facts import Address, Person
from provenance.findings import Gravest
from provenance.index.track_record import Record, person_key
from provenance.parse.comparison import Content
from provenance.patterns import Seen
from provenance.report.model import (
    CommitReport,
    IdentityReport,
    Mailbox,
    SubsystemReport,
    Summary,
)
from provenance.rules import rules_by_handler
from provenance.words import Severity, Status, Verdict


class _Identity(Struct):
    standing: Standing
    claimed: set[str] = field(default_factory=set)
    commits: int = 0
    added: int = 0
    subsystems: Counter[str] = field(default_factory=Counter)
    via: Counter[Person] = field(default_factory=Counter)
    findings: Gravest = field(default_factory=Gravest)

    def join(self, other: _Identity) -> None:
        """Adds what the same identity did in other commits."""
        self.stand_as(other.standing)
        self.claimed |= other.claimed
        self.commits += other.commits
        self.added += other.added
        self.subsystems.update(other.subsystems)
        self.via.update(other.via)
        self.findings.join(other.findings)

    def stand_as(self, standing: Standing) -> None:
        """Takes the stronger of two standings, the first of equal ones."""
        if standing.status.strength > self.standing.status.strength:
            self.standing = standing

    @property
    def is_grave(self) -> bool:
        """True for a finding of high severity or more."""
        return any(one.severity.rank >= Severity.HIGH.rank for one in self.findings.ordered())


class _Subsystem(Struct):
    commits: int = 0
    added: int = 0
    removed: int = 0
    by_status: Counter[Status] = field(default_factory=Counter)

    def join(self, other: _Subsystem) -> None:
        """Adds what other commits did in it."""
        self.commits += other.commits
        self.added += other.added
        self.removed += other.removed
        self.by_status.update(other.by_status)


class Tally:
    """Totals over the commits given to ``add``; merges count as commits only."""

    def __init__(self, minimum: Severity) -> None:
        self._minimum = minimum
        self._commits = self._merges = self._flagged = 0
        self._added = self._removed = 0
        self._by_status: Counter[Status] = Counter()
        self._by_severity: Counter[Severity] = Counter()
        self._by_route: Counter[Verdict] = Counter()
        self._by_coverage: Counter[Covered] = Counter()
        self._by_content: Counter[Content] = Counter()
        self._by_posting: Counter[Content] = Counter()
        self._without_upstream = 0
        self._identities: dict[Address, _Identity] = {}
        self._subsystems: dict[str, _Subsystem] = defaultdict(_Subsystem)

    def add(self, case: CommitCase, report: CommitReport) -> None:
        """Counts one commit."""
        self._commits += 1
        self._flagged += report.is_flagged(self._minimum)
        if report.severity:
            self._by_severity[report.severity] += 1
        if case.commit.is_merge:
            self._merges += 1
            return
        self._added += case.added
        self._removed += case.removed
        self._by_status[case.author.status] += 1
        self._by_route[case.route.verdict] += 1
        self._by_coverage[case.coverage.kind] += 1
        if case.posted:
            self._by_posting[case.posted.comparison.content] += 1
        if case.upstream:
            self._by_content[case.upstream.comparison.content] += 1
        elif not case.is_release:
            self._without_upstream += 1
        self._add_identity(case, report)
        for lines in case.subsystems:
            subsystem = self._subsystems[lines.name]
            subsystem.commits += 1
            subsystem.added += lines.added
            subsystem.removed += lines.removed
            subsystem.by_status[case.author.status] += lines.added

    def join(self, other: Tally) -> None:
        """Adds the totals over other commits, older than those so far."""
        self._commits += other._commits
        self._merges += other._merges
        self._flagged += other._flagged
        self._added += other._added
        self._removed += other._removed
        self._by_status.update(other._by_status)
        self._by_severity.update(other._by_severity)
        self._by_route.update(other._by_route)
        self._by_coverage.update(other._by_coverage)
        self._by_content.update(other._by_content)
        self._by_posting.update(other._by_posting)
        self._without_upstream += other._without_upstream
        for key, identity in other._identities.items():
            known = self._identities.setdefault(key, identity)
            if known is not identity:
                known.join(identity)
        for name, subsystem in other._subsystems.items():
            self._subsystems[name].join(subsystem)

    def _add_identity(self, case: CommitCase, report: CommitReport) -> None:
        identity = self._identity_of(case.author)
        identity.claimed.add(case.author.claimed.email)
        identity.commits += 1
        identity.added += case.added
        for lines in case.subsystems:
            identity.subsystems[lines.name] += lines.added + lines.removed
        identity.via.update(dict.fromkeys(verified_handlers(case), 1))
        for finding in report.findings:
            if finding.rule not in rules_by_handler():
                identity.findings.take(finding)
            else:
                for handler in deciders(case):
                    self._identity_of(handler).findings.take(finding)

    def _identity_of(self, standing: Standing) -> _Identity:
        """The record of an identity; without commits where it only handled some."""
        key = person_key(standing.canonical)
        identity = self._identities.setdefault(key, _Identity(standing=standing))
        identity.stand_as(standing)
        return identity

    def summary(self) -> Summary:
        """Totals of the range."""
        return Summary(
            commits=self._commits,
            merges=self._merges,
            flagged=self._flagged,
            authors=sum(one.commits > 0 for one in self._identities.values()),
            unverified_authors=sum(
                one.commits > 0 and one.standing.status is Status.UNVERIFIED
                for one in self._identities.values()
            ),
            lines_added=self._added,
            lines_removed=self._removed,
            by_status={status: self._by_status[status] for status in Status},
            by_severity={severity: self._by_severity[severity] for severity in Severity},
            by_route={verdict: self._by_route[verdict] for verdict in Verdict},
            by_coverage={kind: self._by_coverage[kind] for kind in Covered},
            by_content={content: self._by_content[content] for content in Content},
            without_upstream=self._without_upstream,
            by_posting={content: self._by_posting[content] for content in Content},
        )

    def grave(self) -> frozenset[Address]:
        """Who has a commit with a finding of high severity or more."""
        return frozenset(address for address, one in self._identities.items() if one.is_grave)

    def identities(
        self,
        record: Callable[[Address], Record | None],
        people: Mapping[Address, Seen],
        elsewhere: Mapping[Address, Elsewhere],
    ) -> tuple[IdentityReport, ...]:
        """Authors and whoever else was seen, in the order in which to look at them.

        First those with a finding of high severity, then by surprise, then unverified ones,
        then by lines added: nothing else decides.  ``record`` is over all history.
        """
        for address, seen in people.items():
            if any(found.severity.rank for found in seen.findings):
                self._identities.setdefault(address, _Identity(standing=seen.case.standing))
        ordered = sorted(
            self._identities.items(),
            key=lambda item: (
                not item[1].is_grave,
                -people[item[0]].pattern.bits if item[0] in people else 0.0,
                item[1].standing.status.strength,
                -item[1].added,
                item[0],
            ),
        )
        return tuple(
            _identity_report(identity, record(key), people.get(key), elsewhere.get(key), rank)
            for rank, (key, identity) in enumerate(ordered, 1)
        )

    def subsystems(self) -> tuple[SubsystemReport, ...]:
        """Subsystems by lines added, most first."""
        ordered = sorted(
            self._subsystems.items(), key=lambda item: (-item[1].added, -item[1].removed, item[0])
        )
        return tuple(
            SubsystemReport(
                name=name,
                commits=found.commits,
                added=found.added,
                removed=found.removed,
                added_by_status={status: found.by_status[status] for status in Status},
            )
            for name, found in ordered
        )


def _identity_report(
    identity: _Identity,
    record: Record | None,
    seen: Seen | None,
    elsewhere: Elsewhere | None,
    rank: int,
) -> IdentityReport:
    person = identity.standing.canonical
    subsystems = sorted(identity.subsystems.items(), key=lambda item: (-item[1], item[0]))
    return IdentityReport(
        name=person.name,
        email=person.email,
        aliases=tuple(sorted(identity.claimed - {person.email})),
        status=identity.standing.status,
        commits=identity.commits,
        lines_added=identity.added,
        first_seen=day(record.first) if record else None,
        last_seen=day(record.last) if record else None,
        subsystems=tuple(name for name, _ in subsystems),
        via=tuple(
            Mailbox(name=who.name, email=who.email)
            for who, _ in sorted(
                identity.via.items(), key=lambda item: (-item[1], item[0].email, item[0].name)
            )
        ),
        findings=identity.findings.ordered(*(seen.findings if seen else ())),
        rank=rank,
        bits=seen.pattern.bits if seen else 0.0,
        signals=seen.pattern.signals if seen else (),
        reached=seen.pattern.reached if seen else None,
        likely_alias=identity.standing.likely_alias,
        to_read=seen.pattern.to_read if seen else (),
        elsewhere=elsewhere,
    )
