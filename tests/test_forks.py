"""Work in forked processes: the same answers as one process gives, whatever becomes of them."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from provenance import shares
from provenance.audit import audit, scope_of
from provenance.backtest import backtest
from provenance.codec import encode
from provenance.evidence.examination import Examination
from provenance.evidence.model import CommitCase
from provenance.facts import Person
from provenance.index.index import open_indexed
from provenance.inspector import Inspector
from provenance.policy import Policy
from provenance.report import spool
from provenance.report.model import CommitReport, Report
from provenance.report.spool import Block, Spool
from provenance.report.tally import Tally
from provenance.repository import forks
from provenance.repository.forks import in_forks
from provenance.settings import DEFAULTS, Settings, no_progress
from provenance.words import Severity, Status, Tier
from sample_repos.build import names
from tests.conftest import BuiltSample

Sampler = Callable[[str], BuiltSample]
HOME = os.getpid()


def nothing() -> None:
    """There is nothing to let go of."""


UNFIT = threading.Lock()
"""Nobody can write that to a file."""


def squares(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each number's square, and the process that worked it out."""
    for number in numbers:
        yield number * number, os.getpid()


def test_what_is_found_comes_in_the_order_of_the_shares() -> None:
    """The first share is done here, each other one by a process of its own."""
    found = list(in_forks(squares, [[3, 1], [2], [], [5, 4]], rest=nothing))
    assert [square for square, _ in found] == [9, 1, 4, 25, 16]
    at = [process for _, process in found]
    assert at[0] == at[1] == HOME
    assert len({HOME, at[2], at[3]}) == 3
    assert at[3] == at[4]


def test_one_share_forks_nothing() -> None:
    """Nor does anybody have to rest."""
    rested: list[int] = []
    found = list(in_forks(squares, [[2, 3]], rest=lambda: rested.append(1)))
    assert found == [(4, HOME), (9, HOME)]
    assert rested == []


def test_every_process_rests() -> None:
    """Once here before the first one is forked, and each at its end."""
    at_end, told = os.pipe()

    def rest() -> None:
        os.write(told, b"%d\n" % os.getpid())

    list(in_forks(squares, [[1], [2], [3]], rest=rest))
    os.close(told)
    with os.fdopen(at_end) as lines:
        who = [int(line) for line in lines]
    assert who[0] == HOME
    assert len(set(who)) == 3


@pytest.mark.parametrize("end", ["kill", "error", "exit", "unfit"])
def test_what_a_process_does_not_finish_is_done_here(end: str) -> None:
    """Killed, failed, or with something to tell that cannot be told: nothing of it counts."""

    def work(numbers: Sequence[int]) -> Iterator[object]:
        for number in numbers:
            yield number
            if os.getpid() != HOME and number == 3:
                if end == "kill":
                    os.kill(os.getpid(), signal.SIGKILL)
                if end == "exit":
                    os._exit(7)
                if end == "error":
                    raise ValueError(number)
                yield UNFIT

    assert list(in_forks(work, [[1, 2], [3, 4], [5]], rest=nothing)) == [1, 2, 3, 4, 5]


def test_an_error_is_met_here() -> None:
    """Where every process meets it."""

    def work(numbers: Sequence[int]) -> Iterator[float]:
        for number in numbers:
            yield 1 / number

    with pytest.raises(ZeroDivisionError):
        list(in_forks(work, [[1], [0]], rest=nothing))


def test_nothing_is_forked_beside_other_threads() -> None:
    """A lock that one of them holds would be held for ever in the new process."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        found = list(in_forks(squares, [[1], [2]], rest=nothing))
    finally:
        done.set()
        thread.join()
    assert found == [(1, HOME), (4, HOME)]


def test_without_a_process_to_be_had_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ulimit -u`` ends no run."""

    def refused() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refused)
    assert list(in_forks(squares, [[1], [2]], rest=nothing)) == [(1, HOME), (4, HOME)]


def test_without_a_file_to_be_had_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """``ulimit -n`` ends no run for want of a place where processes could write."""

    def refused() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    assert list(in_forks(squares, [[1], [2]], rest=nothing)) == [(1, HOME), (4, HOME)]


def test_an_interruption_while_forking_ends_what_was_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No process outlives it."""
    started: list[int] = []
    fork = os.fork

    def interrupted() -> int:
        if started:
            raise KeyboardInterrupt
        started.append(fork())
        return started[0]

    monkeypatch.setattr(os, "fork", interrupted)
    with pytest.raises(KeyboardInterrupt):
        list(in_forks(squares, [[1], [2], [3]], rest=nothing))
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], 0)


@pytest.mark.parametrize("patience", [5.0, 0.0])
def test_who_stops_asking_ends_the_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, patience: float
) -> None:
    """They get the time to clear away what they made; without patience they are killed."""
    monkeypatch.setattr(forks, "_PATIENCE", patience)
    started, cleared = tmp_path / "started", tmp_path / "cleared"

    def work(numbers: Sequence[int]) -> Iterator[int]:
        for number in numbers:
            if os.getpid() != HOME:
                if not patience:
                    signal.signal(signal.SIGTERM, signal.SIG_IGN)
                try:
                    started.write_text(str(os.getpid()))
                    time.sleep(60)
                finally:
                    cleared.write_text("")
            yield number

    found = in_forks(work, [[1], [2]], rest=nothing)
    assert next(found) == 1
    while not (started.exists() and started.read_text()):
        time.sleep(0.01)
    found.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
    assert cleared.exists() == bool(patience)


def test_a_process_whose_parent_is_gone_goes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not work on for nobody: what it wrote is not whole, and is not taken."""
    monkeypatch.setattr(os, "getppid", lambda: 1)
    found = list(in_forks(squares, [[1], [2, 3]], rest=nothing))
    assert found == [(1, HOME), (4, HOME), (9, HOME)]


