"""``provenance explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli import CLEAN
from provenance.cli.groups import Result


def command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.")],
    *,
    result: Result,
) -> int:
    """Show one rule's page: what, why, example, what to do, references."""
    from provenance.report.rules_page import ExplainPage
    from provenance.rules import rule_named

    result.require()
    result.emit(ExplainPage(rule=rule_named(rule)))
    return CLEAN
