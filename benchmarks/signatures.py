"""Signature verdicts against ``git verify-tag`` and gpg, in one run.

``python3 -m benchmarks.signatures REPO KEYRING [--tags N]``

Ours judges every signed tag and mergetag of the repository; ``git verify-tag`` (a gpg with a
home of its own, holding the same keys) is asked about the first N tags only.
"""

from __future__ import annotations

import argparse
import datetime
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import git_lines
from provenance.evidence.keyring import read_keyring
from provenance.evidence.signatures import Verifier
from provenance.evidence.ssh import SshTrust
from provenance.facts import ObjectId, Tag
from provenance.parse.objects import parse_commit, parse_tag


def main() -> int:
    """Prints Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("repo", type=Path)
    parser.add_argument("keyring", type=Path)
    parser.add_argument("--tags", type=int, default=100)
    given = parser.parse_args()
    names = git_lines(given.repo, "for-each-ref", "--format=%(objecttype) %(refname)", "refs/tags")
    tags = [line.split()[1] for line in names if line.startswith("tag ")]
    signed = list(_signed(given.repo, tags))
    started = time.perf_counter()
    verifier = Verifier(read_keyring([given.keyring]), SshTrust(), datetime.date(2026, 1, 1))
    loading = time.perf_counter() - started
    started = time.perf_counter()
    verdicts = Counter(verifier.verify(tag.signature, tag.tagger).status for tag in signed)
    ours = 1000 * (time.perf_counter() - started) / max(1, len(signed))
    theirs = _verify_tag(given.repo, given.keyring, tags[: given.tags])
    print("| what | ms a signature | ratio |\n|---|---:|---:|")
    print(f"| git verify-tag | {theirs:.2f} | 1 |")
    print(f"| provenance ({len(signed)} signatures) | {ours:.2f} | {ours / theirs:.3f} |\n")
    print(f"keyring read in {loading:.2f} s; verdicts: {dict(sorted(verdicts.items()))}")
    return 0


def _signed(repo: Path, tags: list[str]) -> Iterator[Tag]:
    """Tag objects, then the tags that merges embed; only signed ones."""
    for name in tags:
        raw = subprocess.run(
            ["git", "-C", str(repo), "cat-file", "tag", name], capture_output=True, check=True
        ).stdout
        tag = parse_tag(ObjectId("0" * 40), raw)
        if tag.signature:
            yield tag
    merges = git_lines(repo, "rev-list", "--merges", "--all")
    process = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch"],
        input="\n".join(merges).encode(),
        capture_output=True,
        check=True,
    )
    position, out = 0, process.stdout
    while position < len(out):
        header, _, _ = out[position : position + 100].partition(b"\n")
        size = int(header.split()[2])
        start = position + len(header) + 1
        commit = parse_commit(ObjectId("0" * 40), out[start : start + size])
        yield from (tag for tag in commit.mergetags if tag.signature)
        position = start + size + 1


def _verify_tag(repo: Path, keyring: Path, tags: list[str]) -> float:
    """Milliseconds a tag; gpg's answer does not matter here."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "GNUPGHOME": home}
        subprocess.run(
            ["gpg", "--batch", "--import", str(keyring)],
            env=environment,
            check=False,
            capture_output=True,
        )
        started = time.perf_counter()
        for name in tags:
            subprocess.run(
                ["git", "-C", str(repo), "verify-tag", name],
                env=environment,
                check=False,
                capture_output=True,
            )
        spent = time.perf_counter() - started
        subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)
    return 1000 * spent / max(1, len(tags))


if __name__ == "__main__":
    sys.exit(main())
