"""``provenance render``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Result
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    report: Annotated[Path, typer.Argument(metavar="REPORT.json", help="A saved report.")],
    everything: o.Everything = False,
    fail_on: o.FailOn = Severity.HIGH,
    *,
    result: Result,
) -> int:
    """Turn a saved JSON report into another format.

    The exit code is the one that the audit would give.
    """
    from provenance.cli.files import read_report
    from provenance.report.series_page import page_of

    result.require(findings=True)
    found = read_report(report)
    result.emit(page_of(found, everything=everything))
    return exit_code(found.completeness, found.worst(), fail_on)
