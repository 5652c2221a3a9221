"""Every format says the same, safely, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from provenance import audit
from provenance.report.audit_page import CSV_COLUMNS
from provenance.report.document import Document, Section
from provenance.report.formats import format_names, markdown
from provenance.rules import about_identities, all_rules
from provenance.words import Status
from sample_repos.build import HERE, names
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git

Sampler = Callable[[str], BuiltSample]
SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "report.schema.json").read_text())


def report(sample: BuiltSample, *words: str) -> Any:
    return json.loads(run("audit", "-C", str(sample.path), "-f", "json", *words).stdout)


@pytest.mark.parametrize("name", names())
def test_every_report_follows_the_schema(sample: Sampler, name: str) -> None:
    """The schema in docs is the one that reports have."""
    built = sample(name)
    Draft202012Validator(SCHEMA).validate(report(built, *built.options))


@pytest.mark.parametrize("name", names())
def test_everything_adds_up(sample: Sampler, name: str) -> None:
    """Reached = reported + skipped; the summary is the sum of its commits."""
    found = report(sample(name))
    account, summary, commits = found["completeness"], found["summary"], found["commits"]
    skipped = len(account["unreadable"]) + len(account["over_budget"])
    assert account["reached"] == account["reported"] + skipped
    assert account["reported"] == len(commits) == summary["commits"]
    own = [commit for commit in commits if len(set(commit["parents"])) < 2]
    assert summary["merges"] == len(commits) - len(own)
    assert summary["lines_added"] == sum(commit["lines"]["added"] for commit in own)
    assert summary["by_status"] == {
        status: sum(commit["author"]["status"] == status for commit in own) for status in Status
    }
    assert summary["commits"] - summary["merges"] == sum(
        identity["commits"] for identity in found["identities"]
    )
    for subsystem in found["subsystems"]:
        assert subsystem["added"] == sum(subsystem["added_by_status"].values())


def test_the_contract_s_csv_columns() -> None:
    """In this order; later versions only append."""
    assert (
        "commit, author_date, author_name, author_email, author_status, committer_name,"
        " committer_email, subject, upstream, route, signed_by, subsystems, files, lines_added,"
        " lines_removed, severity, rules, reasons"
    ) == ", ".join(CSV_COLUMNS)


def test_csv_has_a_row_per_flagged_commit(sample: Sampler) -> None:
    """RFC 4180 lines; ``--all`` has every commit."""
    path = str(sample("newcomer").path)
    raw = run("audit", "-C", path, "-f", "csv").stdout
    assert raw.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert 4 == len(rows)
    assert "NETWORKING" == rows[1]["subsystems"]
    assert (
        "Rob Sable <rob@sable-mail.example>; Ben Torres <ben@net.example>" == rows[1]["signed_by"]
    )
    everything = run("audit", "-C", path, "-f", "csv", "--all").stdout
    assert 6 == len(list(csv.DictReader(io.StringIO(everything, newline=""))))


@pytest.mark.parametrize("name", ["newcomer", "malformed-commit", "innocent-oddities"])
@pytest.mark.parametrize("format_name", format_names())
def test_a_saved_report_renders_as_the_audit_did(
    sample: Sampler, tmp_path: Path, name: str, format_name: str
) -> None:
    """``render`` gives the same bytes and exit code as ``audit`` in that format."""
    path = str(sample(name).path)
    saved = tmp_path / "report.json"
    run("audit", "-C", path, "-f", "json", "-o", str(saved))
    direct = run("audit", "-C", path, "-f", format_name)
    again = run("render", str(saved), "-f", format_name)
    assert (direct.code, direct.raw) == (again.code, again.raw)


SARIF_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}


@pytest.mark.parametrize("name", names())
def test_sarif_has_each_finding_once(sample: Sampler, name: str) -> None:
    """Of commits and the release tag, graded as in JSON, and those about identities."""
    path = str(sample(name).path)
    found = report(sample(name))
    (run_,) = json.loads(run("audit", "-C", path, "-f", "sarif").stdout)["runs"]
    told = [
        (
            result["ruleId"],
            result["level"],
            result["partialFingerprints"]["provenance/v1"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        )
        for result in run_["results"]
    ]
    tag = found["tag"] or {"id": "", "findings": []}
    places = [(one["id"], one["findings"]) for one in (tag, *found["commits"])]
    expected = [
        (seen["rule"], SARIF_LEVELS[seen["severity"]], seen["fingerprint"], place)
        for place, findings in places
        for seen in findings
        if seen["severity"] != "info"
    ]
    about = {rule.id for rule in about_identities(all_rules())}
    expected += [
        (
            seen["rule"],
            SARIF_LEVELS[seen["severity"]],
            seen["fingerprint"],
            found["range"]["tip_id"],
        )
        for who in found["identities"]
        for seen in who["findings"]
        if seen["severity"] != "info" and seen["rule"] in about
    ]
    assert expected == told
    assert found["range"]["tip_id"] == run_["properties"]["tip_id"]


def test_sarif_of_a_commit_has_what_is_only_information(sample: Sampler) -> None:
    """It has no level, but a kind; an audit leaves it out unless it is asked for."""
    path = str(sample("throwaway-domain").path)
    commits = report(sample("throwaway-domain"))["commits"]
    (name,) = [
        one["id"] for one in commits if {"info"} & {seen["severity"] for seen in one["findings"]}
    ][:1]
    expected = json.loads(run("check", name, "-C", path, "-f", "json").stdout)["commit"]["findings"]
    (run_,) = json.loads(run("check", name, "-C", path, "-f", "sarif").stdout)["runs"]
    told = [
        (one["ruleId"], one["level"], one.get("kind"), one["properties"]["severity"])
        for one in run_["results"]
    ]
    assert told == [
        (
            seen["rule"],
            SARIF_LEVELS.get(seen["severity"], "none"),
            None if seen["severity"] in SARIF_LEVELS else "informational",
            seen["severity"],
        )
        for seen in expected
    ]
    assert "informational" in {kind for _, _, kind, _ in told}
    assert name == run_["properties"]["commit_id"]
    audited = run("audit", "-C", path, "-f", "sarif", "--min-severity", "info").stdout
    assert "informational" in audited


def test_sarif_tells_what_was_not_seen(sample: Sampler, tmp_path: Path) -> None:
    """A run over a clone that ends early is a failed one, and says why."""
    shallow = tmp_path / "shallow"
    whole = sample("newcomer").path
    git(tmp_path, "clone", "-q", "--bare", "--depth", "3", f"file://{whole}", str(shallow))
    outcome = run("audit", "HEAD", "--base", "none", "-C", str(shallow), "-f", "sarif")
    (told,) = json.loads(outcome.stdout)["runs"][0]["invocations"]
    assert (3, False) == (outcome.code, told["executionSuccessful"])
    notes = [(one["level"], one["message"]["text"]) for one in told["toolExecutionNotifications"]]
    level, text = notes[0]
    what, _, state, *_ = text.split(" ")
    assert (level, what, state) == ("error", "commit", "unreadable:")
    assert any("the clone is shallow" in text for _, text in notes)
    whole_run = json.loads(run("check", "v1.1", "-C", str(whole), "-f", "sarif").stdout)["runs"][0]
    assert whole_run["invocations"][0]["executionSuccessful"]


def test_html_shows_each_flagged_commit(sample: Sampler) -> None:
    """One by one with every reason, which the table has no room for."""
    path = str(sample("newcomer").path)
    flagged = [one for one in report(sample("newcomer"))["commits"] if one["findings"]]
    page = run("audit", "-C", path, "-f", "html").stdout
    shown = page.partition("Flagged commits one by one")[2].split("<details>")[1:]
    assert [one["id"] for one in flagged] == [text.split("<dd>")[1][:40] for text in shown]
    for text, commit in zip(shown, flagged, strict=True):
        reasons = [seen["message"] for seen in commit["findings"] if seen["severity"] != "info"]
        assert reasons == [reason for reason in reasons if reason in unescape(text)]
    everything = run("audit", "-C", path, "-f", "html", "--all").stdout
    assert 6 == everything.partition("Commits one by one")[2].count("<details>")


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_same_bytes_whatever_the_jobs_and_zone(
    sample: Sampler, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    """No clock, locale, zone or number of processes shows in a report."""
    path = str(sample("newcomer").path)
    expected = run("audit", "-C", path, "-f", "json").raw
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    assert expected == run("audit", "-C", path, "-f", "json", "-j", jobs).raw


def test_a_baseline_silences_what_it_holds(sample: Sampler, tmp_path: Path) -> None:
    """Known findings are not shown again, and do not fail."""
    path = str(sample("newcomer").path)
    saved = tmp_path / "report.json"
    assert 1 == run("audit", "-C", path, "-f", "json", "-o", str(saved)).code
    again = run("audit", "-C", path, "--baseline", str(saved))
    assert 0 == again.code
    assert "none at or above low" in again.stdout


def test_a_baseline_holds_the_findings_of_the_tag_too(sample: Sampler, tmp_path: Path) -> None:
    """And the report says that it hides something."""
    path, saved = str(sample("release-tag-moved").path), tmp_path / "base.json"
    first = run("audit", "v1.2", "-C", path, "-f", "json", "-o", str(saved))
    again = run("audit", "v1.2", "-C", path, "-f", "json", "--baseline", str(saved))
    assert (1, 0) == (first.code, again.code)
    report = json.loads(again.stdout)
    assert [] == report["tag"]["findings"]
    assert any("the baseline has them" in note for note in report["completeness"]["notes"])


def test_an_ignore_silences_one_rule_for_one_identity(sample: Sampler, tmp_path: Path) -> None:
    """Until its day has passed."""
    path = str(sample("newcomer").path)
    policy = tmp_path / "policy.toml"
    entry = "[[ignore]]\nrule='pattern-of-author'\nidentity='rob@sable-mail.example'\n"
    policy.write_text(f"{entry}reason='known'\nuntil=2021-12-31\n")
    words = ("audit", "-C", path, "--policy", str(policy))
    assert 0 == run(*words).code
    assert 1 == run(*words, "--as-of", "2022-01-01").code


def test_severities_and_known_people_come_from_the_policy(sample: Sampler, tmp_path: Path) -> None:
    """A registered person is listed; a rule can be raised."""
    path = str(sample("newcomer").path)
    policy = tmp_path / "policy.toml"
    policy.write_text("[[person]]\nname='Rob'\naddresses=['rob@sable-mail.example']\n")
    assert 0 == run("audit", "-C", path, "--policy", str(policy)).code
    policy.write_text("[severity]\n'unverified-author'='critical'\n")
    outcome = run("audit", "-C", path, "--policy", str(policy), "--fail-on", "critical")
    assert 1 == outcome.code
    assert "critical" in outcome.stdout


def test_an_organisation_of_the_policy_affiliates(sample: Sampler, tmp_path: Path) -> None:
    """By registrable domain."""
    policy = tmp_path / "policy.toml"
    policy.write_text("[organisations]\n'sable-mail.example'='Sable'\n")
    found = report(sample("newcomer"), "--policy", str(policy))
    assert 5 == found["summary"]["by_status"]["affiliated"]


def test_the_policy_says_what_counts_as_verified(sample: Sampler, tmp_path: Path) -> None:
    """Whoever has only what it does not accept meets the rules as an unverified author does."""
    policy = tmp_path / "policy.toml"
    policy.write_text("verified = ['attested']\n")
    found = report(sample("clean"), "--policy", str(policy))
    told = {
        (commit["author"]["status"], seen["message"])
        for commit in found["commits"]
        for seen in commit["findings"]
        if seen["rule"] == "unverified-author"
    }
    assert {"listed", "affiliated", "established"} <= {status for status, _ in told}
    for status, message in told:
        assert f"is {status}, which the policy does not accept" in message
    policy.write_text("verified = ['attested', 'listed', 'affiliated', 'established']\n")
    accepted = report(sample("clean"), "--policy", str(policy))
    assert accepted["commits"] == report(sample("clean"))["commits"]


def test_a_grave_pattern_says_why_on_each_commit(sample: Sampler) -> None:
    """The history is one half of it; the other is that the commit is early, or something new."""
    found = report(sample("newcomer"))
    told = [
        seen["message"]
        for commit in found["commits"]
        for seen in commit["findings"]
        if seen["rule"] == "pattern-of-author" and seen["severity"] == "high"
    ]
    assert told
    for message in told:
        assert "and this is one of its first 15 commits" in message or "and this adds" in message


def test_what_is_not_shown_still_decides_the_exit_code(sample: Sampler) -> None:
    """A minimum is for the eyes; ``--fail-on`` asks about everything that was found."""
    words = ("audit", "-C", str(sample("newcomer").path))
    assert 1 == run(*words).code
    hidden = run(*words, "--min-severity", "critical")
    assert 1 == hidden.code
    assert "none at or above critical" in hidden.stdout


def test_select_ignore_and_minimum(sample: Sampler) -> None:
    """Only what was asked for is looked at, and shown."""
    path = str(sample("newcomer").path)
    only = run("audit", "-C", path, "--select", "sensitive-path").stdout
    assert "Flagged       1: 1 medium" in only
    without = run("audit", "-C", path, "--ignore", "large-unverified-addition").stdout
    assert "Flagged       4: 4 high" in without
    above = run("audit", "-C", path, "--min-severity", "medium").stdout
    assert "Flagged       4: 4 high" in above
    assert (
        2
        == run("audit", "-C", path, "--select", "sensitive-path", "--ignore", "sensitive-path").code
    )


def test_markdown_is_plain_enough_for_mail(sample: Sampler) -> None:
    """Headings, lists and aligned tables; no line beyond what mail carries."""
    shown = run("audit", "-C", str(sample("newcomer").path), "-f", "markdown").stdout
    assert shown.startswith("# Provenance audit of v1.1\n")
    assert "| high" in shown
    assert all(len(line) < 200 for line in shown.splitlines())


def test_wrapping_never_makes_markup() -> None:
    """A word that wrapping puts first on a line stays text."""
    out = io.StringIO()
    text = "w" * 60 + " # VERIFIED " + "x" * 70 + " - item " + "y" * 70 + " 1. one"
    page = Document(title="t", sections=[Section(lines=[text])])
    markdown.write_document(page, out)
    continued = [line.strip() for line in out.getvalue().splitlines()[3:]]
    assert not [line for line in continued if line.startswith(("#", "-", "+", "=", "1."))]


def test_the_table_fits_a_hundred_columns(sample: Sampler) -> None:
    """In the accepted report of every sample, and with all commits in some."""
    for name in names():
        shown = (HERE / name / "expected.txt").read_text(encoding="utf-8")
        assert all(len(line) <= 100 for line in shown.splitlines()), name
    for name in names()[::8]:
        shown = run("audit", "-C", str(sample(name).path), "--all").stdout
        assert all(len(line) <= 100 for line in shown.splitlines()), name


def test_the_python_api_gives_the_same_report(sample: Sampler) -> None:
    """As frozen dataclasses, in any import order."""
    import provenance.audit

    built = sample("newcomer")
    found = audit("v1.1", repo=built.path)
    assert 4 == len(found.flagged())
    assert "v1.0" == found.range.base
    assert callable(provenance.audit)
    with pytest.raises(AttributeError):
        found.summary.commits = 0  # type: ignore[misc]


def test_a_place_without_a_pattern_is_not_missing(sample: Sampler, tmp_path: Path) -> None:
    """High findings come before bits: who has few bits has a place, and the page says so."""
    path = sample("pattern-of-author").path
    report = json.loads(run("audit", "-C", str(path), "-f", "json").stdout)
    first = report["identities"][0]
    few = {**first, "email": "few@few.example", "bits": 1.0, "signals": []}
    report["identities"] = [few, {**first, "rank": 2}]
    saved = tmp_path / "report.json"
    saved.write_text(json.dumps(report))
    page = run("render", str(saved)).stdout
    assert "  2. Rob Sable" in page
    assert "few@few.example" not in page.partition("Unverified authors")[0]
    assert "  places left out have fewer than 5 bits\n" in page
    assert "places left out" not in run("audit", "-C", str(path)).stdout
