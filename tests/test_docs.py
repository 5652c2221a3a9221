"""What the documents say is what the program does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from docs import generate
from provenance.policy import parse_policy
from provenance.rules import SECTIONS, all_rules
from tests.cli import run

ROOT = Path(__file__).resolve().parent.parent


def test_the_rule_pages_are_current() -> None:
    """docs/rules.md is written from the rules."""
    assert (ROOT / "docs" / "rules.md").read_text(encoding="utf-8") == generate.rules_page()


def test_the_schema_is_current() -> None:
    """docs/report.schema.json is written from the report's records."""
    shown = (ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")
    assert shown == generate.report_schema()


def test_the_readme_session_is_real() -> None:
    """What the README shows is what the command prints today."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "9ba0207d27bf" in text
    assert text == generate.readme(text)


def test_the_policy_example_is_complete() -> None:
    """Every key of the example is accepted, and every key that exists is in it."""
    text = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    found = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    policy = parse_policy(found[1])
    assert set(policy.settings()) == set(tomllib.loads(found[1]))


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.id)
def test_every_rule_page_is_whole(rule: object) -> None:
    """What, why, example, what to do, references, in this order."""
    page = getattr(rule, "page", "")
    assert list(SECTIONS) == re.findall(r"^([A-Z][^.\n]*):$", page, re.MULTILINE)


def test_explain_and_rules_show_them() -> None:
    """Each rule is listed and explained."""
    listed = run("rules").stdout
    for rule in all_rules():
        assert rule.id in listed
        assert rule.title[:40] in run("explain", rule.id).stdout


def test_the_readme_names_every_command() -> None:
    """A reader finds them all in one place."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in re.findall(
        r"^  (\w+) ", run("--help").stdout.partition("Commands:")[2], re.MULTILINE
    ):
        assert f"provenance {command}" in text


def test_the_version_is_one() -> None:
    """The package and the command agree."""
    import provenance

    assert f"provenance {provenance.__version__}\n" == run("--version").stdout
