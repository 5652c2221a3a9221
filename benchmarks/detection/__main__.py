"""Recall, precision, flags per release and ranking, on real histories with invented campaigns.

``python3 -m benchmarks.detection REPO... [--seeds N] [--patterns A,B] [--policy FILE]...``

Each REPO gets a table, or with ``--train`` the first REPO chooses among the policies and the
others are reported with the chosen one.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.detection.metrics import (
    SHARE,
    Method,
    by_newness,
    by_program,
    by_sign_off,
    by_size,
    judge,
    ratio,
)
from benchmarks.detection.outcome import SEVERITIES, TOP, Trial, read_trial
from benchmarks.detection.patterns import patterns
from benchmarks.detection.run import Bench, trial
from benchmarks.detection.table import by_method, by_pattern, missed
from benchmarks.detection.world import World


def main(words: Sequence[str] | None = None) -> int:
    """Prints Markdown; progress goes to standard error."""
    given = _arguments().parse_args(words)
    unknown = set(given.patterns) - set(patterns())
    if unknown:
        print(f"unknown pattern: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    at = SEVERITIES.index(given.at)
    policies: list[Path | None] = list(given.policy) or [None]
    kept: dict[str, list[Trial]] = {}
    repos = list(given.repo)
    if given.train:
        first = _run_all(given, repos.pop(0), policies, kept)
        chosen = best_policy({policy: first[policy] for policy in policies}, by_program(at))
        print(f"Chosen on the first repository: {_label(chosen)}\n")
        policies = [chosen]
    for repo in repos:
        _run_all(given, repo, policies, kept)
    if given.json:
        plain = {name: [one.as_json() for one in trials] for name, trials in kept.items()}
        given.json.write_text(json.dumps(plain, separators=(",", ":")))
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks.detection", description=__doc__)
    parser.add_argument("repo", type=Path, nargs="+")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument(
        "--patterns", type=lambda text: text.split(","), default=list(patterns()),
        help="names separated by commas; default: all",
    )  # fmt: skip
    parser.add_argument("--at", choices=SEVERITIES, default="high", help="what counts as flagged")
    parser.add_argument("--policy", type=Path, action="append", default=[], help="repeatable")
    parser.add_argument("--train", action="store_true", help="choose the policy on the first REPO")
    parser.add_argument("--smallest", type=int, default=150, help="commits of a release, at least")
    parser.add_argument("--largest", type=int, default=2500, help="and at most")
    parser.add_argument("--days", type=int, default=1500, help="of history that is used")
    parser.add_argument("--json", type=Path, help="file for the raw rows")
    parser.add_argument("--work", type=Path, default=Path("detection-work"), help="index, results")
    parser.add_argument("--resume", action="store_true", help="keep the results of the last run")
    parser.add_argument("--keep", type=Path, help="folder where the repositories are left")
    parser.add_argument("--program", type=shlex.split, default=[sys.executable, "-m", "provenance"])
    return parser


def _run_all(
    given: argparse.Namespace,
    repo: Path,
    policies: Sequence[Path | None],
    kept: dict[str, list[Trial]],
) -> dict[Path | None, list[Trial]]:
    """Every trial of a repository with each policy, and its tables."""
    world = World(repo, smallest=given.smallest, largest=given.largest, days=given.days)
    found = {}
    for policy in policies:
        trials = list(_trials(given, world, policy))
        found[policy] = trials
        kept[f"{_name(repo)}, {_label(policy)}"] = trials
        _report(given, _name(repo), policy, trials)
    return found


def _trials(given: argparse.Namespace, world: World, policy: Path | None) -> Iterator[Trial]:
    """The trials of all seeds, read back where they are kept from the last run."""
    bench = Bench(tuple(given.program), given.work / "index", policy)
    folder = given.work / _name(world.path) / _key(given, policy)
    folder.mkdir(parents=True, exist_ok=True)
    planners = patterns()
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        for name in given.patterns:
            path = folder / f"{name}-{seed}.json"
            if given.resume and path.exists():
                old = json.loads(path.read_text())
                if old:
                    yield read_trial(old)
                continue
            made = trial(name, planners[name], seed, world, bench, given.keep)
            print(f"{name} {seed}: {made.seconds if made else 'no place'}", file=sys.stderr)
            path.write_text(json.dumps(made.as_json() if made else None))
            if made:
                yield made


def _report(
    given: argparse.Namespace, name: str, policy: Path | None, trials: Sequence[Trial]
) -> None:
    if not trials:
        print(f"## {name}\n\nno place for any campaign\n")
        return
    at = SEVERITIES.index(given.at)
    methods: Mapping[str, Method] = {
        f"provenance at {given.at}": by_program(at),
        "newcomer only": by_newness,
        "size outlier": by_size,
        "presence-only sign-off": by_sign_off,
    }
    outcomes = [outcome for trial in trials for outcome in trial.outcomes]
    sizes = sorted(len(outcome.commits) for outcome in outcomes)
    seconds = statistics.mean(trial.seconds for trial in trials)
    print(f"## {name}, {_label(policy)}, flagged at {given.at}\n")
    print(
        f"{given.seeds} seeds, {len(trials)} campaigns, {len(outcomes)} audited releases of"
        f" {sizes[0]} to {sizes[-1]} commits; {seconds:.1f} s a campaign;"
        f" {sum(one.scaffold_flagged for one in outcomes)} of the merges written around them"
        f" flagged; {sum(bool(one.notes) for one in outcomes)} reports incomplete\n"
    )
    print(by_pattern(trials, by_program(at)), "\n")
    print(by_method(trials, methods), "\n")
    print(missed(trials, at), "\n", flush=True)


def best_policy(found: Mapping[Path | None, list[Trial]], method: Method) -> Path | None:
    """The policy with the highest recall of commits and identities among those in the budget."""

    def worth(policy: Path | None) -> tuple[bool, float]:
        figures = [judge(trial, method) for trial in found[policy]]
        share = ratio("real_flagged", "real_commits")(figures) or 0.0
        people = ratio("flagged_people", "releases")(figures) or 0.0
        recall = (ratio("people_found", "people")(figures) or 0.0) + (
            ratio("commits_found", "commits")(figures) or 0.0
        )
        return share <= SHARE and people <= TOP, recall

    return max(found, key=worth)


def _name(repo: Path) -> str:
    path = repo.resolve()
    return path.parent.name if path.name in ("repo", ".git") else path.name


def _label(policy: Path | None) -> str:
    return f"policy {policy.stem}" if policy else "default policy"


def _key(given: argparse.Namespace, policy: Path | None) -> str:
    """What results are kept under: the settings that they depend on."""
    settings = [given.smallest, given.largest, given.days, given.program]
    settings.append(policy.read_text() if policy else "")
    return hashlib.sha256(json.dumps(settings).encode()).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main())
