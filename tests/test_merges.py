"""Who pulled what, under which signed tag, and what a merge itself changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance import audit
from provenance.evidence.model import Covered, SignatureStatus
from provenance.facts import ObjectId
from provenance.index.history import History
from provenance.index.parsed import parse_facts
from provenance.index.pulls import Pulls
from provenance.parse.remerge import MOST_BYTES, parse_remerges
from provenance.report.model import CommitReport, MergedFileInfo, Report
from provenance.repository import shell, workshop
from provenance.repository.genuine import Genuineness
from provenance.repository.log import Command, End
from provenance.repository.log import run as run_git
from provenance.repository.packs import ids_at
from provenance.repository.workshop import Workshop
from provenance.settings import Settings
from provenance.words import Tier
from sample_repos.keys import Certificate, person_key, signature
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, init, loose_file, write_object
from tests.hostile.packs import move_offset, swap_offsets

Sampler = Callable[[str], BuiltSample]


def history(*parents: tuple[int, ...]) -> History:
    """A history in which commit N has the given earlier commits as parents."""
    found = History()
    for number, of in enumerate(parents):
        lines = "".join(f"parent {one:040x}\n" for one in of)
        person = "A <a@x> 1 +0000\n"
        raw = f"tree {0:040x}\n{lines}author {person}committer {person}\nm\n"
        found.append(parse_facts(f"{number:040x}", raw.encode()))
    return found


def chains(found: History, tip: int) -> dict[int, list[tuple[int, int]]]:
    """Per commit the merges (with the merged tip) that brought it in, innermost first."""
    pulls = Pulls(found, tip, bytearray(b"\1" * len(found)))
    chain = {at: [(pull.merge, pull.tip) for pull in pulls.of(at)] for at in range(len(found))}
    return {at: steps for at, steps in chain.items() if steps}


def test_a_commit_came_through_the_merges_around_its_branch() -> None:
    """0-1-2-6 is the line; 3-5 was pulled by 6 and had itself pulled 4."""
    found = history((), (0,), (1,), (0,), (0,), (3, 4), (2, 5))
    assert {5: [(6, 5)], 3: [(6, 5)], 4: [(5, 4), (6, 5)]} == chains(found, 6)


def test_the_first_merge_on_the_line_brought_it_in() -> None:
    """4 merges 2 before 5 merges it again: 2 came with 4."""
    found = history((), (0,), (0,), (2,), (1, 2), (4, 3))
    assert {2: [(4, 2)], 3: [(5, 3)]} == chains(found, 5)


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=3), max_size=30))
def test_every_commit_below_the_tip_is_on_the_line_or_was_pulled(shape: list[list[int]]) -> None:
    """And its innermost merge reaches it, while the merge's first parent does not."""
    parents = [(), *(tuple(dict.fromkeys(p % n for p in of)) for n, of in enumerate(shape, 1))]
    found = history(*parents)
    tip = len(found) - 1
    below, line = found.ancestors([f"{tip:040x}"]), {tip}
    at = tip
    while found.parents(at):
        at = found.parents(at)[0]
        line.add(at)
    brought = chains(found, tip)
    assert {at for at, inside in enumerate(below) if inside} - line == brought.keys()
    for at, steps in brought.items():
        merge, _ = steps[0]
        first = found.ids[found.parents(merge)[0]]
        assert found.ancestors([found.ids[merge]])[at]
        assert not found.ancestors([first])[at]


def commits(report: Report) -> dict[str, CommitReport]:
    return {commit.subject: commit for commit in report.commits}


def test_pulled_commits_are_covered_and_never_verified(sample: Sampler) -> None:
    """A signed pull seals a complete route; the author's status stays what it was."""
    built = sample("bad-pull-signature")
    settings = Settings(keyring=(built.path / "keyring.asc",))
    found = commits(audit(repo=built.path, settings=settings))
    good, bad, none = (found[f"{name}: one"] for name in ("net: core", "storage", "net: core"))
    none = found["net: core: two"]
    assert (Covered.VERIFIED, "net-1") == (good.coverage.kind, good.coverage.tag)
    assert ("sealed", "net-1", "listed") == (
        good.route.verdict,
        good.route.sealed_by,
        good.author.status,
    )
    assert (Covered.UNVERIFIABLE, SignatureStatus.BAD) == (
        bad.coverage.kind,
        bad.coverage.signature,
    )
    assert (Covered.NOT, "complete") == (none.coverage.kind, none.route.verdict)
    replayed = [commit for commit in found.values() if commit.pulled and not commit.lines.files]
    assert SignatureStatus.BAD in {one.signature.status for c in replayed for one in c.pulled}


