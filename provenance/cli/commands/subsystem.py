"""``provenance subsystem``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import CLEAN
from provenance.cli import options as o
from provenance.cli.groups import Result
from provenance.words import Tier


def command(
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Paths in the tree.")],
    rev: Annotated[str, typer.Option(metavar="REV", help="Whose MAINTAINERS.")] = "HEAD",
    repo: o.Repo = Path(),
    tier: o.TierOfRepo = Tier.FOREIGN,
    allow_alternate: o.AllowAlternate = None,
    *,
    result: Result,
) -> int:
    """Show the MAINTAINERS sections, people and roles for paths."""
    from provenance.report.subsystem_page import SubsystemPage
    from provenance.responsible import responsible

    result.require()
    found = responsible(paths, rev=rev, repo=repo, tier=tier, alternates=allow_alternate or ())
    result.emit(SubsystemPage(revision=rev, paths=found))
    return CLEAN
