"""Measures this program against git and other tools, in turn, and prints a Markdown table.

Progress goes to standard error.  The code is 1 where a run failed or both sides counted
differently, not where a goal was missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.catalogue import Setting, catalogue, history_command
from benchmarks.measure import git_lines
from benchmarks.model import Benchmark, Outcome
from benchmarks.runner import run_all
from benchmarks.table import draw, notes
from provenance import __version__
from provenance.words import Tier


def main() -> int:
    """The command line."""
    parser = _parser()
    given = parser.parse_args()
    if given.runs < 1:
        parser.error("--runs takes 1 or more")
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        on = _setting(given, Path(folder))
        chosen = catalogue(on)
        if given.list:
            print("\n".join(f"{one.name:24}{one.what}" for one in chosen))
            return 0
        if given.repo is None:
            parser.error("name a repository")
        unknown = set(given.only or ()) - {one.name for one in chosen}
        if unknown:
            parser.error(f"no such benchmark: {', '.join(sorted(unknown))} (see --list)")
        chosen = [one for one in chosen if not given.only or one.name in given.only]
        return _report(on, chosen, given.runs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks", description=__doc__)
    parser.add_argument("repo", nargs="?", type=Path, help="a git repository")
    parser.add_argument(
        "--release", metavar="A..B", help="default: the last two tags that HEAD contains"
    )
    parser.add_argument("--small", metavar="A..B", default="", help="a range for slow tools")
    parser.add_argument("--runs", type=int, default=3, help="pairs of runs that count")
    parser.add_argument("--keyring", type=Path, help="OpenPGP certificates, a file or folder")
    parser.add_argument("--gitdm", type=Path, metavar="DIR", help="a checkout of gitdm")
    parser.add_argument(
        "--pydriller-python", metavar="FILE", default=sys.executable, help="one that has PyDriller"
    )
    parser.add_argument(
        "--tier", choices=list(Tier), default=Tier.FOREIGN, help="how far the repository is trusted"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these benchmarks")
    parser.add_argument("--list", action="store_true", help="name the benchmarks and stop")
    return parser


def _setting(given: argparse.Namespace, work: Path) -> Setting:
    """Paths made absolute: commands run in the checkout."""
    repo = Path(given.repo or ".").resolve()
    release = given.release
    if release is None:
        release = _last_release(repo) if given.repo and not given.list else ""
    return Setting(
        repo=repo,
        work=work,
        release=release,
        small=given.small,
        keyring=given.keyring and given.keyring.resolve(),
        gitdm=given.gitdm and given.gitdm.resolve(),
        pydriller=given.pydriller_python,
        tier=given.tier,
    )


def _last_release(repo: Path) -> str:
    """The range between the last two tags that HEAD contains; empty where there are none."""
    try:
        (last,) = git_lines(repo, "describe", "--tags", "--abbrev=0", "HEAD")
        (before,) = git_lines(repo, "describe", "--tags", "--abbrev=0", f"{last}^")
    except subprocess.CalledProcessError:
        return ""
    return f"{before}..{last}"


def _report(on: Setting, chosen: list[Benchmark], runs: int) -> int:
    """Runs and prints; what is done when somebody stops it is printed too."""
    header = "\n".join(_header(on, runs))
    found: dict[str, Outcome] = {}
    code = 0
    try:
        for outcome in run_all(chosen, history=history_command(on), runs=runs, work=on.work):
            found[outcome.benchmark.name] = outcome
    except KeyboardInterrupt:
        code = 130
    ordered = [found[one.name] for one in chosen if one.name in found]
    print(header, draw(ordered), notes(ordered), sep="\n\n")
    return code or int(any(outcome.is_wrong for outcome in ordered))


def _header(on: Setting, runs: int) -> Iterable[str]:
    (git,) = git_lines(on.repo, "--version")
    yield f"provenance {__version__}, {git}, Python {platform.python_version()},"
    yield f"{os.cpu_count()} cores, medians of {runs} paired runs, highest peaks."
    yield f"Read as {'your own clone' if on.tier == Tier.OWN else 'a foreign repository'}."
    yield from _size(on)


def _size(on: Setting) -> Iterator[str]:
    commits, others = (
        int(git_lines(on.repo, "rev-list", "--count", *words)[0])
        for words in (["HEAD"], ["--no-merges", "HEAD"])
    )
    objects = dict(line.split(": ") for line in git_lines(on.repo, "count-objects", "-v"))
    packed = int(objects["size-pack"]) / 1024
    yield f"HEAD has {commits:,} commits, {commits - others:,} of them merges;"
    yield f"{int(objects['in-pack']):,} objects in packs of {packed:,.0f} MiB."
    for name, revisions in (("Release", on.release), ("Small range", on.small)):
        if revisions:
            (count,) = git_lines(on.repo, "rev-list", "--count", "--no-merges", revisions)
            yield f"{name}: `{revisions}`, {int(count):,} commits without merges."


if __name__ == "__main__":
    sys.exit(main())
