"""Each object that a run reads cannot be read once: the report is the same or says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from unittest import mock

from provenance.repository import objects
from provenance.repository.objects import RawObject
from sample_repos.build import build
from tests.cli import Outcome, run
from tests.git import git

LOOKS: Final = (
    ("pattern-of-author", ("audit", "v1.1")),
    ("pattern-of-author", ("who", "rob@sable-mail.example")),
    ("pattern-of-author", ("check", "v1.1~1")),
    ("pattern-of-author", ("lines", "v1.1")),
    ("backport-altered", ("audit", "v1.2.1")),
    ("authority-change", ("audit", "v1.1")),
    ("merge-changes", ("audit", "v1.1")),
    ("malformed-tree", ("audit", "v1.1")),
)
"""Samples, and what is asked of each."""
_TOLD: Final = (2, 3)
"""Exit codes that say that there is no report, or one that lacks something."""


@contextmanager
def unread(number: int) -> Iterator[list[RawObject]]:
    """The ``number``-th object that git gives is absent; the list fills with all of them."""
    given: list[RawObject] = []
    parse = objects._parse_batch

    def parsed(stdout: IO[bytes] | None) -> Iterator[RawObject]:
        for found in parse(stdout):
            given.append(found)
            lost = RawObject(found.id, "", b"", objects.ABSENT)
            yield lost if len(given) == number else found

    with mock.patch.object(objects, "_parse_batch", parsed):
        yield given


def lose_each(
    sample: str, words: Sequence[str], repo: Path, *, first: int, step: int
) -> Iterator[str]:
    """For each read, from the first on every so many, what is lacking in silence without it; empty
    where nothing is.

    The sample is packed, because git reads packs; nothing is kept between the runs, and one process
    reads everything.
    """
    build(sample, repo)
    git(repo, "repack", "-a", "-d", "-q")
    command = [*words, "-C", str(repo), "-f", "json", "--no-cache", "-j", "1"]
    with unread(0) as given:
        expected = run(*command)
    assert expected.code not in _TOLD, expected.stderr
    for number in range(first, len(given) + 1, step):
        with unread(number) as seen:
            found = run(*command)
        lost = seen[number - 1]
        told = _is_told(expected, found)
        yield "" if told else f"{lost.type} {lost.id}, read number {number}"


def _is_told(expected: Outcome, found: Outcome) -> bool:
    same = (expected.code, expected.raw) == (found.code, found.raw)
    return same or found.code in _TOLD
