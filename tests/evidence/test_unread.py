"""What an examination rests on and could not read is told, and nothing that rests on it is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli import Outcome, run
from tests.git import git, init, loose_file


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A newcomer's commit in the audited release, and one before it whose file is gone."""
    found = init(tmp_path / "repo", commits=1)
    git(found, "tag", "v1.0")
    for name, tag in (("more", "middle"), ("then", "v1.1"), ("last", "v1.2")):
        (found / name).write_text(f"{name}\n")
        git(found, "add", name)
        git(found, "commit", "-q", "-m", name, "-s")
        git(found, "tag", tag)
    return found


def audited(repo: Path, *more: str) -> Outcome:
    return run("audit", "v1.2", "-C", str(repo), "-f", "json", *more)


@pytest.mark.parametrize("lost", ["middle:more", "middle^{tree}"])
@pytest.mark.parametrize("more", [("--no-cache",), ()])
def test_what_somebody_did_before_could_not_be_read(
    repo: Path, lost: str, more: Sequence[str]
) -> None:
    """The pattern of an author rests on all its commits: never code 0, and the report says why."""
    whole = audited(repo, "--no-cache")
    assert 0 == whole.code
    kept, place = repo / "kept", loose_file(repo, lost)
    place.rename(kept)
    found = audited(repo, *more)
    account = json.loads(found.stdout)["completeness"]
    assert (3, False) == (found.code, account["history_complete"])
    assert any("could not be read (" in note for note in account["notes"])
    assert [] == account["unreadable"] == account["partial"]
    kept.rename(place)
    again = audited(repo, *more)
    assert (whole.code, whole.raw) == (again.code, again.raw)


def test_what_is_told_elsewhere_is_told_once(repo: Path) -> None:
    """A commit of the range itself."""
    loose_file(repo, "v1.2:last").unlink()
    account = json.loads(audited(repo).stdout)["completeness"]
    assert [git(repo, "rev-parse", "v1.2")] == [one["id"] for one in account["partial"]]
    assert account["history_complete"]


def test_what_another_branch_lacks_may_be_upstream(repo: Path) -> None:
    """A commit that mainline has and nobody can read: what was taken from it looks like a stray."""
    git(repo, "checkout", "-q", "-b", "mainline")
    for subject in ("first", "second"):
        git(repo, "commit", "-q", "--allow-empty", "-s", "-m", subject)
    git(repo, "checkout", "-q", "v1.2")
    assert 0 == audited(repo, "--no-cache").code
    loose_file(repo, "mainline~1").unlink()
    found = audited(repo)
    account = json.loads(found.stdout)["completeness"]
    assert (3, False) == (found.code, account["history_complete"])
    assert any("could not be read (not in the repository)" in note for note in account["notes"])


def test_a_dossier_of_what_could_not_be_read(repo: Path) -> None:
    """It is a lower bound."""
    loose_file(repo, "middle:more").unlink()
    found = run("who", "tess@author.example", "-C", str(repo))
    assert 3 == found.code
    assert "commits that could not be read: everything here is a lower bound" in found.stdout
