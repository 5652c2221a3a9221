"""``provenance index``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import CLEAN, INCOMPLETE
from provenance.cli import options as o
from provenance.cli.output import say
from provenance.cli.progress import progress_bar
from provenance.words import Tier, counted


def command(
    repo: o.Repo = Path(),
    cache_dir: o.CacheDir = None,
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    history_only: Annotated[
        bool, typer.Option("--history-only", help="Commits and people; no changed files.")
    ] = False,
    jobs: o.Jobs = None,
    no_progress: o.NoProgress = False,
    verbose: o.Verbose = False,
    quiet: o.Quiet = False,
) -> int:
    """Build or refresh the index ahead of time.

    Audits do it by themselves for what they need; this reads all of history at once. A run
    that was interrupted goes on where it stopped.
    """
    from provenance.indexing import build_index

    settings = o.build_settings(
        cache_dir=cache_dir,
        tier=tier,
        allow_alternate=allow_alternate,
        jobs=jobs,
        quiet=quiet,
    )
    with progress_bar(enabled=not no_progress, verbose=verbose) as progress:
        made = build_index(
            repo=repo, with_changes=not history_only, settings=settings, progress=progress
        )
    say(f"{counted(made.commits, 'commit')}, changed files of {made.changes} of them", quiet=quiet)
    if made.unread:
        say(f"{counted(made.unread, 'commit')} could not be read, wholly or in part", quiet=quiet)
    return INCOMPLETE if made.unread else CLEAN
