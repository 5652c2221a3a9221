"""Reads a saved JSON report back."""

from __future__ import annotations

import json

from provenance.codec import DecodeError, decode
from provenance.errors import ReportError
from provenance.report.model import SCHEMA, Report


def parse_report(text: str, name: str) -> Report:
    """The report in a JSON text.  Raises ``ReportError``."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReportError(
            f"{name} is not JSON: {error}", hint="save one with `provenance audit -f json -o FILE`"
        ) from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        raise ReportError(
            f"{name} is not a {SCHEMA} report (schema: {schema!r})",
            hint="only reports of `provenance audit -f json` can be read back",
        )
    try:
        return decode(Report, data, place=name)
    except DecodeError as error:
        raise ReportError(str(error), hint="was the file edited or cut short?") from error
