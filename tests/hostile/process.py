"""The command line in a process of its own: with limits, and killed when it takes too long."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.cli import Outcome

SECONDS: Final = 60
GIBIBYTE: Final = 1 << 30
ROOT: Final = Path(__file__).resolve().parents[2]


def limited(
    words: Sequence[str],
    *,
    memory: int = GIBIBYTE,
    seconds: int = SECONDS,
    before: Sequence[str] = (),
) -> Outcome:
    """Runs it with so much address space and time.

    Every process that it starts has the same limits.  Raises ``subprocess.TimeoutExpired``.
    """

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    with subprocess.Popen(
        [*before, sys.executable, "-m", "provenance", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=limit,  # noqa: PLW1509 - the child only sets limits before it starts
    ) as process:
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return Outcome(process.returncode, out.decode("utf-8"), err.decode("utf-8", "replace"), out)