def settings_for(sample: BuiltSample, cache: Path, jobs: int) -> Settings:
    """Settings under which a sample is audited with an index."""
    return replace(sample.settings, cache=cache, jobs=jobs, tier=Tier.OWN)


def everything(report: Report) -> object:
    """The whole report as plain data."""
    return encode(structs.replace(report, commits=())), [
        encode(commit) for commit in report.commits
    ]


@pytest.mark.parametrize("name", names())
def test_shares_give_the_same_report(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each sample, in one piece and split among processes."""
    built = sample(name)
    expected = everything(audit(repo=built.path, settings=settings_for(built, tmp_path, 1)))
    split_into_ones(monkeypatch)
    assert everything(audit(repo=built.path, settings=settings_for(built, tmp_path, 3))) == expected


def test_shares_count_what_is_hidden(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A baseline hides as much in one piece as in parts; with an empty index and a full one."""
    built = sample("pattern-of-author")
    alone = settings_for(built, tmp_path / "1", 1)
    whole = audit(repo=built.path, settings=alone)
    every = [found.fingerprint for commit in whole.commits for found in commit.findings]
    expected = audit(repo=built.path, settings=replace(alone, baseline=frozenset(every)))
    assert any("baseline" in note for note in expected.completeness.notes)
    split_into_ones(monkeypatch)
    for jobs in (4, 3):
        split = replace(settings_for(built, tmp_path / "2", jobs), baseline=frozenset(every))
        assert everything(audit(repo=built.path, settings=split)) == everything(expected)


def split_into_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets each commit be worth a process."""
    monkeypatch.setattr(shares, "_LEAST", 1)
    monkeypatch.setattr(shares, "_BLOCK", 1)


@pytest.mark.parametrize("jobs", [1, 3])
def test_heavy_records_are_packed_each_alone(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """They are as light in memory as they can be, and the report is the same."""
    built = sample("pattern-of-author")
    settings = settings_for(built, tmp_path, jobs)
    expected = audit(repo=built.path, settings=settings)
    monkeypatch.setattr(shares, "_LEAST", 1)
    monkeypatch.setattr(shares, "_BLOCK", 1)
    monkeypatch.setattr(spool, "_AS_THEY_ARE", 0)
    monkeypatch.setattr(spool, "_IN_MEMORY", 0)
    added: list[int] = []
    add = Spool.add

    def counted(held: Spool[CommitReport], block: Block[CommitReport]) -> None:
        added.append(block.count)
        add(held, block)

    monkeypatch.setattr(Spool, "add", counted)
    found = audit(repo=built.path, settings=settings)
    assert isinstance(found.commits, Spool)
    assert [1] * len(found.commits) == added
    assert everything(found) == everything(expected)


def test_shares_keep_account_of_what_cannot_be_read(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a process could not look at is in the report; with no process it is the same."""
    built = sample("clean")
    policy = structs.replace(Policy(), budgets=structs.replace(Policy().budgets, commit_bytes=330))
    tight = replace(settings_for(built, tmp_path / "1", 1), policy=policy)
    expected = audit(repo=built.path, settings=tight)
    assert expected.completeness.over_budget
    split_into_ones(monkeypatch)
    found = audit(repo=built.path, settings=replace(tight, cache=tmp_path / "2", jobs=4))
    assert everything(found) == everything(expected)
    monkeypatch.setattr(os, "fork", lambda: 1 / 0)
    alone = audit(repo=built.path, settings=replace(tight, cache=None, jobs=4))
    assert everything(alone) == everything(expected)


@pytest.mark.parametrize("name", ["pattern-of-author", "backport-altered"])
def test_parts_of_a_tally_add_up(sample: Sampler, name: str) -> None:
    """Wherever a range is parted: an identity has all its addresses, and its strongest standing."""
    built = sample(name)
    settings = replace(DEFAULTS, tier=Tier.OWN)
    with open_indexed(built.path, settings) as (repository, index):
        scope = scope_of(repository, index, None, settings, no_progress)
        examination = Examination(repository, index, scope, settings, no_progress)
        inspector = Inspector(settings, examination.as_of)
        cases = [otherwise(case, at) for at, case in enumerate(examination.cases())]
        inspected = [(case, inspector.inspect(case)) for case in cases]
    expected = sums(tally_of(inspected))
    for at in range(len(inspected) + 1):
        first, second = tally_of(inspected[:at]), tally_of(inspected[at:])
        first.join(second)
        assert sums(first) == expected


def otherwise(case: CommitCase, number: int) -> CommitCase:
    """The case as if its author used another address each time, and stood well once."""
    claimed = Person(name=case.author.claimed.name, email=f"a{number}@fielding.example")
    status = Status.LISTED if number % 3 == 1 else case.author.status
    return structs.replace(
        case, author=structs.replace(case.author, claimed=claimed, status=status)
    )


def tally_of(inspected: Sequence[tuple[CommitCase, CommitReport]]) -> Tally:
    """The totals of some commits."""
    found = Tally(Severity.LOW)
    for case, record in inspected:
        found.add(case, record)
    return found


def sums(tally: Tally) -> object:
    """All that a tally tells."""
    return tally.summary(), tally.identities(lambda _: None, {}, {}), tally.subsystems()


def test_releases_side_by_side_get_the_same_flags(sample: Sampler, tmp_path: Path) -> None:
    """Each release is audited by one process or another; the order is that of the releases."""
    built = sample("release-tag-unsigned")
    found = [
        backtest("v1.0..v1.2", repo=built.path, settings=settings_for(built, tmp_path / "x", jobs))
        for jobs in (1, 3)
    ]
    assert len(found[0].releases) > 1
    assert found[0] == found[1]
