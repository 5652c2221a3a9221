"""The repository edge: what is believed, what is ignored, and what is said of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provenance import audit
from provenance.errors import (
    MissingObjectError,
    NotARepositoryError,
    UnknownRevisionError,
    UnsupportedRepositoryError,
)
from provenance.facts import ObjectId
from provenance.index.history import read_history
from provenance.listing import walk
from provenance.repository import Repository, refs
from provenance.repository.discover import GitDirectory
from provenance.settings import Settings
from provenance.words import Tier
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, init, loose_file, write_object

Sampler = Callable[[str], BuiltSample]
WHO = "Tess <tess@author.example>"


def audited(repo: Path, *words: str) -> Any:
    outcome = run("audit", "-C", str(repo), "-f", "json", *words)
    assert outcome.stdout, outcome.stderr
    return json.loads(outcome.stdout)


def tree_of(repo: Path) -> str:
    return git(repo, "rev-parse", "HEAD^{tree}")


def raw_commit(repo: Path, parents: list[str], seconds: int, message: str = "s\n") -> str:
    lines = [f"tree {tree_of(repo)}", *(f"parent {parent}" for parent in parents)]
    lines += [f"author {WHO} {seconds} +0000", f"committer {WHO} {seconds} +0000", "", message]
    return write_object(repo, "commit", "\n".join(lines).encode())


def test_it_is_found_from_a_folder_inside(tmp_path: Path) -> None:
    """As git users expect; a linked work tree of one's own works too."""
    repo = init(tmp_path / "r", commits=2)
    (repo / "sub").mkdir()
    with Repository(repo / "sub") as found:
        assert git(repo, "rev-parse", "HEAD") == found.resolve("HEAD").commit
    git(repo, "worktree", "add", "-q", "--detach", str(tmp_path / "linked"), "HEAD~1")
    with Repository(tmp_path / "linked", tier=Tier.OWN) as linked:
        assert git(repo, "rev-parse", "HEAD~1") == linked.resolve("HEAD").commit


def test_a_git_file_that_leads_nowhere(tmp_path: Path) -> None:
    """Refused, with the file named."""
    (tmp_path / ".git").write_text("gitdir: /nowhere\n")
    with pytest.raises(NotARepositoryError, match=r"does not lead"):
        Repository(tmp_path)


