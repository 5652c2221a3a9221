"""A repository from a stream for ``git fast-import``."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path


def make(repo: Path, stream: Iterable[str]) -> None:
    """A new bare one; ends the program where git refuses."""
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(repo)], check=True)
    process = subprocess.Popen(
        ["git", "-C", str(repo), "fast-import", "--quiet"], stdin=subprocess.PIPE
    )
    assert process.stdin is not None
    for block in stream:
        process.stdin.write(block.encode())
    process.stdin.close()
    if process.wait():
        raise SystemExit(f"git could not make {repo}")
