"""Comparing backports with their originals, a part of every audit of a stable release.

``python3 -m benchmarks.backports REPO RANGE``

References are resolved, both sides read and compared; history is not part of it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from benchmarks.measure import git_lines
from provenance.facts import ObjectId
from provenance.parse.comparison import Change, compare
from provenance.parse.references import Form, parse_upstream
from provenance.repository import Repository

Pairs = dict[str, tuple[str, Form]]


def main() -> int:
    """Prints how many backports there are of each kind."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("range", help="A..B, a stable series")
    given = parser.parse_args()
    pairs = _pairs(given.repo, given.range)
    verdicts = _compare(given.repo, pairs)
    print(f"{len(pairs)} backports:", ", ".join(f"{name} {n}" for name, n in verdicts.items()))
    return 0


def both_sides(repo: Path, revisions: str) -> list[str]:
    """The ids of all backports of a range, then of their originals."""
    pairs = _pairs(repo, revisions)
    return [*pairs, *(original for original, _ in pairs.values())]


def _pairs(repo: Path, revisions: str) -> Pairs:
    named: dict[str, list[tuple[str, Form]]] = {}
    with Repository(repo) as repository:
        for name in git_lines(repo, "rev-list", "--no-merges", revisions):
            message = repository.read_commit(ObjectId(name)).message
            references = parse_upstream(message, stable=True)
            named[name] = [(reference.id, reference.form) for reference in references]
    ids = {original for found in named.values() for original, _ in found}
    asked = git_lines(repo, "cat-file", "--batch-check", stdin="".join(f"{i}\n" for i in ids))
    known = {line.split()[0] for line in asked if line.split()[1] == "commit"}
    firsts = ((name, [one for one in found if one[0] in known]) for name, found in named.items())
    return {name: found[0] for name, found in firsts if found}


def _compare(repo: Path, pairs: Pairs) -> Counter[str]:
    verdicts: Counter[str] = Counter()
    with Repository(repo) as repository:
        sides = [
            repository.read_changes(
                [ObjectId(name) for name in names], look=lambda _, patch: patch, jobs=2
            )
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
