"""In which release a commit was first, as a dossier and an audit tell it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from provenance.evidence.pattern.elsewhere import find_elsewhere
from provenance.facts import Address, ObjectId
from provenance.index.index import open_indexed
from provenance.index.ranges import choose_scope
from provenance.index.releases import FirstReleases
from provenance.parse.releases import InRelease, told
from provenance.settings import DEFAULTS, no_progress
from sample_repos.build import build
from tests.cli import run
from tests.git import git, init

ANN = "ann@elm.example"


def put(repo: Path, name: str, *, by: str = "Ann Elm", day: int) -> str:
    """A commit that adds a file on a day of March 2021."""
    (repo / name).write_text(name)
    git(repo, "add", name)
    when = f"2021-03-{day:02} 12:00 +0000"
    address = f"{by.partition(' ')[0].lower()}@elm.example"
    git(
        repo, "commit", "-q", "-m", f"add {name}",
        GIT_AUTHOR_NAME=by, GIT_AUTHOR_EMAIL=address, GIT_AUTHOR_DATE=when,
        GIT_COMMITTER_NAME=by, GIT_COMMITTER_EMAIL=address, GIT_COMMITTER_DATE=when,
    )  # fmt: skip
    return git(repo, "rev-parse", "HEAD")


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A main line with a candidate, a stable branch that took one of its commits, a topic."""
    found = init(tmp_path / "r")
    put(found, "start", by="Bob Oak", day=1)
    put(found, "one", day=2)
    git(found, "tag", "v1.0-rc1")
    put(found, "two", day=3)
    git(found, "tag", "v1.0")
    git(found, "switch", "-q", "-c", "stable")
    put(found, "base", by="Bob Oak", day=4)
    git(found, "switch", "-q", "main")
    fix = put(found, "three", day=5)
    git(found, "switch", "-q", "stable")
    git(found, "cherry-pick", fix, GIT_COMMITTER_DATE="2021-03-06 12:00 +0000")
    git(found, "tag", "v1.0.1")
    git(found, "switch", "-q", "main")
    put(found, "four", day=7)
    git(found, "tag", "v1.1-rc1")
    git(found, "switch", "-q", "-c", "topic")
    put(found, "five", day=8)
    return found


def dossier(repo: Path) -> Any:
    """What is known of the newcomer, from the end of the main line."""
    words = ["who", ANN, "-C", str(repo), "--trust-base", "main", "-f", "json"]
    return json.loads(run(*words).stdout)


def test_a_dossier_tells_the_first_release_of_each_commit(repo: Path) -> None:
    found = dossier(repo)
    releases = {one["release"]: one["commits"] for one in found["releases"]}
    assert {"v1.0": 2, "v1.1-rc1": 2, None: 1} == releases
    assert [{"release": "v1.0.1", "commits": 1}] == found["releases_of_copies"]
    page = run("who", ANN, "-C", str(repo), "--trust-base", "main").stdout
    assert "Released      2 in v1.0, 2 in v1.1-rc1, 1 in no release yet" in page
    assert "Copies        1 in v1.0.1" in page


def test_a_candidate_counts_until_its_release_is_there(repo: Path) -> None:
    git(repo, "tag", "v1.1", "v1.1-rc1")
    releases = {one["release"]: one["commits"] for one in dossier(repo)["releases"]}
    assert {"v1.0": 2, "v1.1": 2, None: 1} == releases


def test_the_tag_of_a_part_is_not_the_release(repo: Path) -> None:
    """Beside ``v1.0`` on the same commit, ``library-1.0`` says less."""
    git(repo, "tag", "library-1.0", "v1.0")
    releases = {one["release"]: one["commits"] for one in dossier(repo)["releases"]}
    assert {"v1.0": 2, "v1.1-rc1": 2, None: 1} == releases


def test_every_commit_as_git_has_it(repo: Path) -> None:
    """``git tag --contains``, the oldest final release by date, else the oldest candidate."""
    order = ["v1.0", "v1.0.1", "v1.0-rc1", "v1.1-rc1"]
    with open_indexed(repo, DEFAULTS) as (repository, index):
        scope = choose_scope(
            repository, index, "v1.0..main",
            base=None, trust_base=None, mainline=None, progress=no_progress,
        )  # fmt: skip
        history = scope.history
        firsts = FirstReleases(repository, history, range(len(history)))
        for position in range(len(history)):
            tags = git(repo, "tag", "--contains", history.ids[position]).split()
            expected = next((tag for tag in order if tag in tags), None)
            assert (InRelease(release=expected, commits=1),) == firsts.counts([position])
        assert not FirstReleases(repository, history, []).counts([])


