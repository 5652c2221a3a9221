"""``provenance who``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import CLEAN, INCOMPLETE
from provenance.cli import options as o
from provenance.cli.output import emit
from provenance.cli.progress import progress_bar
from provenance.words import Tier


def command(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")],
    repo: o.Repo = Path(),
    format_: o.Format = "table",
    output: o.Output = "-",
    trust_base: o.TrustBase = None,
    keyring: o.Keyring = None,
    allowed_signers: o.AllowedSigners = None,
    revoked_signers: o.RevokedSigners = None,
    policy: o.PolicyFile = None,
    like: Annotated[
        int, typer.Option("--like", metavar="N", min=0, help="The N newcomers most like it.")
    ] = 0,
    no_cache: o.NoCache = False,
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Show the dossier of one identity.

    Authority is HEAD's, or that of --trust-base.
    """
    from provenance.dossier import dossier
    from provenance.report.who_page import WhoPage

    settings = o.build_settings(
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
        remerge=False,
    )
    o.require_result(format_, output)
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        found = dossier(address, like=like, repo=repo, settings=settings, progress=progress)
    emit(WhoPage(dossier=found), format_name=format_, output=output)
    return CLEAN if found.history_complete else INCOMPLETE
