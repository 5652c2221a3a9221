"""The detection benchmark: planned by seed, injected cleanly, counted right."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pygit2
import pytest

from benchmarks.detection.__main__ import best_policy
from benchmarks.detection.inject import Injected, inject, show
from benchmarks.detection.metrics import (
    auc,
    by_newness,
    by_program,
    by_sign_off,
    by_size,
    estimate,
    judge,
    mean_auc,
    median_rank,
    precision,
    quantile,
    ratio,
)
from benchmarks.detection.outcome import (
    NOTHING,
    REAL,
    TOP,
    Outcome,
    Row,
    Sent,
    Trial,
    outcomes_of,
    read_report,
    read_trial,
)
from benchmarks.detection.patterns import patterns
from benchmarks.detection.people import invented
from benchmarks.detection.plan import PlannedCommit
from benchmarks.detection.releases import pairs
from benchmarks.detection.run import Bench, make_plan, releases_to_audit, trial
from benchmarks.detection.table import by_method, by_pattern, missed
from benchmarks.detection.text import small_fix, source, tampered
from benchmarks.detection.world import World
from tests.git import git

HIGH, MEDIUM, LOW = 3, 2, 1
DAY = 86_400
START = 1_500_000_000
AREAS = ("drivers/amber", "drivers/birch", "net")


def test_which_releases_follow_each_other() -> None:
    """Four numbers are a point release; three are one where the first of the series is there."""
    tags = ["v2.6.33", "v2.6.34-rc1", "v2.6.34", "v2.6.34.1", "v2.6.34.2", "v2.6.35", "other"]
    mainline, stable = pairs(tags)
    assert mainline == [
        ("v2.6.33", "v2.6.34-rc1"),
        ("v2.6.34-rc1", "v2.6.34"),
        ("v2.6.34", "v2.6.35"),
    ]
    assert stable == [("v2.6.34", "v2.6.34.1"), ("v2.6.34.1", "v2.6.34.2")]
    assert pairs(["v6.1", "v6.1.1", "v6.2-rc1"]) == (
        [("v6.1", "v6.2-rc1")],
        [("v6.1", "v6.1.1")],
    )
    assert pairs(["v2.4.0", "v2.4.1"])[1] == [("v2.4.0", "v2.4.1")]


@pytest.mark.parametrize("seed", range(20))
def test_a_small_fix_changes_a_line_or_two(seed: int) -> None:
    before = (
        b"/* handles the device */\nint f(int a)\n{\n\tif (a > 3)\n\t\treturn -EINVAL;\n"
        b"\tp = alloc(sizeof(struct foo));\n\tgoto out;\n\treturn a;\n}\n"
    )
    _, after = small_fix(random.Random(seed), before)
    old, new = before.split(b"\n"), after.split(b"\n")
    assert after != before
    assert 0 <= len(new) - len(old) <= 2
    assert len([line for line in new if line not in old]) <= 2


@pytest.mark.parametrize("seed", range(10))
def test_a_tampered_fix_differs_in_one_added_line(seed: int) -> None:
    before = b"a;\nif (x > 1)\nb;\n"
    after = b"a;\nif (x > 1)\nif (len >= 512)\n\treturn 7;\nb;\n"
    found = tampered(random.Random(seed), before, after)
    assert found is not None
    differing = [
        one
        for one, other in zip(found.split(b"\n"), after.split(b"\n"), strict=True)
        if one != other
    ]
    assert len(differing) == 1
    assert b"if (x > 1)" in found
    assert tampered(random.Random(seed), before, before) is None


def test_new_code_has_the_size_asked_for() -> None:
    for lines in (50, 400, 2000):
        found = source(random.Random(lines), "chip1", lines, doors=2, kernel=True)
        assert lines <= found.count(b"\n") < lines + 80


def test_nobody_is_real() -> None:
    """All domains are reserved ones (RFC 2606)."""
    rng = random.Random(1)
    assert all(invented(rng).email.endswith(".example") for _ in range(200))


def test_auc_counts_ties_by_half() -> None:
    assert auc([3.0], [1.0, 2.0]) == 1
    assert auc([1.0], [1.0, 1.0]) == 0.5
    assert auc([1.0, 3.0], [2.0]) == 0.5
    assert auc([float("-inf")], [0.0]) == 0
    assert auc([], [1.0]) is None
    assert auc([1.0], []) is None


def test_quantiles() -> None:
    assert quantile([1.0], 0.5) == 1
    assert quantile([0.0, 1.0], 0.25) == 0.25
    assert math.isinf(quantile([1.0, math.inf, math.inf], 0.9))


def _row(who: int = REAL, severity: int = LOW, **other: int) -> Row:
    return Row(who, severity, other.get("lines", 1), bool(other.get("new")), other.get("bad", 0))


def _outcome(identities: list[Row], commits: list[Row], payloads: list[bool]) -> Outcome:
    own = [row for row in commits if row.who != REAL]
    sent = [
        Sent(row.who, "fix", payload, row.severity, "unverified", ("some-rule high",))
        for row, payload in zip(own, payloads, strict=True)
    ]
    return Outcome("v2", tuple(identities), tuple(commits), tuple(sent), 0, 1.0, ())


def _trial(*outcomes: Outcome, people: int = 1, seed: int = 0) -> Trial:
    return Trial("burst", seed, people, outcomes, 2, 1.0)


def _mixed() -> Trial:
    """One identity that is second of four, with a payload at high and a fix at low."""
    return _trial(
        _outcome(
            [_row(severity=HIGH), _row(0, HIGH, lines=500, new=1), _row(new=1), _row(bad=1)],
            [_row(severity=HIGH), _row(), _row(bad=1), _row(0, HIGH, lines=500), _row(0)],
            [True, False],
        )
    )


def test_the_report_s_order_and_severities_are_what_counts() -> None:
    found = judge(_mixed(), by_program(HIGH))
    assert (found.people, found.people_found) == (1, 1)
    assert (found.commits, found.commits_found) == (2, 1)
    assert (found.payloads, found.payloads_found) == (1, 1)
    assert found.auc == pytest.approx(2 / 3)
    assert found.ranks == (2.0,)
    assert (found.real_flagged, found.real_commits) == (1, 3)
    assert (found.real_new_flagged, found.real_new) == (0, 1)
    assert found.share == pytest.approx(2 / 5)
    assert judge(_mixed(), by_program(LOW)).commits_found == 2
    assert precision([found]) == 0.5


def test_the_top_20_is_all_that_is_looked_at() -> None:
    rows = [_row(severity=HIGH) for _ in range(TOP)]
    late = _trial(_outcome([*rows, _row(0, HIGH)], [_row(0, HIGH)], [True]))
    assert judge(late, by_program(HIGH)).people_found == 0
    early = _trial(_outcome([*rows[1:], _row(0, HIGH)], [_row(0, HIGH)], [True]))
    assert judge(early, by_program(HIGH)).people_found == 1


def _report(release: str, commits: Mapping[str, tuple[str, str]], identities: Sequence[Any]) -> Any:
    """A report of commits with author and severity; of identities all that is read."""
    return {
        "range": {"tip": release},
        "completeness": {"unreadable": [], "over_budget": []},
        "commits": [
            {
                "id": name, "parents": ["p"], "trailers": [], "lines": {"added": 1},
                "author": {"email": author, "status": "unverified"}, "committer": {"email": "k@k"},
                "findings": [{"severity": severity, "rule": "r"}],
            }
            for name, (author, severity) in commits.items()
        ],
        "identities": [
            {
                "email": email, "aliases": [], "findings": [{"severity": severity}],
                "lines_added": 1, "commits": 1, "elsewhere": {"ids": ids} if ids else None,
                "signals": [{"rule": "r", "bits": bits}] if bits else [],
            }
            for email, severity, bits, ids in identities
        ],
    }  # fmt: skip


def test_what_a_later_audit_names_counts_for_the_earlier_release() -> None:
    """All work of those with a pattern at high; nobody else's, however grave a commit is."""
    nothing = Injected(Path())
    first = {"a": ("sly@x.example", "low"), "b": ("real@y.example", "low")}
    second = {
        "c": ("sly@x.example", "low"),
        "d": ("real@y.example", "high"),
        "e": ("calm@z.example", "low"),
    }
    people = [
        ("sly@x.example", "high", 9.0, ["a", "elsewhere"]),
        ("real@y.example", "high", 0.0, None),
        ("calm@z.example", "medium", 5.0, None),
    ]
    readings = [
        read_report(_report("v1", first, []), nothing, [], frozenset(), 1.0),
        read_report(_report("v2", second, people), nothing, [], frozenset(), 1.0),
    ]
    outcomes = outcomes_of(readings)
    assert [True, False] == [row.named for row in outcomes[0].commits]
    assert [True, False, False] == [row.named for row in outcomes[1].commits]
    found = judge(_trial(*outcomes), by_program(HIGH))
    assert (found.real_commits, found.real_flagged, found.real_named) == (5, 1, 3)
    assert judge(_trial(*outcomes), by_newness).real_named == 5


