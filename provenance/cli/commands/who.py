"""``provenance who``."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from provenance.cli import CLEAN, INCOMPLETE
from provenance.cli import options as o
from provenance.cli.groups import Common


def command(
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")],
    trust_base: o.TrustBase = None,
    like: Annotated[
        int, typer.Option("--like", metavar="N", min=0, help="The N newcomers most like it.")
    ] = 0,
    *,
    common: Common,
) -> int:
    """Show the dossier of one identity.

    Authority is HEAD's, or that of --trust-base.
    """
    from provenance.dossier import dossier
    from provenance.report.who_page import WhoPage

    settings = replace(common.settings(), trust_base=trust_base, remerge=False)
    common.require()
    with common.progress() as progress:
        found = dossier(address, like=like, repo=common.repo, settings=settings, progress=progress)
    common.emit(WhoPage(dossier=found))
    return CLEAN if found.history_complete else INCOMPLETE