def test_check_finds_the_pull_around_a_commit(sample: Sampler) -> None:
    """One commit alone still knows the merge that brought it in, in words."""
    built = sample("bad-pull-signature")
    commit = git(built.path, "log", "--format=%H", "--grep=storage: two", "main")
    keyring = ("--keyring", str(built.path / "keyring.asc"))
    words = " ".join(run("check", commit, "-C", str(built.path), *keyring).stdout.split())
    assert "covered by the signed pull of Chi Nguyen <chi@storage.example>" in words
    assert "tag disk-2" in words
    assert "merged by Ada Keeper" in words


def test_without_keys_nothing_is_good(sample: Sampler) -> None:
    """Signatures are there, and that is all that is said."""
    report = audit(repo=sample("bad-pull-signature").path)
    statuses = {one.signature.status for commit in report.commits for one in commit.pulled}
    assert {SignatureStatus.UNKNOWN_KEY, SignatureStatus.BAD} == statuses
    assert 0 == report.summary.by_coverage[Covered.VERIFIED]


def merged(repo: Path, *parents: str, tree: str, message: str = "Merge") -> str:
    words = [word for parent in parents for word in ("-p", parent)]
    commit = git(repo, "commit-tree", tree, *words, "-m", message)
    git(repo, "update-ref", "refs/heads/main", commit)
    return commit


@pytest.fixture
def branches(tmp_path: Path) -> tuple[Path, list[str], str]:
    """A repository with three branches, each with a file of its own, and their base."""
    repo = init(tmp_path / "r", commits=1)
    base = git(repo, "rev-parse", "HEAD")
    tips = []
    for name in "abc":
        git(repo, "checkout", "-q", "-B", name, base)
        (repo / name).write_text(f"{name}\n" * 5)
        git(repo, "add", name)
        git(repo, "commit", "-q", "-s", "-m", f"add {name}")
        tips.append(git(repo, "rev-parse", "HEAD"))
    return repo, tips, base


def test_an_octopus_is_folded_again(branches: tuple[Path, list[str], str]) -> None:
    """A clean one changed nothing; one with a line of its own did."""
    repo, tips, base = branches
    git(repo, "checkout", "-q", "-B", "main", tips[0])
    git(repo, "merge", "-q", "-m", "Merge b and c", tips[1], tips[2])
    clean = git(repo, "rev-parse", "HEAD")
    (repo / "file").write_text("1\nhidden\n")
    git(repo, "add", "file")
    evil = merged(repo, *tips, tree=git(repo, "write-tree"), message="Merge again")
    found = {}
    for commit in (clean, evil):
        git(repo, "update-ref", "refs/heads/main", commit)
        report = commits(audit(f"{base}..main", repo=repo))
        found[commit] = next(one.merge for one in report.values() if one.merge)
    assert () == (found[clean] and found[clean].changed)
    changed = found[evil] and found[evil].changed
    assert [("file", ("hidden",), False)] == [
        (file.path, file.novel, file.conflicts) for file in changed or ()
    ]


@pytest.mark.parametrize("place", [1, 2])
def test_only_the_last_parent_of_an_octopus_may_conflict(
    branches: tuple[Path, list[str], str], place: int
) -> None:
    """As git's own strategy has it; after any other conflict nobody knows what the rest gives."""
    repo, tips, base = branches
    sides = conflicting(repo, base, "left\n", "right\n")
    sides.insert(1 if place == 2 else 2, tips[0])
    (repo / "file").write_text("third\n")
    git(repo, "add", "file")
    merge = merged(repo, *sides, tree=git(repo, "write-tree"))
    report = audit(f"{base}..main", repo=repo)
    (found,) = [one.merge for one in report.commits if one.merge]
    known = [one for one in found.changed or () if one.path == "file"]
    assert ([] if place == 2 else [merge]) == [one.id for one in report.completeness.partial]
    assert ([(True, ("third",))] if place == 2 else []) == [
        (one.conflicts, one.novel) for one in known
    ]


