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
    from provenance.report.rules_page import ExplainPage
    from provenance.rules import rule_named

    o.require_result(format_, output)
    emit(ExplainPage(rule=rule_named(rule)), format_name=format_, output=output)
    return 0
