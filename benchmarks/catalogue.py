"""The benchmarks: what is measured against what, and what it should need."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import totals
from benchmarks.backports import both_sides
from benchmarks.measure import git_lines
from benchmarks.model import (
    Benchmark,
    Cache,
    Command,
    Goal,
    NotRunError,
    Reader,
    Unit,
    no_numbers,
)
from benchmarks.signatures import annotated_tags
from provenance.errors import ProvenanceError
from provenance.words import Tier

_PEERS = Path(__file__).resolve().parent / "peers"
_REPORT = (0, 1, 3)
"""Exit codes of a finished report."""

_MEMORY = Goal(600, Unit.MEMORY)
_START = Goal(0.15, Unit.SECONDS)
_NUMSTAT = ("--no-merges", "--no-renames", "--numstat", "--format=%H")
_TAGS = 100


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What to measure on; ``work`` is a folder for files that commands read."""

    repo: Path
    work: Path
    release: str = ""
    small: str = ""
    keyring: Path | None = None
    gitdm: Path | None = None
    pydriller: str = sys.executable
    tier: str = Tier.FOREIGN


def catalogue(on: Setting) -> list[Benchmark]:
    """All benchmarks, in the order of the table."""
    return [*_starts(on), *_history(on), *_release(on), *_small(on), *_pieces(on)]


def history_command(on: Setting) -> Command:
    """Fills an index with commits and people, no changed files."""
    return _ours(on, "index", "--history-only", read=totals.indexed_commits)


def _starts(on: Setting) -> list[Benchmark]:
    wrong = _ours(on, "audit", "--mistyped", allowed=(2,))
    version = Command("provenance --version", (sys.executable, "-m", "provenance", "--version"))
    return [
        Benchmark(name="version", what="`--version`", ours=version, goals=(_START,), repeat=5),
        Benchmark(name="mistake", what="a usage error", ours=wrong, goals=(_START,), repeat=5),
    ]


def _history(on: Setting) -> list[Benchmark]:
    refs = ("--branches", "--tags", "--remotes", "HEAD")  # all that ours reads
    log = _git(on, "log", *refs, "--format=%H%x00%ae%x00%B", read=totals.logged_commits)
    row = partial(
        Benchmark,
        ours=_lines(on, "HEAD", "--base", "none"),
        yardstick=_git(on, "log", *_NUMSTAT, "HEAD", read=totals.numstat_totals),
    )
    return [
        Benchmark(
            name="history-facts",
            what="facts of all history, cold",
            ours=history_command(on),
            yardstick=log,
            cache=Cache.NOTHING,
            goals=(Goal(2.5, Unit.RATIO), _MEMORY),
        ),
        row(name="history-lines-nothing", what="lines of all history", cache=Cache.NOTHING),
        row(
            name="history-lines-cold",
            what="lines of all history, commits known",
            cache=Cache.HISTORY,
            goals=(Goal(0.55, Unit.RATIO),),
        ),
        row(
            name="history-lines-again",
            what="lines of all history, again",
            cache=Cache.FILLED,
            goals=(Goal(0.02, Unit.RATIO),),
        ),
    ]


def _release(on: Setting) -> list[Benchmark]:
    needs = "" if on.release else "no --release A..B"
    ring = ("--keyring", str(on.keyring)) if on.keyring else ()
    words = ("audit", on.release, "-f", "json", *ring)
    audit = partial(_ours, on, *words, allowed=_REPORT, read=totals.audit_totals)
    row = partial(
        Benchmark,
        yardstick=_git(on, "log", *_NUMSTAT, on.release, read=totals.numstat_totals),
        needs=needs,
    )
    patches = _git(on, "log", "--no-merges", "--no-renames", "-p", on.release)
    return [
        row(
            name="release-first",
            what="audit of a release, first",
            ours=audit(),
            cache=Cache.NOTHING,
            goals=(_MEMORY,),
        ),
        row(
            name="release-again",
            what="audit of a release, again",
            ours=audit(),
            cache=Cache.FILLED,
            goals=(Goal(1, Unit.RATIO), Goal(1.5, Unit.SECONDS)),
        ),
        row(name="release-no-cache", what="audit of a release, no index", ours=audit("--no-cache")),
        Benchmark(
            name="release-surface",
            what="new attack surface of a release, commits known",
            ours=_lines(on, on.release, "--surface"),
            yardstick=patches,
            cache=Cache.HISTORY,
            needs=needs,
        ),
    ]


