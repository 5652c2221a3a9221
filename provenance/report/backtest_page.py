"""A back-test as a page and as CSV rows: flags per release, and which rules raised them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from msgspec import Struct

from provenance.report.completeness_page import completeness_section
from provenance.report.document import Column, Document, Section, Table
from provenance.report.model import Completeness, RangeInfo, Tool
from provenance.words import Severity, counted

_SHOWN = 12
_LIMITS = (
    "which of these flags were right: a policy is tried, nobody is judged",
    "commits after the last release of the range, and release candidates",
)


class RuleFlags(Struct, frozen=True, kw_only=True):
    """Commits of a release on which a rule spoke so gravely."""

    rule: str
    severity: Severity
    commits: int


class ReleaseFlags(Struct, frozen=True, kw_only=True):
    """One release; ``skipped`` commits could not be read in full.

    ``by_severity`` counts commits by their gravest finding, ``identities_at_high`` the authors
    of those at high and above, ``their_commits`` all that these wrote in the release.
    """

    release: str
    commits: int
    skipped: int
    by_severity: Mapping[Severity, int]
    identities_at_high: int
    their_commits: int
    rules: tuple[RuleFlags, ...]

    @property
    def high(self) -> int:
        """Commits at high and above."""
        return sum(n for one, n in self.by_severity.items() if one.rank >= Severity.HIGH.rank)


class BacktestReport(Struct, frozen=True, kw_only=True):
    """The flags of every release of a series under one policy, oldest release first."""

    schema: str
    tool: Tool
    range: RangeInfo
    policy_sha256: str
    releases: tuple[ReleaseFlags, ...]
    completeness: Completeness


class BacktestPage(Struct, frozen=True, kw_only=True):
    """Draws a back-test."""

    report: BacktestReport

    def data(self) -> BacktestReport:
        return self.report

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        header = (
            "release", "commits", *reversed(Severity), "identities_at_high", "skipped",
            "their_commits",
        )  # fmt: skip
        return header, (
            (
                one.release,
                str(one.commits),
                *(str(one.by_severity.get(severity, 0)) for severity in reversed(Severity)),
                str(one.identities_at_high),
                str(one.skipped),
                str(one.their_commits),
            )
            for one in self.report.releases
        )

    def document(self) -> Document:
        found = self.report
        title = f"Back-test of {found.range.base or 'the beginning'}..{found.range.tip}"
        account = completeness_section(found.completeness, limits=_LIMITS)
        return Document(title=title, sections=[self._releases(), self._rules(), account])

    def _releases(self) -> Section:
        releases = self.report.releases
        shares = [100 * one.high / one.commits for one in releases if one.commits]
        people = [one.identities_at_high for one in releases]
        return Section(
            title=f"Flags per release ({counted(len(releases), 'release')})",
            lines=(
                _spread("commits at high or above", shares, " %"),
                _spread("identities at high", people, ""),
            ),
            table=Table(
                columns=(
                    Column(title="release"),
                    Column(title="commits", right=True),
                    Column(title="high +", right=True),
                    Column(title="share", right=True),
                    Column(title="identities", right=True),
                    Column(title="their commits", right=True),
                    Column(title="medium", right=True),
                    Column(title="low", right=True),
                ),
                rows=[
                    (
                        one.release,
                        str(one.commits),
                        str(one.high),
                        f"{100 * one.high / one.commits:.2f} %" if one.commits else "-",
                        str(one.identities_at_high),
                        str(one.their_commits),
                        str(one.by_severity.get(Severity.MEDIUM, 0)),
                        str(one.by_severity.get(Severity.LOW, 0)),
                    )
                    for one in releases
                ],
            ),
        )

    def _rules(self) -> Section:
        counts: dict[tuple[str, Severity], list[int]] = defaultdict(list)
        for release in self.report.releases:
            for found in release.rules:
                counts[(found.rule, found.severity)].append(found.commits)
        ordered = sorted(counts.items(), key=lambda i: (-i[0][1].rank, -sum(i[1]), i[0][0]))
        return Section(
            title="Rules, gravest first",
            lines=(f"{len(ordered) - _SHOWN} more in the JSON report",)
            if len(ordered) > _SHOWN
            else (),
            table=Table(
                columns=(
                    Column(title="severity"),
                    Column(title="rule", limit=40),
                    Column(title="commits", right=True),
                    Column(title="releases", right=True),
                ),
                rows=[
                    (severity, rule, str(sum(found)), str(len(found)))
                    for (rule, severity), found in ordered[:_SHOWN]
                ],
            ),
        )


def _spread(what: str, values: Sequence[float], unit: str) -> str:
    """Median and maximum in words."""
    most = max(values, default=0)
    return f"{what}: median {median(values or [0]):.4g}{unit}, at most {most:.4g}{unit}"
