"""Every commit of real repositories, as we read it and as ``git log`` prints it.

``python3 -m tests.differential REPOSITORY...``; with ``--changes`` changed files and line counts
too.  Each difference that has no explanation is printed, and makes the exit code 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tabulate import tabulate

from provenance.facts import BrokenIdent, Commit, FileChange, Ident, ObjectId, Zone
from provenance.parse.objects import parse_commit, split_header
from provenance.parse.patch import Changed, FilePatch
from provenance.parse.text import decode, encode
from provenance.repository import Repository
from provenance.words import Tier
from tests.git import git_bytes

CHUNK: Final = 4000
BLANK: Final = b" \t\n\r"
LOG: Final = ("log", "--no-walk=unsorted", "--stdin", "-z", "--encoding=UTF-8", "--date=raw")
FIELDS: Final = {
    "id": "%H",
    "tree": "%T",
    "parents": "%P",
    "author": "%an%n%ae%n%ad",
    "committer": "%cn%n%ce%n%cd",
    "subject": "%s",
    "message": "%B",
    "trailers": "%(trailers:only,unfold)",
}
"""What is compared, and git's format for it."""
COUNTS: Final = (
    *("--numstat", "--no-renames", "--no-ext-diff", "--no-textconv", "--root"),
    *("--diff-merges=first-parent", "--format=%H"),
)
UNREADABLE: Final = b"cannot be told"


class Difference(NamedTuple):
    """What git prints otherwise of a commit; ``reason`` is empty where it is unknown."""

    commit: str
    what: str
    git: bytes
    ours: bytes
    reason: str


def asked(repository: Path, words: Sequence[str], ids: Sequence[str] = ()) -> bytes:
    """What git prints about these commits."""
    stdin = "".join(f"{name}\n" for name in ids).encode()
    return git_bytes(repository, "--no-replace-objects", *words, stdin=stdin)


def facts(repository: Path, ids: Sequence[str]) -> Iterator[Difference]:
    """Differences in the header, the message and the trailers."""
    tokens = asked(repository, [*LOG, "--format=" + "%x00".join(FIELDS.values())], ids).split(b"\0")
    with Repository(repository, tier=Tier.OWN) as ours:
        for number, found in enumerate(ours.stream_named(map(ObjectId, ids))):
            commit = parse_commit(ObjectId(found.id), found.raw)
            expected = printed(commit, found.raw)
            for position, what in enumerate(FIELDS, start=number * len(FIELDS)):
                git = tokens[position].strip(BLANK)
                own = encode(expected[what]).strip(BLANK)
                if git != own:
                    reason = reason_for(what, commit)
                    yield Difference(found.id, what, git, own, reason)


def printed(commit: Commit, raw: bytes) -> dict[str, str]:
    """What ``git log`` should print of a commit, by our own reading."""
    body = split_header(raw)[1].partition(b"\0")[0]
    block = (f"{one.key}: {one.value}" for one in commit.trailers if one.zone is Zone.BLOCK)
    return {
        "id": commit.id,
        "tree": commit.tree or "",
        "parents": " ".join(commit.parents),
        "author": identity(commit.author),
        "committer": identity(commit.committer),
        "subject": commit.subject,
        "message": decode(body, commit.encoding),
        "trailers": "\n".join(block),
    }


def identity(ident: Ident | BrokenIdent) -> str:
    """Name, address and date as git prints them; nothing of a line that we refuse."""
    if isinstance(ident, BrokenIdent):
        return ""
    return f"{ident.person.name}\n{ident.person.email}\n{ident.seconds} {ident.zone}"


def reason_for(what: str, commit: Commit) -> str:
    """Why we read something otherwise than git does; empty where that is a fault of ours."""
    ident = {"author": commit.author, "committer": commit.committer}.get(what)
    if isinstance(ident, BrokenIdent):
        return f"refused and reported: {ident.reason}"
    if ident and ident.zone == "-0000":
        return "the zone -0000 is kept; git prints +0000"
    return ""


def counted(repository: Path, ids: Sequence[str]) -> bytes:
    """The numstat stream; a commit on which git dies, for want of an object, is left out."""
    try:
        return asked(repository, [*LOG, *COUNTS], ids)
    except subprocess.CalledProcessError:
        half = len(ids) // 2
        return counted(repository, ids[:half]) + counted(repository, ids[half:]) if half else b""


def changes(repository: Path, ids: Sequence[str]) -> Iterator[Difference]:
    """Differences in the changed files of each commit and their line counts."""
    shown: dict[str, list[bytes]] = {}
    rows: list[bytes] = []
    for token in counted(repository, ids).split(b"\0"):
        line = token.lstrip(b"\n")
        if line.count(b"\t") >= 2:
            rows.append(line)
        elif line:
            rows = shown.setdefault(line.decode("ascii"), [])
    with Repository(repository, tier=Tier.OWN) as ours:
        read: Iterator[tuple[ObjectId, Changed[None] | None]] = ours.read_changes(
            [ObjectId(name) for name in ids], look=_nothing, jobs=1
        )
        for name, changed in read:
            own = [numstat(file) for file in changed.files] if changed else [UNREADABLE]
            git = shown.get(name, [UNREADABLE])
            if git != own:
                yield Difference(name, "changes", b"\n".join(git), b"\n".join(own), "")


def _nothing(_: ObjectId, __: FilePatch) -> None:
    """Looks at no line."""


def numstat(file: FileChange) -> bytes:
    """A line of ``git log -z --numstat``."""
    counts = b"-\t-" if file.binary else b"%d\t%d" % (file.added, file.removed)
    return counts + b"\t" + encode(file.path)


def compare(repository: Path, ids: Sequence[str], *, with_changes: bool) -> list[Difference]:
    """All differences of a chunk of commits."""
    parts = (facts, changes) if with_changes else (facts,)
    return [found for part in parts for found in part(repository, ids)]


def chosen() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.differential", description=__doc__)
    parser.add_argument("repositories", nargs="+", type=Path, metavar="REPOSITORY")
    parser.add_argument("--changes", action="store_true", help="files and line counts too")
    parser.add_argument("--limit", type=int, help="so many commits of each repository at most")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    return parser.parse_args()


def main() -> int:
    """The exit code."""
    asked_for = chosen()
    seen: set[str] = set()
    totals, lost = Counter[tuple[str, str]](), 0
    with ProcessPoolExecutor(asked_for.jobs) as pool:
        for repository in asked_for.repositories:
            every = asked(repository, ["rev-list", "--all"]).decode("ascii").split()
            ids = [name for name in every if name not in seen][: asked_for.limit]
            seen.update(ids)
            chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
            work = partial(compare, repository, with_changes=asked_for.changes)
            for differences in pool.map(work, chunks):
                for one in differences:
                    totals[one.what, one.reason or "UNEXPLAINED"] += 1
                    if not one.reason:
                        lost += 1
                        print(f"{repository.name} {one.commit} {one.what}", file=sys.stderr)
                        print(f"  git {one.git[:300]!r}\n  we  {one.ours[:300]!r}", file=sys.stderr)
    rows = [(*key, number) for key, number in sorted(totals.items())]
    print(f"{len(seen):,} commits compared, {lost:,} differences that nothing explains")
    print(tabulate(rows, ("what", "why it differs", "commits")))
    return int(bool(lost))


if __name__ == "__main__":
    sys.exit(main())
