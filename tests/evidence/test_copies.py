"""A change that several branches have was sent once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from provenance.evidence.pattern.copies import Copies, find_copies, subject_line
from provenance.facts import Address, ObjectId
from provenance.index.history import History
from provenance.index.parsed import Parsed
from provenance.repository.objects import RawObject
from sample_repos.build import build
from tests.cli import run
from tests.git import git

ROB, PIA = "rob@sable-mail.example", "pia@holt.example"


def signals(words: Sequence[str], repo: Path, who: str) -> Mapping[str, str]:
    """What an audit or a dossier says of somebody, by rule."""
    found: Any = json.loads(run(*words, "-C", str(repo), "-f", "json").stdout)
    people = {one["email"]: one for one in found.get("identities", [found])}
    return {one["rule"]: one["message"] for one in people[who]["signals"]}


def pick(repo: Path, branch: str, commits: Sequence[str], tag: str) -> None:
    """A stable branch that takes some commits of mainline, and its release."""
    git(repo, "checkout", "-q", "-b", branch, "v1.0")
    git(repo, "commit", "-q", "--allow-empty", "-m", f"{branch} begins")
    git(repo, "cherry-pick", *commits)
    git(repo, "tag", tag)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A newcomer with eight commits in eight days, and one with eight in two months."""
    build("burst-of-patches", tmp_path / "bare")
    found = tmp_path / "repo"
    git(tmp_path, "clone", "-q", str(tmp_path / "bare"), str(found))
    git(found, "remote", "remove", "origin")
    return found


def of(repo: Path, who: str) -> list[str]:
    """Somebody's commits in mainline, oldest first."""
    return git(repo, "rev-list", "--reverse", f"--author={who}", "main").split()


def test_backports_to_many_branches_are_no_burst(repo: Path) -> None:
    """Three changes that five stable branches took on one day: a dossier counts each once."""
    mine = of(repo, PIA)
    for number in range(1, 6):
        pick(repo, f"stable-{number}", mine[:3], f"v1.0.{number}")
    assert "burst-of-patches" not in signals(["audit", "v1.0.1"], repo, PIA)
    assert "burst-of-patches" not in signals(["who", PIA], repo, PIA)
    assert "stable-5" == git(repo, "branch", "--show-current")
    work = json.loads(run("who", PIA, "-C", str(repo), "-f", "json").stdout)["work"]
    assert (8, 15, 8) == (work["commits"], work["copies"], work["added"])
    applied = {(one["role"], one["email"]): one["commits"] for one in work["committers"]}
    assert 15 == applied["committer of copies", "tess@author.example"]
    assert 8 == sum(count for (role, _), count in applied.items() if role == "committer")
    page = run("who", PIA, "-C", str(repo)).stdout
    assert (
        "Commits       8, 15 copies on other branches, which no figure counts, and 0 merges" in page
    )


def test_a_burst_in_mainline_shows_in_a_stable_release(repo: Path) -> None:
    """Two of its eight changes were taken weeks later: they are of that burst, not a new one."""
    pick(repo, "stable", of(repo, ROB)[:2], "v1.0.1")
    told = "8 commits in 8 series within 8 days, first seen 0 days before"
    assert signals(["audit", "v1.0.1"], repo, ROB)["burst-of-patches"].startswith(told)


def test_what_only_other_branches_have_counts_once(repo: Path) -> None:
    """Three changes of two stable branches that mainline lacks."""
    mine = of(repo, PIA)[:3]
    for number in (1, 2):
        pick(repo, f"stable-{number}", mine, f"v1.0.{number}")
    git(repo, "checkout", "-q", "main")
    git(repo, "reset", "-q", "--hard", f"{mine[0]}^")
    git(repo, "tag", "-d", "v1.1")
    work = json.loads(run("who", PIA, "-C", str(repo), "-f", "json").stdout)["work"]
    assert (3, 3) == (work["commits"], work["copies"])


def test_a_review_of_a_backported_change_was_given_once(repo: Path) -> None:
    """Ten stable branches repeat its trailer; one that a backport adds is new."""
    text = "net: core: last step\n\nReviewed-by: Rob Sable <rob@sable-mail.example>\n"
    git(repo, "checkout", "-q", "main")
    git(repo, "commit", "-q", "--allow-empty", "-m", text)
    change = git(repo, "rev-parse", "HEAD")
    for number in range(3):
        git(repo, "checkout", "-q", "-b", f"stable-{number}", "v1.0")
        git(repo, "cherry-pick", "--allow-empty", change)
    more = f"{text}Tested-by: Rob Sable <rob@sable-mail.example>\n"
    git(repo, "commit", "-q", "--amend", "--allow-empty", "-m", more)
    found = json.loads(run("who", ROB, "-C", str(repo), "-f", "json").stdout)
    given = {one["role"]: one["commits"] for one in found["given"]}
    assert {"reviewed-by": 1, "tested-by": 1} == given


def raw_of(subject: str) -> bytes:
    return f"tree {'0' * 40}\nauthor A\n\n{subject}\n".encode()


def found_in(subjects: Sequence[str], dates: Sequence[int], line: Sequence[int]) -> Copies:
    """Copies among commits of one person, numbered by when they were committed."""
    history = History()
    for number, date in enumerate(dates):
        person = b"A <a@x.example>"
        history.append(Parsed(f"{number:040}", (), person, date, person, number, False, ()))

    def read(ids: Iterable[ObjectId]) -> Iterator[RawObject]:
        for name in ids:
            raw = raw_of(subjects[int(name)])
            yield RawObject(name, "commit", raw, size=len(raw))

    members = {Address("a@x.example"): range(len(dates))}
    return find_copies(history, read, members, bytearray(line))


@pytest.mark.parametrize(
    ("subjects", "dates", "line", "gone", "sent"),
    [
        ("aab", [5, 5, 5], [1, 0, 0], {1}, {}),
        ("aab", [5, 6, 5], [1, 0, 0], set[int](), {}),
        ("aaa", [5, 5, 5], [0, 1, 0], {0, 2}, {1: 0}),
        ("aaa", [5, 5, 5], [0, 0, 0], {1, 2}, {}),
        ("aaa", [5, 5, 5], [1, 1, 1], set[int](), {}),
        ("aaa", [5, 5, 5], [0, 1, 1], {0}, {1: 0}),
        (["", ""], [5, 5], [1, 0], set[int](), {}),
    ],
)
def test_copies(
    subjects: Sequence[str],
    dates: Sequence[int],
    line: Sequence[int],
    gone: set[int],
    sent: Mapping[int, int],
) -> None:
    """One author date and subject; what the branch itself has counts, however much it is alike."""
    assert Copies(frozenset(gone), sent) == found_in(subjects, dates, line)


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (b"net: fix\n\nmore", b"net: fix"),
        (b"\n \n", b""),
        (b"\n net: fix \nmore\n", b"net: fix"),
        (b"", b""),
        (b"x" * 2000, b"x" * 1000),
    ],
)
def test_the_first_line_of_a_message(message: bytes, line: bytes) -> None:
    """Without the spaces around it."""
    assert line == subject_line(b"tree 0\n\n" + message)
