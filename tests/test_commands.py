"""check, lines, who and subsystem, as a user sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from provenance.cli.progress import progress_bar
from provenance.report.formats import format_names, is_for_findings
from provenance.settings import Progress
from sample_repos.build import build
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, init, write_object

Sampler = Callable[[str], BuiltSample]


def commit_of(sample: BuiltSample, subject: str) -> str:
    return git(sample.path, "log", "--all", "--format=%H", "--fixed-strings", f"--grep={subject}")


def as_json(*words: str) -> Any:
    return json.loads(run(*words, "-f", "json").stdout)


def test_check_explains_one_commit(sample: Sampler) -> None:
    """Claims, trailers by zone, evidence, route, upstream, lines, findings, limits."""
    built = sample("newcomer")
    commit = commit_of(built, "net: add the sable offload module")
    outcome = run("check", commit[:12], "-C", str(built.path))
    words = " ".join(outcome.stdout.split())
    assert 1 == outcome.code
    for part in (
        f"Commit {commit}",
        "Rob Sable <rob@sable-mail.example> [unverified]",
        "block Signed-off-by Ben Torres <ben@net.example>",
        "maintainers bad: address not in MAINTAINERS",
        "maintainers good: listed for NETWORKING",
        "passed on by Ben Torres, who MAINTAINERS names for the touched paths",
        "author Rob Sable <rob@sable-mail.example> unverified none",
        "committer Ben Torres <ben@net.example> listed maintainer",
        "no reference to an upstream commit",
        "Lines: +410 -0 in 2 files",
        "medium large-unverified-addition: an unverified author adds 410 lines",
    ):
        assert part in words


def test_check_takes_authority_from_before_the_commit(sample: Sampler) -> None:
    """A commit that adds its author to MAINTAINERS does not make them listed."""
    built = sample("authority-change")
    found = as_json("check", commit_of(built, "MAINTAINERS: add myself"), "-C", str(built.path))
    assert "unverified" == found["commit"]["author"]["status"]
    assert "high" == found["commit"]["findings"][0]["severity"]


def test_a_lists_address_is_nobodys(sample: Sampler) -> None:
    """Neither its record nor its pattern says something of who wrote; the sign-off counts."""
    built = sample("unverified-author")
    name = commit_of(built, "net: core: use the constant")
    shown = " ".join(run("check", name, "-C", str(built.path)).stdout.split())
    assert "track-record not-applicable: a mailing list's address for anyone" in shown
    assert "alias not-applicable: likely an alias of jo@fielding.example" in shown
    assert "Route: complete" in shown
    who = run("who", "net@lists.kernel.example", "-C", str(built.path)).stdout
    assert "not asked: many people write from this address" in who


def test_a_merge_in_a_web_page_is_of_whoever_asked_for_it(sample: Sampler) -> None:
    """The code host committed it."""
    built = sample("nobody-vouches")
    name = commit_of(built, "net: core: a fourth comment")
    found = as_json("check", name, "-C", str(built.path))["commit"]
    steps = {step["role"]: step["email"] for step in found["route"]["steps"]}
    assert "ben@net.example" == steps["merged-by"]
    (one,) = (one for one in found["findings"] if one["rule"] == "nobody-vouches")
    assert ("low", True) == (one["severity"], one["message"].endswith("; Ben Torres merged it"))


def test_how_grave_a_change_of_authority_is(sample: Sampler) -> None:
    """By who gains whose standing, under which name, and who signed it off."""
    found = as_json("audit", "v1.1", "-C", str(sample("authority-change").path))
    told = [
        f"{one['severity']} {one['message']}"
        for commit in found["commits"]
        for one in commit["findings"]
        if one["rule"] == "authority-change"
    ]
    expected = [
        (
            "high adds their own address eve@summer.example to MAINTAINERS;"
            " it authors 2 commits of this range"
        ),
        (
            "medium makes the commits of eve@summer.example"
            " those of jo@fielding.example (established) in .mailmap;"
            " the two have no name in common; eve@summer.example authors 2 commits of this range"
        ),
        (
            "medium makes the commits of chi@storage.example (listed) those of kit@lowe.example"
            " in .mailmap; the two have no name in common"
        ),
        "medium adds the address lou@vale.example to MAINTAINERS; it authors nothing in this range",
        (
            "low makes the commits of zed@bigcorp.example (affiliated) those of kit@lowe.example"
            " in .mailmap; the other one wrote nothing before"
        ),
        (
            "low makes the commits of ben@net.example (listed) those of ben@home.example"
            " in .mailmap; the two have a name in common"
        ),
        (
            "low makes the commits of sol@old-marsh.example (unverified) those of sol@marsh.example"
            " in .mailmap; the other one wrote nothing before;"
            " sol@marsh.example authors 2 commits of this range"
        ),
    ]
    assert sorted(told) == sorted(expected)


def test_check_of_a_revert_compares_with_the_opposite(sample: Sampler) -> None:
    """And says so."""
    built = sample("backport-differs")
    revert = commit_of(built, 'Revert "net: check: do not read past the end"')
    outcome = run("check", revert, "-C", str(built.path))
    shown = " ".join(outcome.stdout.split())
    assert "between other lines or in another file, the other way round" in shown


def test_check_of_a_merge_is_of_the_merge_alone(sample: Sampler) -> None:
    """Not of what it brings in; merges count no lines."""
    built = sample("innocent-oddities")
    outcome = run("check", commit_of(built, "Merge three branches"), "-C", str(built.path))
    assert "merges are not counted" in outcome.stdout
    assert "Route: complete (a merge, made by its committer)" in outcome.stdout


def test_check_of_a_root_has_no_trust_base(sample: Sampler) -> None:
    """Nothing has authority before the beginning."""
    built = sample("clean")
    outcome = run("check", commit_of(built, "Start the tree"), "-C", str(built.path))
    assert "none: nothing has authority" in outcome.stdout
    assert "none (a root)" in outcome.stdout


@pytest.mark.parametrize(("more", "told"), [((), True), (("--trust-base", "main~1"), False)])
def test_check_says_that_little_stands_before_a_commit(
    tmp_path: Path, more: tuple[str, ...], told: bool
) -> None:
    """A history that was merged whole knows nobody of the rest; a usual base is no such case."""
    note = "of the 30 older commits of this repository 1 stand before it"
    repo = init(tmp_path / "r", commits=30)
    git(repo, "switch", "-q", "--orphan", "other")
    later = "2021-09-01T10:00:00+0000"
    for name in ("one", "two"):
        git(repo, "commit", "-q", "--allow-empty", "-m", name, GIT_COMMITTER_DATE=later)
    git(repo, "switch", "-q", "main")
    words = ("merge", "-q", "--allow-unrelated-histories", "-m", "merge", "other")
    git(repo, *words, GIT_COMMITTER_DATE=later)
    found = as_json("check", "other", "-C", str(repo), *more)
    assert told == any(one.startswith(note) for one in found["completeness"]["notes"])
    for usual in ("main", "main~1", "main~20", "main~30"):
        notes = as_json("check", usual, "-C", str(repo))["completeness"]["notes"]
        assert not [one for one in notes if "stand before it" in one]


def test_check_names_an_upstream(sample: Sampler) -> None:
    """Found in mainline, with its author compared."""
    built = sample("upstream-author-differs")
    first, second = (
        as_json("check", f"main{at}", "-C", str(built.path))["commit"]["upstream"]
        for at in ("", "~1")
    )
    assert (True, True, "same", ["author's name or address"]) == (
        first["found"],
        first["author_matches"],
        first["content"],
        first["differences"],
    )
    assert (True, False, ["author"]) == (
        second["found"],
        second["author_matches"],
        second["differences"],
    )
    shown = run("check", "main", "-C", str(built.path)).stdout
    assert "in mainline, same author; content: the same change" in " ".join(shown.split())


def test_check_with_a_later_trust_base_is_refused(sample: Sampler) -> None:
    """What contains the commit cannot judge it."""
    built = sample("newcomer")
    outcome = run("check", "main~2", "--trust-base", "main", "-C", str(built.path))
    assert 2 == outcome.code
    assert "contains the commit to be checked" in outcome.stderr


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("subsystem", {"NETWORKING": 415, "THE REST": 3}),
        (
            "person",
            {
                "Rob Sable <rob@sable-mail.example>": 416,
                "Dana Reed <dana@bigcorp.example>": 1,
                "Ada Keeper <ada@kernel.example>": 1,
            },
        ),
        ("domain", {"sable-mail.example": 416, "bigcorp.example": 1, "kernel.example": 1}),
        ("directory", {"drivers/net/": 414, "net/": 1, "scripts/": 2, "(top)": 1}),
    ],
)
def test_lines_by_everything(sample: Sampler, by: str, rows: dict[str, int]) -> None:
    """Added lines; the total counts each once and splits by status."""
    found = as_json("lines", "v1.1", "--by", by, "-C", str(sample("newcomer").path))
    assert rows == {row["name"]: row["added"] for row in found["rows"]}
    assert (418, 416) == (found["total"]["added"], found["total"]["added_by_status"]["unverified"])


def test_lines_shows_a_table_with_bars(sample: Sampler) -> None:
    """The widest bar is the largest."""
    shown = run("lines", "v1.1", "-C", str(sample("newcomer").path)).stdout
    assert "NETWORKING           4      415" in shown
    assert "############" in shown


def test_who_tells_the_story_of_an_identity(sample: Sampler) -> None:
    """Commits, subsystems, who applied, whom it reviewed, what is not known."""
    built = sample("newcomer")
    words = ("who", "rob@sable-mail.example", "-C", str(built.path), "--trust-base", "v1.0")
    found = as_json(*words)
    assert ("unverified", 4, 416) == (
        found["status"],
        found["work"]["commits"],
        found["work"]["added"],
    )
    assert [("ben@net.example", 3), ("ada@kernel.example", 1)] == [
        (one["email"], one["commits"]) for one in found["work"]["committers"]
    ]
    assert [("reviewed-by", "dana@bigcorp.example", 1)] == [
        (one["role"], one["email"], one["commits"]) for one in found["given"]
    ]
    shown = run(*words).stdout
    for part in (
        "Commits from 2021-07-01 on",
        "What is unusual",
        "Largest patches",
        "Gave reviews",
        "What this does not show",
    ):
        assert part in shown


def test_who_takes_an_address_with_its_name(sample: Sampler) -> None:
    """As it is copied out of a mail or a trailer."""
    path = str(sample("newcomer").path)
    found = [
        run("who", text, "-C", path) for text in ("ben@net.example", "Ben B <ben@net.example>")
    ]
    assert found[0].code == found[1].code == 0
    assert found[0].raw == found[1].raw


def test_who_joins_by_mailmap_and_hints_by_name(sample: Sampler) -> None:
    """Each alias with its reason."""
    found = as_json("who", "jo@old-host.example", "-C", str(sample("clean").path))
    assert ("jo@fielding.example", 22) == (found["email"], found["work"]["commits"])
    assert {"jo@old-host.example": "asked for", "jo@fielding.example": ".mailmap"} == {
        alias["email"]: alias["reason"] for alias in found["aliases"]
    }
    hinted = as_json("who", "ben@net.example", "-C", str(sample("upstream-author-differs").path))
    assert "same name only: a hint, not joined" in {one["reason"] for one in hinted["aliases"]}


def test_who_finds_an_upstream_by_the_same_author(sample: Sampler) -> None:
    """Both commits are in the dossier; one is the other's origin all the same."""
    path = str(sample("backport-drops-sign-off").path)
    found = as_json("who", "ben@net.example", "-C", path)
    rules = {one["rule"] for one in found["work"]["findings"]}
    assert "backport-drops-sign-off" in rules
    assert "upstream-not-found" not in rules


