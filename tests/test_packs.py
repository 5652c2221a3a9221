"""Where objects lie in packs: as git says, and nothing from an index that says nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from provenance.facts import ObjectId
from provenance.repository.packs import NOWHERE, find_places, ids_at
from tests.git import git, init


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Two packs and a loose object or more."""
    repo = init(tmp_path / "r", commits=30)
    git(repo, "repack", "-adq")
    for number in range(30):
        (repo / f"more{number}").write_text(f"{number}\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "more")
    git(repo, "repack", "-dq")
    (repo / "loose").write_text("loose\n")
    git(repo, "add", "loose")
    return repo


def objects(repo: Path) -> Path:
    return repo / ".git" / "objects"


def indexes(repo: Path) -> list[Path]:
    return sorted((objects(repo) / "pack").glob("*.idx"))


def as_git_has_it(index: Path) -> dict[ObjectId, int]:
    lines = git(index.parent, "verify-pack", "-v", str(index)).splitlines()
    rows = [line.split() for line in lines]
    return {
        ObjectId(row[0]): int(row[4])
        for row in rows
        if len(row) >= 5 and row[1] in ("commit", "tree", "blob", "tag")
    }


def every_id(repo: Path) -> list[ObjectId]:
    shown = git(repo, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return [ObjectId(name) for name in shown.split()]


def test_places_are_those_of_git(repo: Path) -> None:
    """Every object of every pack, and no other."""
    first, second = (as_git_has_it(index) for index in indexes(repo))
    ids = every_id(repo)
    assert len(ids) > len(first) + len(second) > 60
    strange = [ObjectId("00" * 20), ObjectId("ff" * 20)]
    found = find_places([objects(repo)], [*ids, *strange])
    in_order = [*sorted(first, key=first.__getitem__), *sorted(second, key=second.__getitem__)]
    assert in_order == sorted(found, key=found.__getitem__)
    assert max(found.values()) < NOWHERE


def test_ids_at_places_are_those_of_git(repo: Path) -> None:
    """Of the places asked for, in their order; of others nothing."""
    index = indexes(repo)[0]
    every = sorted((offset, name) for name, offset in as_git_has_it(index).items())
    some = every[::3]
    offsets = {offset for offset, _ in some}
    assert some == ids_at(index.with_suffix(".pack"), offsets | {1, 1 << 40})
    assert [] == ids_at(index.with_suffix(".pack"), {1})


def test_all_ids_at_one_place(repo: Path) -> None:
    """An index that lies may have several: git may have asked for any of them."""
    index = indexes(repo)[0]
    names = sorted(as_git_has_it(index))
    raw = bytearray(index.read_bytes())
    start = 8 + 1024 + 24 * len(names)
    raw[start : start + 12] = b"\0\0\0\x0c" * 3
    index.chmod(0o644)
    index.write_bytes(raw)
    found = ids_at(index.with_suffix(".pack"), {12})
    assert set(names[:3]) <= {name for _, name in found}
    assert {12} == {offset for offset, _ in found}


def test_places_beyond_two_gigabytes(repo: Path) -> None:
    """The index has a table of its own for them; git can be told to use it from byte 64 on."""
    for index in indexes(repo):
        index.chmod(0o644)
        pack = index.with_suffix(".pack")
        before = as_git_has_it(index)
        git(repo, "index-pack", "--index-version=2,64", "-o", str(index), str(pack))
        assert before == as_git_has_it(index)
        every = sorted((offset, name) for name, offset in before.items())
        assert every == ids_at(pack, set(before.values()))
    first, second = (as_git_has_it(index) for index in indexes(repo))
    found = find_places([objects(repo)], [*first, *second])
    in_order = [*sorted(first, key=first.__getitem__), *sorted(second, key=second.__getitem__)]
    assert in_order == sorted(found, key=found.__getitem__)


@pytest.mark.parametrize("length", [0, 4, 8, 500, 8 + 1024, 8 + 1024 + 700])
def test_an_index_cut_short_tells_nothing(repo: Path, length: int) -> None:
    index = indexes(repo)[0]
    names = as_git_has_it(index)
    index.chmod(0o644)
    index.write_bytes(index.read_bytes()[:length])
    assert not find_places([objects(repo)], names).keys() & names.keys()
    assert [] == ids_at(index.with_suffix(".pack"), set(names.values()))


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, b"\0\0\0\0"),
        (8, b"\xff" * 1024),
        (8 + 1020, b"\xff" * 4),
        (8 + 4, b"\x7f" + b"\xff" * 3),
    ],
)
def test_an_index_that_lies_about_its_size(repo: Path, at: int, text: bytes) -> None:
    """Nothing is read for billions of objects that are not there."""
    index = indexes(repo)[0]
    names = as_git_has_it(index)
    raw = bytearray(index.read_bytes())
    raw[at : at + len(text)] = text
    index.chmod(0o644)
    index.write_bytes(raw)
    assert {} == find_places([objects(repo)], names)
    assert [] == ids_at(index.with_suffix(".pack"), set(names.values()))


def test_an_offset_beyond_the_index(repo: Path) -> None:
    """The number of a place in a table that is not there."""
    index = indexes(repo)[0]
    names = as_git_has_it(index)
    raw = bytearray(index.read_bytes())
    start = 8 + 1024 + 24 * len(names)
    raw[start : start + 4 * len(names)] = b"\xff" * 4 * len(names)
    index.chmod(0o644)
    index.write_bytes(raw)
    assert {} == find_places([objects(repo)], names)
    assert [] == ids_at(index.with_suffix(".pack"), set(names.values()))
