"""Installs provenance into .venv, builds a sample repository and audits it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from environment import ROOT, make_environment, require_packages, run


def main() -> int:
    """Exit code 1 is the expected one: the sample holds a finding of severity high."""
    require_packages()
    python = make_environment(ROOT / ".venv", fresh=False)
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ROOT)
    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "newcomer"
        run(python, ROOT / "sample_repos" / "build.py", "newcomer", sample)
        command = [str(python.parent / "provenance"), "audit", "v1.1", "-C", str(sample)]
        print("+ provenance audit v1.1 -C SAMPLE", flush=True)
        status = subprocess.call(command)
    print(f"exit code {status} (1: complete, with findings of severity high)")
    print("provenance is installed; try it on a tree of yours:")
    print(f"  {python.parent / 'provenance'} audit -C /path/to/linux")
    return 0 if status == 1 else status or 1


if __name__ == "__main__":
    sys.exit(main())