def test_who_of_somebody_named_in_trailers_only(sample: Sampler) -> None:
    """No commit of their own, but a dossier."""
    shown = run("who", "stranger@faraway.example", "-C", str(sample("innocent-oddities").path))
    assert 0 == shown.code
    assert "none authored; named in trailers only" in shown.stdout


def test_who_of_somebody_who_commits_what_others_write(tmp_path: Path) -> None:
    """Whose, how many, and when; where the author cannot be read it is nobody's."""
    repo = init(tmp_path / "r")
    stream = "".join(
        f"commit refs/heads/main\nauthor {author} {day} +0000\n"
        f"committer {committer} {day} +0000\ndata 2\nx\nM 644 inline a\ndata 10\n{day}\n\n"
        for author, committer, day in (
            ("Ann <ann@ann.example>", "Hal <hal@hal.example>", 1_600_000_000),
            ("Ben <ben@ben.example>", "Hal <hal@hal.example>", 1_600_100_000),
            ("Ann <ann@ann.example>", "Hal <hal@HAL.example>", 1_600_200_000),
            ("Ann <ann@ann.example>", "Ann <ann@ann.example>", 1_600_300_000),
        )
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    raw = git(repo, "cat-file", "commit", "main").replace("author Ann <", "author Ann ")
    odd = raw.replace(
        "committer Ann <ann@ann.example> 16003", "committer Hal <hal@hal.example> 16003"
    )
    git(repo, "update-ref", "refs/heads/main", write_object(repo, "commit", odd.encode()))
    found = as_json("who", "hal@hal.example", "-C", str(repo))["handled"]
    assert (3, "2020-09-13", "2020-09-15") == (found["commits"], found["first"], found["last"])
    assert [("committed", "ann@ann.example", 2), ("committed", "ben@ben.example", 1)] == [
        (one["role"], one["email"], one["commits"]) for one in found["authors"]
    ]
    shown = run("who", "hal@hal.example", "-C", str(repo)).stdout
    assert "Handled       3 commits of 2 others, 2020-09-13 to 2020-09-15" in shown
    assert "Commits       none authored\n" in shown
    rows = run("who", "hal@hal.example", "-C", str(repo), "-f", "csv").stdout
    assert "committed,Ann,ann@ann.example,2" in rows
    nothing = as_json("who", "ann@ann.example", "-C", str(repo))["handled"]
    assert {"commits": 0, "first": None, "last": None, "authors": []} == nothing


def test_subsystem_answers_for_paths(sample: Sampler) -> None:
    """The contract's JSON: a list with path, subsystems, people and lists."""
    path = str(sample("clean").path)
    found = as_json("subsystem", "./net/core.c", "drivers/storage/legacy/a.c", "-C", path)
    assert [
        {
            "path": "./net/core.c",
            "exists": True,
            "subsystems": ["NETWORKING", "THE REST"],
            "people": [
                {
                    "name": "Ben Torres",
                    "email": "ben@net.example",
                    "role": "maintainer",
                    "subsystem": "NETWORKING",
                },
                {
                    "name": "Ada Keeper",
                    "email": "ada@kernel.example",
                    "role": "chief penguin",
                    "subsystem": "THE REST",
                },
            ],
            "lists": ["net@lists.kernel.example", "all@lists.kernel.example"],
        },
        {
            "path": "drivers/storage/legacy/a.c",
            "exists": False,
            "subsystems": ["THE REST"],
            "people": [
                {
                    "name": "Ada Keeper",
                    "email": "ada@kernel.example",
                    "role": "chief penguin",
                    "subsystem": "THE REST",
                }
            ],
            "lists": ["all@lists.kernel.example"],
        },
    ] == found
    shown = run("subsystem", "net/core.c", "net/new.c", "-C", path).stdout
    assert "Ben Torres <ben@net.example>" in shown
    assert 1 == shown.count("in the tree")


@pytest.mark.parametrize(
    "format_name", [name for name in format_names() if not is_for_findings(name)]
)
@pytest.mark.parametrize(
    "words",
    [
        ("check", "main"),
        ("lines", "v1.1"),
        ("who", "dana@bigcorp.example"),
        ("subsystem", "net/core.c"),
        ("rules",),
        ("explain", "unverified-author"),
    ],
)
def test_every_command_speaks_every_format(
    sample: Sampler, words: tuple[str, ...], format_name: str
) -> None:
    """No command fails in any format, and each prints something."""
    repo = () if words[0] in ("rules", "explain") else ("-C", str(sample("clean").path))
    outcome = run(*words, *repo, "-f", format_name)
    assert (0, "") == (outcome.code, outcome.stderr)
    assert len(outcome.stdout) > 40


@pytest.mark.parametrize("words", [("who", "dana@bigcorp.example"), ("lines", "v1.1"), ("rules",)])
def test_sarif_is_for_findings(words: tuple[str, ...], tmp_path: Path) -> None:
    """Who asks a command for it that has none hears so before any work is done."""
    out = tmp_path / "out"
    outcome = run(*words, "-f", "sarif", "-o", str(out))
    assert 2 == outcome.code
    assert "provenance: sarif is for findings, and this command has none" in outcome.stderr
    assert "hint: --format takes csv, html, json, markdown, table here" in outcome.stderr
    assert not out.exists()


def test_the_newest_release_is_the_default(sample: Sampler) -> None:
    """Without an argument."""
    found = as_json("audit", "-C", str(sample("newcomer").path))["range"]
    assert ("v1.0", "v1.1") == (found["base"], found["tip"])


def test_a_branch_starts_at_the_release_it_contains(sample: Sampler) -> None:
    """And the beginning of history where that is asked for."""
    path = str(sample("newcomer").path)
    found = as_json("audit", "main~1", "-C", path)
    assert ("v1.0", 5) == (found["range"]["base"], found["summary"]["commits"])
    everything = as_json("audit", "main", "--base", "none", "-C", path)
    assert (None, 128) == (everything["range"]["base"], everything["summary"]["commits"])
    assert 127 <= everything["summary"]["by_status"]["unverified"]


def test_lines_can_be_filtered(sample: Sampler) -> None:
    """By path and by subsystem; the total is of what was chosen."""
    path = str(sample("newcomer").path)
    below = as_json("lines", "v1.1", "--path", "drivers/", "-C", path)
    assert (414, ["NETWORKING"]) == (
        below["total"]["added"],
        [row["name"] for row in below["rows"]],
    )
    rest = as_json("lines", "v1.1", "--subsystem", "THE*", "--by", "directory", "-C", path)
    assert {"scripts/": 2, "(top)": 1} == {row["name"]: row["added"] for row in rest["rows"]}


@pytest.mark.parametrize("more", [(), ("--per-release",)])
def test_lines_says_that_nothing_is_selected(sample: Sampler, more: tuple[str, ...]) -> None:
    """A misspelt selection looks like a subsystem in which nothing happens."""
    words = ("lines", "v1.0..v1.1", "-C", str(sample("newcomer").path), *more)
    outcome = run(*words, "--path", "driver/net", "--subsystem", "NETWORK*")
    assert 0 == outcome.code
    assert "anything in driver/net and NETWORK*; is it spelt right?" in outcome.stderr
    assert "spelt" not in run(*words, "--path", "drivers/net").stderr


def test_lines_per_release_is_the_trend(sample: Sampler) -> None:
    """A row per release, each judged at the release before it."""
    path = str(sample("newcomer").path)
    git(sample("newcomer").path, "update-ref", "refs/tags/v1.0.1", "main~3")
    found = as_json("lines", "v1.0..v1.1", "--per-release", "-C", path)
    assert {"v1.0.1": 5, "v1.1": 413} == {row["name"]: row["added"] for row in found["rows"]}
    assert 418 == found["total"]["added"]
    git(sample("newcomer").path, "update-ref", "-d", "refs/tags/v1.0.1")
    refused = run("lines", "v1.1", "--per-release", "-C", path)
    assert (2, True) == (refused.code, "needs a range" in refused.stderr)


def test_lines_counts_new_attack_surface(sample: Sampler) -> None:
    """For everybody when asked, by subsystem."""
    path = str(sample("unverified-attack-surface").path)
    found = as_json("lines", "v1.1", "--surface", "-C", path)
    assert {
        "debugfs-entry": 2,
        "device-node": 1,
        "exported-symbol": 1,
        "kconfig-symbol": 1,
        "new-source-file": 1,
    } == found["rows"][0]["surface"]
    assert "New attack surface" in run("lines", "v1.1", "--surface", "-C", path).stdout


def test_a_commit_belongs_to_a_subsystem_by_content(sample: Sampler, tmp_path: Path) -> None:
    """A K: pattern in a changed line or the message, never in context; check says which."""
    repo = tmp_path / "keyword"
    build("clean", repo)
    work = tmp_path / "work"
    git(tmp_path, "clone", "-q", str(repo), "work")
    entry = "\nPOKING\nM:\tPia Poke <pia@poke.example>\nK:\tpoke_(a|b)\n"
    listed = (work / "MAINTAINERS").read_text(encoding="utf-8")
    (work / "MAINTAINERS").write_text(listed + entry, encoding="utf-8")
    (work / "lib" / "poke.c").write_text("int x;\n")
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "MAINTAINERS: poking")
    (work / "lib" / "poke.c").write_text("int x;\nint poke_a;\n")
    git(work, "commit", "-qam", "lib: use it")
    (work / "lib" / "poke.c").write_text("int x;\nint poke_a;\nint y;\n")
    git(work, "commit", "-qam", "lib: beside it")
    used, beside = (
        as_json("check", name, "-C", str(work))["commit"]["subsystems"]
        for name in ("HEAD~1", "HEAD")
    )
    assert {"name": "POKING", "added": 1, "removed": 0, "pattern": "poke_(a|b)"} in used
    assert ["THE REST"] == [row["name"] for row in beside]
    assert "POKING (by content: K: poke_(a|b))" in run("check", "HEAD~1", "-C", str(work)).stdout


