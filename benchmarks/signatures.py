"""Verdicts on signatures, a part of every audit with a keyring.

``python3 -m benchmarks.signatures REPO KEYRING [--tags N]``

Every signed tag and mergetag of the repository is judged, or the first N annotated tags only.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measure import git_lines
from provenance.evidence.keyring import read_keyring
from provenance.evidence.signatures import Verifier
from provenance.evidence.ssh import SshTrust
from provenance.facts import ObjectId, Tag
from provenance.parse.objects import parse_commit, parse_tag

_NO_ID = ObjectId("0" * 40)


def main() -> int:
    """Prints the verdicts and what one of them took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("keyring", type=Path)
    parser.add_argument("--tags", type=int)
    given = parser.parse_args()
    names = annotated_tags(given.repo)[: given.tags]
    merges = [] if given.tags else git_lines(given.repo, "rev-list", "--merges", "--all")
    signed = [tag for tag in _tags(given.repo, names, merges) if tag.signature]
    started = time.perf_counter()
    verifier = Verifier(read_keyring([given.keyring]), SshTrust(), datetime.date(2026, 1, 1))
    loaded = time.perf_counter()
    verdicts = Counter(verifier.verify(tag.signature, tag.tagger).status for tag in signed)
    each = 1000 * (time.perf_counter() - loaded) / max(1, len(signed))
    print(f"keyring read in {loaded - started:.2f} s")
    print(f"{len(signed)} signatures, {each:.2f} ms each: {dict(sorted(verdicts.items()))}")
    return 0


def annotated_tags(repo: Path) -> list[str]:
    """The names of annotated tags, signed or not."""
    names = git_lines(repo, "for-each-ref", "--format=%(objecttype) %(refname)", "refs/tags")
    return [line.split(" ", 1)[1] for line in names if line.startswith("tag ")]


def _tags(repo: Path, names: Sequence[str], merges: Sequence[str]) -> Iterator[Tag]:
    """Tag objects, then the tags that merges embed."""
    for raw in _objects(repo, names):
        yield parse_tag(_NO_ID, raw)
    for raw in _objects(repo, merges):
        yield from parse_commit(_NO_ID, raw).mergetags


def _objects(repo: Path, names: Sequence[str]) -> Iterator[bytes]:
    out = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch"],
        input="".join(f"{name}\n" for name in names).encode(),
        capture_output=True,
        check=True,
    ).stdout
    position = 0
    while position < len(out):
        header, _, _ = out[position : position + 1000].partition(b"\n")
        start = position + len(header) + 1
        position = start + int(header.split()[2]) + 1
        yield out[start : position - 1]


if __name__ == "__main__":
    sys.exit(main())