@pytest.mark.parametrize("words", [("--object-format=sha256",)])
def test_other_object_formats_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Never half read."""
    tmp_path.joinpath("r").mkdir()
    git(tmp_path / "r", "init", "-q", *words)
    with pytest.raises(UnsupportedRepositoryError, match="sha256"):
        Repository(tmp_path / "r")


def test_reftables_are_refused(tmp_path: Path) -> None:
    """Their refs would be missing without a word."""
    repo = init(tmp_path / "r", commits=1)
    (repo / ".git" / "reftable").mkdir()
    with pytest.raises(UnsupportedRepositoryError, match="reftable"):
        Repository(repo)


@pytest.mark.parametrize("packed", [False, True])
def test_revisions_are_named_as_in_git(tmp_path: Path, packed: bool) -> None:
    """Branches, tags, remotes, ids, their starts, and the suffixes."""
    repo = init(tmp_path / "r", commits=4)
    git(repo, "tag", "-a", "-m", "t", "v1", "HEAD~1")
    git(repo, "update-ref", "refs/remotes/origin/topic", "HEAD~2")
    if packed:
        git(repo, "pack-refs", "--all")
        git(repo, "repack", "-adq")
    head = git(repo, "rev-parse", "HEAD")
    names = [
        "HEAD",
        "@",
        "main",
        "v1",
        "v1^{}",
        "v1^{commit}",
        "v1~1",
        "HEAD^",
        "HEAD~2",
        "HEAD^1~1",
    ]
    names += ["HEAD^0", "origin/topic", "refs/tags/v1", "tags/v1", "heads/main", head, head[:7]]
    with Repository(repo) as found:
        for name in names:
            expected = git(repo, "rev-parse", f"{name}^{{commit}}")
            assert expected == found.resolve(name).commit, name
        assert "v1" == found.resolve("v1").tag_name
        assert found.resolve("HEAD").tag_name is None
        with pytest.raises(UnknownRevisionError):
            found.resolve("HEAD~9")


def test_grafts_replace_refs_and_commit_graphs_change_nothing(tmp_path: Path) -> None:
    """The history in the objects counts; the report says what was ignored."""
    repo = init(tmp_path / "r", commits=5)
    git(repo, "tag", "v1.0", "HEAD~4")
    git(repo, "tag", "v1.1")
    fake = raw_commit(repo, [], 1_600_000_000, "fake\n")
    expected = audited(repo)
    git(repo, "replace", git(repo, "rev-parse", "HEAD~1"), fake)
    (repo / ".git" / "info" / "grafts").write_text(
        f"{git(repo, 'rev-parse', 'HEAD')} {git(repo, 'rev-parse', 'v1.0')}\n"
    )
    subprocess.run(
        ["git", "--no-replace-objects", "-C", str(repo), "commit-graph", "write", "--reachable"],
        check=False,
        capture_output=True,
    )
    found = audited(repo)
    assert expected["commits"] == found["commits"]
    expected = {"shallow": False, "grafts": True, "replace_refs": 1, "alternates": 0}
    assert {**expected, "tier": "foreign", "partial": False} == found["completeness"]["repository"]
    assert "has grafts" in run("audit", "-C", str(repo)).stdout


def test_nothing_of_the_audited_configuration_runs(tmp_path: Path) -> None:
    """Commands in its config and hooks leave no trace."""
    repo = init(tmp_path / "r", commits=3)
    git(repo, "tag", "v1.0", "HEAD~1")
    git(repo, "tag", "v1.1")
    mark = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f"#!/bin/sh\ntouch {mark}\n")
    evil.chmod(0o755)
    with (repo / ".git" / "config").open("a") as config:
        config.write(
            f"[core]\n\tfsmonitor = {evil}\n\thooksPath = {tmp_path}\n\tpager = {evil}\n"
            f"[diff]\n\texternal = {evil}\n[gpg]\n\tprogram = {evil}\n"
            "[log]\n\tshowSignature = true\n"
            f'[diff "d"]\n\ttextconv = {evil}\n'
        )
    (repo / ".git" / "info" / "attributes").write_text("* diff=d\n*.c -diff\n")
    assert 0 == run("audit", "-C", str(repo)).code
    assert 0 == run("check", "HEAD", "-C", str(repo)).code
    assert not mark.exists()
    assert 3 == audited(repo)["summary"]["lines_added"]


def test_alternates_are_read_and_reported(tmp_path: Path) -> None:
    """An own clone that borrows objects works, and the report says that it borrows."""
    origin = init(tmp_path / "origin", commits=3)
    git(origin, "tag", "v1.0", "HEAD~1")
    git(origin, "tag", "v1.1")
    git(tmp_path, "clone", "-q", "--shared", str(origin), "clone")
    found = audited(tmp_path / "clone", "--tier", "own")
    assert 1 == found["completeness"]["repository"]["alternates"]
    assert "own" == found["completeness"]["repository"]["tier"]
    assert 1 == found["summary"]["commits"]


def test_a_foreign_repository_may_hold_no_links(tmp_path: Path) -> None:
    """A pack, a loose object or the whole store that lies elsewhere is refused, not followed."""
    repo = init(tmp_path / "r", commits=2)
    git(repo, "repack", "-adq")
    (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
    pack.rename(tmp_path / pack.name)
    pack.symlink_to(tmp_path / pack.name)
    refused = run("lines", "HEAD~1..HEAD", "-C", str(repo))
    assert (2, "") == (refused.code, refused.stdout)
    assert f"the object store holds {pack.name}, which is no regular file" in refused.stderr
    assert "--tier own" in refused.stderr
    assert 0 == run("lines", "HEAD~1..HEAD", "-C", str(repo), "--tier", "own").code
    pack.unlink()
    (tmp_path / pack.name).rename(pack)
    objects = repo / ".git" / "objects"
    objects.rename(tmp_path / "objects")
    objects.symlink_to(tmp_path / "objects")
    assert 2 == run("lines", "HEAD~1..HEAD", "-C", str(repo)).code


def test_an_own_clone_is_not_checked_and_says_so(tmp_path: Path) -> None:
    """The figures are the same, and the page names what was not looked at."""
    repo = init(tmp_path / "r", commits=4)
    git(repo, "tag", "v1.0", "HEAD~2")
    git(repo, "tag", "v1.1")
    foreign, own = audited(repo), audited(repo, "--tier", "own")
    assert foreign["commits"] == own["commits"]
    assert "was not checked" not in run("audit", "-C", str(repo)).stdout
    assert "was not checked" in run("audit", "-C", str(repo), "--tier", "own").stdout


def test_a_ref_that_moves_meanwhile_is_named(tmp_path: Path) -> None:
    """The report is about what it was, whole, and says so; one that stays is not named."""
    repo = init(tmp_path / "r", commits=4)
    git(repo, "tag", "v1.0", "HEAD~2")
    git(repo, "tag", "v1.1", "HEAD~1")
    git(repo, "branch", "stays")
    alone = audit("v1.1", repo=repo)

    def move(phase: str, done: int, total: int) -> None:
        git(repo, "tag", "-f", "v1.1", "HEAD")

    found = audit("v1.1", repo=repo, progress=move)
    assert [record.id for record in alone.commits] == [record.id for record in found.commits]
    assert ["refs/tags/v1.1 was changed meanwhile; this is about what it was"] == [
        note for note in found.completeness.notes if note not in alone.completeness.notes
    ]


@pytest.mark.parametrize("listed", [False, True])
def test_refs_that_are_packed_meanwhile_are_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    """Before they are listed, or between their listing and their reading."""
    repo = init(tmp_path / "r", commits=2)
    git(repo, "tag", "v1.0", "HEAD~1")
    place = GitDirectory(own=repo / ".git", common=repo / ".git")
    alone = refs.read_refs(place)

    def packed_meanwhile(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        found = list(walk(folder)) if listed else []
        git(repo, "pack-refs", "--all")
        return iter(found or walk(folder))

    monkeypatch.setattr(refs, "walk", packed_meanwhile)
    found = refs.read_refs(place)
    assert (alone.by_name, ()) == (found.by_name, found.problems)
    assert {"refs/heads/main", "refs/tags/v1.0"} == set(found.by_name)


def test_dates_never_prune_a_range(tmp_path: Path) -> None:
    """With dates that run backwards, git's own A..B would hold too much."""
    repo = init(tmp_path / "r", commits=1)
    line = [git(repo, "rev-parse", "HEAD")]
    for number in range(60):
        seconds = 1000 + number if 20 <= number <= 50 else 1_700_000_000 + number
        line.append(raw_commit(repo, [line[-1]], seconds, f"{number}\n"))
    git(repo, "update-ref", "refs/tags/v1.0", line[54])
    git(repo, "update-ref", "refs/tags/v1.1", line[60])
    found = audited(repo, "v1.1")
    assert line[60:54:-1] == [commit["id"] for commit in found["commits"]]


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"v1.0.1": "main~4"}, ["v1.0.1"]),
        ({"v1.0.1": "main~4", "v1.0.2": "main~2"}, ["v1.0.2"]),
        ({"v1.0.1-rc1": "main~4"}, []),
        ({"w1.0.1": "main~4"}, []),
        ({"v1.1.1": "main~1"}, []),
        ({"v0.9.1": "main~4"}, []),
        ({"v1.0.1": "stable"}, []),
        ({"v1.0.1": "main~7"}, []),
        ({"v1.0.1": "main^{tree}"}, []),
    ],
)
def test_a_point_release_within_a_mainline_release_is_told(
    tmp_path: Path, tags: dict[str, str], told: list[str]
) -> None:
    """Where there are no stable branches; the range is what the numbers say all the same."""
    repo = init(tmp_path / "r", commits=8)
    start = git(repo, "rev-parse", "main~6")
    git(repo, "branch", "stable", raw_commit(repo, [start], 1_627_900_000, "stable\n"))
    for tag, revision in {"v1.0": "main~6", "v1.1": "main", **tags}.items():
        git(repo, "tag", tag, revision)
    found = audited(repo, "v1.1")
    assert ("v1.0", 6) == (found["range"]["base"], found["summary"]["commits"])
    notes = [note for note in found["completeness"]["notes"] if "point release" in note]
    assert [
        f"{tag}, a point release, lies in this range: --base {tag} leaves out what it had"
        for tag in told
    ] == notes


