"""Reports from disk."""

from __future__ import annotations

from pathlib import Path

from provenance.errors import ReportError
from provenance.report.load import parse_report
from provenance.report.model import Report


def read_report(path: Path) -> Report:
    """A saved JSON report.  Raises ``ReportError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ReportError(
            f"cannot read {path}: {error.strerror}", hint="name a saved JSON report"
        ) from error
    except UnicodeDecodeError as error:
        raise ReportError(f"{path} is not UTF-8", hint="name a saved JSON report") from error
    return parse_report(text, path.name)