def test_baselines() -> None:
    assert judge(_mixed(), by_newness).people_found == 1
    assert judge(_mixed(), by_newness).real_new_flagged == 1
    assert judge(_mixed(), by_newness).ranks == (1.5,)
    assert judge(_mixed(), by_size).ranks == (1.0,)
    assert judge(_mixed(), by_size).commits_found == 1
    assert judge(_mixed(), by_sign_off).people_found == 0
    assert judge(_mixed(), by_sign_off).real_flagged == 1


def test_an_identity_that_is_not_listed_comes_last() -> None:
    """A committer who wrote nothing is in no list of authors."""
    found = judge(_trial(_outcome([_row(), _row()], [_row(0, HIGH)], [True])), by_program(HIGH))
    assert (found.people_found, found.auc, found.ranks) == (0, 0.0, (None,))
    assert median_rank([found]) == math.inf


def test_intervals_are_drawn_over_campaigns() -> None:
    hit = judge(_mixed(), by_program(HIGH))
    miss = judge(_mixed(), by_program(HIGH + 1))
    found = estimate([hit, miss] * 10, ratio("people_found", "people"))
    assert found.value == 0.5
    assert found.low is not None
    assert found.high is not None
    assert 0.2 < found.low < 0.5 < found.high < 0.8
    assert found == estimate([hit, miss] * 10, ratio("people_found", "people"))
    assert estimate([], mean_auc).value is None


