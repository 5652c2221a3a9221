"""Objects that git does not check are checked here: every copy, one by one or all at once."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from provenance.facts import ObjectId
from provenance.index.index import Index
from provenance.parse.patch import Changed
from provenance.repository import Repository, genuine
from provenance.repository.genuine import Genuineness
from provenance.repository.shell import Shell
from tests.git import git, init
from tests.hostile.packs import swap_offsets

EVERYTHING = 10**9
"""Commits; more than any store here has."""


@pytest.fixture(autouse=True)
def _any_number_is_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(genuine, "_MANY", 1)


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    """Four commits to one file, as loose objects."""
    return init(tmp_path / "r", commits=4)


@pytest.fixture
def packed(loose: Path) -> Path:
    """The same in a pack whose texts stand there whole, so that each has a place of its own."""
    git(loose, "-c", "pack.window=0", "repack", "-adq")
    pack_of(loose).with_suffix(".idx").chmod(0o644)
    return loose


def pack_of(repo: Path) -> Path:
    (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
    return pack


def blob(repo: Path, revision: str) -> ObjectId:
    return ObjectId(git(repo, "rev-parse", f"{revision}:file"))


def store(repo: Path) -> closing[Genuineness]:
    return closing(Genuineness([repo / ".git" / "objects"]))


def is_known(repo: Path, commits: int = EVERYTHING) -> bool:
    with store(repo) as found:
        found.expect(commits, jobs=2)
        return found.is_known


def sound(repo: Path, *ids: ObjectId) -> frozenset[ObjectId]:
    with store(repo) as found:
        return found.sound(ids)


def changes(repo: Path, jobs: int) -> list[tuple[ObjectId, Changed[None] | None]]:
    ids = [ObjectId(name) for name in git(repo, "rev-list", "HEAD").split()]
    with Repository(repo) as repository:
        return list(repository.read_changes(ids, look=lambda _, __: None, jobs=jobs))


def forge(repo: Path, name: str, by: str) -> None:
    """The loose file of one object gets the bytes of another."""
    store = repo / ".git" / "objects"
    path = store / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes((store / by[:2] / by[2:]).read_bytes())


def test_an_honest_store_is_known_as_a_whole(loose: Path) -> None:
    """With loose objects, with a pack, and with both."""
    assert is_known(loose)
    git(loose, "repack", "-adq")
    assert is_known(loose)
    (loose / "file").write_text("more\n")
    git(loose, "commit", "-qam", "more")
    assert is_known(loose)


def test_few_commits_are_not_worth_reading_everything(packed: Path) -> None:
    """Nothing is known then, and nothing is believed."""
    assert not is_known(packed, 0)


def test_a_change_of_the_store_ends_what_is_known(packed: Path) -> None:
    """What came later was not looked at."""
    with store(packed) as found:
        found.expect(EVERYTHING, jobs=2)
        assert found.is_known
        (packed / "file").write_text("later\n")
        git(packed, "commit", "-qam", "later")
        assert not found.is_known


def test_a_forged_loose_object(loose: Path) -> None:
    """The store is not genuine, and of its objects that one is not."""
    one, two = blob(loose, "HEAD~1"), blob(loose, "HEAD")
    forge(loose, one, two)
    assert not is_known(loose)
    assert frozenset({two}) == sound(loose, one, two, ObjectId("1" * 40))


def test_an_index_that_swaps_two_objects(packed: Path) -> None:
    """Neither of the two is sound, everything else is."""
    one, two, three = (blob(packed, f"HEAD~{back}") for back in range(3))
    assert frozenset({one, two, three}) == sound(packed, one, two, three)
    swap_offsets(pack_of(packed), one, two)
    assert not is_known(packed)
    assert frozenset({three}) == sound(packed, one, two, three)


@pytest.mark.parametrize("first", [True, False])
def test_a_forged_copy_beside_an_honest_one(packed: Path, first: bool) -> None:
    """Nobody can say which of the two git has compared, so neither is believed."""
    one, two, three = (blob(packed, f"HEAD~{back}") for back in range(3))
    honest = pack_of(packed)
    copy = honest.with_name(f"pack-{'0' if first else 'f'}{'1' * 39}.pack")
    for suffix in (".pack", ".idx"):
        copy.with_suffix(suffix).write_bytes(honest.with_suffix(suffix).read_bytes())
    swap_offsets(copy, one, two)
    assert not is_known(packed)
    assert frozenset({three}) == sound(packed, one, two, three)
    assert [False, False, True, True] == [bool(found) for _, found in changes(packed, 1)]


def test_a_pack_without_a_name_is_looked_at(packed: Path) -> None:
    """git reads ``.pack`` where ``.idx`` stands, as it does any other."""
    one, two, three = (blob(packed, f"HEAD~{back}") for back in range(3))
    swap_offsets(pack_of(packed), one, two)
    honest = pack_of(packed)
    for suffix in (".pack", ".idx"):
        honest.with_suffix(suffix).rename(honest.with_name(suffix))
    assert git(packed, "cat-file", "-t", three) == "blob"
    assert not is_known(packed)
    assert frozenset({three}) == sound(packed, one, two, three)


def test_a_whole_check_tells_the_same_changes(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commit by commit or all at once, with one job or with three."""
    found = []
    for many, jobs in ((1, 1), (1, 3), (EVERYTHING, 1), (EVERYTHING, 3)):
        monkeypatch.setattr(genuine, "_MANY", many)
        found.append(changes(packed, jobs))
    assert 4 == len(found[0])
    assert all(changed for _, changed in found[0])
    assert [found[0]] * 3 == found[1:]


