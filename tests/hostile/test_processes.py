"""What a run starts, connects to and writes: proved from outside, by the kernel's own account."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.hostile.case import Case, build, command, odd
from tests.hostile.process import ROOT, limited
from tests.hostile.test_execution import everything, promisor
from tests.hostile.test_history import line, replaced
from tests.hostile.test_signatures import genuine
from tests.hostile.world import World

STRACE: Final = shutil.which("strace")
TRACES: Final = (
    STRACE is not None
    and not subprocess.run(
        [STRACE, "-qq", "-o", os.devnull, "true"], capture_output=True, check=False
    ).returncode
)
CALLS: Final = (
    "execve,execveat,connect,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,"
    "mkdirat,symlink,symlinkat,link,linkat,truncate,chmod,fchmodat,chown,fchownat,mknodat"
)
WRITES: Final = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
_PATHS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_BORROWED: Final = re.compile(r"/tmp/[^/]*/objects/[0-9a-f]{2}/")
"""Something in a folder that a link of ours may lead into."""
_TABLE: Final = [
    odd("every-trap", 9, "all traps at once", everything),
    odd(
        "promisor",
        8,
        "a missing object and how to fetch it",
        promisor("url = ext::TRAP\n\tuploadpack = TRAP"),
    ),
    odd("replaced", 14, "replace refs", replaced("two")),
    odd("signed", 46, "a signature and a keyring", genuine()),
    odd("plain", 9, "three commits", line),
]


def traced(case: Case, folder: Path) -> tuple[World, list[str]]:
    """A run under strace: what was built, and the lines of the trace that succeeded."""
    world = build(case, folder / "w")
    log = folder / "trace"
    words = [
        *command(world),
        "-o",
        str(folder / "out" / "report.json"),
        "--cache-dir",
        str(folder / "cache"),
    ]
    (folder / "out").mkdir()
    (folder / "tmp").mkdir()
    assert STRACE
    before = [STRACE, "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log)]
    before += ["-E", f"TMPDIR={folder / 'tmp'}", "-E", "PYTHONDONTWRITEBYTECODE=1"]
    outcome = limited(words, before=before, memory=4 << 30)
    assert outcome.code in (0, 1, 3), outcome.stderr
    lines = log.read_text(errors="replace").split("\n")
    return world, [one for one in lines if " = -1 " not in one and one]


def written(lines: list[str]) -> Iterator[str]:
    """Paths that were made, changed or removed."""
    for one in lines:
        call = one.split("(", 1)[0].rsplit(" ", 1)[-1]
        if call in ("execve", "execveat", "connect") or (
            call.startswith("open") and not WRITES.search(one)
        ):
            continue
        paths = _PATHS.findall(one)
        yield from paths[-1:] if call.startswith("symlink") else paths


@pytest.mark.skipif(not TRACES, reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize("case", _TABLE, ids=lambda case: case.id)
def test_the_kernel_saw_nothing_else(case: Case, tmp_path: Path) -> None:
    """Only git and Python ran, nothing was connected, only output, cache and scratch written."""
    world, lines = traced(case, tmp_path)
    started = {_PATHS.findall(one)[0] for one in lines if " execve(" in one}
    assert started
    assert {Path(path).name for path in started} <= {
        "git",
        "python",
        Path(sys.executable).name,
        "python3",
    }
    assert not [one for one in lines if " connect(" in one]
    allowed = tuple(str(tmp_path / name) for name in ("out", "cache", "tmp"))
    inside = [path for path in written(lines) if path.startswith(str(world.folder))]
    assert not inside
    assert not [path for path in written(lines) if _BORROWED.search(path)]
    elsewhere = [
        path
        for path in written(lines)
        if path.startswith("/") and not path.startswith((*allowed, "/dev/null"))
    ]
    assert not elsewhere
    assert (tmp_path / "out" / "report.json").exists()
    assert not list((tmp_path / "tmp").iterdir())


def test_an_audited_repository_is_left_as_it_was(tmp_path: Path) -> None:
    """Not a byte, not a time, not a name in it changes."""
    world = build(odd("plain", 9, "three commits", everything), tmp_path / "w")

    def state() -> dict[str, tuple[int, int, bytes]]:
        return {
            str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes())
            for path in sorted(world.repo.rglob("*"))
            if path.is_file()
        }

    before = state()
    limited([*command(world), "-j", "2"])
    limited(["check", "v1.1", "-C", str(world.repo)])
    assert before == state()


def test_a_read_only_repository_is_enough(tmp_path: Path) -> None:
    """Nothing needs to be written where the objects are."""
    world = build(odd("plain", 9, "three commits", line), tmp_path / "w")
    for path in sorted(world.repo.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    world.repo.chmod(0o555)
    try:
        assert 0 == limited([*command(world), "--no-cache"]).code
    finally:
        for path in [world.repo, *world.repo.rglob("*")]:
            path.chmod(0o755)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_a_killed_run_leaves_no_half_report(name: str, tmp_path: Path) -> None:
    """The old file is still there, and the next run gives what an undisturbed one gives."""
    world = build(odd("plain", 9, "three commits", line), tmp_path / "w")
    target = tmp_path / "report.json"
    target.write_text("old")
    words = [*command(world), "--cache-dir", str(tmp_path / "cache")]
    process = subprocess.Popen(
        [sys.executable, "-m", "provenance", *words, "-o", str(target)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    cache = tmp_path / "cache"
    for _ in range(400):
        if cache.exists() or process.poll() is not None:
            break
        time.sleep(0.01)
    process.send_signal(getattr(signal, name))
    process.wait(timeout=60)
    assert target.read_text() == "old" or target.read_text().endswith("}\n")
    after, alone = limited(words), limited([*command(world), "--no-cache"])
    assert (alone.code, alone.raw) == (after.code, after.raw)
