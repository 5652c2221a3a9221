"""Who took a patch over: people who committed, not whom somebody else names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from provenance import audit
from provenance.audit import check
from provenance.report.check_page import CheckPage
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


def test_a_route_says_who_did_not_sign_off(sample: Sampler) -> None:
    """A complete one too: who queued a backport answers for it, not who committed it."""
    report = audit("v1.1", repo=sample("handler-without-sign-off").path)
    told = {commit.subject: commit.route.reasons for commit in report.commits}
    assert told["net: core: one more field"] == ("the committer did not sign off",)
    (queued,) = told["net: dana: step 20"]
    assert queued.endswith("signed off last, and its committer did not")


@pytest.mark.parametrize(
    ("committer", "told"),
    [
        (
            f"{LEE} <{LEES}>",
            [
                "nobody verified besides the author took responsibility",
                "Ben Torres: named by whoever committed it, which vouches for nothing",
                "the author is unverified; nobody vouches for the patch",
            ],
        ),
        (
            "Ben Torres <ben@net.example>",
            [
                "passed on by Ben Torres, who MAINTAINERS names for the touched paths",
                "the author is unverified; Ben Torres vouches for the patch",
            ],
        ),
    ],
)
def test_the_page_of_a_commit_tells_whose_word_it_is(
    sample: Sampler, tmp_path: Path, committer: str, told: list[str]
) -> None:
    """A sign-off in a stranger's commit is the stranger's."""
    repo = shutil.copytree(sample("clean").path, tmp_path / "repo")
    stream = (
        f"commit refs/heads/new\nauthor {LEE} <{LEES}> 1625200000 +0000\n"
        f"committer {committer} 1625200000 +0000\ndata <<END\nnet: one more\n\n"
        f"Signed-off-by: {LEE} <{LEES}>\nSigned-off-by: Ben Torres <ben@net.example>\nEND\n"
        "from refs/tags/v1.0^0\nM 644 inline net/core.c\ndata 1\nx\n\n"
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    page = CheckPage(report=check("new", repo=repo)).document()
    (route,) = (section for section in page.sections if section.title.startswith("Route"))
    assert told == [line.partition(", which does not verify")[0] for line in route.lines]


@pytest.mark.parametrize(
    ("committer", "expected"),
    [("ben@net.example", []), ("ben@work.example", ["medium"]), (LEES, ["medium"])],
)
def test_who_takes_in_what_a_namesake_wrote_vouches_where_verified(
    sample: Sampler, tmp_path: Path, committer: str, expected: list[str]
) -> None:
    """Either that is the author, by an address with standing, or it is somebody else's work."""
    repo = shutil.copytree(sample("clean").path, tmp_path / "repo")
    stream = (
        "commit refs/heads/new\nauthor Ben Torres <ben@work.example> 1625200000 +0000\n"
        f"committer Ben Torres <{committer}> 1625200000 +0000\ndata <<END\nnet: one more\n\n"
        "Signed-off-by: Ben Torres <ben@work.example>\nEND\n"
        "from refs/tags/v1.0^0\nM 644 inline net/core.c\ndata 1\nx\n\n"
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    found = check("new", repo=repo).commit
    assert "unverified" == found.author.status
    nobody = [one.severity for one in found.findings if one.rule == "nobody-vouches"]
    assert expected == nobody
    assert bool(expected) != any(step.vouches for step in found.route.steps)


@pytest.mark.parametrize(
    ("committer", "text", "expected"),
    [
        ("Ben Torres <ben@net.example>", "x\n", "low"),
        ("Ben Torres <ben@net.example>", "y\n", "medium"),
        (f"{LEE} <{LEES}>", "x\n", "medium"),
    ],
)
def test_who_took_the_same_change_upstream_counts(
    sample: Sampler, tmp_path: Path, committer: str, text: str, expected: str
) -> None:
    """The backport was committed by its author alone."""
    repo = shutil.copytree(sample("clean").path, tmp_path / "repo")
    date, origin = "1625200000 +0000", "from refs/tags/v1.0^0\nM 644 inline net/new.c\n"
    stream = (
        f"commit refs/heads/up\nauthor {LEE} <{LEES}> {date}\ncommitter {committer} {date}\n"
        f"data <<END\nnet: one more\n\nSigned-off-by: {LEE} <{LEES}>\nEND\n"
        f"{origin}data 2\nx\n\n"
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    name = git(repo, "rev-parse", "up").strip()
    stream = (
        f"commit refs/heads/new\nauthor {LEE} <{LEES}> {date}\ncommitter {LEE} <{LEES}> {date}\n"
        f"data <<END\nnet: one more\n\n(cherry picked from commit {name})\n"
        f"Signed-off-by: {LEE} <{LEES}>\nEND\n{origin}data 2\n{text}\n"
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    report = check("new", repo=repo)
    (nobody,) = (one for one in report.commit.findings if one.rule == "nobody-vouches")
    assert expected == nobody.severity
    told = "Ben Torres did so for the same change upstream"
    assert (expected == "low") == nobody.message.endswith(told)
    upstream = report.commit.upstream
    assert upstream is not None
    assert upstream.original is not None
    vouchers = [f"{who.name} <{who.email}>" for who in upstream.original.vouchers]
    assert [committer] * (LEE not in committer) == vouchers
    who = "Ben Torres" if vouchers else "nobody besides its author"
    assert f"{who} took responsibility there" in str(CheckPage(report=report).document())
