"""Who took a patch over: people who committed, not whom somebody else names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance import audit
from provenance.report.model import Report
from tests.conftest import BuiltSample
from tests.git import git

Sampler = Callable[[str], BuiltSample]
LEE = "Lee Grant"
LEES = "lee@grant.example"


def backported(built: Path, folder: Path, *, email: str) -> Report:
    """A report of an altered backport that somebody of this address commits under Ada's name."""
    repo = shutil.copytree(built, folder / "repo")
    tip = git(repo, "rev-parse", "v1.2.1^{commit}")
    before = git(repo, "rev-parse", f"{tip}~1")
    message = git(repo, "log", "-1", "--format=%B", tip)
    assert message.endswith("<ada@kernel.example>")
    raw = (
        f"tree {git(repo, 'rev-parse', f'{tip}^{{tree}}')}\nparent {before}\n"
        f"author Ben Torres <ben@net.example> 1625200000 +0000\n"
        f"committer {LEE} <{email}> 1625200000 +0000\n\n{message}\n"
    )
    commit = git(repo, "hash-object", "-t", "commit", "-w", "--stdin", stdin=raw.encode())
    git(repo, "update-ref", "refs/heads/backport", commit)
    return audit(f"{before}..{commit}", repo=repo)


def altered_by(report: Report) -> list[str]:
    """Whom the report names for the altered backport."""
    return [
        identity.email
        for identity in report.identities
        if any(found.rule == "backport-altered" for found in identity.findings)
    ]


@pytest.mark.parametrize(
    ("email", "named"), [(LEES, LEES), ("ben@net.example", "ada@kernel.example")]
)
def test_whom_a_stranger_names_does_not_answer_for_a_backport(
    sample: Sampler, tmp_path: Path, email: str, named: str
) -> None:
    """Who signed only the backport decided what it became, where somebody known committed that."""
    assert [named] == altered_by(backported(sample("backport-altered").path, tmp_path, email=email))
