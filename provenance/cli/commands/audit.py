"""``provenance audit``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Ruled
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    revision: Annotated[
        str | None, typer.Argument(metavar="[REV|A..B]", help="A release tag or a range.")
    ] = None,
    base: o.Base = None,
    trust_base: o.TrustBase = None,
    min_severity: o.MinSeverity = Severity.LOW,
    fail_on: o.FailOn = Severity.HIGH,
    as_of: o.AsOf = None,
    baseline: o.Baseline = None,
    mail: o.Mail = None,
    everything: o.Everything = False,
    *,
    ruled: Ruled,
) -> int:
    """Audit a release tag or a range.

    A tag alone means "since the previous release of its series"; without an argument, the
    newest release tag that HEAD contains.
    """
    from provenance.audit import audit
    from provenance.report.audit_page import AuditPage

    settings = replace(
        ruled.settings(),
        base=base,
        trust_base=trust_base,
        min_severity=min_severity,
        as_of=o.date(as_of),
        baseline=o.fingerprints(baseline),
        mails=tuple(mail or ()),
    )
    ruled.require(findings=True)
    with ruled.progress() as progress:
        report = audit(revision, repo=ruled.repo, settings=settings, progress=progress)
    found = report.range
    ruled.say(f"audited {found.base or 'the beginning'}..{found.tip}: {found.reason}")
    ruled.emit(AuditPage(report=report, everything=everything))
    return exit_code(report.completeness, report.worst(), fail_on)
