"""Mistakes get one clear line, a hint and the right exit code; never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import Outcome, run
from tests.conftest import BuiltSample
from tests.git import git, init, loose_file, write_object

Sampler = Callable[[str], BuiltSample]


def assert_refused(outcome: Outcome, message: str) -> None:
    """Exit code 2, nothing on stdout, an error with its hint on stderr."""
    assert (2, "") == (outcome.code, outcome.stdout)
    assert message in outcome.stderr
    assert "hint: " in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "internal error" not in outcome.stderr


@pytest.fixture(scope="module")
def newcomer(sample: Sampler) -> str:
    """The path of the newcomer sample."""
    return str(sample("newcomer").path)


def test_no_such_directory(tmp_path: Path) -> None:
    """The path is named."""
    assert_refused(run("audit", "-C", str(tmp_path / "none")), "no such directory")


def test_no_repository(tmp_path: Path) -> None:
    """A folder that is no repository, nor inside one."""
    assert_refused(run("audit", "-C", str(tmp_path)), "no git repository")


def test_no_commits(tmp_path: Path) -> None:
    """A repository that was only initialised."""
    assert_refused(run("audit", "HEAD", "-C", str(init(tmp_path / "r"))), "unknown revision: HEAD")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("audit", "v1.2"), "unknown revision: v1.2"),
        (("audit", "v1.0"), "has no earlier release of its series"),
        (("audit", "v1.1..v1.0"), "did you mean v1.0..v1.1?"),
        (("audit", "v1.1..v1.1"), "no commit in v1.1..v1.1"),
        (("check", "v1.0..v1.1"), "`provenance audit v1.0..v1.1` takes it"),
        (("audit", "v1.0...v1.1"), "symmetric difference"),
        (("audit", "v1.0..v1.1", "--base", "v1.0"), "--base together with the range"),
        (("audit", "v1.1", "--trust-base", "main"), "inside the audited range"),
        (("audit", "v1.1^{tree}"), "does not name a commit"),
        (("audit", "v1.1^7"), "has 1 parents"),
        (("audit", "v1.1", "--select", "no-such-rule"), "unknown rule: no-such-rule"),
        (("audit", "v1.1", "-f", "xml"), "unknown format: xml"),
        (("audit", "v1.1", "--as-of", "yesterday"), "is not a date"),
        (("audit", "v1.1", "--keyring", "/no/such"), "no such keyring"),
        (("audit", "v1.1", "--policy", "/no/such"), "cannot read policy"),
        (("audit", "v1.1", "--baseline", "/no/such"), "cannot read /no/such"),
        (("audit", "v1.1", "-o", "/no/such/file"), "there is no folder /no/such"),
        (("audit", "no-such-tag", "-o", "/"), "cannot write /: it is a folder"),
        (("check", "deadbeef"), "unknown revision: deadbeef"),
        (("lines", "v1.1", "--by", "moon"), "cannot count by 'moon'"),
        (("who", "nobody"), "is not an address"),
        (("who", "nobody@nowhere.example"), "no commit and no trailer names"),
        (("subsystem", "a", "--rev", "v9"), "unknown revision: v9"),
    ],
)
def test_wrong_words(newcomer: str, words: tuple[str, ...], message: str) -> None:
    """Each says what is wrong and what to do."""
    assert_refused(run(*words, "-C", newcomer), message)


@pytest.mark.parametrize("words", [("explain", "no-such-rule"), ("render", "/no/such.json")])
def test_wrong_words_without_a_repository(words: tuple[str, ...]) -> None:
    """Commands that need none."""
    assert_refused(run(*words), "no")


def test_usage_errors_are_2(newcomer: str) -> None:
    """Click's own errors keep the contract's code."""
    unknown = run("audit", "--no-such-option", "-C", newcomer)
    assert (2, True) == (unknown.code, "No such option" in unknown.stderr)
    assert "internal error" not in unknown.stderr
    assert 2 == run("no-such-command").code
    assert 2 == run("audit", "-j", "0", "-C", newcomer).code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty"),
        ("= 1", "is not TOML"),
        ("colour = 1", "unknown key 'colour'"),
        ("[established]\ncommits = 0", "`commits` must be at least 1"),
        ("[established]\ncommits = 'x'", "a whole number is expected"),
        ("[severity]\n'unverified-author' = 'grave'", "'grave' is not one of"),
        ("[severity]\n'no-such' = 'low'", "severity: unknown rule: no-such"),
        ("[pattern.weights]\n'burst-of-patch' = 0", "did you mean burst-of-patches"),
        ("[pattern.weights]\n'unverified-author' = 0", "unverified-author has no weight"),
        ("[[ignore]]\nrule='unverified-author'\nreason='x'", "give `fingerprint`, or `rule` with"),
        ("[[ignore]]\nfingerprint='x'\nreason=' '", "`reason` must say why"),
        ("verified = 'all'", "a list is expected"),
        ("[[ignore]]\nfingerprint='x'\nreason='x'\nuntil='soon'", "not a date"),
    ],
)
def test_a_bad_policy(newcomer: str, tmp_path: Path, text: str, message: str) -> None:
    """Refused by name of the key, never half obeyed."""
    policy = tmp_path / "policy.toml"
    policy.write_text(text)
    assert_refused(run("audit", "v1.1", "-C", newcomer, "--policy", str(policy)), message)


@pytest.mark.parametrize("content", [None, b"", b"\x00garbage", b"-----BEGIN PGP PUBLIC KEY BLOCK"])
def test_a_keyring_without_keys(newcomer: str, tmp_path: Path, content: bytes | None) -> None:
    """A check against no key would look like a check."""
    keyring = tmp_path / "keys"
    if content is None:
        keyring.mkdir()
    else:
        keyring.write_bytes(content)
    assert_refused(run("audit", "v1.1", "-C", newcomer, "--keyring", str(keyring)), "certificate")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is not JSON"),
        ("[]", "is not a provenance-report/1 report"),
        ('{"schema": "provenance-report/9"}', "is not a provenance-report/1 report"),
        ('{"schema": "provenance-report/1"}', "'tool' is missing"),
    ],
)
def test_a_bad_report(tmp_path: Path, text: str, message: str) -> None:
    """Cut short, of another kind, or of another version."""
    report = tmp_path / "report.json"
    report.write_text(text)
    assert_refused(run("render", str(report)), message)


def test_a_tag_of_a_blob(tmp_path: Path) -> None:
    """git/git has one; it is no history."""
    repo = init(tmp_path / "r", commits=1)
    blob = write_object(repo, "blob", b"key")
    git(repo, "tag", "key", blob)
    assert_refused(run("audit", "key", "-C", str(repo)), "key leads to a blob")


def test_a_typo_gets_a_suggestion(newcomer: str) -> None:
    """Close names of refs."""
    assert "did you mean v1." in run("audit", "v1,1", "-C", newcomer).stderr


def test_a_shallow_clone_is_incomplete(tmp_path: Path) -> None:
    """The report is written, says so, and the exit code is 3."""
    origin = init(tmp_path / "origin", commits=5)
    git(origin, "tag", "v1.0", "HEAD~2")
    git(origin, "tag", "v1.1")
    git(tmp_path, "clone", "-q", "--depth", "4", f"file://{origin}", "clone")
    outcome = run("audit", "v1.1", "-C", str(tmp_path / "clone"))
    assert 3 == outcome.code
    assert "the clone is shallow" in outcome.stdout
    assert "history before the trust base is incomplete" in " ".join(outcome.stdout.split())


def test_a_missing_blob_costs_its_commit_only(tmp_path: Path) -> None:
    """Line counts of one commit are missing; all commits are reported; exit code 3."""
    repo = init(tmp_path / "r", commits=4)
    git(repo, "tag", "v1.0", "HEAD~2")
    git(repo, "tag", "v1.1")
    loose_file(repo, "HEAD~1:file").unlink()
    outcome = run("audit", "v1.1", "-C", str(repo), "-f", "json")
    report = json.loads(outcome.stdout)
    assert 3 == outcome.code
    assert 2 == len(report["commits"])
    assert {"its changes could not be read"} == {
        problem["reason"] for problem in report["completeness"]["partial"]
    }


def test_a_missing_commit_is_listed(tmp_path: Path) -> None:
    """Reached = reported + unreadable."""
    repo = init(tmp_path / "r", commits=4)
    git(repo, "tag", "v1.1")
    lost = git(repo, "rev-parse", "HEAD~2")
    loose_file(repo, lost).unlink()
    outcome = run("audit", "v1.1", "--base", "none", "-C", str(repo), "-f", "json")
    found = json.loads(outcome.stdout)["completeness"]
    assert (3, 3, 2) == (outcome.code, found["reached"], found["reported"])
    assert [lost] == [problem["id"] for problem in found["unreadable"]]


def test_a_damaged_commit_is_named(tmp_path: Path) -> None:
    """The commit asked for cannot be read: an error, no report."""
    repo = init(tmp_path / "r", commits=2)
    head = git(repo, "rev-parse", "HEAD")
    path = loose_file(repo, head)
    path.chmod(0o644)
    path.write_bytes(b"no zlib")
    for words in (("check", "HEAD"), ("audit", "HEAD", "--base", "none"), ("who", "a@b.example")):
        assert_refused(run(*words, "-C", str(repo)), head[:12])


def test_a_temporary_folder_is_needed(
    newcomer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in words, not as a bug."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert_refused(run("audit", "-C", newcomer), "cannot make a temporary folder")


def test_an_output_file_appears_whole_or_not_at_all(newcomer: str, tmp_path: Path) -> None:
    """A failure leaves the old file and no temporary one."""
    target = tmp_path / "out.csv"
    target.write_text("old")
    assert 2 == run("audit", "v9", "-C", newcomer, "-o", str(target)).code
    assert "old" == target.read_text()
    assert 1 == run("audit", "v1.1", "-C", newcomer, "-f", "csv", "-o", str(target)).code
    assert target.read_text().startswith("commit,author_date,")
    assert [target] == list(tmp_path.iterdir())[:1] + [
        path for path in tmp_path.iterdir() if path.name.startswith(".")
    ]


def test_no_maintainers_still_works(tmp_path: Path) -> None:
    """It says so, and counts lines under (none)."""
    repo = init(tmp_path / "r", commits=3)
    git(repo, "tag", "v1.0", "HEAD~1")
    git(repo, "tag", "v1.1")
    outcome = run("audit", "v1.1", "-C", str(repo))
    assert 0 == outcome.code
    assert "no MAINTAINERS file at the trust base" in outcome.stdout
    assert "(none)" in outcome.stdout
    assert_refused(run("subsystem", "file", "-C", str(repo)), "no MAINTAINERS file")


def test_a_branch_that_leads_nowhere_is_said(tmp_path: Path) -> None:
    """A ref whose commit is gone is no clean audit, nor a complete dossier."""
    repo = init(tmp_path / "r", commits=3)
    git(repo, "tag", "v1.1")
    (repo / ".git" / "refs" / "heads" / "lost").write_text("1" * 40 + "\n")
    outcome = run("audit", "v1.1", "--base", "none", "-C", str(repo))
    assert (3, True) == (outcome.code, "refs/heads/lost leads to an object" in outcome.stdout)
    assert 3 == run("who", "tess@author.example", "-C", str(repo)).code


def test_a_damaged_packed_commit_costs_itself(tmp_path: Path) -> None:
    """git dies of it in the middle of a stream; everything after it is still read."""
    repo = init(tmp_path / "r", commits=6)
    git(repo, "tag", "v1.1")
    git(repo, "config", "pack.compression", "0")
    run("audit", "v1.1", "--base", "none", "-C", str(repo))
    git(repo, "repack", "-adqf")
    (pack,) = (repo / ".git" / "objects" / "pack").glob("*.pack")
    raw = pack.read_bytes()
    pack.chmod(0o644)
    pack.write_bytes(raw.replace(b"step 3", b"steq 3"))
    for words in (("audit", "v1.1", "--base", "none"), ("lines", "v1.1", "--base", "none")):
        outcome = run(*words, "-C", str(repo), "--no-cache")
        assert 3 == outcome.code, outcome.stderr
    report = json.loads(
        run("audit", "v1.1", "--base", "none", "-C", str(repo), "-f", "json").stdout
    )
    assert 1 <= len(report["completeness"]["unreadable"])


def shallow_releases(folder: Path) -> Path:
    """A clone with two releases whose history before them is not there."""
    origin = init(folder / "origin", commits=6)
    for number in (1, 2):
        git(origin, "tag", f"v1.{number}", f"HEAD~{3 - number}")
    git(folder, "clone", "-q", "--depth", "4", f"file://{origin}", "clone")
    return folder / "clone"


def test_a_backtest_of_a_shallow_clone_is_incomplete(tmp_path: Path) -> None:
    """As the audit of each of its releases is: 0 is impossible where history is missing."""
    clone = str(shallow_releases(tmp_path))
    assert 3 == run("audit", "v1.1..v1.2", "-C", clone).code
    outcome = run("backtest", "v1.1..v1.2", "-C", clone)
    assert 3 == outcome.code
    assert "the clone is shallow" in outcome.stdout


def test_a_dossier_without_the_mailmap_is_incomplete(tmp_path: Path) -> None:
    """Who is the same person cannot be told where .mailmap is there and cannot be read."""
    repo = init(tmp_path / "r", commits=1)
    (repo / ".mailmap").write_text("Tess <tess@author.example> <tess@old.example>\n")
    git(repo, "add", ".mailmap")
    git(repo, "commit", "-q", "-m", "one name", "--author", "Ann <ann@other.example>")
    who = git(repo, "log", "-1", "--format=%ae", "HEAD~1")
    assert 0 == run("who", who, "-C", str(repo), "--no-cache").code
    path = loose_file(repo, "HEAD:.mailmap")
    path.chmod(0o644)
    path.unlink()
    outcome = run("who", who, "-C", str(repo), "--no-cache")
    assert (3, True) == (outcome.code, "lower bound" in outcome.stdout)


def test_sections_of_one_name_are_two(tmp_path: Path) -> None:
    """QEMU has an ARM under each of its headings; each answers for its own paths."""
    repo = init(tmp_path / "r", commits=1)
    sections = "ARM\nM: Ada <ada@one.example>\nF: tcg/\n\nARM\nM: Ben <ben@two.example>\nF: kvm/\n"
    (repo / "MAINTAINERS").write_text(sections)
    git(repo, "add", "MAINTAINERS")
    git(repo, "commit", "-q", "-m", "who is responsible")
    (repo / "tcg").mkdir()
    (repo / "tcg" / "a.c").write_text("int a;\n")
    git(repo, "add", "tcg")
    message = (
        "tcg: add a\n\nSigned-off-by: Ada <ada@one.example>\nSigned-off-by: Ben <ben@two.example>"
    )
    git(repo, "commit", "-q", "-m", message, "--author", "Ann <ann@other.example>")
    found = json.loads(run("check", "HEAD", "-C", str(repo), "--no-cache", "-f", "json").stdout)
    steps = {step["email"]: step["authority"] for step in found["commit"]["route"]["steps"]}
    assert ("maintainer", "other-subsystem") == (steps["ada@one.example"], steps["ben@two.example"])
