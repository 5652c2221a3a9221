"""Whether a project asks for sign-offs decides what a missing one is worth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provenance.evidence.model import SignOffs
from provenance.evidence.sign_offs import read_sign_offs
from provenance.facts import ObjectId
from provenance.index.index import Index
from provenance.index.ranges import choose_scope
from provenance.repository import Repository
from provenance.repository.objects import RawObject
from provenance.settings import Settings, no_progress
from tests.cli import run
from tests.git import git, init

SIGNED = "Signed-off-by: Tess Author <tess@author.example>"


def history(path: Path, signed: int, of: int) -> Path:
    """So many commits, the first so many of them signed off, then one that is not."""
    repo = init(path)
    for number in range(of):
        body = f"step {number}\n\n{SIGNED}" if number < signed else f"step {number}\n\ntext"
        git(repo, "commit", "-q", "--allow-empty", "-m", body)
    git(repo, "tag", "v1.0")
    git(repo, "commit", "-q", "--allow-empty", "-m", "last")
    git(repo, "tag", "v1.1")
    return repo


def audited(repo: Path, *words: str) -> tuple[str, str, list[str]]:
    """Severity and message about the last commit's sign-off, and what is noted of sign-offs."""
    found: Any = json.loads(run("audit", "v1.1", "-C", str(repo), "-f", "json", *words).stdout)
    (seen,) = (
        one
        for commit in found["commits"]
        for one in commit["findings"]
        if one["rule"] == "missing-author-sign-off"
    )
    notes = [note for note in found["completeness"]["notes"] if note.startswith("sign-offs")]
    return seen["severity"], seen["message"], notes


@pytest.mark.parametrize(("signed", "usual"), [(0, False), (10, False), (11, True), (22, True)])
def test_half_of_what_was_taken_before_decides(tmp_path: Path, signed: int, usual: bool) -> None:
    repo = history(tmp_path / "r", signed, 22)
    if usual:
        assert ("medium", "nobody signed off", []) == audited(repo)
        return
    told = f"{signed} of the 22 commits before the trust base have one"
    expected = (
        "info",
        f"nobody signed off; {told}",
        [f"sign-offs are not asked for here ({told}): that one lacks is only noted"],
    )
    cache = ("--cache-dir", str(tmp_path / "cache"))
    assert [expected] * 3 == [audited(repo), audited(repo, *cache), audited(repo, *cache)]


def test_a_young_project_tells_nothing(tmp_path: Path) -> None:
    assert ("medium", "nobody signed off", []) == audited(history(tmp_path / "r", 0, 19))
    assert SignOffs(signed=0, of=0).are_usual


def test_merges_and_what_a_range_brings_do_not_count(tmp_path: Path) -> None:
    """Whoever is audited cannot make it unusual."""
    repo = history(tmp_path / "r", 20, 20)
    git(repo, "switch", "-q", "-c", "side", "v1.0^")
    for number in range(30):
        git(repo, "commit", "-q", "--allow-empty", "-m", f"unsigned {number}")
    git(repo, "switch", "-q", "main")
    git(repo, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    git(repo, "tag", "-f", "v1.1")
    found: Any = json.loads(run("audit", "v1.1", "-C", str(repo), "-f", "json").stdout)
    severities = {
        one["severity"]
        for commit in found["commits"]
        for one in commit["findings"]
        if one["rule"] == "missing-author-sign-off"
    }
    assert severities == {"medium"}


def test_what_cannot_be_read_is_neither_counted_nor_kept(tmp_path: Path) -> None:
    """A repository that goes away meanwhile leaves nothing wrong in the index."""
    repo = history(tmp_path / "r", 22, 22)
    settings = Settings(cache=tmp_path / "cache")

    class Gone(Repository):
        def stream_raw(self, ids: Iterable[ObjectId]) -> Iterator[RawObject]:
            return (RawObject(id=name, type="missing", raw=b"", problem="gone") for name in ids)

    def read(kind: type[Repository]) -> SignOffs:
        with kind(repo) as repository, Index(repository, settings.cache) as index:
            scope = choose_scope(
                repository, index, "v1.1",
                base=None, trust_base=None, mainline=None, progress=no_progress,
            )  # fmt: skip
            return read_sign_offs(repository, scope)

    assert SignOffs(signed=0, of=0) == read(Gone)
    assert SignOffs(signed=22, of=22) == read(Repository)
    assert SignOffs(signed=22, of=22) == read(Gone), "kept by the run before"


def test_a_trailer_of_the_header_or_of_another_key_is_none(tmp_path: Path) -> None:
    """Only lines of the message that begin with the key."""
    repo = init(tmp_path / "r")
    for number in range(20):
        body = f"step {number}\n\nNot-{SIGNED}\n see {SIGNED}"
        git(repo, "commit", "-q", "--allow-empty", "-m", body, GIT_AUTHOR_NAME="Signed-off-by: x")
    git(repo, "tag", "v1.0")
    git(repo, "commit", "-q", "--allow-empty", "-m", "last")
    git(repo, "tag", "v1.1")
    assert "0 of the 20 commits" in audited(repo)[1]


@pytest.mark.parametrize(
    ("subject", "tag", "found"),
    [("Tool 1.1", "v1.1", 0), ("Tool 1.1", "v1.2", 1), ("x", "v1.1", 1)],
)
def test_a_release_commit_needs_no_sign_off(
    tmp_path: Path, subject: str, tag: str, found: int
) -> None:
    """Whatever a project calls itself: the release tag at the commit says what is one."""
    repo = history(tmp_path / "r", 22, 22)
    git(repo, "tag", "-d", "v1.1")
    git(repo, "commit", "-q", "--amend", "--allow-empty", "-m", subject)
    git(repo, "tag", tag)
    report: Any = json.loads(run("audit", tag, "-C", str(repo), "-f", "json").stdout)
    (commit,) = report["commits"]
    rules = [one["rule"] for one in commit["findings"]]
    assert found == rules.count("missing-author-sign-off")
    assert ("complete", "broken")[found] == commit["route"]["verdict"]
