"""``provenance lines``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Common
from provenance.cli.verdict import exit_code
from provenance.words import Severity


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
    base: o.Base = None,
    trust_base: o.TrustBase = None,
    *,
    common: Common,
) -> int:
    """Count lines added and removed in a range, split by author status."""
    from provenance.errors import UsageError
    from provenance.lines import By, Selection, measure, measure_releases
    from provenance.report.lines_page import LinesPage
    from provenance.settings import Whose

    if by not in list(By):
        raise UsageError(f"cannot count by {by!r}", hint=f"--by takes {', '.join(By)}")
    settings = replace(
        common.settings(),
        base=base,
        trust_base=trust_base,
        surface=Whose.EVERYBODY if surface else Whose.NOBODY,
        remerge=False,
    )
    common.require()
    count = measure_releases if per_release else partial(measure, by=By(by))
    with common.progress() as progress:
        report = count(
            revision,
            selection=Selection(path=path, subsystem=subsystem),
            repo=common.repo,
            settings=settings,
            progress=progress,
        )
    common.emit(LinesPage(report=report))
    return exit_code(report.completeness, None, Severity.CRITICAL)
