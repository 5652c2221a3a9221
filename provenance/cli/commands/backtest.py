"""``provenance backtest``."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli.groups import Ruled
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    series: Annotated[str, typer.Argument(metavar="A..Z", help="A range of releases.")],
    *,
    ruled: Ruled,
) -> int:
    """Try a policy on every release of a series: how many flags would it have raised?

    Each release is judged at its own trust base, the release before it.
    """
    from provenance.backtest import backtest
    from provenance.report.backtest_page import BacktestPage

    settings = ruled.settings()
    ruled.require()
    with ruled.progress() as progress:
        report = backtest(series, repo=ruled.repo, settings=settings, progress=progress)
    ruled.emit(BacktestPage(report=report))
    return exit_code(report.completeness, None, Severity.CRITICAL)
