"""Fuzzing with one command; the same seed gives the same inputs.

``python3 -m tests.fuzz`` runs every target for a minute in all, ``--mutations 10000000
commit tag tree`` so many inputs of some.  ``--long`` makes inputs of 256 KiB in which one piece
is repeated, to find what takes more than time in proportion.  What fails is printed and kept
below ``tests/fuzz/kept``, and is tried first from then on.  Ends with 1 where something failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tabulate import tabulate

from tests.fuzz.targets import TARGETS
from tests.fuzz.work import Share, keep, work


def shares(
    names: Sequence[str], seed: int, mutations: int, seconds: float, *, long: bool
) -> list[Share]:
    """Equal shares for each target; git's own files take a thousand times longer and get less."""
    parts = 4 if mutations > 100_000 else 1
    every = []
    for name in names:
        wanted = mutations // len(names) if mutations else sys.maxsize
        number = max(1, wanted // (1000 if name == "git-file" else 1) // parts)
        every += [
            Share(name, seed + part, number, seconds / len(names) if seconds else 0.0, long)
            for part in range(parts)
        ]
    return every


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.fuzz", description=__doc__)
    names = [target.name for target in TARGETS]
    parser.add_argument("targets", nargs="*", help=f"some of {', '.join(names)}", metavar="TARGET")
    parser.add_argument("--seconds", type=float, default=0, help="for all targets together")
    parser.add_argument("--mutations", type=int, default=0, help="for all targets together")
    parser.add_argument("--long", action="store_true", help="long inputs, and few of them")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    chosen.targets = chosen.targets or names
    if unknown := sorted(set(chosen.targets) - set(names)):
        parser.error(f"no such target: {', '.join(unknown)}")
    return chosen


def main() -> int:
    """The exit code; dies with a process that an input has killed."""
    chosen = asked()
    wanted = chosen.targets
    seconds = chosen.seconds or (0 if chosen.mutations else 60.0)
    todo = shares(wanted, chosen.seed, chosen.mutations, seconds * chosen.jobs, long=chosen.long)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(chosen.jobs, mp_context=context) as pool:
        done = list(pool.map(work, todo))
    rows = []
    for name in wanted:
        mine = [one for one in done if one.target == name]
        inputs, spent = sum(one.inputs for one in mine), sum(one.seconds for one in mine)
        failed = [one for one in mine if one.failed is not None]
        rows.append((name, f"{inputs:,}", f"{inputs / max(spent, 0.001):,.0f}", len(failed)))
        for one in failed:
            assert one.failed is not None
            print(f"{name}: {keep(name, one.failed)}\n{bytes(one.failed)[:300]!r}\n{one.why}")
    print(
        tabulate(rows, ("target", "inputs", "a second, one core", "failed"), disable_numparse=True)
    )
    return int(any(one.failed is not None for one in done))


if __name__ == "__main__":
    sys.exit(main())
