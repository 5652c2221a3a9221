"""Commits whose texts are compared pair by pair tell what each commit alone tells."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from provenance.facts import ObjectId
from provenance.parse.patch import Changed, FilePatch
from provenance.repository import Repository, changes, genuine, log, pairs
from provenance.repository.pairs import compare_pairs, pays_off
from provenance.repository.pool import in_loads, map_in_order
from provenance.repository.shell import Shell
from provenance.words import Tier
from tests.git import git, init, loose_file, write_object

Found = dict[ObjectId, Changed[FilePatch] | None]


def look(_: ObjectId, patch: FilePatch) -> FilePatch:
    return patch


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Texts, binary files, links, modules, modes, files in folders; some of it packed."""
    repo = init(tmp_path / "r", commits=3)
    for number in range(12):
        folder = repo / f"sub{number % 3}" / "deep"
        folder.mkdir(parents=True, exist_ok=True)
        (repo / "bin").write_bytes(b"\0" + bytes([number]))
        (repo / "same").write_text("x\n" * (number % 2))
        (folder / 'odd "name"\t').write_text(f"{number}" + "\nline" * number)
        (folder / "crlf").write_bytes(b"a\r\n" * number + b"b\n")
        (repo / "link").unlink(missing_ok=True)
        (repo / "link").symlink_to(f"target{number}")
        (repo / "posing").write_text(f"diff --git a/0000001 b/0000001\n@@ -1 +1 @@\n+{number}\n")
        (repo / "turns").unlink(missing_ok=True)
        if number == 7:
            (repo / "turns").symlink_to("x")
        else:
            (repo / "turns").write_text("x\n")
        if number == 9:
            (repo / "turns").chmod(0o755)
        git(repo, "add", "-A")
        head = git(repo, "rev-parse", "HEAD")
        git(repo, "update-index", "--add", "--cacheinfo", f"160000,{head},module")
        git(repo, "commit", "-q", "-m", f"more {number}")
        if number == 5:
            git(repo, "repack", "-adq")
    git(repo, "rm", "-rq", "--cached", "sub1", "bin")
    git(repo, "commit", "-q", "-m", "gone")
    git(repo, "commit", "-q", "--allow-empty", "-m", "nothing")
    return repo


def ids_of(repo: Path) -> list[ObjectId]:
    return [ObjectId(name) for name in git(repo, "rev-list", "HEAD").split()]


def named_twice(repo: Path) -> None:
    """A tree that names a file twice, and one in which both changed, one its mode as well."""
    for number, mode in enumerate((b"100644", b"100755")):
        entries = b"".join(
            b"%b twice\0" % kind
            + bytes.fromhex(git(repo, "hash-object", "-w", "--stdin", stdin=text))
            for kind, text in ((mode, b"%d\n" % number), (b"100644", b"other\n" * (number + 1)))
        )
        tree = write_object(repo, "tree", entries)
        head = git(repo, "commit-tree", tree, "-p", "HEAD", "-m", f"twice {number}")
        git(repo, "update-ref", "HEAD", head)


@contextmanager
def shell(repo: Path) -> Iterator[Shell]:
    with Shell([repo / ".git" / "objects"]) as found:
        yield found


def one_by_one(repo: Path, tier: Tier = Tier.OWN) -> Found:
    with Repository(repo, tier=tier) as found:
        return dict(found.read_changes(ids_of(repo), look=look, jobs=1))


def by_pairs(
    shell: Shell, ids: Sequence[ObjectId], jobs: int
) -> dict[ObjectId, Changed[FilePatch]]:
    shares: list[float] = []
    compared = compare_pairs(
        shell, ids, look=look, jobs=jobs, with_trees=True, tell=shares.append, stop=Event()
    )
    assert shares == sorted(shares)
    assert 1 == shares[-1]
    return compared.changes(ids)


@pytest.mark.parametrize("window", [1, 3, 10_000])
@pytest.mark.parametrize("jobs", [1, 3])
def test_pairs_tell_what_commits_tell(
    repo: Path, monkeypatch: pytest.MonkeyPatch, window: int, jobs: int
) -> None:
    """Files, counts, changed lines and trees; left out are changes of a type or only a mode."""
    monkeypatch.setattr(pairs, "_WINDOW", window)
    expected = one_by_one(repo)
    with shell(repo) as own:
        found = by_pairs(own, ids_of(repo), jobs)
    assert found == {name: expected[name] for name in found}
    subjects = {git(repo, "show", "-s", "--format=%s", name) for name in expected.keys() - found}
    assert {"more 7", "more 8", "more 9", "more 10"} == subjects


