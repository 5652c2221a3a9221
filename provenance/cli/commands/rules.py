"""``provenance rules``."""

from __future__ import annotations

from provenance.cli import CLEAN
from provenance.cli.groups import Result


def command(*, result: Result) -> int:
    """List the rules."""
    from provenance.report.rules_page import RulesPage
    from provenance.rules import all_rules

    result.require()
    result.emit(RulesPage(rules=all_rules()))
    return CLEAN
