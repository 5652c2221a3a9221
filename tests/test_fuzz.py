"""What failed once under the fuzzer stays mended, and the fuzzer itself can fail."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

import pytest

from tests.fuzz import work
from tests.fuzz.mutate import mutated
from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.work import Share, keep, kept


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_inputs_that_were_kept_and_some_new_ones(
    target: Target, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything below ``tests/fuzz/kept``, and a few dozen mutations."""
    # What a target keeps for its process goes also where that ends without clearing away.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.getbasetemp()))
    for raw in kept(target.name):
        target.check(bytes(raw))
    seeds, random = target.seeds(), Random(1)
    assert seeds
    for _ in range(10 if target.name == "git-file" else 60):
        target.check(mutated(random, seeds))


def test_a_seed_gives_the_same_inputs() -> None:
    """Whoever reports a seed reports the input."""
    seeds = [b"one\ntwo\n", b"three"]
    first, again, other = (
        [mutated(random, seeds) for _ in range(200)] for random in (Random(5), Random(5), Random(6))
    )
    assert first == again != other


def test_an_input_that_fails_is_told_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the bytes and the reason, and it is tried first the next time."""

    def check(raw: bytes) -> None:
        assert b"x" not in raw, "an x"

    target = Target("no-x", lambda: [b"an x"], check)
    monkeypatch.setattr(work, "TARGETS", (target,))
    monkeypatch.setattr(work, "KEPT", tmp_path)
    done = work.work(Share("no-x", 0, 100, 0))
    assert done.failed is not None
    assert "an x" in done.why
    keep("no-x", done.failed)
    again = work.work(Share("no-x", 0, 100, 0))
    assert (0, done.failed) == (again.inputs, again.failed)


def test_the_command() -> None:
    """A number of inputs for a target; an unknown target is a usage error."""
    words = [sys.executable, "-m", "tests.fuzz", "-j", "1"]
    done = subprocess.run(
        [*words, "--mutations", "300", "ident"], capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr
    assert "300" in done.stdout
    assert 2 == subprocess.run([*words, "nothing"], capture_output=True, check=False).returncode
