"""A virtual environment with what the project needs, made from nothing but Python and pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Runs a command, shown first; its failure ends the script with its exit code."""
    words = [str(word) for word in command]
    print("+", " ".join(words), flush=True)
    status = subprocess.call(words, cwd=cwd, env={**os.environ, **environment})
    if status:
        sys.exit(status)


def require_packages(**useful: str) -> None:
    """Git and Python's venv module, installed with apt where that is possible.

    ``useful`` (program=package) is installed too, and done without where that is impossible.
    """
    wanted = [] if shutil.which("git") else ["git"]
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        wanted.append("python3-venv")
    more = [package for program, package in useful.items() if not shutil.which(program)]
    if shutil.which("apt-get") and os.geteuid() == 0 and (wanted or more):
        run("apt-get", "update", "-q", DEBIAN_FRONTEND="noninteractive")
        run("apt-get", "install", "-y", "-q", *wanted, *more, DEBIAN_FRONTEND="noninteractive")
    elif wanted:
        sys.exit(f"missing: {', '.join(wanted)}; install with: sudo apt install {' '.join(wanted)}")
    elif more:
        print(f"without {', '.join(more)} some tests are skipped", flush=True)


def make_environment(folder: Path, *, fresh: bool) -> Path:
    """The Python of a virtual environment at the folder; ``fresh`` makes it anew."""
    python = folder / "bin" / "python"
    if fresh and folder.exists():
        shutil.rmtree(folder)
    if not python.exists():
        run(sys.executable, "-m", "venv", folder)
    return python
