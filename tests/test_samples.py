"""Each sample fires exactly the rules its recipe names, and the report stays as it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from provenance import audit
from provenance.findings import Finding
from provenance.rules import all_rules
from sample_repos.build import HERE, names
from tests.cli import run
from tests.conftest import BuiltSample

Sampler = Callable[[str], BuiltSample]


@pytest.mark.parametrize("name", names())
def test_exactly_the_expected_rules_fire(sample: Sampler, name: str) -> None:
    """The recipe's ``expect`` is what fires: near misses stay silent, at any severity."""
    built = sample(name)
    report = audit(repo=built.path, settings=built.settings)
    fired = {commit.id: _rules(commit.findings) for commit in report.commits}
    for who in report.identities:
        fired[f"<{who.email}>"] = sorted(signal.rule for signal in who.signals)
    for ref in built.expected:
        if ref.startswith("refs/tags/"):
            tag = audit(ref, repo=built.path, settings=built.settings).tag
            fired[ref] = _rules(tag.findings if tag else ())
    expected = {place: sorted(set(rules)) for place, rules in built.expected.items()}
    assert expected == {place: fired.get(place) for place in built.expected}


def _rules(findings: Iterable[Finding]) -> list[str]:
    return sorted({finding.rule for finding in findings})


@pytest.mark.parametrize("rule", [rule.id for rule in all_rules()])
def test_every_rule_has_a_sample_that_fires_and_a_near_miss(sample: Sampler, rule: str) -> None:
    """A rule's sample bears its name, fires it somewhere and does not fire it everywhere."""
    expected = list(sample(rule).expected.values())
    assert any(rule in rules for rules in expected)
    assert any(rule not in rules for rules in expected)


@pytest.mark.parametrize("name", names())
def test_the_report_reads_as_it_was_accepted(sample: Sampler, name: str) -> None:
    """The golden report; UPDATE_GOLDEN=1 accepts a new one, for the diff to be read."""
    built = sample(name)
    shown = run("audit", "-C", str(built.path), "-q", *built.options).stdout
    golden = HERE / name / "expected.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("name", names())
def test_every_sample_says_what_is_odd_and_why(name: str) -> None:
    """A sample without its explanation teaches nobody."""
    text = (HERE / name / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {name}\n\n")
    assert len(text.split()) > 20


def test_clean_is_clean(sample: Sampler) -> None:
    """Verified people of every kind give a report without a single finding."""
    report = audit(repo=sample("clean").path)
    assert [] == [finding for commit in report.commits for finding in commit.findings]
    assert {"listed": 2, "affiliated": 1, "established": 1} == {
        status: count for status, count in report.summary.by_status.items() if count
    }


def test_innocent_oddities_are_not_flagged(sample: Sampler) -> None:
    """Octopus merges, parents named twice, Latin-1 and their like are no reason for a flag."""
    assert [] == audit(repo=sample("innocent-oddities").path).flagged()


def test_all_that_the_newcomer_sent_is_high(sample: Sampler) -> None:
    """By the pattern: fixes, a review given, then a module. What others sent is not."""
    report = audit(repo=sample("newcomer").path)
    high = [commit for commit in report.commits if commit.severity == "high"]
    assert 410 in [commit.lines.added for commit in high]
    assert {"rob@sable-mail.example"} == {commit.author.email for commit in high}
    assert 4 == len(high)


def test_a_name_is_borrowed_less_by_who_has_used_it_before(sample: Sampler) -> None:
    """An address with earlier commits under the name is information only."""
    report = audit(repo=sample("borrowed-name").path)
    found = {
        one.message.split(" from ")[1].split(",")[0].split(";")[0]: one.severity
        for commit in report.commits
        for one in commit.findings
        if one.rule == "borrowed-name" and "dana" in commit.author.email
    }
    assert found["ben@torres-home.example"] == "info"
    assert "info" not in {found[name] for name in found if name != "ben@torres-home.example"}


def test_samples_are_the_same_everywhere(sample: Sampler, tmp_path: Path) -> None:
    """Built twice, a sample has the same object ids."""
    from sample_repos.build import build

    again = build("newcomer", tmp_path / "again")
    assert sample("newcomer").expected == again