def test_a_backtest_counts_flags_release_by_release(sample: Sampler) -> None:
    """Each release at its own trust base, as an audit of it would."""
    path = str(sample("newcomer").path)
    found = as_json("backtest", "v1.0..v1.1", "-C", path)
    audited = as_json("audit", "v1.1", "-C", path)
    (release,) = found["releases"]
    assert ("v1.1", 6, 0) == (release["release"], release["commits"], release["skipped"])
    assert audited["summary"]["by_severity"] == release["by_severity"]
    assert 1 == release["identities_at_high"]
    assert audited["identities"][0]["commits"] == release["their_commits"]
    shown = run("backtest", "v1.0..v1.1", "-C", path).stdout
    assert "Flags per release (1 release)" in shown
    rows = run("backtest", "v1.0..v1.1", "-C", path, "-f", "csv").stdout.splitlines()
    assert (
        "release,commits,critical,high,medium,low,info,identities_at_high,skipped,their_commits"
        == rows[0]
    )
    refused = run("backtest", "v1.1", "-C", path)
    assert (2, "") == (refused.code, refused.stdout)
    assert "needs a range" in refused.stderr


def test_a_policy_changes_a_backtest(sample: Sampler, tmp_path: Path) -> None:
    """That is what it is for."""
    policy = tmp_path / "policy.toml"
    policy.write_text("[pattern]\nhigh = 99.0\nmedium = 99.0\nnew_code = 99.0\n")
    words = ("backtest", "v1.0..v1.1", "-C", str(sample("newcomer").path))
    found = as_json(*words, "--policy", str(policy))
    assert 0 == found["releases"][0]["by_severity"]["high"]


