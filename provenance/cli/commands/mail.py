"""``provenance mail``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from provenance.cli import CLEAN, INCOMPLETE
from provenance.cli import options as o
from provenance.cli.groups import Common


def command(
    archives: Annotated[
        list[Path],
        typer.Argument(metavar="ARCHIVE...", help="Mailboxes, maildirs, public-inbox in git."),
    ],
    trust_base: o.TrustBase = None,
    *,
    common: Common,
) -> int:
    """Profile the senders of mail archives: what, how much, when, and who that is here.

    Authority is that of HEAD of the repository, or of --trust-base.
    """
    from provenance.report.mail_page import MailPage
    from provenance.senders import profile_senders

    settings = replace(common.settings(), trust_base=trust_base)
    common.require()
    with common.progress() as progress:
        found = profile_senders(archives, repo=common.repo, settings=settings, progress=progress)
    common.emit(MailPage(found=found))
    return CLEAN if found.is_complete else INCOMPLETE
