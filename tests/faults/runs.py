"""One sample, audited again and again while something goes wrong; what must hold each time.

An old report stays whole or is replaced by a whole one; no temporary file stays where the report
is; a run that says 0, 1 or 3 has written the bytes of an undisturbed one; and whatever happened to
the index, the next run gives those bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from sample_repos.build import build
from tests.git import git

ROOT: Final = Path(__file__).resolve().parents[2]
CALLS: Final = (
    "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "rename", "unlink", "mkdir",
)  # fmt: skip
ERRORS: Final = {
    "openat": ("EMFILE", "EROFS", "EIO"),
    "write": ("ENOSPC", "EIO"),
    "pwrite64": ("ENOSPC", "EIO"),
    "rename": ("EIO", "ENOSPC"),
    "mkdir": ("ENOSPC", "EROFS"),
}
"""What a call may fail with; any other with EIO."""
READING: Final = ("EACCES", "EMFILE")
"""What an open for reading fails with; ``Path.glob`` is silent about the first."""
OLD: Final = b"an older report\n"
_ENVIRONMENT: Final = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}


Change = Callable[[Path], object]
"""What somebody does to a repository meanwhile."""


def repack(repo: Path) -> None:
    """Everything into one pack; what it was read from before is gone."""
    git(repo, "repack", "-a", "-d", "-q")
    git(repo, "prune-packed", "-q")


def remove(repo: Path) -> None:
    """The whole repository."""
    shutil.rmtree(repo)


@dataclass(frozen=True)
class Fault:
    """The ``number``-th call of a kind fails."""

    call: str
    number: int
    error: str


class Bench:
    """A sample, a report to overwrite and an index, which is filled first where it is ``known``."""

    def __init__(self, folder: Path, *, known: bool) -> None:
        self._folder = folder
        self._known = known
        self._repo = folder / "repo"
        build("newcomer", self._repo)
        self.expected = self._alone()
        if known:
            self._run(["-o", str(folder / "first.json")])
            shutil.copytree(folder / "cache", folder / "kept")

    @property
    def _words(self) -> list[str]:
        return [sys.executable, "-m", "provenance", "audit", "v1.1", "-C", str(self._repo)]

    def _environment(self) -> dict[str, str]:
        scratch = self._folder / "scratch"
        scratch.mkdir(exist_ok=True)
        return {**os.environ, **_ENVIRONMENT, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)}

    def _alone(self) -> bytes:
        words = [*self._words, "-f", "json", "--no-cache"]
        return subprocess.run(
            words, env=self._environment(), capture_output=True, check=False
        ).stdout

    def _command(self, more: list[str]) -> list[str]:
        cache = str(self._folder / "cache")
        return [*self._words, "-f", "json", "-j", "1", "--cache-dir", cache, *more]

    def _run(self, more: list[str], before: tuple[str, ...] = ()) -> tuple[int, bytes]:
        done = subprocess.run(
            [*before, *self._command(more)],
            env=self._environment(),
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done.returncode, done.stdout

    def reset(self) -> Path:
        """The index as it was at first, and an old report to overwrite."""
        shutil.rmtree(self._folder / "cache", ignore_errors=True)
        if self._known:
            shutil.copytree(self._folder / "kept", self._folder / "cache")
        shutil.rmtree(self._folder / "out", ignore_errors=True)
        (self._folder / "out").mkdir()
        report = self._folder / "out" / "report.json"
        report.write_bytes(OLD)
        return report

    def faults(self) -> Iterator[Fault]:
        """Every call with which an undisturbed run writes, failing in every way, and every one with
        which it opens a file or folder of the repository or of its own.
        """
        report = self.reset()
        trace = self._folder / "trace"
        words = ("strace", "-qq", "-o", str(trace), "-e", f"trace={','.join(CALLS)}")
        self._run(["-o", str(report)], words)
        counts = dict.fromkeys(CALLS, 0)
        reads: list[int] = []
        for line in trace.read_text(errors="replace").splitlines():
            call, _, given = line.partition("(")
            if call not in counts:
                continue
            counts[call] += 1
            if call != "openat" or re.search(r"O_(?:RDWR|WRONLY)", given):
                for error in ERRORS.get(call, ("EIO",)):
                    yield Fault(call, counts[call], error)
            elif self._is_ours(given, begun=bool(reads)):
                reads.append(counts[call])
        for number in reads:
            yield from (Fault("openat", number, error) for error in READING)

    def _is_ours(self, given: str, *, begun: bool) -> bool:
        """True for what is opened to be read in the repository, and then in the package.

        Not for what loads libraries before the program runs.
        """
        if f'"{self._repo}' in given:
            return True
        return begun and "O_DIRECTORY" in given and "/provenance/" in given

    def suffer(self, fault: Fault) -> None:
        """A run in which one call fails.  Raises ``AssertionError`` where something is lost.

        What may not be read may be lacking where the report says so.
        """
        report = self.reset()
        how = f"inject={fault.call}:error={fault.error}:when={fault.number}"
        words = ("strace", "-qq", "-o", os.devnull, "-e", f"trace={fault.call}", "-e", how)
        code, _ = self._run(["-o", str(report)], words)
        self.judge(report, code, gaps=fault.error == "EACCES")

    def _under_way(self, report: Path, seconds: float) -> subprocess.Popen[bytes]:
        """A run that was started so long ago; it may have ended."""
        process = subprocess.Popen(
            self._command(["-o", str(report)]),
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process

    def kill(self, random: Random, longest: float) -> None:
        """A run that is killed at some moment.  Raises ``AssertionError`` as above."""
        report = self.reset()
        process = self._under_way(report, random.uniform(0.05, longest))
        process.kill()
        process.communicate()
        self.judge(report, process.returncode, killed=True)

    def pull_away(self, random: Random, longest: float, how: Change) -> None:
        """A run while the repository is packed anew or removed.  Raises as above."""
        kept = self._folder / "repo.kept"
        shutil.copytree(self._repo, kept)
        report = self.reset()
        process = self._under_way(report, random.uniform(0.05, longest))
        how(self._repo)
        _, complaint = process.communicate(timeout=120)
        shutil.rmtree(self._repo, ignore_errors=True)
        kept.rename(self._repo)
        assert b"Traceback" not in complaint, complaint.decode()
        self.judge(report, process.returncode, gaps=True)

    def judge(self, report: Path, code: int, *, killed: bool = False, gaps: bool = False) -> None:
        """Says what an outcome has lost.  Raises ``AssertionError``.

        With ``gaps`` a report with exit code 3 may lack something where its account says so.
        """
        found = report.read_bytes()
        if gaps and code == 3:
            account = json.loads(found)["completeness"]
            assert account != json.loads(self.expected)["completeness"], found[:200]
        else:
            assert found in (OLD, self.expected), found[:200]
        if code in (0, 1) or (code == 3 and not gaps):
            assert found == self.expected, f"exit code {code} with the old report"
        elif not killed:
            left = [path.name for path in report.parent.iterdir() if path != report]
            assert not left, f"exit code {code} leaves {left}"
        after = self._run([])[1]
        assert after == self.expected, "the next run gives something else"