def test_who_shows_signals_timeline_and_the_nearest(sample: Sampler) -> None:
    """With base rates, fixes apart from features, and what could not be shown."""
    words = ("who", "rob@sable-mail.example", "-C", str(sample("pattern-of-author").path))
    found = as_json(*words, "--like", "2")
    assert {"burst-of-patches", "no-depth-in-subsystem"} <= {s["rule"] for s in found["signals"]}
    counts = found["work"]["timeline"]["counts"]
    assert (10, 1, 0) == tuple(sum(counts[kind]) for kind in ("fix", "feature", "other"))
    assert ["pia@holt.example"] == [near["email"] for near in found["like"]]
    assert ("sable-mail.example", 1, False) == (
        found["domain"]["name"], found["domain"]["identities"], found["domain"]["is_free_mail"]
    )  # fmt: skip
    entered = {one["name"]: one["entered"] for one in found["work"]["subsystems"]}
    assert {"NETWORKING": "2021-07-01", "STORAGE": "2021-07-11"}.items() <= entered.items()
    shown = run(*words, "--like", "2").stdout
    for part in (
        "together",
        "newcomers since",
        "Not shown by any evidence",
        "nearest pattern",
        "█",
    ):
        assert part in shown


@pytest.mark.parametrize("words", [("audit",), ("check", "main"), ("lines",), ("index",),
                                   ("who", "rob@sable-mail.example")])  # fmt: skip
