"""What one process of the fuzzer does."""

from __future__ import annotations

import ast
import hashlib
import signal
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz.mutate import Stretched, mutated, stretched
from tests.fuzz.targets import TARGETS, Target

KEPT: Final = Path(__file__).parent / "kept"
PATIENCE: Final = 5
"""Seconds of processor time that one input may take: a machine may have other work."""
LOST: Final = 60
"""Seconds after which it is lost, whatever it waits for."""
LONG: Final = 1 << 18
"""Bytes of a long input; who needs more than time in proportion needs more than the patience."""
Input = bytes | Stretched


@dataclass(frozen=True)
class Share:
    """What one process does: inputs of one target until the number or the time is reached.

    They are small and nearly right, or ``long`` with one piece repeated.
    """

    target: str
    seed: int
    mutations: int
    seconds: float
    long: bool = False


@dataclass(frozen=True)
class Done:
    """How far a share came, and the first input that failed, with what happened."""

    target: str
    inputs: int
    seconds: float
    failed: Input | None = None
    why: str = ""


def named(name: str) -> Target:
    """The target of that name."""
    return next(target for target in TARGETS if target.name == name)


def kept(target: str) -> Iterator[Input]:
    """Inputs that failed once."""
    for path in sorted(KEPT.glob(f"{target}-*.txt")):
        value = ast.literal_eval(path.read_text())
        yield Stretched(*value) if isinstance(value, tuple) else value


def keep(target: str, failed: Input) -> Path:
    """Writes an input down as a Python literal."""
    path = KEPT / f"{target}-{hashlib.sha256(bytes(failed)).hexdigest()[:12]}.txt"
    KEPT.mkdir(exist_ok=True)
    value = tuple(failed) if isinstance(failed, Stretched) else failed
    path.write_text(f"{value!r}\n")
    return path


def work(share: Share) -> Done:
    """Does one share; stops at the first input that fails or takes too long."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.signal(signal.SIGVTALRM, _too_long)
    try:
        return _work(share)
    finally:
        signal.alarm(0)
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _work(share: Share) -> Done:
    target = named(share.target)
    seeds, random = target.seeds(), Random(share.seed)
    started = time.monotonic()
    inputs = kept(share.target) if share.seed == 0 else iter(())

    def made() -> Input:
        return stretched(random, seeds, LONG) if share.long else mutated(random, seeds)

    for number in count():
        spent = time.monotonic() - started
        if number >= share.mutations or (share.seconds and spent > share.seconds):
            return Done(share.target, number, spent)
        one = next(inputs, None)
        one = made() if one is None else one
        if share.long or number % 64 == 0:
            signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE)
            signal.alarm(LOST)
        try:
            target.check(bytes(one))
        except Exception:  # any exception is what is looked for
            return Done(share.target, number, spent, one, traceback.format_exc(limit=-4))
    raise AssertionError


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {PATIENCE} seconds")
