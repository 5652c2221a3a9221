"""Whole processes timed: wall seconds, processor seconds, peak memory of the tree."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from benchmarks.model import Command, NotRunError, Printed, Run

ROOT = Path(__file__).resolve().parent.parent
"""Where commands run: there ``-m provenance`` is the checkout."""

_FIRST_POLLS, _SHORT_POLL, _LONG_POLL = 100, 0.01, 0.05
"""Seconds between two looks at the memory of the process tree: short at first."""


def measure(command: Command, more: Sequence[str] = ()) -> Run:
    """Runs a command with its output dropped.  Raises ``NotRunError`` where it fails."""
    with Path(os.devnull).open("wb") as nothing:
        return _run(command, more, nothing, nothing)


def keep(command: Command, folder: Path, more: Sequence[str] = ()) -> Printed:
    """Runs a command and keeps what it writes.  Raises ``NotRunError`` where it fails."""
    printed = Printed(folder / "stdout", folder / "stderr")
    with printed.stdout.open("wb") as out, printed.stderr.open("wb") as err:
        try:
            _run(command, more, out, err)
        except NotRunError as error:
            said = printed.stderr.read_text(encoding="utf-8", errors="replace").split("\n")
            last = next((line for line in reversed(said) if line.strip()), "")
            raise NotRunError(f"{error}: {last}" if last else str(error)) from error
    return printed


def git_lines(repo: Path, *words: str, stdin: str = "") -> list[str]:
    """What git prints, line by line; raises where it fails."""
    done = subprocess.run(
        ["git", "-C", str(repo), *words],
        input=stdin,
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
    )
    return done.stdout.splitlines()


def _run(command: Command, more: Sequence[str], out: IO[bytes], err: IO[bytes]) -> Run:
    with (command.stdin or Path(os.devnull)).open("rb") as stdin:
        started = time.perf_counter()
        process = _start([*command.words, *more], command, stdin, out, err)
        peak = _Peak(process.pid)
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            highest = peak.stop()
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.allowed:
        raise NotRunError(f"{command.label} ended with {process.returncode}")
    return Run(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=highest)


def _start(
    words: list[str], command: Command, stdin: IO[bytes], out: IO[bytes], err: IO[bytes]
) -> subprocess.Popen[bytes]:
    settings = {name: text for name, text in os.environ.items() if name[:11] != "PROVENANCE_"}
    try:
        return subprocess.Popen(
            words,
            stdin=stdin,
            stdout=out,
            stderr=err,
            cwd=ROOT,
            env={**settings, **dict(command.environment)},
        )
    except OSError as error:
        raise NotRunError(f"{words[0]}: {error.strerror}") from error


class _Peak:
    """Watches the memory that a process and all below it own.

    That is anonymous memory: what they would free by ending.  Mapped packs are the kernel's to
    drop and are left out, for git as for us.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """The highest sum seen, in MiB."""
        self._done.set()
        self._thread.join()
        return self._peak

    def _watch(self) -> None:
        polls = 0
        while not self._done.wait(_SHORT_POLL if polls < _FIRST_POLLS else _LONG_POLL):
            self._peak = max(self._peak, sum(_owned(pid) for pid in _tree(self._pid)))
            polls += 1


def _tree(pid: int) -> list[int]:
    """A process and all below it, but one that has yet to become another program (vfork).

    Until then it borrows the memory of its parent, which would count twice.
    """
    found, words = [pid], _words(pid)
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(child) for child in task.read_text().split()]
        except OSError:
            continue
        for child in children:
            if _words(child) != words:
                found.extend(_tree(child))
    return found


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _owned(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
