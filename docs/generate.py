"""Writes what is derived from the program: rules.md, report.schema.json, README's session.

``python3 docs/generate.py`` updates the files; the tests compare them.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from provenance.codec import schema
from provenance.report.model import SCHEMA, Report
from provenance.rules import all_rules
from sample_repos.build import build

ROOT = Path(__file__).resolve().parent.parent
_SESSION = re.compile(r"(<!-- session: audit newcomer -->\n```\n).*?(```\n)", re.DOTALL)


def rules_page() -> str:
    """All rule pages as Markdown."""
    parts = ["# Rules\n\nWritten by `docs/generate.py` from the rules' own docstrings.\n"]
    for rule in all_rules():
        parts.append(f"\n## {rule.id}\n\n{rule.title}\n")
        for block in rule.page.split("\n\n")[1:]:
            title, _, text = block.partition("\n")
            parts.append(f"\n**{title.rstrip(':')}.** {' '.join(text.split())}\n")
    return "".join(parts)


def report_schema() -> str:
    """The JSON Schema of a report."""
    return json.dumps(schema(Report, SCHEMA), indent=1) + "\n"


def session() -> str:
    """What the audit of the newcomer sample prints."""
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "newcomer"
        build("newcomer", sample)
        command = [sys.executable, "-m", "provenance", "audit", "v1.1", "-q", "-C", str(sample)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def readme(text: str) -> str:
    """The README with the session as it is today."""
    return _SESSION.sub(lambda match: f"{match[1]}{session()}{match[2]}", text)


def main() -> None:
    """Writes all three."""
    (ROOT / "docs" / "rules.md").write_text(rules_page(), encoding="utf-8")
    (ROOT / "docs" / "report.schema.json").write_text(report_schema(), encoding="utf-8")
    path = ROOT / "README.md"
    path.write_text(readme(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
