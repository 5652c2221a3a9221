"""``provenance check``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from provenance.cli import options as o
from provenance.cli.groups import Ruled
from provenance.cli.verdict import exit_code
from provenance.errors import UsageError
from provenance.words import Severity

if TYPE_CHECKING:
    from provenance.settings import Settings


_FILES = (".patch", ".mbox", ".mbx", ".eml", ".diff", "/series")


def command(
    commit: Annotated[
        str,
        typer.Argument(
            metavar="COMMIT|FILE", help="A commit; or patches by mail, - for standard input."
        ),
    ],
    base: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Where patches by mail apply (default: what they name)."),
    ] = None,
    trust_base: o.TrustBase = None,
    everything: o.Everything = False,
    fail_on: o.FailOn = Severity.HIGH,
    as_of: o.AsOf = None,
    baseline: o.Baseline = None,
    mail: o.Mail = None,
    *,
    ruled: Ruled,
) -> int:
    """Explain one commit: claims, evidence, route, upstream, lines, findings.

    Authority is what stood before the commit, at its first parent. FILE is a patch mail, a mailbox
    or a quilt series that is not merged: it is checked as the commits that it would be on top of
    HEAD, or of --base, whose word counts.
    """
    settings = replace(
        ruled.settings(),
        base=base,
        trust_base=trust_base,
        as_of=o.date(as_of),
        baseline=o.fingerprints(baseline),
        mails=tuple(mail or ()),
    )
    ruled.require(findings=True)
    if _is_of_mail(commit, ruled, settings):
        return _check_series(commit, ruled, settings, fail_on, everything=everything)
    return _check_commit(commit, ruled, settings, fail_on)


def _is_of_mail(name: str, ruled: Ruled, settings: Settings) -> bool:
    """True for standard input and for a file; a revision of its name goes before.

    Raises ``UsageError`` for what is called like a file of patches, and is neither.
    """
    from provenance.audit import names_commit
    from provenance.cli.files import is_file

    if name == "-":
        return True
    there, is_called_so = is_file(name), name.endswith(_FILES)
    if not (there or is_called_so) or names_commit(name, repo=ruled.repo, settings=settings):
        return False
    if not there:
        raise UsageError(
            f"no such file, and no revision: {name}",
            hint="name a patch mail, a mailbox or a quilt series, or a commit",
        )
    return True


def _check_commit(commit: str, ruled: Ruled, settings: Settings, fail_on: Severity) -> int:
    from provenance.audit import check
    from provenance.report.check_page import CheckPage

    if settings.base:
        raise UsageError(
            "--base is for patches by mail", hint="a commit is judged at its first parent"
        )
    with ruled.progress() as progress:
        report = check(commit, repo=ruled.repo, settings=settings, progress=progress)
    ruled.emit(CheckPage(report=report))
    return exit_code(report.completeness, report.commit.severity, fail_on)


def _check_series(
    name: str, ruled: Ruled, settings: Settings, fail_on: Severity, *, everything: bool
) -> int:
    from provenance.cli.files import read_patches
    from provenance.report.series_page import page_of
    from provenance.series import check_series

    if settings.mails:
        raise UsageError("--mail is for commits: these patches are mails", hint="leave --mail out")
    shown, mailboxes = read_patches(name)
    with ruled.progress() as progress:
        report = check_series(
            mailboxes, name=shown, repo=ruled.repo, settings=settings, progress=progress
        )
    ruled.emit(page_of(report, everything=everything))
    return exit_code(report.completeness, report.worst(), fail_on)