def times_read(repo: Path, cache: Path | None, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many stores are read as a whole by one run."""
    read: list[object] = []
    whole = genuine._is_sound

    def counted(alone: Shell, jobs: int) -> bool:
        read.append(alone)
        return whole(alone, jobs)

    with monkeypatch.context() as patched:
        patched.setattr(genuine, "_is_sound", counted)
        with Repository(repo) as repository, Index(repository, cache):
            repository.genuineness.expect(EVERYTHING, jobs=1)
    return len(read)


def is_known_by_index(repo: Path, cache: Path, *, commits: int) -> bool:
    """For so few commits that nothing is read as a whole."""
    with Repository(repo) as repository, Index(repository, cache):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(genuine, "_MANY", 2)
            repository.genuineness.expect(commits, jobs=1)
        return repository.genuineness.is_known


def test_a_later_run_knows_what_was_found_genuine(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the index, and only as long as no file of the store is touched."""
    assert [1, 0] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]
    assert 1 == times_read(packed, None, monkeypatch)
    assert is_known_by_index(packed, tmp_path / "c", commits=1)
    assert not is_known_by_index(packed, tmp_path / "other", commits=1)
    raw = pack_of(packed).read_bytes()
    pack_of(packed).chmod(0o644)
    pack_of(packed).write_bytes(raw)
    assert [1, 0] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]


def test_only_what_is_new_is_read_again(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a fetch that is its pack; loose objects are one place, whatever their number."""
    assert [1, 0] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]
    (packed / "file").write_text("later\n")
    git(packed, "commit", "-qam", "later")
    assert [1, 0] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]
    git(packed, "repack", "-dq")
    assert [1, 0] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]
    newest = max(
        (packed / ".git/objects/pack").glob("*.idx"), key=lambda path: path.stat().st_mtime_ns
    )
    newest.chmod(0o644)
    swap_offsets(
        newest.with_suffix(".pack"), blob(packed, "HEAD"), git(packed, "rev-parse", "HEAD")
    )
    assert [1, 1] == [times_read(packed, tmp_path / "c", monkeypatch) for _ in range(2)]
    assert not is_known_by_index(packed, tmp_path / "c", commits=1)


def test_a_loose_object_that_changes_in_place_is_looked_at(
    loose: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its folder does not change with it."""
    assert [1, 0] == [times_read(loose, tmp_path / "c", monkeypatch) for _ in range(2)]
    forge(loose, blob(loose, "HEAD"), by=blob(loose, "HEAD~1"))
    assert [1, 1] == [times_read(loose, tmp_path / "c", monkeypatch) for _ in range(2)]
