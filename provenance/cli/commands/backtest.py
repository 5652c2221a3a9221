"""``provenance backtest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.output import emit
from provenance.cli.progress import progress_bar
from provenance.cli.verdict import exit_code
from provenance.words import Severity, Tier


def command(
    series: Annotated[str, typer.Argument(metavar="A..Z", help="A range of releases.")],
    repo: o.Repo = Path(),
    format_: o.Format = "table",
    output: o.Output = "-",
    mainline: o.Mainline = None,
    keyring: o.Keyring = None,
    allowed_signers: o.AllowedSigners = None,
    revoked_signers: o.RevokedSigners = None,
    policy: o.PolicyFile = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    jobs: o.Jobs = None,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Try a policy on every release of a series: how many flags would it have raised?

    Each release is judged at its own trust base, the release before it.
    """
    from provenance.backtest import backtest
    from provenance.report.backtest_page import BacktestPage

    settings = o.build_settings(
        mainline=mainline,
        keyring=keyring,
        allowed_signers=allowed_signers,
        revoked_signers=revoked_signers,
        policy=policy,
        select=select,
        ignore=ignore,
        jobs=jobs,
        no_cache=no_cache,
        cache_dir=cache_dir,
        tier=tier,
        allow_alternate=allow_alternate,
        quiet=quiet,
    )
    o.require_result(format_, output)
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        report = backtest(series, repo=repo, settings=settings, progress=progress)
    emit(BacktestPage(report=report), format_name=format_, output=output)
    return exit_code(report.completeness, None, Severity.CRITICAL)
