"""``provenance render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.output import emit
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="A saved report.")],
    format_: o.Format = "table",
    output: o.Output = "-",
    everything: o.Everything = False,
    fail_on: o.FailOn = Severity.HIGH,
) -> int:
    """Turn a saved JSON report into another format.

    The exit code is the one that the audit would give.
    """
    from provenance.cli.files import read_report
    from provenance.report.audit_page import AuditPage

    o.require_result(format_, output)
    found = read_report(report)
    emit(AuditPage(report=found, everything=everything), format_name=format_, output=output)
    return exit_code(found.completeness, found.worst(), fail_on)