def test_what_somebody_did_outside_of_a_range(repo: Path) -> None:
    """Before it and on another branch, as it was when the range ended."""
    mine = git(repo, "log", "--author=ann@", "--format=%H", "--all", "--reverse").split()
    with open_indexed(repo, DEFAULTS) as (repository, index):
        scope = choose_scope(
            repository, index, "v1.0..v1.1-rc1",
            base=None, trust_base=None, mainline=None, progress=no_progress,
        )  # fmt: skip
        ids = [ObjectId(name) for name in mine]
        inside = git(repo, "rev-list", "v1.0..v1.1-rc1").split()
        found = find_elsewhere(repository, scope, {Address(ANN): ids, Address("x@y.example"): []})
    assert [Address(ANN)] == list(found)
    whole = found[Address(ANN)]
    assert len(mine) - 2 == whole.commits == len(whole.ids)
    assert not set(inside) & set(whole.ids)
    assert ("2021-03-02", "2021-03-08") == (whole.first, whole.last)
    assert mine[-1] == whole.ids[0]
    assert ["v1.0", "v1.0.1", None] == [one.release for one in whole.releases]


def checked(repo: Path, revision: str) -> Any:
    """What is known of one commit."""
    return json.loads(run("check", revision, "-C", str(repo), "-f", "json").stdout)


def test_a_commit_s_release_and_its_copies(repo: Path) -> None:
    """The same author, author date and subject, whichever of them is looked at."""
    there, copy = git(repo, "rev-parse", "v1.1-rc1^", "stable").split()
    found = checked(repo, there)
    assert "v1.1-rc1" == found["released"]
    assert [{"id": copy, "released": "v1.0.1"}] == found["same_change"]
    assert [{"id": there, "released": "v1.1-rc1"}] == checked(repo, copy)["same_change"]
    page = run("check", there, "-C", str(repo)).stdout
    assert "Released      v1.1-rc1" in page
    assert f"Same change   {copy[:12]} (v1.0.1), by author, author date and subject" in page
    alone = run("check", "topic", "-C", str(repo)).stdout
    assert re.search("^Released +in no release here$", alone, re.MULTILINE)
    assert "Same change" not in alone


def test_of_many_that_look_alike_some_are_named(repo: Path) -> None:
    """Anybody can make a million of them."""
    stream = "".join(
        f"commit refs/heads/b{number}\nauthor Ann Elm <{ANN}> 1000000000 +0000\n"
        f"committer Ann Elm <{ANN}> {1000000000 + number} +0000\ndata 4\nsame\n\n"
        for number in range(1003)
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    found = checked(repo, "b7")
    assert 1000 == len({one["id"] for one in found["same_change"]})
    told = "more than 1000 commits look like the same change; so many are named"
    assert told in found["completeness"]["notes"]
    git(repo, "update-ref", "-d", "refs/heads/b0")
    git(repo, "update-ref", "-d", "refs/heads/b1")
    found = checked(repo, "b7")
    assert 1000 == len(found["same_change"])
    assert told not in found["completeness"]["notes"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((3,), "3 in v1"),
        ((1, 2, 3, 4, 5, 6), "1 in v1, 2 in v2, 3 in v3, 4 in v4, 5 in v5, 6 in v6"),
        (
            (9, 2, 3, 4, 5, 6, 7),
            "9 in 1 older release, 2 in v2, 3 in v3, 4 in v4, 5 in v5, 6 in v6, 7 in v7",
        ),
    ],
)
def test_the_newest_releases_are_named(counts: tuple[int, ...], expected: str) -> None:
    found = [
        InRelease(release=f"v{number}", commits=count) for number, count in enumerate(counts, 1)
    ]
    assert expected == told(found)


def test_an_audit_names_what_whoever_is_high_did_elsewhere(tmp_path: Path) -> None:
    """Eight small fixes before the range, released and not; a saved report tells the same."""
    work = tmp_path / "repo"
    build("pattern-of-author", work)
    rob = git(work, "log", "--author=rob@", "--no-merges", "--format=%H", "main").split()
    base = rob[2]
    git(work, "tag", "v1.0.1", rob[7])
    saved = tmp_path / "report.json"
    words = ("audit", f"{base}..main", "-C", str(work))
    run(*words, "-f", "json", "-o", str(saved))
    found: Any = json.loads(saved.read_text())
    who = next(one for one in found["identities"] if one["email"] == "rob@sable-mail.example")
    assert rob[2:] == who["elsewhere"]["ids"]
    assert len(rob) - 2 == who["elsewhere"]["commits"]
    counts = {one["release"]: one["commits"] for one in who["elsewhere"]["releases"]}
    assert len(rob) - 7 == counts["v1.0.1"]
    assert len(rob) - 2 == sum(counts.values())
    assert {*who["to_read"]} == {*rob[:2]}
    others = [one for one in found["identities"] if one["email"] != "rob@sable-mail.example"]
    assert all(one["elsewhere"] is None for one in others)
    page = run(*words).stdout
    assert f"elsewhere: {len(rob) - 2} commits, {who['elsewhere']['first']} to" in page
    assert page == run("render", str(saved)).stdout
