"""``provenance check``."""

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
    commit: Annotated[str, typer.Argument(metavar="COMMIT", help="The commit to explain.")],
    repo: o.Repo = Path(),
    format_: o.Format = "table",
    output: o.Output = "-",
    trust_base: o.TrustBase = None,
    mainline: o.Mainline = None,
    keyring: o.Keyring = None,
    allowed_signers: o.AllowedSigners = None,
    revoked_signers: o.RevokedSigners = None,
    policy: o.PolicyFile = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    fail_on: o.FailOn = Severity.HIGH,
    as_of: o.AsOf = None,
    baseline: o.Baseline = None,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Explain one commit: claims, evidence, route, upstream, lines, findings.

    Authority is what stood before the commit, at its first parent.
    """
    from provenance.audit import check
    from provenance.report.check_page import CheckPage

    settings = o.build_settings(
        trust_base=trust_base,
        mainline=mainline,
        keyring=keyring,
        allowed_signers=allowed_signers,
        revoked_signers=revoked_signers,
        policy=policy,
        no_cache=no_cache,
        cache_dir=cache_dir,
        tier=tier,
        allow_alternate=allow_alternate,
        quiet=quiet,
        select=select,
        ignore=ignore,
        as_of=as_of,
        baseline=baseline,
    )
    o.require_result(format_, output)
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        report = check(commit, repo=repo, settings=settings, progress=progress)
    emit(CheckPage(report=report), format_name=format_, output=output)
    return exit_code(report.completeness, report.commit.severity, fail_on)
