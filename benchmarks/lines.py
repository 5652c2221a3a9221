"""Line counting against git, PyDriller and gitdm, in one run.

``python3 -m benchmarks.lines REPO RANGE [--small RANGE] [--gitdm DIR] [--runs N]``

The yardstick is ``git log --no-merges --no-renames --numstat``.  PyDriller (from PyPI, if
installed; it needs a clone of your own with a work tree) and gitdm (a checkout, if named)
are measured on the small range only.
"""

from __future__ import annotations

import argparse
import importlib.util
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import paired, table

_PYDRILLER = """
import sys
from pydriller import Repository
total = 0
for commit in Repository(sys.argv[1], from_tag=sys.argv[2], to_tag=sys.argv[3]).traverse_commits():
    if not commit.merge:
        total += sum(file.added_lines for file in commit.modified_files)
print(total)
"""


def main() -> int:
    """Prints Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("range", help="A..B, or a revision for all of its history")
    parser.add_argument("--small", help="A..B for the slow ones")
    parser.add_argument("--gitdm", type=Path, help="a gitdm checkout")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    print(f"`{given.range}`, {_commits(given.repo, given.range)} non-merge commits\n")
    commands = {
        "git log --numstat": _git(given.repo, given.range),
        "provenance lines": _provenance(given.repo, given.range),
        "provenance lines --surface": [*_provenance(given.repo, given.range), "--surface"],
    }
    print(table(paired(commands, given.runs), "git log --numstat"))
    if given.small:
        small = {
            "git log --numstat": _git(given.repo, given.small),
            "provenance lines": _provenance(given.repo, given.small),
        }
        if importlib.util.find_spec("pydriller"):
            start, _, end = given.small.partition("..")
            small["PyDriller"] = [sys.executable, "-c", _PYDRILLER, str(given.repo), start, end]
        if given.gitdm:
            small["gitdm"] = _gitdm(given.repo, given.small, given.gitdm)
        print(f"\n`{given.small}`, {_commits(given.repo, given.small)} non-merge commits\n")
        print(table(paired(small, given.runs), "git log --numstat"))
    return 0


def _git(repo: Path, revisions: str) -> list[str]:
    words = ["git", "-C", str(repo), "log", "--no-merges", "--no-renames", "--numstat"]
    return [*words, "--format=%H", revisions]


def _provenance(repo: Path, revisions: str) -> list[str]:
    words = [sys.executable, "-m", "provenance", "lines", revisions, "-C", str(repo), "-f", "json"]
    return words if ".." in revisions else [*words, "--base", "none"]


def _gitdm(repo: Path, revisions: str, gitdm: Path) -> list[str]:
    script = Path(tempfile.mkdtemp()) / "gitdm.sh"
    log = shlex.join(["git", "-C", str(repo), "log", "--numstat", "-M", revisions])
    script.write_text(f"cd {shlex.quote(str(gitdm))} && {log} | python3 ./gitdm -n\n")
    return ["sh", str(script)]


def _commits(repo: Path, revisions: str) -> str:
    words: Sequence[str] = ["git", "-C", str(repo), "rev-list", "--no-merges", "--count", revisions]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
