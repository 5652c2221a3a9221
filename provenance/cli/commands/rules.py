"""``provenance rules``."""

from __future__ import annotations

from provenance.cli import options as o
from provenance.cli.output import emit


def command(format_: o.Format = "table", output: o.Output = "-") -> int:
    """List the rules."""
    from provenance.report.rules_page import RulesPage
    from provenance.rules import all_rules

    o.require_result(format_, output)
    emit(RulesPage(rules=all_rules()), format_name=format_, output=output)
    return 0
