"""Where objects lie in packs: as git says, and nothing from an index that says nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import ObjectId
from provenance.repository.packs import NOWHERE, base_named, find_places, ids_at, with_bases
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


def test_ids_that_start_alike_are_told_apart(repo: Path) -> None:
    """Eight equal digits decide nothing: those of an index that somebody made up."""
    index = indexes(repo)[0]
    raw = bytearray(index.read_bytes())
    ids = [ObjectId(f"{'ab' * 4}{at:032x}") for at in range(int.from_bytes(raw[1028:1032], "big"))]
    raw[8:1032] = b"\0\0\0\0" * 0xAB + raw[1028:1032] * (0x100 - 0xAB)
    raw[1032 : 1032 + 20 * len(ids)] = bytes.fromhex("".join(ids))
    index.chmod(0o600)
    index.write_bytes(raw)
    found = find_places([objects(repo)], [*ids, ObjectId(f"{'ab' * 4}{len(ids):032x}")])
    assert ids == list(found)
    assert len(ids) == len(set(found.values()))


def test_ids_at_places_are_those_of_git(repo: Path) -> None:
    """Of the places asked for, in their order; of others nothing."""
    index = indexes(repo)[0]
    every = sorted((offset, name) for name, offset in as_git_has_it(index).items())
    some = every[::3]
    offsets = {offset for offset, _ in some}
    assert some == ids_at(index.with_suffix(".pack"), offsets | {1, 1 << 40})
    assert [] == ids_at(index.with_suffix(".pack"), {1})


def bases_of_git(repo: Path) -> dict[str, str]:
    """Of each object the one that it is kept as a delta of."""
    what = "--batch-check=%(objectname) %(deltabase)"
    shown = git(repo, "cat-file", "--batch-all-objects", what)
    return dict(line.split(" ") for line in shown.splitlines())


@pytest.mark.parametrize("kind", ["by-offset", "by-id"])
def test_bases_are_those_of_git(tmp_path: Path, kind: str) -> None:
    """However a delta names its base; chains are followed to their end."""
    repo = init(tmp_path / "r")
    lines = [f"{line} {line**3}\n" for line in range(400)]
    for number in range(30):
        lines[number] = f"changed {number**5}\n"
        (repo / "long").write_text("".join(lines))
        git(repo, "add", "long")
        git(repo, "commit", "-q", "-m", f"long {number}")
    setting = f"repack.useDeltaBaseOffset={'true' if kind == 'by-offset' else 'false'}"
    git(repo, "-c", setting, "repack", "-adfq", "--depth=50")
    (index,) = indexes(repo)
    places = as_git_has_it(index)
    bases = bases_of_git(repo)
    assert sum(set(base) != {"0"} for base in bases.values()) > 20
    for name, place in places.items():
        chain, base = {place}, bases[name]
        while base in places:
            chain.add(places[ObjectId(base)])
            base = bases[base]
        assert chain == with_bases(index.with_suffix(".pack"), {place})
    every = frozenset(places.values())
    assert every == with_bases(index.with_suffix(".pack"), every)


def test_bases_of_an_index_that_leads_nowhere(repo: Path) -> None:
    """An offset that no file has, and a base whose place is beyond the index."""
    index = indexes(repo)[0]
    pack = index.with_suffix(".pack")
    with pytest.raises(ValueError, match="no file has byte"):
        with_bases(pack, {1 << 63})
    git(repo, "-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
    (index,) = indexes(repo)
    names = as_git_has_it(index)
    bases = bases_of_git(repo)
    place = next(names[one] for one in names if bases[one] in names)
    raw = bytearray(index.read_bytes())
    start = 8 + 1024 + 24 * len(names)
    raw[start : start + 4 * len(names)] = b"\xff" * 4 * len(names)
    index.chmod(0o644)
    index.write_bytes(raw)
    with pytest.raises(ValueError, match="beyond the index"):
        with_bases(index.with_suffix(".pack"), {place})


@given(st.binary(max_size=48), st.integers(0, 1 << 62))
def test_any_bytes_can_be_the_head_of_an_entry(head: bytes, offset: int) -> None:
    """A base lies before its delta."""
    base = base_named(head, offset)
    assert base is None or isinstance(base, str) or 0 <= base < offset


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
