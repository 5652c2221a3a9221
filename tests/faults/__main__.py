"""Every failing system call, many kills, and repositories that change or go meanwhile.

Ends with 1 where something was lost.

``python3 -m tests.faults --kills 1000``; needs strace.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random

from tabulate import tabulate

from tests.faults.reads import LOOKS, lose_each
from tests.faults.runs import Bench, remove, repack


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--longest", type=float, default=0.6, help="seconds before a kill")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=["faults", "kills", "reads"])
    chosen = parser.parse_args()
    done, lost, random = Counter[str](), Counter[str](), Random(chosen.seed)
    with tempfile.TemporaryDirectory() as folder:
        for known in (False, True):
            bench = Bench(Path(folder) / str(known), known=known)
            index = "known" if known else "new"
            todo: list[tuple[str, Callable[[], None]]] = []
            if chosen.only in (None, "faults"):
                todo += [
                    (f"{fault.call} {fault.error}", partial(bench.suffer, fault))
                    for fault in bench.faults()
                ]
            if chosen.only in (None, "kills"):
                kill = partial(bench.kill, random, chosen.longest)
                todo += [("kill -9", kill)] * (chosen.kills // 2)
                for change in (repack, remove):
                    pull = partial(bench.pull_away, random, chosen.longest, change)
                    todo += [(f"{change.__name__} meanwhile", pull)] * (chosen.kills // 20)
            for name, act in todo:
                done[f"{name}, {index} index"] += 1
                try:
                    act()
                except AssertionError as error:
                    lost[f"{name}, {index} index"] += 1
                    print(f"{name}, {index} index: {error}", file=sys.stderr)
        if chosen.only in (None, "reads"):
            for name, silent in _reads(Path(folder)):
                done[name] += 1
                if silent:
                    lost[name] += 1
                    print(f"{name}: {silent}", file=sys.stderr)
    print(tabulate([(name, done[name], lost[name]) for name in done], ("what", "runs", "lost")))
    return int(bool(lost))


def _reads(folder: Path) -> Iterator[tuple[str, str]]:
    """Each object that cannot be read, by what is asked, with what is lacking in silence."""
    for sample, words in LOOKS:
        repo = folder / f"{words[0]} {sample}"
        for silent in lose_each(sample, words, repo, first=1, step=1):
            yield f"an unread object, {words[0]} of {sample}", silent


if __name__ == "__main__":
    sys.exit(main())
