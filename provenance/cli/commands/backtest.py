"""``provenance backtest``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Common
from provenance.cli.verdict import exit_code
from provenance.words import Severity


def command(
    series: Annotated[str, typer.Argument(metavar="A..Z", help="A range of releases.")],
    mainline: o.Mainline = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    jobs: o.Jobs = None,
    *,
    common: Common,
) -> int:
    """Try a policy on every release of a series: how many flags would it have raised?

    Each release is judged at its own trust base, the release before it.
    """
    from provenance.backtest import backtest
    from provenance.report.backtest_page import BacktestPage
    from provenance.settings import cores

    settings = replace(
        common.settings(),
        mainline=mainline,
        select=o.names(select),
        ignore=o.names(ignore),
        jobs=jobs or cores(),
    )
    common.require()
    with common.progress() as progress:
        report = backtest(series, repo=common.repo, settings=settings, progress=progress)
    common.emit(BacktestPage(report=report))
    return exit_code(report.completeness, None, Severity.CRITICAL)
