"""Refs that are read together lead where each leads alone."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from provenance.errors import UnknownRevisionError
from provenance.facts import ObjectId
from provenance.limits import MAX_TEXT
from provenance.repository import Repository
from provenance.repository.peel import MAX_TAG_DEPTH
from provenance.repository.shell import Shell
from tests.git import git, init, loose_file, write_object


def tag(repo: Path, name: str, target: str, kind: str, text: str = "x") -> str:
    raw = f"object {target}\ntype {kind}\ntag {name}\n\n{text}\n".encode()
    made = write_object(repo, "tag", raw)
    (repo / ".git" / "refs" / "tags" / name).write_text(f"{made}\n")
    return made


def alone(repository: Repository, name: str) -> ObjectId | None:
    try:
        return repository.resolve(name).commit
    except UnknownRevisionError:
        return None


def with_every_tag(repo: Path) -> None:
    """Tags of a commit and of what is none, nested, too deep, lying, damaged and too long."""
    head, tree, blob = (
        git(repo, "rev-parse", name) for name in ("HEAD", "HEAD^{tree}", "HEAD:file")
    )
    git(repo, "tag", "v1.0", "HEAD~1")
    made = tag(repo, "v1.1", head, "commit")
    for depth in range(2, MAX_TAG_DEPTH + 2):
        made = tag(repo, f"v1.{depth}", made, "tag")
    tag(repo, "v2.0", tree, "tree")
    tag(repo, "v2.1", blob, "blob")
    tag(repo, "v2.2", head, "tag")
    tag(repo, "v2.3", "1" * 40, "commit")
    tag(repo, "v2.7", head, "commit\ntype commit")
    tag(repo, "v2.4", head, "commit", "x" * MAX_TEXT)
    git(repo, "tag", "v2.5", tree)
    damaged = loose_file(repo, tag(repo, "v2.6", head, "commit", "damaged"))
    damaged.chmod(0o644)
    damaged.write_bytes(b"no object")
    git(repo, "update-ref", "refs/heads/side", head)


def test_refs_read_together_lead_where_each_leads_alone(tmp_path: Path) -> None:
    """Whatever the tags are."""
    repo = init(tmp_path / "r", commits=2)
    with_every_tag(repo)
    with Repository(repo) as repository:
        names = sorted(repository.refs.by_name)
        expected = {name: found for name in names if (found := alone(repository, name))}
        assert expected == repository.commits_of_refs(names)
        releases = {name.removeprefix("refs/tags/") for name in expected if "/tags/v" in name}
        assert 1 + MAX_TAG_DEPTH == len(releases)
        assert releases == repository.releases.keys()
        assert all(expected[f"refs/tags/{one}"] == repository.released(one) for one in releases)


def test_tags_read_together(tmp_path: Path) -> None:
    """The outermost object of each; a lightweight tag has none."""
    repo = init(tmp_path / "r", commits=2)
    with_every_tag(repo)
    with Repository(repo) as repository:
        names = sorted(repository.releases)
        expected = [(one, tag) for one in names for tag in repository.resolve_tag(one).tags[:1]]
        assert expected == list(repository.tags_of(names))
        assert len(names) - 1 == len(expected)


def test_git_is_started_once_a_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And not at all where nothing is left to ask."""
    repo = init(tmp_path / "r", commits=1)
    tag(repo, "v1.0", git(repo, "rev-parse", "HEAD"), "commit")
    started: list[str] = []
    start = Shell.start

    def counted(shell: Shell, arguments: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        started.append(arguments[0])
        return start(shell, arguments, **options)

    monkeypatch.setattr(Shell, "start", counted)
    with Repository(repo) as repository:
        for _ in range(2):
            repository.commits_of_refs(repository.refs.by_name)
        assert ["cat-file", "cat-file"] == started
        assert [] == list(repository.stream_named([]))
        assert ["cat-file", "cat-file"] == started
