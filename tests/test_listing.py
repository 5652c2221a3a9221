"""What cannot be listed is an error; what is not there is empty."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from provenance.evidence.keyring import read_keyring
from provenance.listing import module_names, walk
from provenance.repository import discover
from provenance.repository.discover import GitDirectory
from provenance.repository.refs import read_refs


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No folder can be listed."""

    def refuse(place: object = ".") -> NoReturn:
        raise PermissionError(13, "Permission denied", place)

    monkeypatch.setattr(os, "scandir", refuse)


def test_modules_are_those_of_the_folder(tmp_path: Path) -> None:
    """Without what is private or no module."""
    for name in ("b.py", "a.py", "__init__.py", "c.txt"):
        (tmp_path / name).touch()
    assert ("a", "b") == module_names([str(tmp_path)])
    with pytest.raises(FileNotFoundError):
        module_names([str(tmp_path / "none")])


def test_a_walk_is_in_order(tmp_path: Path) -> None:
    """Folders and files by name; nothing below a folder that is not there."""
    for name in ("b/two", "b/one", "a/three"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [(Path(parent).name, files) for parent, _, files in walk(tmp_path)]
    assert [(tmp_path.name, []), ("a", ["three"]), ("b", ["one", "two"])] == found
    assert [] == list(walk(tmp_path / "none"))


@pytest.mark.usefixtures("refusing")
def test_what_cannot_be_listed_is_not_empty(tmp_path: Path) -> None:
    """Neither modules nor refs nor keys."""
    (tmp_path / "refs").mkdir()
    with pytest.raises(PermissionError):
        module_names([str(tmp_path)])
    with pytest.raises(PermissionError):
        read_refs(GitDirectory(own=tmp_path, common=tmp_path))
    with pytest.raises(PermissionError):
        read_keyring([tmp_path])


def test_a_small_file_that_is_there_is_read(tmp_path: Path) -> None:
    """Or it is an error; a folder and nothing are no small file."""
    (tmp_path / "shallow").write_text("x")
    assert "x" == discover.read_small(tmp_path / "shallow")
    assert discover.read_small(tmp_path) is None
    assert discover.read_small(tmp_path / "none") is None
    assert discover.read_small(tmp_path / "shallow" / "below") is None


def test_a_small_file_that_cannot_be_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says is not known."""

    def refuse(path: Path) -> NoReturn:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "shallow").write_text("x")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(PermissionError):
        discover.read_small(tmp_path / "shallow")