def test_tables_and_raw_results() -> None:
    trials = [_mixed()]
    assert "| burst | 1 | 1.00 [1.00, 1.00] | 0.50" in by_pattern(trials, by_program(HIGH))
    assert "| identity recall | 1.00" in by_method(trials, {"x": by_program(HIGH)})
    assert "| burst | fix, payload | unverified | 1 |" in missed(trials, HIGH)
    assert read_trial(json.loads(json.dumps(trials[0].as_json()))) == trials[0]
    assert NOTHING < 0


def test_training_takes_the_best_policy_within_the_budget() -> None:
    """More recall at more than 1 % of the real commits does not count."""
    quiet = [_row() for _ in range(200)]

    def found(severity: int, alarms: int) -> list[Trial]:
        real = [_row(severity=HIGH)] * alarms + quiet
        return [_trial(_outcome([_row(0, severity)], [*real, _row(0, severity)], [True]))]

    blind, good, loud = Path("blind.toml"), Path("good.toml"), Path("loud.toml")
    policies: dict[Path | None, list[Trial]] = {
        blind: found(LOW, 0),
        good: found(HIGH, 1),
        loud: found(HIGH, 9),
    }
    assert best_policy(policies, by_program(HIGH)) == good


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Four years of six releases and a stable one; files that stay and files that change."""
    path = tmp_path_factory.mktemp("world") / "repo"
    path.mkdir()
    git(path, "init", "-q", "--bare", "-b", "main")
    git(path, "fast-import", "--quiet", stdin="".join(_history()).encode())
    return World(path, smallest=5)


def _history() -> Iterator[str]:
    files = {f"{area}/f{n}.c": _source(n) for area in AREAS for n in range(40)}
    files |= {f"{area}/Makefile": "obj-y += f0.o\n" for area in AREAS}
    files |= {"scripts/check.sh": "#!/bin/sh\n", "Makefile": "all:\n", "tests/one.sh": "true\n"}
    files["MAINTAINERS"] = "".join(
        f"AREA {n}\nM:\tKeeper {n} <keeper{n}@org{n}.example>\nF:\t{area}/\n\n"
        for n, area in enumerate(AREAS)
    )
    yield from _commit(1, "refs/heads/main", "all: begin", files, 0, START)
    for number in range(2, 97):
        area = AREAS[number % 3]
        change = {f"{area}/hot{number % 3}.c": _source(number) * 2}
        time = START + number * 15 * DAY
        yield from _commit(
            number, "refs/heads/main", f"{area}: step {number}", change, number, time
        )
        if number % 16 == 0:
            yield f"reset refs/tags/v1.{number // 16}\nfrom :{number}\n\n"
    yield "reset refs/heads/stable\nfrom :48\n\n"
    for number in range(1, 7):
        text = f"net: fix {number}\n\n(cherry picked from commit {number:040x})"
        change = {f"net/f{number}.c": _source(100 + number)}
        time = START + (48 + 16 + number) * 15 * DAY
        yield from _commit(200 + number, "refs/heads/stable", text, change, 2, time)
    yield "reset refs/tags/v1.3.1\nfrom :206\n\n"


def _source(number: int) -> str:
    return f"int f{number}(int a)\n{{\n\tif (a > {number})\n\t\treturn -EINVAL;\n\treturn a;\n}}\n"


def _commit(
    mark: int, ref: str, subject: str, files: dict[str, str], who: int, time: int
) -> Iterator[str]:
    author = f"Writer {who % 7} <writer{who % 7}@home{who % 7}.example>"
    keeper = f"Keeper {who % 3} <keeper{who % 3}@org{who % 3}.example>"
    message = f"{subject}\n\nSigned-off-by: {author}\nSigned-off-by: {keeper}\n"
    yield f"commit {ref}\nmark :{mark}\nauthor {author} {time - DAY} +0200\n"
    yield f"committer {keeper} {time} +0000\ndata {len(message)}\n{message}\n"
    for path, content in files.items():
        yield f"M 644 inline {path}\ndata {len(content)}\n{content}\n"


def _plan(name: str, world: World, seed: int = 3) -> list[PlannedCommit]:
    plan = make_plan(name, patterns()[name], seed, world)
    assert plan, "no place"
    return plan


def test_six_patterns() -> None:
    assert {"build", "burst", "drop", "ring", "sleeper", "stable"} <= patterns().keys()


@pytest.mark.parametrize("name", patterns())
def test_a_plan_is_the_seed_s(world: World, name: str) -> None:
    """The same seed gives the same campaign, another one another."""
    assert _plan(name, world) == _plan(name, world)
    assert _plan(name, world) != _plan(name, world, seed=4)


@pytest.mark.parametrize("name", patterns())
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_is_plausible(world: World, name: str, seed: int) -> None:
    """Invented people, real handlers, dates in the release, a payload, no file twice."""
    plan = _plan(name, world, seed)
    paths = [path for commit in plan for path in commit.changes]
    assert len(paths) == len(set(paths))
    assert any(commit.payload for commit in plan)
    for commit in plan:
        assert commit.by.endswith(".example")
        assert commit.author_time <= commit.commit_time <= commit.window.end
        assert commit.window.start <= commit.commit_time
        assert f"Signed-off-by: {commit.committer}" in commit.message
        assert commit.by in commit.message
    assert releases_to_audit(plan, world)


@pytest.mark.parametrize("name", patterns())
def test_releases_hold_the_real_commits_and_the_campaign(
    world: World, name: str, tmp_path: Path
) -> None:
    """Nothing else but merges and releases, and those are what git itself would merge."""
    plan = _plan(name, world)
    done = inject(world, plan, tmp_path / "repo")
    assert len(done.commits) == len(plan)
    for window in done.windows:
        show(world, done, window)
        inside = _ids(done.path, f"{window.base_tag}..{window.tag}")
        real = _ids(world.path, f"{window.base}..{window.tip}")
        own = {id_ for id_, commit in done.commits.items() if commit.window == window}
        release = {window.tip} if window.is_stable else set()
        assert inside - done.scaffold == (real - release) | own
        assert git(done.path, "rev-parse", window.tag) == done.tips[window.tag]
    _assert_clean_merges(done)


def _ids(repo: Path, range_: str) -> set[str]:
    return set(git(repo, "rev-list", range_).split())


def _assert_clean_merges(done: Injected) -> None:
    repository: Any = pygit2.Repository(str(done.path))
    for commit in done.scaffold:
        parents = git(done.path, "show", "-s", "--format=%P", commit).split()
        if len(parents) == 2:
            index = repository.merge_commits(*(repository[parent] for parent in parents))
            assert not index.conflicts
            tree = git(done.path, "rev-parse", f"{commit}^{{tree}}")
            assert str(index.write_tree(repository)) == tree


def test_only_earlier_releases_are_shown(world: World, tmp_path: Path) -> None:
    """An audit must not know what came after the release."""
    done = inject(world, _plan("drop", world), tmp_path / "repo")
    window = done.windows[-1]
    show(world, done, window)
    shown = git(done.path, "tag").split()
    assert window.tag in shown
    assert all(world.tags[name][1] <= window.end for name in shown)


def test_one_campaign_from_plan_to_figures(world: World, tmp_path: Path) -> None:
    """An injected drop is in the report, at the severity that large additions have."""
    bench = Bench((sys.executable, "-m", "provenance"), tmp_path / "cache")
    name = "drop"
    made = trial(name, patterns()[name], 3, world, bench, tmp_path)
    assert made is not None
    outcome = made.outcomes[-1]
    assert not outcome.scaffold_flagged
    assert [sent.kind for sent in outcome.sent if sent.payload] == ["feature"]
    found = judge(made, by_program(MEDIUM))
    assert (found.people_found, found.payloads_found) == (1, 1)
    assert found.real_flagged == 0
    repo = tmp_path / f"{name}-3"
    subjects = git(repo, "log", "--format=%ae", outcome.release)
    assert ".example" in subjects
    assert trial(name, patterns()[name], 3, world, bench) is not None


def test_the_command_line(world: World, tmp_path: Path) -> None:
    """Markdown on standard output, raw rows in a file; results are kept."""
    words = [
        sys.executable, "-m", "benchmarks.detection", str(world.path), "--seeds", "1",
        "--patterns", "stable", "--smallest", "5", "--work", str(tmp_path / "work"),
        "--json", str(tmp_path / "raw.json"), "--resume",
    ]  # fmt: skip
    root = Path(__file__).parent.parent
    runs = [
        subprocess.run(words, capture_output=True, text=True, cwd=root, check=False)
        for _ in range(2)
    ]
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    assert "| stable | 1 |" in runs[0].stdout
    assert runs[0].stdout == runs[1].stdout
    assert not runs[1].stderr
    raw = json.loads((tmp_path / "raw.json").read_text())
    assert [one["pattern"] for one in next(iter(raw.values()))] == ["stable"]
