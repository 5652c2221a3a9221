"""Patches by mail as a page: the series at a glance, then everything about each patch."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.evidence.model import SignatureStatus
from provenance.report.audit_page import (
    LIMITS,
    AuditPage,
    describe_identity,
    describe_lines,
    describe_signature,
    describe_trust_base,
)
from provenance.report.check_page import commit_sections, describe_same_change
from provenance.report.completeness_page import completeness_section
from provenance.report.document import Document, Section
from provenance.report.mails import MailInfo
from provenance.report.model import CommitReport, Report

_IN_FULL = 10
"""Patches of which everything is told; of a longer series those that are flagged, and the rest
where all are asked for.
"""


class SeriesPage(AuditPage, frozen=True, kw_only=True):
    """Draws a report on patches by mail; rows and data are those of an audit."""

    def document(self) -> Document:
        report = self.report
        shown = self._in_full()
        sections = [self._series(), self._flagged(), *self._patterns(), self._subsystems()]
        for commit in shown:
            sections.extend(_patch(commit))
        rest = len(report.commits) - len(shown)
        if rest:
            told = f"{rest} more patches are in the JSON report; --all shows everything"
            sections.append(Section(lines=(told,)))
        sections.append(completeness_section(report.completeness, limits=LIMITS))
        return Document(title=f"Patches of {report.range.tip}", sections=sections)

    def _in_full(self) -> list[CommitReport]:
        """The patches of which everything is told, in the order of the series."""
        commits = list(self.report.commits)[::-1]
        if self.everything or len(commits) <= _IN_FULL:
            return commits
        least = self.report.min_severity
        return [one for one in commits if one.is_flagged(least)][:_IN_FULL]

    def _series(self) -> Section:
        summary, covered = self.report.summary, self.report.range
        base = (covered.base_id or "")[:12]
        return Section(
            facts=(
                ("Patches", f"{summary.commits}: {covered.reason} ({base})"),
                *self._totals(),
                ("Trust base", describe_trust_base(covered.trust_base_id)),
                ("Flagged", str(summary.flagged)),
            )
        )


def _patch(commit: CommitReport) -> Iterator[Section]:
    """Everything about one patch."""
    mail = commit.mail
    if mail is None:
        return
    facts = (
        ("Author", describe_identity(commit.author)),
        ("Sender", describe_identity(commit.committer)),
        ("Message-ID", mail.message_id or "none"),
        ("Applies", "yes" if mail.applies else "no: only what the patch shows was seen"),
        ("Signature", _signature(commit)),
        ("Not checked", ", ".join(mail.signatures)),
        ("Headers", "; ".join(mail.anomalies)),
        ("Lines", describe_lines(commit.lines)),
        *describe_same_change(mail.same_change),
    )
    yield Section(
        title=f"{_place(mail)}, {commit.id[:12]}: {commit.subject}",
        facts=[(name, text) for name, text in facts if text],
    )
    yield from commit_sections(commit)


def _signature(commit: CommitReport) -> str:
    """A developer's own over the mail."""
    found = commit.signature
    return "none" if found.status is SignatureStatus.NONE else describe_signature(found)


def _place(mail: MailInfo) -> str:
    """Which patch of a series it is."""
    number = f" {mail.number}/{mail.total}" if mail.number else ""
    version = f" v{mail.version}" if mail.version > 1 else ""
    return f"Patch{number}{version}"


def page_of(report: Report, *, everything: bool) -> AuditPage:
    """The page that fits a report."""
    page = SeriesPage if report.is_of_mail else AuditPage
    return page(report=report, everything=everything)
