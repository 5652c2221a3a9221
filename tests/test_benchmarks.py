"""The parts of the benchmarks that start nothing: pairs, tables, totals."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import heavy, totals
from benchmarks.catalogue import Setting, catalogue
from benchmarks.fast_import import make
from benchmarks.model import (
    Benchmark,
    Command,
    Goal,
    NotRunError,
    Outcome,
    Printed,
    Run,
    Unit,
    median_ratio,
)
from benchmarks.runner import in_groups
from benchmarks.table import draw, notes
from tests.git import git

GIT = Command("git log", ("git", "log"))
OURS = Command("provenance lines", ("provenance", "lines"))
ROW = Benchmark(name="lines", what="lines", ours=OURS, yardstick=GIT)


def _runs(*seconds: float, peak: float = 10) -> tuple[Run, ...]:
    return tuple(Run(wall=wall, cpu=wall, peak=peak) for wall in seconds)


def _printed(tmp_path: Path, stdout: str = "", stderr: str = "") -> Printed:
    printed = Printed(tmp_path / "stdout", tmp_path / "stderr")
    printed.stdout.write_text(stdout)
    printed.stderr.write_text(stderr)
    return printed


def test_ratios_are_taken_pair_by_pair() -> None:
    """The medians themselves, 5 by 5, have the ratio 1."""
    assert median_ratio(_runs(4, 5, 9), _runs(2, 5, 6)) == 1.5
    with pytest.raises(ValueError, match="shorter"):
        median_ratio(_runs(1, 2), _runs(1))


def test_goals_are_reached_or_missed() -> None:
    outcome = Outcome(ROW, ours=_runs(1, 2, 3, peak=50), yardstick=_runs(2, 4, 6))
    assert outcome.reaches(Goal(0.5, Unit.RATIO))
    assert outcome.reaches(Goal(1.9, Unit.SECONDS)) is False
    assert outcome.reaches(Goal(49, Unit.MEMORY)) is False
    assert Outcome(ROW).reaches(Goal(1, Unit.RATIO)) is None


def test_the_table() -> None:
    """A benchmark that did not run keeps its row, and a bar breaks no row."""
    ran = replace(ROW, goals=(Goal(0.4, Unit.RATIO), Goal(3, Unit.SECONDS)))
    table = draw(
        [
            Outcome(ran, ours=_runs(1, 2, 3), yardstick=_runs(2, 4, 6, peak=20)),
            Outcome(replace(ROW, what="a|b", yardstick=None), reason="not installed"),
        ]
    )
    assert table.splitlines()[2:] == [
        "| lines | git log | 2.00 | 4.00 | 0.50 | 0.4 x missed, 3 s reached | 10 | 20 |",
        "| a\\|b | - | not installed | - | - | - | - | - |",
    ]


def test_different_numbers_are_wrong_unless_a_reason_is_known() -> None:
    outcome = Outcome(ROW, our_numbers={"added": 1000, "extra": 1}, its_numbers={"added": 999})
    assert outcome.disagreement == "added 1,000 and 999"
    assert outcome.is_wrong
    assert "must not" in notes([outcome])
    excused = replace(outcome, benchmark=replace(ROW, may_differ="it follows renames"))
    assert not excused.is_wrong
    assert "it follows renames" in notes([excused])
    alike = replace(outcome, its_numbers={"added": 1000})
    assert not alike.is_wrong
    assert notes([alike]) == "- lines: counted alike: added 1,000"


def test_equal_yardsticks_share_their_runs() -> None:
    other = replace(ROW, name="again")
    alone, alone_too = (replace(ROW, name=name, yardstick=None) for name in "ab")
    assert in_groups([ROW, alone, other, alone_too]) == [[ROW, other], [alone], [alone_too]]


def test_numstat_is_summed() -> None:
    """Binary files, ids and empty lines count nothing; a path may hold tabs."""
    lines = [b"0a1b\n", b"\n", b"3\t1\tfile\n", b"-\t-\tpicture\n", b'2\t0\t"a\\tb\tc"\n']
    assert totals.sum_numstat(lines) == {"added": 5, "removed": 1}


def test_totals_of_reports(tmp_path: Path) -> None:
    lines = json.dumps({"total": {"added": 7, "removed": 2, "commits": 1}})
    assert totals.lines_totals(_printed(tmp_path, lines)) == {"added": 7, "removed": 2}
    audit = json.dumps({"summary": {"lines_added": 7, "lines_removed": 2}})
    assert totals.audit_totals(_printed(tmp_path, audit)) == {"added": 7, "removed": 2}
    assert totals.added_removed(_printed(tmp_path, "7 2\n")) == {"added": 7, "removed": 2}


def test_flagged_commits_are_counted_once(tmp_path: Path) -> None:
    both = [{"rule": "missing-author-sign-off"}, {"rule": "handler-without-sign-off"}]
    found = [{"findings": both}, {"findings": [{"rule": "date-anomaly"}]}, {"findings": []}]
    printed = _printed(tmp_path, json.dumps({"commits": found}))
    assert totals.unsigned_commits(printed) == {"flagged": 1}
    assert totals.flagged_lines(_printed(tmp_path, "a\nb\n")) == {"flagged": 2}


def test_commits_on_both_sides(tmp_path: Path) -> None:
    said = "provenance: 12 commits, changed files of 0 of them\n"
    assert totals.indexed_commits(_printed(tmp_path, stderr=said)) == {"commits": 12}
    log = "id\0a@b.example\0one\n\nid\0c@d.example\0two\n"
    assert totals.logged_commits(_printed(tmp_path, log)) == {"commits": 2}


def test_the_catalogue_names_what_is_missing(tmp_path: Path) -> None:
    """Names are unique, as --only needs them; without ranges most cannot run."""
    entries = catalogue(Setting(repo=tmp_path, work=tmp_path))
    assert len({one.name for one in entries}) == len(entries)
    needs = {one.name: one.needs for one in entries}
    assert needs["history-facts"] == ""
    assert needs["release-again"] == "no --release A..B"
    assert needs["small-pydriller"] == "no --small A..B"
    assert needs["signatures"] == "no --keyring FILE"


def test_every_command_of_ours_reads_with_the_tier_that_was_asked_for(tmp_path: Path) -> None:
    """What git is compared with is the same either way."""
    entries = catalogue(Setting(repo=tmp_path, work=tmp_path, tier="own", release="A..B"))
    for one in entries:
        words = one.ours.words
        if "-C" in words:
            assert "own" == words[words.index("--tier") + 1]


def test_a_repository_that_is_refused_costs_its_row_only(tmp_path: Path) -> None:
    """What was measured before is not lost."""
    entries = catalogue(Setting(repo=tmp_path, work=tmp_path, release="A..B"))
    (backports,) = (one for one in entries if one.name == "backports")
    with pytest.raises(NotRunError, match="repository"):
        backports.prepare()


@pytest.mark.parametrize(
    ("stream", "commits", "files"),
    [
        (heavy._messages(3, 2000, heavy._review), 3, 1),
        (heavy._files(2, 5), 2, 5),
        (heavy._maintainers(4, 6), 1, 6),
    ],
)
def test_heavy_repositories_are_what_they_are_called(
    tmp_path: Path, stream: Callable[[], Iterator[str]], commits: int, files: int
) -> None:
    """Here small ones: so many commits after v1.0, each with so many files."""
    repo = tmp_path / "r"
    make(repo, stream())
    assert str(commits) == git(repo, "rev-list", "--count", "v1.0..v1.1")
    shown = git(repo, "log", "--format=", "--name-only", "v1.0..v1.1").split()
    assert commits * files == len(shown)


def test_lines_fill_a_size() -> None:
    """As many as fit, and no more."""
    assert "ab" * 4 == heavy._filled(9, lambda _: "ab")
    assert "" == heavy._filled(1, lambda _: "ab")
    assert "012" == heavy._filled(3, str)
