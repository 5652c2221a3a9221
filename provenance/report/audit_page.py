"""The audit as a page and as CSV rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from operator import itemgetter
from typing import TypeVar

from msgspec import Struct

from provenance.evidence.model import Covered, Signature
from provenance.findings import from_severity
from provenance.parse.comparison import Content
from provenance.parse.releases import told
from provenance.report.completeness_page import completeness_section, describe_archives
from provenance.report.document import Column, Document, More, Section, Table
from provenance.report.model import (
    CommitReport,
    IdentityInfo,
    IdentityReport,
    LineCount,
    Report,
    TagInfo,
)
from provenance.words import Severity, Status, Verdict, counted

CSV_COLUMNS = (
    "commit",
    "author_date",
    "author_name",
    "author_email",
    "author_status",
    "committer_name",
    "committer_email",
    "subject",
    "upstream",
    "route",
    "signed_by",
    "subsystems",
    "files",
    "lines_added",
    "lines_removed",
    "severity",
    "rules",
    "reasons",
)
UNVERIFIED = "unverified is not malicious: every newcomer starts there, and pseudonyms are allowed"
LIMITS = (
    UNVERIFIED,
    "names, addresses, dates and trailers are claims; a signature vouches for what it covers only",
)
_TABLE_ROWS = 40
_SUBSYSTEM_ROWS = 20
_IDENTITY_ROWS = 15
_PATTERN_ROWS = 5
_W = TypeVar("_W", bound=str)


class AuditPage(Struct, frozen=True, kw_only=True):
    """Draws a report.  ``everything`` lists clean commits too."""

    report: Report
    everything: bool = False

    def data(self) -> Report:
        return self.report

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        """Rows are made while they are read, so that a long range stays out of memory."""
        return CSV_COLUMNS, (csv_row(commit, self._least) for commit in self._chosen())

    @property
    def _least(self) -> Severity:
        """From which severity on findings are shown."""
        return Severity.INFO if self.everything else self.report.min_severity

    def _chosen(self) -> Iterator[CommitReport]:
        """The commits to show, newest first."""
        return (
            commit
            for commit in self.report.commits
            if self.everything or commit.is_flagged(self.report.min_severity)
        )

    def _one(self, commit: CommitReport) -> Section:
        """What a row of the table leaves out."""
        facts = (
            ("Commit", commit.id),
            ("Author", describe_identity(commit.author)),
            ("Committer", describe_identity(commit.committer)),
            ("Signed off by", _signed_by(commit)),
            ("Route", commit.route.verdict),
            ("Upstream", commit.upstream.id if commit.upstream else ""),
            ("Subsystems", _subsystems(commit)),
            ("Lines", describe_lines(commit.lines)),
        )
        return Section(
            title=f"{commit.severity or 'clean'} {commit.id[:12]} {commit.subject}",
            facts=[(name, text) for name, text in facts if text],
            lines=[seen.line for seen in from_severity(self._least, commit.findings)],
        )

    def document(self) -> Document:
        report = self.report
        name = report.range.tag or report.range.tip
        sections = [self._head(), self._summary(), *self._tag_findings(), self._flagged()]
        sections.extend(self._patterns())
        if report.summary.unverified_authors:
            sections.append(self._identities())
        sections.append(self._subsystems())
        sections.append(completeness_section(report.completeness, limits=LIMITS))
        return Document(
            title=f"Provenance audit of {name}", sections=sections, more=self._one_by_one()
        )

    def _one_by_one(self) -> More | None:
        """Each commit of the table, and those for which it has no room."""
        if not (self.everything or self.report.summary.flagged):
            return None
        title = "Commits" if self.everything else "Flagged commits"
        return More(
            title=f"{title} one by one, newest first", sections=map(self._one, self._chosen())
        )

    def _head(self) -> Section:
        found = self.report.range
        base = found.base or "(beginning)"
        facts = [("Range", f"{base}..{found.tip}: {found.reason}")]
        if self.report.tag:
            facts.append(("Release tag", describe_tag(self.report.tag)))
        facts.append(("Trust base", describe_trust_base(found.trust_base_id)))
        facts.append(
            (
                "Mainline",
                found.mainline or "every branch and tag of this repository",
            )
        )
        return Section(facts=facts)

    def _summary(self) -> Section:
        summary = self.report.summary
        merges = f", {summary.merges} of them merges" if summary.merges else ""
        flagged = ", ".join(
            f"{summary.by_severity[severity]} {severity}"
            for severity in reversed(Severity)
            if summary.by_severity.get(severity) and severity.rank >= self.report.min_severity.rank
        )
        return Section(
            facts=(
                ("Commits", f"{summary.commits}{merges}"),
                *self._totals(),
                ("By status", _shares(summary.by_status, Status)),
                ("Routes", _shares(summary.by_route, Verdict)),
                ("Signed pulls", _pulls(summary.by_coverage)),
                *self._backports(),
                *self._mails(),
                ("Flagged", f"{summary.flagged}" + (f": {flagged}" if flagged else "")),
            )
        )

    def _totals(self) -> Sequence[tuple[str, str]]:
        """How many people wrote how many lines."""
        summary = self.report.summary
        unknown = f"{summary.unverified_authors} of them unverified"
        return (
            ("Authors", f"{summary.authors}, {unknown}"),
            ("Lines", f"+{summary.lines_added} -{summary.lines_removed}"),
        )

    def _backports(self) -> list[tuple[str, str]]:
        summary = self.report.summary
        if not sum(summary.by_content.values()):
            return []
        shares = _shares(summary.by_content, Content)
        return [("Backports", f"{shares}; {summary.without_upstream} name no upstream commit")]

    def _mails(self) -> list[tuple[str, str]]:
        """How many commits have their mail in the archives, where there are any."""
        archives, found = self.report.completeness.archives, self.report.summary.by_posting
        if archives is None:
            return []
        told = _shares(found, Content)
        compared = f" ({told})" if told else ""
        own = self.report.summary.commits - self.report.summary.merges
        of = f"of {sum(found.values())} of {own} commits{compared}"
        return [("Mails", f"{of}, among {describe_archives(archives)}")]

    def _tag_findings(self) -> list[Section]:
        found = self.report.tag.findings if self.report.tag else ()
        shown = from_severity(self.report.min_severity, found)
        if not shown:
            return []
        lines = [seen.line for seen in shown]
        return [Section(title="Findings on the release tag", lines=lines)]

    def _flagged(self) -> Section:
        """Of each commit only its row is kept: together they may be larger than memory."""
        report = self.report
        chosen = ((_gravity(commit), self._row(commit)) for commit in self._chosen())
        most = len(report.commits) if self.everything else _TABLE_ROWS
        rows = [row for _, row in nsmallest(most, chosen, key=itemgetter(0))]
        if not rows:
            return Section(
                title="Flagged commits",
                lines=(f"none at or above {report.min_severity}",),
            )
        flagged = report.summary.flagged
        lines: tuple[str, ...] = ()
        if len(rows) < flagged:
            rest = flagged - len(rows)
            lines = (f"the worst {len(rows)}; -f csv lists all {flagged} ({rest} more)",)
        table = Table(
            columns=(
                Column(title="severity"),
                Column(title="commit"),
                Column(title="author", limit=28),
                Column(title="+lines", right=True),
                Column(title="subject", limit=44),
                Column(title="gravest rule"),
            ),
            rows=rows,
        )
        return Section(title="Flagged commits, worst first", lines=lines, table=table)

    def _row(self, commit: CommitReport) -> Sequence[str]:
        return (
            str(commit.severity or "-"),
            commit.id[:12],
            commit.author.email or commit.author.name or "(empty)",
            str(commit.lines.added),
            commit.subject,
            _gravest(commit, self.report.min_severity),
        )

    def _patterns(self) -> list[Section]:
        """Identities whose history counts as a pattern, each signal with its base rate."""
        least = _bits_of_a_pattern(self.report)
        people = [who for who in self.report.identities if who.bits and who.bits >= least]
        shown = people[:_PATTERN_ROWS]
        if not shown:
            return []
        lines = []
        for who in shown:
            usual = f" ({who.reached.base_rate})" if who.reached else ""
            lines.append(
                f"{who.rank}. {who.name} <{who.email}>, {who.status}: {who.bits} bits{usual}"
            )
            signals = (signal.line for signal in who.signals)
            said = (who.likely_alias, *signals, _here(who), _elsewhere(who))
            lines.extend(f"   {line}" for line in said if line)
        if shown[-1].rank > len(shown):
            lines.append(f"places left out have fewer than {least:g} bits")
        if len(people) > len(shown):
            lines.append(f"{len(people) - len(shown)} more in the JSON report")
        title = "Unusual histories, by high findings, then by surprise: unusual is not wrong"
        return [Section(title=title, lines=tuple(lines))]

    def _identities(self) -> Section:
        people = [
            who for who in self.report.identities if who.status is Status.UNVERIFIED and who.commits
        ]
        people.sort(key=lambda who: (-who.lines_added, who.email))
        shown = people[:_IDENTITY_ROWS]
        rest = len(people) - len(shown)
        return Section(
            title="Unverified authors with code here, most lines first, and through whom",
            lines=(f"{rest} more in the JSON report",) if rest else (),
            table=Table(
                columns=(
                    Column(title="author", limit=44),
                    Column(title="commits", right=True),
                    Column(title="+lines", right=True),
                    Column(title="first seen"),
                    Column(title="via", limit=24),
                    Column(title="subsystems", limit=34),
                ),
                rows=[
                    (
                        f"{who.name} <{who.email}>",
                        str(who.commits),
                        str(who.lines_added),
                        who.first_seen or "-",
                        ", ".join(one.name or one.email for one in who.via) or "nobody verified",
                        ", ".join(who.subsystems),
                    )
                    for who in shown
                ],
            ),
        )

    def _subsystems(self) -> Section:
        found = self.report.subsystems
        shown = found[:_SUBSYSTEM_ROWS]
        rest = len(found) - len(shown)
        return Section(
            title="Lines per subsystem (a file of two subsystems counts in both)",
            lines=(f"{rest} more in the JSON report and in `provenance lines`",) if rest else (),
            table=Table(
                columns=(
                    Column(title="subsystem", limit=48),
                    Column(title="commits", right=True),
                    Column(title="added", right=True),
                    Column(title="removed", right=True),
                    Column(title="by unverified", right=True),
                ),
                rows=[
                    (
                        row.name,
                        str(row.commits),
                        str(row.added),
                        str(row.removed),
                        str(row.added_by_status.get(Status.UNVERIFIED, 0)),
                    )
                    for row in shown
                ],
            ),
        )


def _here(who: IdentityReport) -> str:
    """What an identity did in the range, and what of it to look at first."""
    if not who.to_read:
        return ""
    names = ", ".join(name[:12] for name in who.to_read)
    order = ": " if len(who.to_read) == who.commits else ", to read first "
    return f"here: {counted(who.commits, 'commit')}{order}{names}"


def _elsewhere(who: IdentityReport) -> str:
    """What an identity did outside of the range; nothing where that is not told."""
    found = who.elsewhere
    if found is None:
        return ""
    return (
        f"elsewhere: {counted(found.commits, 'commit')}, {found.first} to {found.last},"
        f" first released: {told(found.releases)}"
    )


def _bits_of_a_pattern(report: Report) -> float:
    """From how many bits on a history is told; 0 for a report of an earlier version."""
    pattern = report.policy.settings.get("pattern")
    least = pattern.get("medium") if isinstance(pattern, dict) else None
    return float(least) if isinstance(least, int | float) else 0.0


def csv_row(commit: CommitReport, minimum: Severity) -> Sequence[str]:
    """One commit in the order of ``CSV_COLUMNS``; rules and reasons from ``minimum`` up."""
    return (
        commit.id,
        commit.author.date or "",
        commit.author.name,
        commit.author.email,
        commit.author.status,
        commit.committer.name,
        commit.committer.email,
        commit.subject,
        commit.upstream.id if commit.upstream else "",
        commit.route.verdict,
        _signed_by(commit),
        _subsystems(commit),
        str(commit.lines.files),
        str(commit.lines.added),
        str(commit.lines.removed),
        commit.severity or "",
        "; ".join(_rules(commit, minimum)),
        "; ".join(seen.message for seen in from_severity(minimum, commit.findings)),
    )


def _signed_by(commit: CommitReport) -> str:
    return "; ".join(
        f"{step.name} <{step.email}>" for step in commit.route.steps if step.role == "sign-off"
    )


def _subsystems(commit: CommitReport) -> str:
    return "; ".join(lines.name for lines in commit.subsystems)


def describe_trust_base(commit: str | None) -> str:
    """The commit whose word counts, if there is one."""
    return commit[:12] if commit else "none: nothing has authority"


def describe_lines(found: LineCount) -> str:
    """Lines of a commit, and in how many files they are."""
    return f"+{found.added} -{found.removed} in {counted(found.files, 'file')}"


def describe_identity(found: IdentityInfo) -> str:
    """Who, with which status, and when."""
    name = found.name or "(no name)"
    return f"{name} <{found.email}> [{found.status}], {found.date or 'no date'}"


def describe_tag(tag: TagInfo) -> str:
    """A release tag in one sentence."""
    if tag.tagger is None:
        return "; ".join((tag.name, *tag.notes))
    signature = tag.signature
    signed = "not signed"
    if signature.format != "none":
        signed = f"signature {describe_signature(signature)}"
    who = f"{tag.tagger.name} <{tag.tagger.email}>"
    return "; ".join((f"{tag.name}, tagged by {who} on {tag.date}", signed, *tag.notes))


def describe_signature(found: Signature) -> str:
    """A signature in a few words: verdict, signer, key, reason."""
    signer = f" by {found.signer}" if found.signer else ""
    key = f", {found.format} key {found.fingerprint}" if found.fingerprint else f", {found.format}"
    detail = f" ({found.detail})" if found.detail else ""
    return f"{found.status}{signer}{key}{detail}"


def _rules(commit: CommitReport, minimum: Severity) -> list[str]:
    """Rules that fired, gravest first, each once."""
    return list(dict.fromkeys(seen.rule for seen in from_severity(minimum, commit.findings)))


def _gravity(commit: CommitReport) -> tuple[int, int]:
    """Sorts the worst first: by severity, then by how sure the findings of that severity are."""
    worst = commit.severity
    sure = [seen.confidence.rank for seen in commit.findings if seen.severity is worst]
    return (-worst.rank, -max(sure)) if worst else (1, 0)


def _gravest(commit: CommitReport, minimum: Severity) -> str:
    """The gravest rule, and how many more."""
    rules = _rules(commit, minimum)
    more = f" +{len(rules) - 1}" if len(rules) > 1 else ""
    return rules[0] + more if rules else "-"


def _shares(counts: Mapping[_W, int], words: Iterable[_W]) -> str:
    """Counts in the order of their words, with their share of the whole."""
    total = sum(counts.values())
    parts = [
        f"{word} {counts[word]} ({100 * counts[word] / total:.0f} %)"
        for word in words
        if counts.get(word)
    ]
    return ", ".join(parts) or "-"


def _pulls(counts: Mapping[Covered, int]) -> str:
    """How many commits came in under which kind of signed tag."""
    if not counts.get(Covered.VERIFIED) and not counts.get(Covered.UNVERIFIABLE):
        return "none in this range"
    return (
        f"{counted(counts.get(Covered.VERIFIED, 0), 'commit')} under a verified tag,"
        f" {counts.get(Covered.UNVERIFIABLE, 0)} under one that could not be verified,"
        f" {counts.get(Covered.NOT, 0)} under none"
    )
