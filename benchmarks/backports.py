"""Comparing backports with their originals, against ``git log -p`` over both sides.

``python3 -m benchmarks.backports REPO RANGE [--runs N]``

Ours resolves the references, reads both sides and compares them; history is not part of it.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import git_lines
from provenance.facts import ObjectId
from provenance.parse.comparison import Change, compare
from provenance.parse.references import Form, parse_upstream
from provenance.repository import Repository


def main() -> int:
    """Prints Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("range", help="A..B, a stable series")
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    ids = git_lines(given.repo, "rev-list", "--no-merges", given.range)
    known = set(git_lines(given.repo, "rev-list", "--all"))
    pairs = _pairs(given.repo, ids, known)
    theirs, ours = [], []
    verdicts: Counter[str] = Counter()
    for _ in range(given.runs + 1):
        theirs.append(_timed_git(given.repo, [*pairs, *(one for one, _ in pairs.values())]))
        started = time.perf_counter()
        verdicts = _compare(given.repo, pairs)
        ours.append(time.perf_counter() - started)
    git, own = statistics.median(theirs[1:]), statistics.median(ours[1:])
    print(f"`{given.range}`, {len(pairs)} backports\n")
    print("| what | wall s | ratio |\n|---|---:|---:|")
    print(f"| git log -p, both sides | {git:.2f} | 1 |")
    print(f"| read and compared | {own:.2f} | {own / git:.2f} |\n")
    print(", ".join(f"{name} {count}" for name, count in verdicts.most_common()))
    return 0


def _pairs(repo: Path, ids: Sequence[str], known: set[str]) -> dict[str, tuple[str, Form]]:
    found = {}
    with Repository(repo) as repository:
        for name in ids:
            message = repository.read_commit(ObjectId(name)).message
            for reference in parse_upstream(message, stable=True):
                if reference.id in known:
                    found[name] = (reference.id, reference.form)
                    break
    return found


def _timed_git(repo: Path, ids: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(
        ["git", "-C", str(repo), "log", "--no-walk=unsorted", "--no-renames", "-p", "--stdin"],
        input="\n".join(ids).encode(),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - started


def _compare(repo: Path, pairs: dict[str, tuple[str, Form]]) -> Counter[str]:
    verdicts: Counter[str] = Counter()
    with Repository(repo) as repository:
        sides = [
            repository.read_changes(map(ObjectId, names), look=lambda _, patch: patch, jobs=2)
            for names in (pairs, [original for original, _ in pairs.values()])
        ]
        for (_, mine), (_, theirs), (_, form) in zip(*sides, pairs.values(), strict=True):
            if mine is None or theirs is None:
                verdicts["unknown"] += 1
                continue
            original, backport = Change(theirs.files, theirs.seen), Change(mine.files, mine.seen)
            found = compare(original, backport, reverts=form is Form.REVERT)
            verdicts[found.content] += 1
    return verdicts


if __name__ == "__main__":
    sys.exit(main())