def test_a_renamed_file_is_no_change_of_the_merge(branches: tuple[Path, list[str], str]) -> None:
    """One side renames what the other edits: git follows, and so do we."""
    repo, tips, base = branches
    git(repo, "checkout", "-q", "-B", "left", tips[0])
    git(repo, "mv", "a", "renamed")
    git(repo, "commit", "-q", "-m", "rename")
    git(repo, "checkout", "-q", "-B", "main", tips[0])
    (repo / "a").write_text("a\n" * 5 + "more\n")
    git(repo, "commit", "-q", "-am", "edit")
    git(repo, "merge", "-q", "-m", "Merge left", "left")
    report = audit(f"{base}..main", repo=repo)
    (merge,) = [commit.merge for commit in report.commits if commit.merge]
    assert () == merge.changed


def test_a_decision_in_a_conflict_is_told_from_a_hidden_change(
    branches: tuple[Path, list[str], str],
) -> None:
    """Taking one side is no own line; a third version is, and counts where nobody known merged."""
    repo, _, base = branches
    left, right = conflicting(repo, base, "left\n", "right\n")
    many = tuple(f"line {number}" for number in range(20))
    for novel, severity in (((), None), (("third",), "medium"), (many, "high")):
        (repo / "file").write_text("".join(f"{line}\n" for line in novel) or "left\n")
        files, severities = decided(repo, base, left, right)
        assert [(True, novel)] == [(one.conflicts, one.novel) for one in files]
        assert ([severity] if severity else []) == severities


