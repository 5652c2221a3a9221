"""Temporary folders: gone with their run, and what a killed run left goes with the next."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance.repository.scratch import Scratch, remove_left_over

HOUR = 3600.0
KILLED = (
    "import os; from provenance.repository.scratch import Scratch;"
    " made = Scratch(); print(made.path, flush=True); os.kill(os.getpid(), 9)"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary folders."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_over(place: Path, *, age: float = HOUR) -> Path:
    """What a killed run has left so long ago, with a link in it to what is not ours."""
    environment = {**os.environ, "TMPDIR": str(place)}
    killed = subprocess.run(
        [sys.executable, "-c", KILLED], env=environment, capture_output=True, check=False, text=True
    )
    assert -9 == killed.returncode
    path = Path(killed.stdout.strip())
    (place / "precious").write_text("still here")
    (path / "store0").symlink_to(place / "precious")
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def removed(place: Path) -> None:
    """Asked again, whatever was asked before."""
    remove_left_over.cache_clear()
    remove_left_over(place)


def test_a_folder_goes_with_its_run(place: Path) -> None:
    """Closed, it is no longer there."""
    scratch = Scratch()
    assert [scratch.path] == list(place.iterdir())
    scratch.close()
    assert [] == list(place.iterdir())


def test_what_a_killed_run_left_goes_with_the_next(place: Path) -> None:
    """The folder goes, what its links lead to stays."""
    path = left_over(place)
    removed(place)
    assert not path.exists()
    assert "still here" == (place / "precious").read_text()


def test_a_folder_that_was_never_locked_goes_too(place: Path) -> None:
    """Its run was killed before it had a lock; it is empty, and old."""
    early, new = place / "provenance-abcdefgh", place / "provenance-abcdefgi"
    for path in (early, new):
        path.mkdir()
    os.utime(early, (0, 0))
    removed(place)
    assert [new] == list(place.iterdir())


def test_a_folder_in_use_stays_however_old(place: Path) -> None:
    """Its run holds the lock."""
    scratch = Scratch()
    os.utime(scratch.path, (0, 0))
    removed(place)
    assert scratch.path.is_dir()
    scratch.close()


def swapped_for_a_link(path: Path) -> None:
    path.rename(path.parent / "elsewhere")
    path.symlink_to("elsewhere")
    os.utime(path, (0, 0), follow_symlinks=False)


def with_a_link_for_a_lock(path: Path) -> None:
    (path / "lock").rename(path / "other")
    (path / "lock").symlink_to("other")
    os.utime(path, (0, 0))


def without_a_lock(path: Path) -> None:
    (path / "lock").unlink()
    os.utime(path, (0, 0))


def under_another_name(path: Path) -> None:
    path.rename(path.parent / "fedora")


def under_a_name_that_somebody_chose(path: Path) -> None:
    path.rename(path.parent / "provenance-notes")


def with_a_file_of_somebody(path: Path) -> None:
    (path / "thesis.txt").write_text("years of work")
    os.utime(path, (0, 0))


@pytest.mark.parametrize(
    "change",
    [
        swapped_for_a_link,
        with_a_link_for_a_lock,
        without_a_lock,
        under_another_name,
        under_a_name_that_somebody_chose,
        with_a_file_of_somebody,
    ],
)
def test_what_may_be_another_programs_stays(place: Path, change: Callable[[Path], None]) -> None:
    """Only a folder with our name and our lock is ours."""
    change(left_over(place))
    before = sorted(place.rglob("*"))
    removed(place)
    assert before == sorted(place.rglob("*"))


def test_another_users_folder_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever made it removes it."""
    path = left_over(place)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    removed(place)
    assert path.is_dir()


def test_a_new_folder_stays(place: Path) -> None:
    """Its run may be about to lock it."""
    path = left_over(place, age=0)
    removed(place)
    assert path.is_dir()


def test_a_place_that_cannot_be_listed_is_none_of_our_business(tmp_path: Path) -> None:
    """Nothing is raised."""
    removed(tmp_path / "none")
    assert [] == list(tmp_path.iterdir())
