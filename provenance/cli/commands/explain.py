"""``provenance explain``."""

from __future__ import annotations

from typing import Annotated

import typer

from provenance.cli import options as o
from provenance.cli.output import emit


def command(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule's id.")],
    format_: o.Format = "table",
    output: o.Output = "-",
) -> int:
    """Show one rule's page: what, why, example, what to do, references."""
    from provenance.errors import UsageError
    from provenance.report.rules_page import ExplainPage
    from provenance.rules import all_rules

    o.require_format(format_)
    for known in all_rules():
        if known.id == rule:
            emit(ExplainPage(rule=known), format_name=format_, output=output)
            return 0
    raise UsageError(f"unknown rule: {rule}", hint="`provenance rules` lists them")