@pytest.mark.parametrize("sides", [2, 3])
def test_a_merge_without_end_is_not_known(
    branches: tuple[Path, list[str], str], sides: int
) -> None:
    """Beyond the budget nothing is read, and the report says that it is incomplete."""
    repo, tips, base = branches
    (repo / "file").write_text(f"{'x' * 99}\n" * (MOST_BYTES // 100 + 1))
    git(repo, "add", "file")
    merge = merged(repo, *tips[:sides], tree=git(repo, "write-tree"))
    report = audit(f"{base}..main", repo=repo)
    assert [merge] == [one.id for one in report.completeness.partial]
    (found,) = [one for one in report.commits if one.id == merge]
    assert found.merge
    assert found.merge.changed is None


def test_merging_with_too_many_loose_objects_is_not_done(
    branches: tuple[Path, list[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which of them can be copied is chance; the report names each merge that lacks some."""
    repo, tips, base = branches
    git(repo, "checkout", "-q", "-B", "main", tips[0])
    git(repo, "merge", "-q", "-m", "Merge b", tips[1])
    merge = git(repo, "rev-parse", "HEAD")
    monkeypatch.setattr(workshop, "_COPIED", 0)
    left_out = audit(f"{base}..main", repo=repo).completeness.partial
    assert [(merge, "it could not be merged again")] == [(one.id, one.reason) for one in left_out]
    git(repo, "repack", "-adq")
    assert () == audit(f"{base}..main", repo=repo).completeness.partial


@pytest.fixture
def two_merges(branches: tuple[Path, list[str], str]) -> tuple[Path, str, list[str]]:
    """A merge of b into a, and one of c into that, or of both at once; their base; the merges."""
    repo, tips, base = branches
    git(repo, "checkout", "-q", "-B", "main", tips[0])
    for branch in "bc":
        git(repo, "merge", "-q", "--no-ff", "-m", f"Merge {branch}", branch)
    return repo, base, git(repo, "rev-list", "--merges", "HEAD").split()


def unknown(repo: Path, base: str, tier: Tier = Tier.FOREIGN) -> list[str]:
    """The merges of which a report does not know what they changed."""
    report = audit(f"{base}..main", repo=repo, settings=Settings(tier=tier))
    merges = [one.id for one in report.commits if one.merge and one.merge.changed is None]
    assert set(merges) <= {one.id for one in report.completeness.partial}
    return merges


def hidden_line(repo: Path, merge: str) -> str:
    """A merge like another one that changes ``file`` too, and that stands in its place."""
    (repo / "file").write_text("1\nhidden\n")
    git(repo, "add", "file")
    parents = git(repo, "log", "-1", "--format=%P", merge).split()
    return merged(repo, *parents, tree=git(repo, "write-tree"))


@pytest.mark.parametrize("is_packed", [False, True], ids=["loose", "packed"])
def test_what_is_merged_from_forged_objects_is_not_known(
    two_merges: tuple[Path, str, list[str]], is_packed: bool
) -> None:
    """A merge looks clean where the text that it put in has the bytes of the one before it; a
    foreign store is not believed, and the other merge is known all the same.
    """
    repo, base, (second, first) = two_merges
    evil = hidden_line(repo, second)
    assert [] == unknown(repo, base)
    old, new = git(repo, "rev-parse", f"{base}:file"), git(repo, "rev-parse", "main:file")
    if is_packed:
        git(repo, "-c", "pack.window=0", "repack", "-adq")
        (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
        pack.with_suffix(".idx").chmod(0o644)
        swap_offsets(pack, old, new)
    else:
        files = [loose_file(repo, name) for name in (old, new)]
        files[1].chmod(0o644)
        files[1].write_bytes(files[0].read_bytes())
    assert [evil] == unknown(repo, base)
    assert first != evil


def test_what_git_takes_from_its_cache_is_looked_at(tmp_path: Path) -> None:
    """The base of a delta that it has unpacked it takes without telling, under any id that the
    index has for that place.
    """
    repo = init(tmp_path / "r")
    lines = [f"{number**3}\n" for number in range(400)]
    for number in range(3):
        (repo / "long").write_text("".join([*lines, "more\n" * number]))
        git(repo, "add", "long")
        git(repo, "commit", "-q", "-m", f"long {number}")
    git(repo, "repack", "-adfq")
    (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
    what = "--batch-check=%(objectname) %(deltabase)"
    shown = git(repo, "cat-file", "--batch-all-objects", what).splitlines()
    bases = {ObjectId(name): ObjectId(base) for name, base in map(str.split, shown)}
    delta, base = next((name, base) for name, base in bases.items() if base in bases)
    other = ObjectId(git(repo, "rev-parse", "HEAD"))
    stores = [repo / ".git" / "objects"]
    (place,) = [place for place, name in ids_at(pack, range(1 << 20)) if name == base]

    def is_sound(*names: ObjectId) -> bool:
        with closing(Genuineness(stores)) as genuine, Workshop(stores, genuine) as workshop:
            watched = workshop.watch()
            command = Command(("cat-file", "--batch"), list)
            assert End.COMPLETE is run_git(watched, command, names)[0]
            assert all(place not in told for told in watched.places().values())
            return workshop.is_sound(watched, names)

    assert is_sound(delta, base)
    pack.with_suffix(".idx").chmod(0o644)
    move_offset(pack, other, place)
    assert not is_sound(delta, other)


def test_an_octopus_is_not_folded_from_forged_objects(
    branches: tuple[Path, list[str], str],
) -> None:
    repo, tips, base = branches
    git(repo, "checkout", "-q", "-B", "main", tips[0])
    git(repo, "merge", "-q", "-m", "Merge b and c", tips[1], tips[2])
    octopus = git(repo, "rev-parse", "HEAD")
    git(repo, "-c", "pack.window=0", "repack", "-adq")
    (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
    assert [] == unknown(repo, base)
    pack.with_suffix(".idx").chmod(0o644)
    swap_offsets(pack, *(git(repo, "rev-parse", f"{tip}^{{tree}}") for tip in tips[:2]))
    assert [octopus] == unknown(repo, base)


def test_a_git_that_does_not_tell_what_it_takes_is_not_believed(
    two_merges: tuple[Path, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless the store is the user's own, or all that it may take was looked at before."""
    repo, base, merges = two_merges
    git(repo, "repack", "-adq")
    monkeypatch.setattr(shell, "_TOLD", {})
    assert merges == unknown(repo, base)
    assert [] == unknown(repo, base, Tier.OWN)


def test_a_git_that_is_not_heard_is_not_believed(
    two_merges: tuple[Path, str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, base, merges = two_merges
    git(repo, "repack", "-adq")

    def read(descriptor: int, most: int) -> bytes:
        raise OSError

    monkeypatch.setattr(workshop, "os", SimpleNamespace(read=read, fsdecode=os.fsdecode))
    assert merges == unknown(repo, base)


def test_a_conflict_without_lines_is_told(branches: tuple[Path, list[str], str]) -> None:
    """Of a binary file nobody can see which side it is, or whether it is one."""
    repo, _, base = branches
    left, right = conflicting(repo, base, "left\0\n", "right\0\n")
    (repo / "file").write_text("third\0\n")
    files, severities = decided(repo, base, left, right)
    assert [(True, ())] == [(one.conflicts, one.novel) for one in files]
    assert ["medium"] == severities


def conflicting(repo: Path, base: str, *texts: str) -> list[str]:
    """A branch for each text of the one file."""
    for number, text in enumerate(texts):
        git(repo, "checkout", "-q", "-B", f"side{number}", base)
        (repo / "file").write_text(text)
        git(repo, "commit", "-q", "-am", "side")
    return [git(repo, "rev-parse", f"side{number}") for number in range(len(texts))]


def decided(repo: Path, base: str, *sides: str) -> tuple[Sequence[MergedFileInfo], list[str]]:
    """A merge with the work tree's file: what it changed itself, and how grave that is."""
    git(repo, "add", "file")
    merged(repo, *sides, tree=git(repo, "write-tree"))
    (found,) = [one for one in audit(f"{base}..main", repo=repo).commits if one.merge]
    assert found.merge
    severities = [seen.severity for seen in found.findings if seen.rule == "merge-changes"]
    return found.merge.changed or (), [str(one) for one in severities]


@given(st.binary(max_size=200), st.integers(1, 40))
def test_any_stream_of_remerges_can_be_read(raw: bytes, block: int) -> None:
    """Never raises, and what was read does not depend on how the stream was cut."""
    mark = b"0123456789abcdef"
    text = mark + b"1" * 40 + b"\n\ndiff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n" + raw
    blocks = [text[at : at + block] for at in range(0, len(text), block)]
    assert list(parse_remerges([text], mark)) == list(parse_remerges(blocks, mark))


ADA = "Ada <ada@kernel.example> 1600000000 +0000"


def test_forged_copies_of_a_signed_commit_are_never_good(tmp_path: Path) -> None:
    """A signature counts in the header, once, over every other byte of the commit."""
    repo = init(tmp_path / "r", commits=1)
    tree = git(repo, "rev-parse", "HEAD^{tree}")
    ada = person_key("ada")
    head, body = f"tree {tree}\nauthor {ADA}\ncommitter {ADA}\n", "\nreal message\n"
    armored = signature(ada, (head + body).encode(), made=1_600_000_000).decode()
    folded = armored.removesuffix("\n").replace("\n", "\n ")
    field = f"gpgsig {folded}\n"
    forged = {
        "nul": head + field + body + "\0more\n",
        "in body": head + body.removesuffix("\n") + "\n" + field,
        "longer key": head + field.replace("gpgsig ", "gpgsigNacked-by: ") + body,
        "encoding": head + field.replace("gpgsig ", "gpgsigencoding ") + body,
        "twice": head + field + field + body,
        "other message": head + field + "\nother message\n",
        "one more header": head + "change-id x\n" + field + body,
        "no empty line": head + field.removesuffix("\n"),
        "two armours": head + field.removesuffix("\n") + "\n " + folded + "\n" + body,
        "junk behind": head + field.removesuffix("\n") + "\n junk\n" + body,
    }
    keyring = tmp_path / "keyring.asc"
    keyring.write_bytes(Certificate(ada, ["Ada <ada@kernel.example>"]).armored())
    settings = Settings(keyring=(keyring,), base="none")

    def status(raw: str) -> tuple[str, str]:
        commit = write_object(repo, "commit", raw.encode())
        git(repo, "update-ref", "refs/heads/main", commit)
        (found,) = audit("main", repo=repo, settings=settings).commits
        return found.signature.status, found.author.status

    assert ("good", "attested") == status(head + field + body)
    for name, raw in forged.items():
        assert "good" != status(raw)[0], name
        assert "attested" != status(raw)[1], name


def test_text_behind_a_tags_armour_is_bad(tmp_path: Path) -> None:
    """Nobody signed it, and it is in no message."""
    repo = init(tmp_path / "r", commits=2)
    head = git(repo, "rev-parse", "HEAD")
    ada = person_key("ada")
    text = f"object {head}\ntype commit\ntag v1.0\ntagger {ADA}\n\nRelease\n".encode()
    armored = signature(ada, text, made=1_600_000_000)
    keyring = tmp_path / "keyring.asc"
    keyring.write_bytes(Certificate(ada, ["Ada <ada@kernel.example>"]).armored())
    settings = Settings(keyring=(keyring,), base="none")
    for more, status in ((b"", "good"), (b"\nalso contains X\n", "bad")):
        tag = write_object(repo, "tag", text + armored + more)
        git(repo, "update-ref", "refs/tags/v1.0", tag)
        report = audit("v1.0", repo=repo, settings=settings)
        assert report.tag
        assert status == report.tag.signature.status


def test_git_is_new_enough_to_merge_again() -> None:
    """``--remerge-diff`` came with git 2.35, ``merge-tree --write-tree`` with 2.38."""
    words = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in words.split()[2].split(".")[:2])
    assert version >= (2, 38)