def test_octopus_roots_and_a_parent_named_twice(tmp_path: Path) -> None:
    """All occur in the kernel; only different parents make a merge."""
    repo = init(tmp_path / "r", commits=1)
    first = git(repo, "rev-parse", "HEAD")
    root = raw_commit(repo, [], 1_627_900_000, "another root\n")
    side = raw_commit(repo, [first], 1_627_900_001, "side\n")
    octopus = raw_commit(repo, [first, root, side], 1_627_900_002, "octopus\n")
    twice = raw_commit(repo, [octopus, octopus], 1_627_900_003, "twice\n")
    git(repo, "update-ref", "refs/heads/main", twice)
    found = audited(repo, "main", "--base", first)
    assert [twice, octopus, side, root] == [commit["id"] for commit in found["commits"]]
    assert (4, 1) == (found["summary"]["commits"], found["summary"]["merges"])


def test_a_tag_that_calls_itself_otherwise_is_told(tmp_path: Path) -> None:
    """The ref's name is used; the report says so.  Lightweight and nested tags too."""
    repo = init(tmp_path / "r", commits=3)
    git(repo, "tag", "v1.0", "HEAD~2")
    head = git(repo, "rev-parse", "HEAD")
    other = f"object {head}\ntype commit\ntag v0.9\ntagger {WHO} 1627900000 +0000\n\nx\n"
    tag = write_object(repo, "tag", other.encode())
    git(repo, "update-ref", "refs/tags/v1.1", tag)
    assert ("v1.1", "v1.0") == (audited(repo)["tag"]["name"], audited(repo)["range"]["base"])
    assert "calls itself 'v0.9'" in audited(repo)["tag"]["notes"][0]
    nested = f"object {tag}\ntype tag\ntag v1.2\n\nnested\n"
    git(repo, "update-ref", "refs/tags/v1.2", write_object(repo, "tag", nested.encode()))
    notes = " ".join(audited(repo, "v1.2", "--base", "v1.0")["tag"]["notes"])
    assert "a tag of a tag, 2 deep" in notes
    assert "names no tagger" in notes
    light = audited(repo, "v1.0", "--base", "none")["tag"]
    assert (None, head != light["id"]) == (light["tagger"], True)
    assert "lightweight" in light["notes"][0]


