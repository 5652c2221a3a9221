"""``provenance index``."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli import CLEAN, INCOMPLETE
from provenance.cli.groups import Source
from provenance.words import counted


def command(
    history_only: Annotated[
        bool, typer.Option("--history-only", help="Commits and people; no changed files.")
    ] = False,
    *,
    source: Source,
) -> int:
    """Build or refresh the index ahead of time.

    Audits do it by themselves for what they need; this reads all of history at once. A run
    that was interrupted goes on where it stopped.
    """
    from provenance.indexing import build_index

    with source.progress() as progress:
        made = build_index(
            repo=source.repo,
            with_changes=not history_only,
            settings=source.settings(),
            progress=progress,
        )
    source.say(f"{counted(made.commits, 'commit')}, changed files of {made.changes} of them")
    if made.unread:
        source.say(f"{counted(made.unread, 'commit')} could not be read, wholly or in part")
    return INCOMPLETE if made.unread else CLEAN
