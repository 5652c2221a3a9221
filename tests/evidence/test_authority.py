"""MAINTAINERS of several trees."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.evidence.authority import MaintainersReader
from provenance.facts import ObjectId
from provenance.repository import Repository
from tests.git import git, init


@pytest.mark.parametrize(
    ("path", "text", "same"),
    [
        ("file", "other\n", True),
        ("MAINTAINERS", "ONE\nM: Ada <ada@kernel.example>\nF: drivers/b\n", False),
        ("drivers/a/file", "makes a folder of a file\n", False),
        ("scripts/get_maintainer.pl", "the new meaning: (?:.*)\n", False),
    ],
)
def test_maintainers_that_mean_the_same_are_made_once(
    tmp_path: Path, path: str, text: str, same: bool
) -> None:
    """Not where the tree gives the same text another meaning."""
    repo = init(tmp_path / "r", commits=1)
    maintainers = "ONE\nM: Ada <ada@kernel.example>\nF: drivers/a\n"
    for name, content in (("MAINTAINERS", maintainers), ("drivers/b", "a file\n")):
        (repo / name).parent.mkdir(exist_ok=True)
        (repo / name).write_text(content)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "before")
    (repo / path).parent.mkdir(exist_ok=True, parents=True)
    (repo / path).write_text(text)
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "after")
    trees = [ObjectId(git(repo, "rev-parse", f"{one}^{{tree}}")) for one in ("HEAD~1", "HEAD")]
    with Repository(repo) as repository:
        reader = MaintainersReader(repository)
        before, after = (reader.read(tree) for tree in trees)
        fresh = MaintainersReader(repository).read(trees[1])
    assert same == (before is after)
    assert fresh.digest == after.digest
    found, expected = (one.subsystems_for("drivers/a/file") for one in (after, fresh))
    assert expected == found