def test_a_damaged_object_is_not_believed(tmp_path: Path) -> None:
    """An object whose bytes do not match its id is missing."""
    repo = init(tmp_path / "r", commits=2)
    head, before = git(repo, "rev-parse", "HEAD"), git(repo, "rev-parse", "HEAD~1")
    target = loose_file(repo, head)
    target.chmod(0o644)
    target.write_bytes(loose_file(repo, before).read_bytes())
    with Repository(repo) as found:
        with pytest.raises(MissingObjectError):
            found.read(ObjectId(head))
        history = read_history(found, [ObjectId(head), ObjectId(before)])
    assert [before] == list(history.ids)
    assert [head] == list(history.unreadable)


@pytest.mark.parametrize("kept", [2, 10, 40])
def test_a_truncated_object_ends(tmp_path: Path, kept: int) -> None:
    """Reading stops at once and says what is damaged."""
    repo = init(tmp_path / "r", commits=2)
    head = git(repo, "rev-parse", "HEAD")
    path = loose_file(repo, head)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:kept])
    with Repository(repo) as found, pytest.raises(MissingObjectError, match="damaged"):
        found.read(ObjectId(head))


def test_a_pipe_in_the_object_store_is_refused(tmp_path: Path) -> None:
    """Opening it would never end."""
    repo = init(tmp_path / "r", commits=1)
    os.mkfifo(repo / ".git" / "objects" / "pack" / "pack-1.idx")
    outcome = run("audit", "-C", str(repo))
    assert (2, True) == (outcome.code, "no regular file" in outcome.stderr)


