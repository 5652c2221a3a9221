"""Where an audit starts when nobody says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli import run
from tests.git import git, init


def commit(repo: Path, subject: str, *tags: str) -> None:
    git(repo, "commit", "-q", "--allow-empty", "-m", subject)
    for tag in tags:
        git(repo, "tag", tag)


def branches(tmp_path: Path, *, shared: bool) -> Path:
    """v1.0, v1.1 on a branch beside it, v2.0; what is ``shared`` lies before the branch leaves."""
    repo = init(tmp_path / "repo")
    commit(repo, "one", "v1.0")
    if shared:
        commit(repo, "shared")
    git(repo, "checkout", "-q", "-b", "stable")
    commit(repo, "backport", "v1.1")
    git(repo, "checkout", "-q", "main")
    commit(repo, "two", "v2.0")
    return repo


SIDE = "v1.1 is not an ancestor of v2.0"


@pytest.mark.parametrize(
    ("shared", "told", "side"),
    [
        (False, "v1.0..v2.0: v1.0 is the newest release before v2.0 that it contains", False),
        (True, "v1.1..v2.0: v1.1 is the release before v2.0 in its series", True),
    ],
)
def test_stable_releases_that_are_numbered_like_others(
    tmp_path: Path, shared: bool, told: str, side: bool
) -> None:
    """The one before it that it contains, where the commits are the same."""
    repo = branches(tmp_path, shared=shared)
    page = run("audit", "v2.0", "-C", str(repo)).stdout
    assert told in page
    assert side == (SIDE in page)
    assert "Commits       1\n" in page


@pytest.mark.parametrize(
    ("tags", "tip", "base"),
    [(("v1.0",), "v1.1", "v1.0"), ((), "v2.0", "v1.1"), (("x-v1.0",), "v2.0", "v1.1")],
)
def test_others_start_where_their_numbers_say(
    tmp_path: Path, tags: Sequence[str], tip: str, base: str
) -> None:
    """On its own branch, and where nothing before it is contained, or only of another prefix."""
    repo = branches(tmp_path, shared=False)
    start = git(repo, "rev-parse", "v1.0")
    git(repo, "tag", "-d", "v1.0")
    for tag in tags:
        git(repo, "tag", tag, start)
    page = run("audit", tip, "-C", str(repo)).stdout
    assert f"{base}..{tip}: {base} is the release before {tip} in its series" in page
    assert (tip == "v2.0") == (SIDE in page)


def test_without_a_name_the_release_is_told_and_why(tmp_path: Path) -> None:
    """HEAD may lack newer ones: they are on branches of their own."""
    repo = branches(tmp_path, shared=False)
    git(repo, "tag", "v2.1", "stable")
    page = run("audit", "-C", str(repo)).stdout
    told = "v1.0..v2.0: the newest release in HEAD is v2.0; v1.0 is the newest release before v2.0"
    assert told in " ".join(page.split())