def test_many_commits_are_compared_by_pairs(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The results are the same and in the order of the ids, segment by segment."""
    expected = one_by_one(repo)
    asked: list[int] = []

    def noted(*words: Any, **more: Any) -> Any:
        asked.append(len(words[1]))
        return compare_pairs(*words, **more)

    monkeypatch.setattr(changes, "_MANY", 2)
    monkeypatch.setattr(pairs, "_FAR_MORE", 0)
    monkeypatch.setattr(changes, "_SEGMENT", 7)
    monkeypatch.setattr(changes, "compare_pairs", noted)
    assert expected == one_by_one(repo)
    assert list(expected) == list(one_by_one(repo))
    assert [7, 7, 3] * 2 == asked


@pytest.mark.parametrize(("most", "expected"), [(140_000, True), (160_000, False)])
def test_pack_order_pays_off_where_git_cannot_keep_the_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, expected: bool
) -> None:
    """Files of the newest tree, as large as those that change: 30,000 bytes on average.

    What is not there and what is no text has no size.
    """
    monkeypatch.setattr(pairs, "_FAR_MORE", most)
    repo = init(tmp_path / "r", commits=1)
    for size in (20_000, 40_000):
        (repo / "text").write_text("x" * size)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", f"more {size}")
    missing = write_object(repo, "tree", b"100644 x\0" + bytes.fromhex("2" * 40))
    lost = git(repo, "commit-tree", missing, "-m", "missing text")
    for name in ("a", "b"):
        (repo / name).write_text("y" * 30_000)
    git(repo, "add", "-A")
    git(repo, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    git(repo, "commit", "-q", "-m", "five files")
    ids = ids_of(repo)[:3]
    with shell(repo) as own:
        assert expected is pays_off(own, [*ids, ObjectId(lost)])


def test_a_tree_without_end_is_not_listed_to_the_end(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifty folders that all hold the same two: more files than anybody can list."""
    monkeypatch.setattr(pairs, "_FAR_MORE", 1 << 20)
    monkeypatch.setattr(log, "_SILENCE", 0.3)
    tree = write_object(
        repo, "tree", b"100644 x\0" + bytes.fromhex(git(repo, "rev-parse", "HEAD:same"))
    )
    for _ in range(50):
        entries = b"".join(b"40000 %b\0" % name + bytes.fromhex(tree) for name in (b"a", b"b"))
        tree = write_object(repo, "tree", entries)
    commit = git(repo, "commit-tree", tree, "-m", "endless")
    with shell(repo) as own:
        assert pays_off(own, [ObjectId(commit), *ids_of(repo)])


@pytest.mark.parametrize("is_changed", [True, False])
@pytest.mark.parametrize("tier", list(Tier))
def test_where_nobody_looks_counts_are_the_same(
    repo: Path, monkeypatch: pytest.MonkeyPatch, tier: Tier, is_changed: bool
) -> None:
    """Also where a tree names a file twice, and where a store that was found genuine has another
    file afterwards.
    """
    named_twice(repo)
    read = log.read_chunk
    asked: list[bool] = []

    def noted(shell: Any, command: Any, chunk: Any) -> Any:
        asked.append("--numstat" in command.arguments)
        found = read(shell, command, chunk)
        if is_changed and len(asked) == 1:
            git(repo, "hash-object", "-w", "--stdin", stdin=b"late")
        return found

    monkeypatch.setattr(genuine, "_MANY", 2)
    expected = {
        name: one and (one.files, one.exact) for name, one in one_by_one(repo, tier).items()
    }
    monkeypatch.setattr(changes, "read_chunk", noted)
    with Repository(repo, tier=tier) as found:
        counted: Found = {}
        counted.update(found.read_changes(ids_of(repo), look=None, jobs=1, with_trees=False))
    assert expected == {name: one and (one.files, one.exact) for name, one in counted.items()}
    again = [False, True] if is_changed and tier is Tier.FOREIGN else []
    assert [True, *again] == asked


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("tier", list(Tier))
@pytest.mark.parametrize("most", [0, 9, 40])
def test_commits_with_many_files_are_read_few_at_a_time(
    repo: Path, monkeypatch: pytest.MonkeyPatch, most: int, tier: Tier, jobs: int
) -> None:
    """One after the other, by twos, by more: what they changed is the same."""
    expected = one_by_one(repo, tier)
    began: list[int] = []
    run = log.run

    def noted(git: Any, command: Any, lines: Sequence[str]) -> Any:
        found = run(git, command, lines)
        began.append(len(found[1]))
        return found

    monkeypatch.setattr(log, "_MOST_FILES", most)
    monkeypatch.setattr(log, "run", noted)
    with Repository(repo, tier=tier) as found:
        read = list(found.read_changes(ids_of(repo), look=look, jobs=jobs))
    assert list(expected.items()) == read
    assert max(began) < len(expected)
    if most == 0:
        assert {0, 1} >= {*began}


@pytest.mark.parametrize("most", [0, 5, 9])
def test_a_commit_on_which_git_dies_costs_only_itself_however_few_are_read(
    repo: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Whether it is met before there are too many files, or after."""
    loose_file(repo, "HEAD~4:sub0/deep/crlf").unlink()
    expected = one_by_one(repo)
    assert 1 <= sum(changed is None for changed in expected.values()) <= 2
    monkeypatch.setattr(log, "_MOST_FILES", most)
    assert expected == one_by_one(repo)


@pytest.mark.parametrize("most", [0, 1500])
def test_what_is_too_much_to_be_compared_together_is_read_by_commit(
    repo: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """None of it, or some."""
    expected = one_by_one(repo)
    monkeypatch.setattr(changes, "_MANY", 2)
    monkeypatch.setattr(pairs, "_FAR_MORE", 0)
    monkeypatch.setattr(pairs, "_MOST_TEXT", most)
    monkeypatch.setattr(log, "_MOST_FILES", 9)
    assert expected == one_by_one(repo)


@pytest.mark.parametrize("is_changed", [True, False])
def test_what_is_compared_while_a_file_changes_is_read_again(
    repo: Path, monkeypatch: pytest.MonkeyPatch, is_changed: bool
) -> None:
    """A foreign store that was found genuine as a whole, and has another file afterwards."""
    expected = one_by_one(repo, Tier.FOREIGN)
    read: list[int] = []
    compared = compare_pairs

    def late(*words: Any, **more: Any) -> Any:
        found = compared(*words, **more)
        read.append(1)
        if is_changed:
            git(repo, "hash-object", "-w", "--stdin", stdin=b"late")
        return found

    monkeypatch.setattr(changes, "_MANY", 2)
    monkeypatch.setattr(pairs, "_FAR_MORE", 0)
    monkeypatch.setattr(genuine, "_MANY", 2)
    monkeypatch.setattr(changes, "compare_pairs", late)
    assert expected == one_by_one(repo, Tier.FOREIGN)
    assert [1] == read


def test_a_text_that_is_not_there_costs_its_commit(repo: Path) -> None:
    """git dies on it, and so on every other pair of its window: they are asked for again."""
    loose_file(repo, "HEAD~4:posing").unlink()
    lost = {ids_of(repo)[3], ids_of(repo)[4]}
    with shell(repo) as own:
        assert not by_pairs(own, ids_of(repo), 1).keys() & lost
    found = one_by_one(repo)
    assert lost == {name for name, changed in found.items() if changed is None}


def test_a_text_that_is_not_there_costs_one_window(repo: Path) -> None:
    """What the last window lacks is no answer; the others stay."""
    bad = ObjectId("1" * 40)
    tree = write_object(repo, "tree", b"100644 x\0" + bytes.fromhex(bad))
    commit = git(repo, "commit-tree", tree, "-p", "HEAD", "-m", "missing text")
    with shell(repo) as own:
        ids = [ObjectId(commit), *ids_of(repo)]
        found = by_pairs(own, ids, len(ids))
    assert commit not in found
    assert found


@pytest.mark.parametrize("before", [0.0, 0.16])
def test_an_end_before_the_end(repo: Path, monkeypatch: pytest.MonkeyPatch, before: float) -> None:
    """Whoever stops asking has not to wait for the rest: what was not compared is not known."""
    monkeypatch.setattr(pairs, "_WINDOW", 1)
    stop = Event()
    told: list[float] = []

    def tell(share: float) -> None:
        told.append(share)
        if share >= before:
            stop.set()

    with shell(repo) as own:
        found = compare_pairs(
            own, ids_of(repo), look=look, jobs=1, with_trees=False, tell=tell, stop=stop
        )
    assert all(len(one.files) < 2 for one in found.changes(ids_of(repo)).values())
    assert told[-1] >= before


def test_work_hears_that_nobody_asks_any_more() -> None:
    """What is being worked out ahead ends at once, not when it is done."""
    stop, heard = Event(), list[bool]()

    def work(item: int) -> int:
        if item:
            heard.append(stop.wait(20))
        return item

    results = map_in_order(work, range(9), jobs=1, stop=stop)
    assert (0, 0) == next(results)
    assert isinstance(results, Generator)
    results.close()
    assert all(heard)


@pytest.mark.parametrize(
    ("most", "loads"),
    [
        (0, [([3], 3), ([0], 0), ([2], 2), ([4], 4), ([1], 1)]),
        (5, [([3, 0, 2], 5), ([4, 1], 5)]),
        (6, [([3, 0, 2, 4], 9), ([1], 1)]),
        (10, [([3, 0, 2, 4, 1], 10)]),
        (11, [([3, 0, 2, 4, 1], 10)]),
    ],
)
def test_loads_are_as_heavy_as_they_may_be(most: int, loads: list[tuple[list[int], int]]) -> None:
    """All items in order; the last load may be light."""
    assert loads == list(in_loads([3, 0, 2, 4, 1], lambda weight: weight, most))
    assert [] == list(in_loads([], len, most))
