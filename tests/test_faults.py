"""A failing system call or a kill loses nothing; ``python3 -m tests.faults`` tries them all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from tests.faults.reads import LOOKS, lose_each
from tests.faults.runs import OLD, Bench, Change, remove, repack
from tests.hostile.trace import TRACES

SOME = 30
"""Faults that are tried here, from all over the run."""


@pytest.mark.skipif(not TRACES, reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize("known", [False, True])
def test_some_calls_fail(tmp_path: Path, known: bool) -> None:
    """Whole reports or old ones, and the next run is as if nothing had been."""
    bench = Bench(tmp_path, known=known)
    faults = list(bench.faults())
    assert {"openat", "rename"} <= {fault.call for fault in faults}
    for fault in faults[:: len(faults) // SOME]:
        bench.suffer(fault)


def test_some_runs_are_killed(tmp_path: Path) -> None:
    """At any moment."""
    bench = Bench(tmp_path, known=False)
    random = Random(7)
    for _ in range(4):
        bench.kill(random, 0.5)


@pytest.mark.parametrize("found", [b"half a re", b""])
def test_a_torn_report_is_seen(tmp_path: Path, found: bytes) -> None:
    """The check can fail."""
    bench = Bench(tmp_path, known=False)
    report = bench.reset()
    assert OLD == report.read_bytes()
    report.write_bytes(found)
    with pytest.raises(AssertionError):
        bench.judge(report, 2)


def test_a_shorter_report_that_says_nothing_is_seen(tmp_path: Path) -> None:
    """Exit code 0 over the old file is a lost report."""
    bench = Bench(tmp_path, known=False)
    with pytest.raises(AssertionError, match="exit code 0 with the old report"):
        bench.judge(bench.reset(), 0)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]} {look[1][0]}")
def test_some_objects_cannot_be_read(tmp_path: Path, look: tuple[str, Sequence[str]]) -> None:
    """What could not be looked at is never fine: the report is the same, or it says so."""
    sample, words = look
    tried = list(lose_each(sample, words, tmp_path / "repo", first=7, step=83))
    assert tried
    assert not list(filter(None, tried))


@pytest.mark.parametrize("change", [repack, remove])
@pytest.mark.parametrize("known", [False, True])
def test_the_repository_changes_meanwhile(tmp_path: Path, known: bool, change: Change) -> None:
    """The whole report, one that says what it lacks, or none."""
    bench = Bench(tmp_path, known=known)
    random = Random(1)
    for _ in range(6):
        bench.pull_away(random, 0.6, change)
