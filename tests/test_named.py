"""MAINTAINERS in folders, where a tree has its own script read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from provenance.repository import named
from tests.cli import run
from tests.git import git, init, loose_file, write_object

OPTIONS = "--find-maintainer-files\n--maintainer-path=.\n"
TOP = "THE REST\nM:\tAda Keeper <ada@kernel.example>\nF:\t*\nF:\t*/\n"
BOARD = "BOARD\nM:\tBo Ard <bo@board.example>\nF:\tboards/x/\n"


def files(repo: Path, content: dict[str, str]) -> str:
    """Commits files; the id of the commit."""
    for path, text in content.items():
        (repo / path).parent.mkdir(parents=True, exist_ok=True)
        (repo / path).write_text(text)
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-s", "-m", "files")
    return git(repo, "rev-parse", "HEAD")


def board(repo: Path, options: str = OPTIONS) -> Path:
    """A repository with a MAINTAINERS in a folder."""
    init(repo)
    content = {"MAINTAINERS": TOP, "boards/x/MAINTAINERS": BOARD, "boards/x/x.c": "int x;\n"}
    files(repo, {**content, ".get_maintainer.conf": options})
    return repo


def people(repo: Path, path: str) -> list[str]:
    """Who is responsible for a path, by the command."""
    found = json.loads(run("subsystem", path, "-C", str(repo), "-f", "json").stdout)
    return [one["email"] for one in found[0]["people"]]


BOTH = ["bo@board.example", "ada@kernel.example"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (OPTIONS, BOTH),
        ("--git # words\n --mpath=./ --find-maintainer-files", BOTH),
        ("--maintainer-path=boards --maintainer-path=. --find-maintainer-files", BOTH),
        ("--find-maintainer-files\n", BOTH[1:]),
        ("--maintainer-path=.\n", BOTH[1:]),
        ("--maintainer-path=. --find-maintainer-files --maintainer-path=boards", BOTH[1:]),
        ("#--find-maintainer-files\n--maintainer-path=.", BOTH[1:]),
        ("", BOTH[1:]),
    ],
)
def test_whose_a_path_is(tmp_path: Path, options: str, expected: list[str]) -> None:
    """As the options of the tree say; the file at the top alone without them."""
    assert expected == people(board(tmp_path / "r", options), "boards/x/x.c")


def test_a_folder_may_hold_the_only_one(tmp_path: Path) -> None:
    """No file at the top is needed; other names, and links, are none."""
    repo = board(tmp_path / "r")
    git(repo, "rm", "-q", "MAINTAINERS")
    (repo / "boards/y").mkdir()
    (repo / "boards/y/MAINTAINERS").symlink_to("../x/x.c")
    files(repo, {"boards/OLDMAINTAINERS": TOP, "boards/maintainers": TOP})
    assert BOTH[:1] == people(repo, "boards/x/x.c")


def findings(repo: Path, revision: str, rule: str) -> list[str]:
    """The messages of one rule about one commit."""
    found = json.loads(run("check", revision, "-C", str(repo), "-f", "json").stdout)
    return [one["message"] for one in found["commit"]["findings"] if one["rule"] == rule]


def test_what_folders_say_counts_from_the_trust_base_on(tmp_path: Path) -> None:
    """Who is listed there is listed; who enters one is told; options of the range do nothing."""
    repo = board(tmp_path / "r")
    mine = f"{BOARD}M:\tEve New <eve@new.example>\n"
    entered = files(repo, {"boards/x/MAINTAINERS": mine})
    (message,) = findings(repo, entered, "authority-change")
    assert "adds the address eve@new.example to boards/x/MAINTAINERS" in message
    git(repo, "-c", "user.name=Bo Ard", "-c", "user.email=bo@board.example", "commit", "-q",
        "--allow-empty", "-m", "by bo", "--author", "Bo Ard <bo@board.example>")  # fmt: skip
    found = json.loads(run("check", "HEAD", "-C", str(repo), "-f", "json").stdout)
    assert "listed" == found["commit"]["author"]["status"]
    plain = board(tmp_path / "plain", "")
    asked = files(plain, {".get_maintainer.conf": OPTIONS, "boards/x/MAINTAINERS": mine})
    assert [] == findings(plain, asked, "authority-change")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder, a file, or one that is something else: nobody is listed, and the code is 3."""
    for number, name in enumerate(("HEAD:boards/x", "HEAD:boards/x/MAINTAINERS")):
        repo = board(tmp_path / str(number))
        tip = git(repo, "commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "tip")
        loose_file(repo, name).unlink()
        found = run("audit", f"HEAD..{tip}", "-C", str(repo), "-f", "json")
        notes = json.loads(found.stdout)["completeness"]["notes"]
        assert any(note.startswith("MAINTAINERS at the trust base cannot") for note in notes)
        assert 3 == found.code


def refused(repo: Path, tree: str) -> str:
    """Why a commit of a tree has no MAINTAINERS that can be read."""
    commit = git(repo, "commit-tree", tree, "-m", "odd")
    found = run("subsystem", "a", "--rev", commit, "-C", str(repo))
    assert 2 == found.code
    return found.stderr


def test_trees_of_too_many_folders_end(tmp_path: Path) -> None:
    """Six folders in six folders, twelve times over, are thirteen objects and two billion paths."""
    repo = board(tmp_path / "r")
    options = git(repo, "rev-parse", "HEAD:.get_maintainer.conf")
    inner = git(repo, "rev-parse", "HEAD:boards/x")
    for _ in range(12):
        rows = "".join(f"040000 tree {inner}\t{name}\n" for name in "abcdef")
        inner = git(repo, "mktree", stdin=rows.encode())
    rows = f"040000 tree {inner}\ta\n100644 blob {options}\t.get_maintainer.conf\n"
    assert "more than 100000 folders" in refused(repo, git(repo, "mktree", stdin=rows.encode()))


def test_files_that_are_too_large_together_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small each is."""
    repo = board(tmp_path / "r")
    monkeypatch.setattr(named, "MAX_TEXT", len(TOP) + len(BOARD))
    assert BOTH == people(repo, "boards/x/x.c")
    monkeypatch.setattr(named, "MAX_TEXT", len(TOP) + len(BOARD) - 1)
    assert "together" in refused(repo, git(repo, "rev-parse", "HEAD^{tree}"))


def test_what_is_no_file_or_folder_ends(tmp_path: Path) -> None:
    """A tree may say of any object what it is."""
    repo = board(tmp_path / "r")
    options = git(repo, "rev-parse", "HEAD:.get_maintainer.conf")
    commit = git(repo, "rev-parse", "HEAD")
    for mode, name in (("40000", "a"), ("100644", "MAINTAINERS")):
        entries = {".get_maintainer.conf": ("100644", options), name: (mode, commit)}
        raw = b"".join(
            f"{entries[key][0]} {key}\0".encode() + bytes.fromhex(entries[key][1])
            for key in sorted(entries)
        )
        assert "a commit, not a" in refused(repo, write_object(repo, "tree", raw))


def test_a_folder_that_comes_with_its_maintainer_claims_nothing(tmp_path: Path) -> None:
    """An entry in a file that was there does, where folders count."""
    eve = "Eve New <eve@new.example>"
    told = {}
    for name, options in (("folders", OPTIONS), ("top", "")):
        repo = board(tmp_path / name, options)
        git(repo, "tag", "v1")
        for path, text in (("boards/z/MAINTAINERS", ""), ("boards/x/MAINTAINERS", BOARD)):
            (repo / path).parent.mkdir(exist_ok=True)
            (repo / path).write_text(f"{text}Z\nM:\t{eve}\nF:\tboards/z/\n")
            git(repo, "add", "-A")
            git(repo, "commit", "-q", "-m", path, "--author", eve)
        found = json.loads(run("audit", "v1..HEAD", "-C", str(repo), "-f", "json").stdout)
        (found,) = (one for one in found["identities"] if one["email"] == "eve@new.example")
        told[name] = [one["message"].partition(" 0 days")[0] for one in found["signals"]]
    claim = "adds an entry of its own to boards/x/MAINTAINERS"
    assert (True, False) == (claim in told["folders"], claim in told["top"])
    assert not any("boards/z" in one for one in told["folders"])
