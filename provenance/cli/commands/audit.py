"""``provenance audit``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.output import emit, say
from provenance.cli.progress import progress_bar
from provenance.cli.verdict import exit_code
from provenance.words import Severity, Tier


def command(
    revision: Annotated[
        str | None, typer.Argument(metavar="[REV|A..B]", help="A release tag or a range.")
    ] = None,
    repo: o.Repo = Path(),
    format_: o.Format = "table",
    output: o.Output = "-",
    base: o.Base = None,
    trust_base: o.TrustBase = None,
    mainline: o.Mainline = None,
    keyring: o.Keyring = None,
    allowed_signers: o.AllowedSigners = None,
    revoked_signers: o.RevokedSigners = None,
    policy: o.PolicyFile = None,
    select: o.Select = None,
    ignore: o.Ignore = None,
    min_severity: o.MinSeverity = Severity.LOW,
    fail_on: o.FailOn = Severity.HIGH,
    as_of: o.AsOf = None,
    baseline: o.Baseline = None,
    everything: o.Everything = False,
    jobs: o.Jobs = None,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Audit a release tag or a range.

    A tag alone means "since the previous release of its series"; without an argument, the
    newest release tag that HEAD contains.
    """
    from provenance.audit import audit
    from provenance.report.audit_page import AuditPage

    settings = o.build_settings(
        base=base,
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
        select=select,
        ignore=ignore,
        min_severity=min_severity,
        as_of=as_of,
        baseline=baseline,
        jobs=jobs,
        quiet=quiet,
    )
    o.require_result(format_, output)
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        report = audit(revision, repo=repo, settings=settings, progress=progress)
    found = report.range
    say(f"audited {found.base or 'the beginning'}..{found.tip}: {found.reason}", quiet=quiet)
    emit(AuditPage(report=report, everything=everything), format_name=format_, output=output)
    return exit_code(report.completeness, report.worst(), fail_on)
