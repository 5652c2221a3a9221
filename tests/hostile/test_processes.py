"""What a run starts, connects to and writes: proved from outside, by the kernel's own account."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest

from tests.hostile.case import Case, Recipe, build, command, fine, odd
from tests.hostile.packs import pack
from tests.hostile.process import ROOT, limited
from tests.hostile.test_content import merge
from tests.hostile.test_execution import everything, promisor
from tests.hostile.test_history import line, replaced
from tests.hostile.test_signatures import genuine
from tests.hostile.trace import TRACES, traced

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
    fine("merged", 9, "a merge that is merged again", merge("both")),
]


@pytest.mark.skipif(not TRACES, reason="strace is not installed, or may not trace here")
@pytest.mark.parametrize("case", _TABLE, ids=lambda case: case.id)
def test_the_kernel_saw_nothing_else(case: Case, tmp_path: Path) -> None:
    """Only git and Python ran, nothing was connected, only output, cache and scratch written, and
    nothing read but the repository and what the system needs.
    """
    found = traced(case, tmp_path)
    assert found.outcome.code in (0, 1, 3), found.outcome.stderr
    assert any(" execve(" in one for one in found.lines)
    assert [] == list(found.trespasses())
    assert (tmp_path / "out" / "report.json").exists()
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("is_packed", [False, True], ids=["loose", "packed"])
@pytest.mark.parametrize("recipe", [everything, merge("both")], ids=["traps", "merge"])
def test_an_audited_repository_is_left_as_it_was(
    recipe: Recipe, is_packed: bool, tmp_path: Path
) -> None:
    """Not a byte, not a time, not a name in it changes: also where git, which merges a merge again,
    is to write objects that the repository has, and would set the times of their files.
    """
    world = build(odd("left", 9, "to be left alone", recipe), tmp_path / "w")
    if is_packed:
        pack(world)

    def state() -> dict[str, tuple[int, int, int, bytes]]:
        found = {}
        for path in sorted(world.repo.rglob("*")):
            status = path.stat()
            raw = path.read_bytes() if path.is_file() else b""
            found[str(path)] = (status.st_mtime_ns, status.st_ctime_ns, status.st_mode, raw)
        return found

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
