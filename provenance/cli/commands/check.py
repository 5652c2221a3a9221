"""``provenance check``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Ruled
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    commit: Annotated[str, typer.Argument(metavar="COMMIT", help="The commit to explain.")],
    trust_base: o.TrustBase = None,
    fail_on: o.FailOn = Severity.HIGH,
    as_of: o.AsOf = None,
    baseline: o.Baseline = None,
    *,
    ruled: Ruled,
) -> int:
    """Explain one commit: claims, evidence, route, upstream, lines, findings.

    Authority is what stood before the commit, at its first parent.
    """
    from provenance.audit import check
    from provenance.report.check_page import CheckPage

    settings = replace(
        ruled.settings(),
        trust_base=trust_base,
        as_of=o.date(as_of),
        baseline=o.fingerprints(baseline),
    )
    ruled.require(findings=True)
    with ruled.progress() as progress:
        report = check(commit, repo=ruled.repo, settings=settings, progress=progress)
    ruled.emit(CheckPage(report=report))
    return exit_code(report.completeness, report.commit.severity, fail_on)