def test_verbose_says_the_phases(sample: Sampler, words: tuple[str, ...]) -> None:
    """On standard error; the result is the same."""
    path = ("-C", str(sample("newcomer").path))
    told, silent = run(*words, *path, "-v"), run(*words, *path)
    assert silent.raw == told.raw
    assert "reading history: " in told.stderr
    assert "reading history: " not in silent.stderr


def test_phases_of_two_threads_are_said_apart(capsys: pytest.CaptureFixture[str]) -> None:
    """Each once, when its thread goes on or all ends, however often they take turns."""
    turns = Barrier(2)

    def beside(tell: Progress) -> None:
        for done in (1, 2, 3):
            tell("comparing files", done, 3)
            turns.wait()
            turns.wait()

    with progress_bar(enabled=False, verbose=True) as tell:
        tell("reading history", 7, 0)
        other = Thread(target=beside, args=(tell,))
        other.start()
        for done in (0, 5, 10):
            turns.wait()
            tell("counting lines", done, 12)
            turns.wait()
        other.join()
    said = capsys.readouterr().err.splitlines()
    first, *others = (line.removeprefix("provenance: ").rsplit(" in ")[0] for line in said)
    assert "reading history: 7" == first
    assert ["comparing files: 3", "counting lines: 12"] == sorted(others)


def test_a_mistyped_command_line_loads_little() -> None:
    """What an answer in a tenth of a second does not need: libraries, policy, reports, rules."""
    words = (sys.executable, "-X", "importtime", "-m", "provenance", "audit", "--mistyped")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert (2, True) == (done.returncode, "provenance.cli.groups" in loaded)
    late = {"pygit2", "rich", "wcwidth", "tabulate", "sqlite3", "tomllib", "unidiff"}
    own = {
        "provenance.policy",
        "provenance.rules",
        "provenance.repository",
        "provenance.report.model",
    }
    assert set() == loaded & (late | own)