def _small(on: Setting) -> list[Benchmark]:
    needs = "" if on.small else "no --small A..B"
    ids = on.work / "small-ids"
    numstat = _git(on, "log", *_NUMSTAT, on.small, read=totals.numstat_totals)
    row = partial(
        Benchmark,
        what="lines of a small range, commits known",
        ours=_lines(on, on.small),
        cache=Cache.HISTORY,
        prepare=partial(_write_ids, on, ids),
    )
    sign_offs = ("--select", "missing-author-sign-off,handler-without-sign-off", "--all")
    return [
        row(name="small-lines", yardstick=numstat, needs=needs),
        row(
            name="small-pydriller",
            yardstick=_pydriller(on, ids),
            needs=needs or _without_pydriller(on.pydriller),
            may_differ="PyDriller follows renames",
        ),
        row(
            name="small-gitdm",
            yardstick=_gitdm(on),
            needs=needs or ("" if on.gitdm else "no --gitdm DIR"),
        ),
        Benchmark(
            name="small-sign-offs",
            what="sign-offs of a small range, commits known",
            ours=_ours(
                on,
                *("audit", on.small, "-f", "json", *sign_offs),
                allowed=_REPORT,
                read=totals.unsigned_commits,
            ),
            yardstick=Command(
                "a script, git a commit",
                ("sh", str(_PEERS / "signedoff.sh"), str(on.repo), on.small),
                read=totals.flagged_lines,
            ),
            cache=Cache.HISTORY,
            needs=needs,
            may_differ="the script compares names and addresses, ours who somebody is",
        ),
    ]


def _pieces(on: Setting) -> list[Benchmark]:
    """Single parts of an audit, through programs of this package."""
    ids, tags, home = (on.work / name for name in ("both-sides", "tags", "gnupg"))
    module = (sys.executable, "-m")
    sides = ("log", "--no-walk=unsorted", "--no-renames", "-p", "--stdin")
    judged = (str(on.repo), str(on.keyring), "--tags", str(_TAGS))
    return [
        Benchmark(
            name="backports",
            what="backports compared with their originals",
            ours=Command(
                "benchmarks.backports",
                (*module, "benchmarks.backports", str(on.repo), on.release),
            ),
            yardstick=_git(on, *sides, stdin=ids),
            prepare=partial(_write_sides, on, ids),
            needs="" if on.release else "no --release A..B",
        ),
        Benchmark(
            name="signatures",
            what=f"signatures of up to {_TAGS} tags",
            ours=Command("benchmarks.signatures", (*module, "benchmarks.signatures", *judged)),
            yardstick=Command(
                "git verify-tag",
                ("xargs", "git", "-C", str(on.repo), "verify-tag"),
                allowed=(0, 123),
                stdin=tags,
                environment=(("GNUPGHOME", str(home)),),
            ),
            prepare=partial(_fill_gnupg, on, tags, home),
            needs="" if on.keyring else "no --keyring FILE",
        ),
    ]


def _ours(
    on: Setting,
    name: str,
    *words: str,
    allowed: Sequence[int] = (0,),
    read: Reader = no_numbers,
) -> Command:
    program = (sys.executable, "-m", "provenance", name)
    return Command(
        f"provenance {name}",
        (*program, *words, "-C", str(on.repo), "--tier", on.tier, "--no-progress"),
        allowed=tuple(allowed),
        read=read,
    )


def _lines(on: Setting, *words: str) -> Command:
    words = ("lines", *words, "-f", "json")
    return _ours(on, *words, allowed=_REPORT, read=totals.lines_totals)


def _git(on: Setting, *words: str, read: Reader = no_numbers, stdin: Path | None = None) -> Command:
    options = [word for word in words if word in {"--numstat", "-p"}]
    label = " ".join(["git", words[0], *options])
    return Command(label, ("git", "-C", str(on.repo), *words), stdin=stdin, read=read)


def _pydriller(on: Setting, ids: Path) -> Command:
    words = (on.pydriller, str(_PEERS / "pydriller_lines.py"), str(on.repo))
    return Command("PyDriller", words, stdin=ids, read=totals.added_removed)


def _gitdm(on: Setting) -> Command:
    script = 'cd "$1" && git -C "$2" log --numstat -M "$3" | python3 ./gitdm -n'
    words = ("sh", "-c", script, "sh", str(on.gitdm), str(on.repo), on.small)
    return Command("gitdm", words)


def _without_pydriller(python: str) -> str:
    probe = "import importlib.util, sys; sys.exit(not importlib.util.find_spec('pydriller'))"
    try:
        done = subprocess.run([python, "-c", probe], check=False, capture_output=True)
    except OSError as error:
        return f"{python}: {error.strerror}"
    return "not installed" if done.returncode else ""


def _write_ids(on: Setting, ids: Path) -> None:
    _write(ids, git_lines(on.repo, "rev-list", "--no-merges", on.small))


def _write_sides(on: Setting, ids: Path) -> None:
    try:
        sides = both_sides(on.repo, on.release)
    except ProvenanceError as error:
        raise NotRunError(error.message) from error
    _write(ids, sides, why="no backports in the range")


def _write(file: Path, lines: Sequence[str], *, why: str = "no commits in the range") -> None:
    if not lines:
        raise NotRunError(why)
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _fill_gnupg(on: Setting, tags: Path, home: Path) -> None:
    """gpg gets a home of its own that holds the same keys."""
    _write(tags, annotated_tags(on.repo)[:_TAGS], why="no annotated tags")
    home.mkdir(mode=0o700, exist_ok=True)
    for words in (["gpg", "--batch", "--import", str(on.keyring)], ["gpgconf", "--kill", "all"]):
        _quietly(words, {"GNUPGHOME": str(home)})


def _quietly(words: Sequence[str], environment: dict[str, str]) -> None:
    try:
        subprocess.run(words, env={**os.environ, **environment}, check=False, capture_output=True)
    except OSError as error:
        raise NotRunError(f"{words[0]}: {error.strerror}") from error