def test_odd_refs_are_reported_not_followed(tmp_path: Path) -> None:
    """A ref that holds no id is named under completeness."""
    repo = init(tmp_path / "r", commits=2)
    git(repo, "tag", "v1.0", "HEAD~1")
    git(repo, "tag", "v1.1")
    (repo / ".git" / "refs" / "heads" / "broken").write_text("nonsense\n")
    (repo / ".git" / "refs" / "heads" / "link").symlink_to("/etc/passwd")
    notes = " ".join(audited(repo)["completeness"]["notes"])
    assert "refs/heads/broken: not a readable ref; ignored" in notes
    assert "refs/heads/link: not a readable ref; ignored" in notes


def test_a_policy_in_the_tree_is_mentioned_never_obeyed(tmp_path: Path) -> None:
    """Whoever writes the tree must not choose how it is judged."""
    repo = init(tmp_path / "r", commits=2)
    (repo / "provenance.toml").write_text("verified = ['unverified']\n")
    git(repo, "add", "provenance.toml")
    git(repo, "commit", "-q", "-m", "policy", "-s")
    git(repo, "tag", "v1.0", "HEAD~1")
    git(repo, "tag", "v1.1")
    found = audited(repo)
    assert (
        "the audited tree holds a provenance.toml; it was not obeyed"
        in found["completeness"]["notes"]
    )
    assert ["attested", "listed", "affiliated", "established"] == found["policy"]["settings"][
        "verified"
    ]


def test_a_commit_over_budget_is_listed(tmp_path: Path) -> None:
    """Not examined, not forgotten: exit code 3."""
    repo = init(tmp_path / "r", commits=2)
    git(repo, "commit", "-q", "--allow-empty", "-m", "long\n\n" + "x" * 5000)
    git(repo, "tag", "v1.0", "HEAD~1")
    git(repo, "tag", "v1.1")
    policy = tmp_path / "policy.toml"
    policy.write_text("[budgets]\ncommit_bytes = 2000\n")
    outcome = run("audit", "-C", str(repo), "--policy", str(policy), "-f", "json")
    found = json.loads(outcome.stdout)["completeness"]
    assert (3, 1, 0, 1) == (
        outcome.code,
        found["reached"],
        found["reported"],
        len(found["over_budget"]),
    )


def test_mainline_may_be_another_repository(sample: Sampler, tmp_path: Path) -> None:
    """A clone of the stable branch alone finds upstream commits in a mainline clone beside it."""
    built = sample("backport-altered").path
    stable, mainline = tmp_path / "stable", tmp_path / "mainline"
    git(tmp_path, "clone", "-q", "--bare", "--single-branch", "--no-tags", str(built), str(stable))
    git(stable, "tag", "v1.2", "main~2")
    git(stable, "tag", "v1.2.1", "main")
    git(tmp_path, "clone", "-q", "--bare", str(built), str(mainline))
    git(mainline, "update-ref", "refs/heads/main", "v1.3^{commit}")
    git(stable, "repack", "-adq")
    git(stable, "prune")
    alone = audit("v1.2.1", repo=stable)
    assert [False, False] == [bool(c.upstream and c.upstream.found) for c in alone.commits]
    beside = audit("v1.2.1", repo=stable, settings=Settings(mainline=str(mainline)))
    assert ["different", "same"] == [c.upstream.content for c in beside.commits if c.upstream]
    assert 1 == run("audit", "v1.2.1", "-C", str(stable), "--mainline", str(mainline)).code
    (tmp_path / "empty").mkdir()
    refused = run("audit", "v1.2.1", "-C", str(stable), "--mainline", str(tmp_path / "empty"))
    assert (2, True) == (refused.code, "no git repository" in refused.stderr)


def test_a_partial_clone_says_that_it_is_one(tmp_path: Path) -> None:
    """Also where nothing that was asked for is missing."""
    repo = init(tmp_path / "r", commits=2)
    git(repo, "gc", "-q")
    for promised in (False, True):
        if promised:
            (pack,) = (repo / ".git/objects/pack").glob("*.pack")
            pack.with_suffix(".promisor").write_text("")
        found = run("audit", "HEAD~1..HEAD", "-C", str(repo), "-f", "json")
        assert promised == json.loads(found.stdout)["completeness"]["repository"]["partial"]
        page = run("audit", "HEAD~1..HEAD", "-C", str(repo)).stdout
        assert promised == ("the clone is partial: what git did not fetch" in page)
        assert 0 == found.code
