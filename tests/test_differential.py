"""The comparison with git: the samples hold what git reads otherwise, and it finds that."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.parse import trailers
from sample_repos.build import build
from tests.differential import Difference, asked, compare
from tests.git import git, init


def differences(repo: Path) -> list[Difference]:
    ids = asked(repo, ["rev-list", "--all"]).decode("ascii").split()
    return compare(repo, ids, with_changes=True)


@pytest.mark.parametrize("sample", ["innocent-oddities", "trailer-outside-block", "merge-changes"])
def test_a_sample_is_read_as_git_reads_it(sample: str, tmp_path: Path) -> None:
    """Headers, messages, trailers, files and line counts."""
    build(sample, tmp_path / "repo")
    assert [] == differences(tmp_path / "repo")


def test_an_identity_that_git_patches_up_is_explained(tmp_path: Path) -> None:
    """Two addresses: git shows one of them, we refuse the line and report it."""
    repo = init(tmp_path / "repo", commits=1)
    raw = git(repo, "cat-file", "commit", "HEAD").replace("<tess@", "<a@b.example> <tess@", 1)
    odd = git(
        repo,
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--literally",
        "--stdin",
        stdin=f"{raw}\n".encode(),
    )
    git(repo, "update-ref", "refs/heads/odd", odd)
    (found,) = differences(repo)
    assert (odd, "author") == (found.commit, found.what)
    assert "more than one address" in found.reason


def test_a_reader_that_errs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A trailer that is left out has no explanation."""
    build("newcomer", tmp_path / "repo")
    monkeypatch.setattr(trailers, "block_trailers", lambda _: [])
    assert {"trailers"} <= {one.what for one in differences(tmp_path / "repo") if not one.reason}
