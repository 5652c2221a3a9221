"""Exit codes from what a report holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provenance.cli import CLEAN, FINDINGS, INCOMPLETE
from provenance.words import Severity

if TYPE_CHECKING:  # a mistyped command line needs no report
    from provenance.report.model import Completeness


def exit_code(found: Completeness, worst: Severity | None, fail_on: Severity) -> int:
    """3 where anything was skipped, else 1 for findings from ``fail_on`` up, else 0."""
    if not found.is_complete:
        return INCOMPLETE
    if worst is not None and worst.rank >= fail_on.rank:
        return FINDINGS
    return CLEAN
