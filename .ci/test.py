"""All checks: ruff, mypy, import-linter, the tests and a minute of fuzzing, on the built wheel.

Uses .venv-test, or a new environment where CI is set.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import tomllib
from pathlib import Path

from environment import ROOT, make_environment, require_packages, run

PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
STAGED = ("tests", "sample_repos", "docs", "benchmarks", "README.md", "pyproject.toml")

ORACLES = {"gpg": "gnupg", "ssh-keygen": "openssh-client"}


def wholly_tested() -> list[str]:
    """Parsers, verdicts and escaping, of which no branch may go untested: what mutmut changes."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [f"*/{pattern}" for pattern in settings["tool"]["mutmut"]["only_mutate"]]


def main() -> int:
    """Ends with the exit code of the first check that fails."""
    require_packages(**ORACLES)
    with tempfile.TemporaryDirectory() as folder:
        fresh = bool(os.environ.get("CI"))
        place = Path(folder) / "venv" if fresh else ROOT / ".venv-test"
        python = make_environment(place, fresh=fresh)
        tools = python.parent
        run(python, *PIP, "build", "hatchling")
        dist = Path(folder) / "dist"
        run(python, "-m", "build", "--quiet", "--no-isolation", "--wheel", "--outdir", dist)
        (wheel,) = dist.glob("*.whl")
        run(python, *PIP, "--force-reinstall", "--no-deps", wheel)
        run(python, *PIP, f"{wheel}[test]")
        run(tools / "ruff", "check")
        run(tools / "ruff", "format", "--check")
        run(tools / "mypy")
        run(tools / "lint-imports", "--no-cache", PYTHONPATH=str(ROOT))
        stage = Path(folder) / "stage"
        for name in STAGED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            stage.mkdir(exist_ok=True)
            copy(source, stage / name)
        shared = {"PROVENANCE_SHARED": str(ROOT.parent / "shared")}
        run(
            python,
            "-m",
            "pytest",
            "--numprocesses=auto",
            "--maxprocesses=8",
            "--dist=worksteal",
            "--cov",
            "--cov-branch",
            "--cov-report=term",
            cwd=stage,
            **shared,
        )
        whole = f"--include={','.join(wholly_tested())}"
        run(python, "-m", "coverage", "report", "--fail-under=100", whole, cwd=stage)
        run(python, "-m", "tests.fuzz", "--seconds", "45", cwd=stage)
        run(python, "-m", "tests.fuzz", "--seconds", "15", "--long", cwd=stage)
    return 0


if __name__ == "__main__":
    sys.exit(main())
