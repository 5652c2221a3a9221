"""``provenance lines``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.output import emit
from provenance.cli.progress import progress_bar
from provenance.cli.verdict import exit_code
from provenance.settings import Whose
from provenance.words import Severity, Tier


def command(
    revision: Annotated[
        str | None, typer.Argument(metavar="[REV|A..B]", help="A release tag or a range.")
    ] = None,
    by: Annotated[str, typer.Option(help="subsystem, person, domain or directory.")] = "subsystem",
    subsystem: Annotated[
        str, typer.Option(metavar="PATTERN", help="Only subsystems like this, e.g. 'MEMORY*'.")
    ] = "",
    path: Annotated[
        str, typer.Option(metavar="PREFIX", help="Only files whose path starts like this.")
    ] = "",
    per_release: Annotated[
        bool, typer.Option("--per-release", help="A row for each release of A..Z: the trend.")
    ] = False,
    surface: Annotated[
        bool, typer.Option("--surface", help="Count new attack surface too (reads all patches).")
    ] = False,
    repo: o.Repo = Path(),
    format_: o.Format = "table",
    output: o.Output = "-",
    base: o.Base = None,
    trust_base: o.TrustBase = None,
    keyring: o.Keyring = None,
    allowed_signers: o.AllowedSigners = None,
    revoked_signers: o.RevokedSigners = None,
    policy: o.PolicyFile = None,
    jobs: o.Jobs = None,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Count lines added and removed in a range, split by author status."""
    from provenance.errors import UsageError
    from provenance.lines import By, Selection, measure, measure_releases
    from provenance.report.lines_page import LinesPage

    if by not in list(By):
        raise UsageError(f"cannot count by {by!r}", hint=f"--by takes {', '.join(By)}")
    settings = o.build_settings(
        base=base,
        trust_base=trust_base,
        keyring=keyring,
        allowed_signers=allowed_signers,
        revoked_signers=revoked_signers,
        policy=policy,
        no_cache=no_cache,
        cache_dir=cache_dir,
        tier=tier,
        allow_alternate=allow_alternate,
        quiet=quiet,
        jobs=jobs,
        surface=Whose.EVERYBODY if surface else Whose.NOBODY,
        remerge=False,
    )
    o.require_result(format_, output)
    count = measure_releases if per_release else partial(measure, by=By(by))
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        report = count(
            revision,
            selection=Selection(path=path, subsystem=subsystem),
            repo=repo,
            settings=settings,
            progress=progress,
        )
    emit(LinesPage(report=report), format_name=format_, output=output)
    return exit_code(report.completeness, None, Severity.CRITICAL)
