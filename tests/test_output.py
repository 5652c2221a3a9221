"""Where ``-o`` writes: a file is replaced whole, anything else is written into and stays."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from provenance.cli.output import destination
from provenance.errors import OutputError
from tests.cli import run
from tests.conftest import BuiltSample

HEADER = "commit,author_date,"
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def newcomer(sample: Callable[[str], BuiltSample]) -> tuple[str, ...]:
    """An audit of the newcomer sample as CSV; the destination is still to be added."""
    return ("audit", "v1.1", "-C", str(sample("newcomer").path), "-f", "csv", "-o")


def test_a_pipe_is_written_into(newcomer: tuple[str, ...], tmp_path: Path) -> None:
    """As devices are: one that is replaced by a file (``/dev/null``) harms the whole machine."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert 1 == run(*newcomer, str(pipe)).code
    reader.join(timeout=30)
    assert got[0].decode().startswith(HEADER)
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert [pipe] == list(tmp_path.iterdir())


def test_a_folder_that_takes_no_file_is_refused_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not after minutes of reading: here there is not even a repository to read."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    outcome = run("audit", "-C", str(tmp_path / "none"), "-o", str(tmp_path / "report.csv"))
    assert (2, "") == (outcome.code, outcome.stdout)
    assert f"no file can be made in {tmp_path}" in outcome.stderr


def test_an_open_descriptor_is_written_behind_what_is_there(
    newcomer: tuple[str, ...], tmp_path: Path
) -> None:
    """``-o /dev/stdout >> log`` keeps the log."""
    log = tmp_path / "log"
    log.write_text("before\n")
    with log.open("ab") as stream:
        assert 1 == run(*newcomer, f"/dev/fd/{stream.fileno()}").code
    assert log.read_text().startswith(f"before\n{HEADER}")


def test_a_link_stays_and_its_file_is_replaced(newcomer: tuple[str, ...], tmp_path: Path) -> None:
    """Also where the file was not there yet."""
    link, target = tmp_path / "latest.csv", tmp_path / "out.csv"
    link.symlink_to("out.csv")
    for _ in range(2):
        assert 1 == run(*newcomer, str(link)).code
        assert link.is_symlink()
        assert target.read_text().startswith(HEADER)


def test_a_file_keeps_its_mode(newcomer: tuple[str, ...], tmp_path: Path) -> None:
    """What was closed to others stays closed."""
    target = tmp_path / "out.csv"
    target.touch(mode=0o600)
    assert 1 == run(*newcomer, str(target)).code
    assert 0o600 == stat.S_IMODE(target.stat().st_mode)


def test_half_a_report_goes_nowhere(tmp_path: Path) -> None:
    """A report that breaks off reaches neither a stream nor a file."""
    log, target = tmp_path / "log", tmp_path / "out.csv"
    with log.open("ab") as stream:
        for output in (f"/dev/fd/{stream.fileno()}", str(target)):
            with pytest.raises(OutputError, match="cannot write"), destination(output) as out:
                out.write("x" * 1_000_000)
                raise OSError("broken off")
    assert not log.read_bytes()
    assert [log] == list(tmp_path.iterdir())


def to(stdout: int, words: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
    """A run with its standard output where a test wants it."""
    started = [sys.executable, "-m", "provenance", *words]
    return subprocess.run(started, stdout=stdout, stderr=subprocess.PIPE, cwd=ROOT, check=False)


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_reader_that_has_gone_is_no_finding(newcomer: tuple[str, ...], form: str) -> None:
    """``| head -1``: the code of a closed pipe, and not a word."""
    read, write = os.pipe()
    os.close(read)
    done = to(write, [*newcomer[:4], "-f", form, "-q"])
    os.close(write)
    assert (141, b"") == (done.returncode, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("words", [["audit", "v1.1", "-q"], ["rules"], ["--version"]])
def test_a_full_disk_behind_standard_output_is_told(
    newcomer: tuple[str, ...], words: list[str]
) -> None:
    """As a failure, and never as a bug of ours."""
    where = ["-C", newcomer[3]] if words[0] == "audit" else []
    full = os.open("/dev/full", os.O_WRONLY)
    done = to(full, [*words, *where])
    os.close(full)
    assert 2 == done.returncode
    assert b"Traceback" not in done.stderr
    assert b"internal error" not in done.stderr
