"""A stable branch is one before it is tagged, and so is each commit on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, init

Sampler = Callable[[str], BuiltSample]


def step(repo: Path, name: str, *tags: str) -> None:
    """A commit that adds a file, and release tags on it."""
    (repo / name).write_text(name)
    git(repo, "add", name)
    git(repo, "commit", "-q", "-s", "-m", f"add {name}")
    for tag in tags:
        git(repo, "tag", "-a", "-m", tag, tag)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Mainline with a release, a candidate and a topic; a branch that was released and merged."""
    repo = init(tmp_path / "r")
    step(repo, "start", "v1.0-rc1")
    git(repo, "branch", "topic")
    step(repo, "more", "v1.0")
    git(repo, "switch", "-q", "-c", "fixes")
    step(repo, "fix-1")
    git(repo, "tag", "early")
    step(repo, "fix-2", "v1.0.1")
    step(repo, "fix-3")
    git(repo, "switch", "-q", "topic")
    step(repo, "new-1")
    git(repo, "switch", "-q", "main")
    step(repo, "new-2")
    git(repo, "tag", "behind")
    git(repo, "merge", "-q", "--no-ff", "-m", "Merge topic", "topic")
    git(repo, "merge", "-q", "--no-ff", "-m", "Merge fixes", "fixes")
    git(repo, "tag", "merged")
    step(repo, "new-3", "v1.1-rc1")
    step(repo, "new-4")
    return repo


def series(found: str) -> str:
    """The release of the stable series for which a report takes its commits; "" for mainline."""
    notes = json.loads(found)["completeness"]["notes"]
    told = [note.rpartition(" of ")[2] for note in notes if "is taken for part of" in note]
    return told[0] if told else ""


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        ("fixes", "v1.0.1"),
        ("early", "v1.0.1"),
        ("fixes~1", "v1.0.1"),
        ("main", ""),
        ("merged", ""),
        ("behind", ""),
        ("topic", ""),
        ("v1.0-rc1^{commit}", ""),
    ],
)
def test_where_a_commit_belongs(history: Path, revision: str, expected: str) -> None:
    """To the series of the first release on its line, or of the one whose line it is on."""
    for word in ("check", "audit"):
        name = revision if word == "check" else f"v1.0-rc1~0..{revision}"
        found = run(word, name, "-C", str(history), "-f", "json")
        if found.code != 2:
            assert expected == series(found.stdout), word


def test_a_release_says_so_itself(history: Path) -> None:
    """Nothing is remarked; what is said of its commits is the same."""
    tagged = run("audit", "v1.0.1", "-C", str(history), "-f", "json").stdout
    assert "" == series(tagged)
    rules = [
        {found["rule"] for found in commit["findings"]} for commit in json.loads(tagged)["commits"]
    ]
    assert [True, True] == ["stable-only" in one for one in rules]
    for revision in ("early", "v1.0.1^{commit}", "fixes"):
        found = json.loads(run("check", revision, "-C", str(history), "-f", "json").stdout)
        assert "stable-only" in {one["rule"] for one in found["commit"]["findings"]}
    found = json.loads(run("check", "behind", "-C", str(history), "-f", "json").stdout)
    assert "stable-only" not in {one["rule"] for one in found["commit"]["findings"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("refs/heads/linux-1.0.y", "v1.0"),
        ("refs/remotes/stable/linux-1.0.y", "v1.0"),
        ("refs/heads/linux-1.1.y", ""),
        ("refs/heads/linux-1.0.yes", ""),
        ("refs/heads/my-linux-1.0.y", ""),
    ],
)
def test_a_branch_before_its_first_release_is_known_by_its_name(
    history: Path, name: str, expected: str
) -> None:
    """However it is asked for."""
    git(history, "tag", "-d", "v1.0.1")
    git(history, "update-ref", name, "fixes")
    for revision in (name, "fixes", git(history, "rev-parse", "fixes")):
        found = run("audit", f"v1.0..{revision}", "-C", str(history), "-f", "json").stdout
        assert expected == series(found)


def test_point_releases_on_the_main_line_make_no_branch(tmp_path: Path) -> None:
    """Nobody can tell from a commit there what the next release will be called."""
    repo = init(tmp_path / "r")
    for tag in ("v1.0", "v1.0.1", "v1.1", "v1.1.1"):
        step(repo, f"for-{tag}", tag)
    step(repo, "more")
    for revision in ("main", "v1.1.1^{commit}", "v1.0.1^{commit}"):
        assert "" == series(run("check", revision, "-C", str(repo), "-f", "json").stdout)
    found = run("audit", "v1.1.1", "-C", str(repo), "-f", "json").stdout
    assert "stable-only" in found
    git(repo, "tag", "-d", "v1.1")
    git(repo, "tag", "-d", "v1.0.1")
    assert "v1.1.1" == series(run("check", "main", "-C", str(repo), "-f", "json").stdout)


def test_what_a_branch_has_not_taken_is_told_before_it_is_tagged(
    sample: Sampler, tmp_path: Path
) -> None:
    """As for the release, so for the branch and for the commit alone."""
    repo = shutil.copytree(sample("missing-follow-up").path, tmp_path / "repo")

    def told(*words: str) -> set[tuple[str, str]]:
        found = json.loads(run(*words, "-C", str(repo), "-f", "json").stdout)
        commits = found.get("commits") or [found["commit"]]
        return {
            (commit["id"], one["message"])
            for commit in commits
            for one in commit["findings"]
            if one["rule"] == "missing-follow-up"
        }

    tags = git(repo, "tag").split()
    release = next(tag for tag in reversed(tags) if told("audit", tag))
    expected = told("audit", release)
    commit = git(repo, "rev-parse", f"{release}^{{commit}}")
    base = json.loads(run("audit", release, "-C", str(repo), "-f", "json").stdout)["range"]["base"]
    assert expected == told("audit", f"{base}..{commit}")
    assert expected == set().union(*(told("check", name) for name, _ in expected))
