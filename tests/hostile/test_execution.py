"""Programs that an audited repository names: none of them runs, and the report stays right."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli import run
from tests.git import ENVIRONMENT
from tests.hostile.case import Case, Expect, audit, build, cases, compare, fine, odd
from tests.hostile.world import ADA, MALLORY, World, signed_off

CLEAN: Final[dict[str, Any]] = {
    "commits": ["tip"],
    "author": {"tip": "listed"},
    "lines": {"tip": (1, 0)},
}
"""What is true of one good commit whatever stands beside it in the git directory."""
Recipe = Callable[[World], None]


def config(text: str, *, attributes: str = "") -> Recipe:
    """Adds to the repository's config, TRAP standing for the program; and attributes."""

    def recipe(world: World) -> None:
        trap = world.trap()
        world.commit(
            headers="gpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n" if "gpg" in text else ""
        )
        world.append("config", text.replace("TRAP", str(trap)))
        if attributes:
            world.append("info/attributes", attributes)

    return recipe


def hook(name: str) -> Recipe:
    """A hook in its own place."""

    def recipe(world: World) -> None:
        world.commit()
        (world.repo / "hooks").mkdir()
        shutil.copy(world.trap(), world.repo / "hooks" / name)

    return recipe


def included(world: World) -> None:
    """The config only includes another file."""
    trap = world.trap()
    world.commit()
    world.append("more", f"[core]\n\tfsmonitor = {trap}\n[diff]\n\texternal = {trap}\n")
    world.append("config", "[include]\n\tpath = more\n")


def included_pipe(world: World) -> None:
    """The included file is a pipe that nobody writes into."""
    import os

    world.commit()
    os.mkfifo(world.repo / "pipe")
    world.append("config", "[include]\n\tpath = pipe\n[mailmap]\n\tfile = pipe\n")


def config_worktree(world: World) -> None:
    """A second config beside the first."""
    trap = world.trap()
    world.commit()
    world.append("config", "[extensions]\n\tworktreeConfig = true\n")
    world.append("config.worktree", f"[core]\n\tpager = {trap}\n\thooksPath = {world.folder}\n")


def promisor(settings: str) -> Recipe:
    """An object is missing and the repository says how to fetch it."""

    def recipe(world: World) -> None:
        trap = world.trap()
        world.commit()
        blob = world.store("blob", "int tip;\n")
        world.loose(blob).unlink()
        world.append(
            "config", f"[extensions]\n\tpartialClone = origin\n[core]\n\tsshCommand = {trap}\n"
        )
        world.append(
            "config",
            f'[remote "origin"]\n\tpromisor = true\n\t{settings}\n'.replace("TRAP", str(trap)),
        )
        world.append("config", "[protocol]\n\tallow = always\n")

    return recipe


def work_tree_file(path: str, content: str, extra: str = "") -> Recipe:
    """A file of the tree that configures git."""

    def recipe(world: World) -> None:
        trap = world.trap()
        world.commit(files={"net/tip.c": "int tip;\n"})
        world.files[path] = content.encode()
        world.commit("more", signed_off("more", ADA), author=ADA, committer=ADA)
        world.append("config", extra.replace("TRAP", str(trap)))

    return recipe


def bare_inside(world: World) -> None:
    """The tree holds a whole git directory."""
    world.commit(
        files={
            "net/tip.c": "int tip;\n",
            "docs/HEAD": "ref: refs/heads/main\n",
            "docs/config": f"[core]\n\tworktree = ..\n\tfsmonitor = {world.trap()}\n",
            "docs/objects/x": "x\n",
            "docs/refs/x": "x\n",
        },
        message=signed_off("net: tip", ADA),
        author=ADA,
        committer=ADA,
    )


def bare_inside_pointed_at(world: World) -> None:
    """A work tree whose folder looks like a git directory itself; we stand in a folder of it."""
    world.commit()
    world.settle()
    work = world.folder / "work"
    shutil.copytree(world.repo, work / ".git")
    for name in ("objects", "refs"):
        (work / "docs" / "inner.git" / name).mkdir(parents=True)
    (work / "docs" / "inner.git" / "HEAD").write_text("ref: refs/heads/main\n")
    (work / "docs" / "inner.git" / "config").write_text(f"[core]\n\tfsmonitor = {world.trap()}\n")
    (work / "docs" / "inner.git" / "below").mkdir()
    world.at = work / "docs" / "inner.git" / "below"


def foreign_worktree(world: World) -> None:
    """core.worktree points at somebody else's folder."""
    (world.folder / "private").mkdir()
    (world.folder / "private" / "provenance.toml").write_text("verified = ['unverified']\n")
    world.commit()
    world.append("config", f"[core]\n\tbare = false\n\tworktree = {world.folder / 'private'}\n")


def mailmap_file(world: World) -> None:
    """The config names a mailmap that makes a stranger a maintainer."""
    world.commit(author=MALLORY, message=signed_off("net: tip", MALLORY, ADA), committer=ADA)
    path = world.folder / "map"
    path.write_text("Ada Keeper <ada@kernel.example> <mallory@grey.example>\n")
    world.append("config", f"[mailmap]\n\tfile = {path}\n")


CONFIG: Final = {
    "show-signature": (1, "[log]\n\tshowSignature = true\n[gpg]\n\tprogram = TRAP\n", ""),
    "gpg-openpgp": (1, '[gpg "openpgp"]\n\tprogram = TRAP\n[log]\n\tshowSignature = true\n', ""),
    "gpg-ssh": (1, '[gpg "ssh"]\n\tprogram = TRAP\n\tdefaultKeyCommand = TRAP\n', ""),
    "gpg-x509": (1, '[gpg]\n\tformat = x509\n[gpg "x509"]\n\tprogram = TRAP\n', ""),
    "fsmonitor": (2, "[core]\n\tbare = false\n\tfsmonitor = TRAP\n", ""),
    "diff-external": (3, "[diff]\n\texternal = TRAP\n", ""),
    "diff-driver": (3, '[diff "d"]\n\tcommand = TRAP\n', "* diff=d\n"),
    "textconv": (3, '[diff "d"]\n\ttextconv = TRAP\n\tcachetextconv = true\n', "* diff=d\n"),
    "filter-clean": (4, '[filter "f"]\n\tclean = TRAP\n\tsmudge = TRAP\n', "* filter=f\n"),
    "filter-process": (4, '[filter "f"]\n\tprocess = TRAP\n\trequired = true\n', "* filter=f\n"),
    "merge-driver": (4, '[merge "m"]\n\tdriver = TRAP %O %A %B\n', "* merge=m\n"),
    "hooks-path": (5, "[core]\n\thooksPath = TRAP-folder\n", ""),
    "alias-shell": (6, "[alias]\n\taudit = !TRAP\n\tlog = !TRAP\n\tcat-file = !TRAP\n", ""),
    "alias-version": (
        6,
        "[alias]\n\tversion = !TRAP\n\trev-list = !TRAP\n\trev-parse = !TRAP\n",
        "",
    ),
    "trailer-command": (7, '[trailer "x"]\n\tcommand = TRAP\n\tifMissing = add\n', ""),
    "trailer-cmd": (7, '[trailer "Signed-off-by"]\n\tcmd = TRAP\n', ""),
    "pager": (9, "[core]\n\tpager = TRAP\n[pager]\n\tlog = TRAP\n\tcat-file = TRAP\n", ""),
    "editor": (9, "[core]\n\teditor = TRAP\n[sequence]\n\teditor = TRAP\n", ""),
    "askpass": (9, "[core]\n\taskPass = TRAP\n[credential]\n\thelper = TRAP\n", ""),
    "diff-filter": (9, "[interactive]\n\tdiffFilter = TRAP\n", ""),
    "alternate-refs": (9, "[core]\n\talternateRefsCommand = TRAP\n", ""),
    "pack-objects": (9, "[uploadpack]\n\tpackObjectsHook = TRAP\n", ""),
    "git-proxy": (9, "[core]\n\tgitProxy = TRAP\n\tsshCommand = TRAP\n", ""),
    "submodule": (
        13,
        '[submodule "s"]\n\tactive = true\n\tupdate = !TRAP\n\turl = ext::TRAP\n',
        "",
    ),
}
PROMISORS: Final = {
    "upload-pack": "url = .\n\tuploadpack = TRAP",
    "ssh": "url = ssh://host.example/x",
    "external": "url = ext::TRAP",
    "helper": "url = trap::anything\n\tvcs = trap",
}
TABLE: Final = [
    *(
        odd(
            f"config-{name}",
            item,
            "the config names a program",
            config(text, attributes=attributes),
            **CLEAN,
            signature={"tip": "bad" if "gpg" in text else "none"},
            rules={"tip": "bad-signature"} if "gpg" in text else {},
            code=1 if "gpg" in text else 0,
        )
        for name, (item, text, attributes) in CONFIG.items()
    ),
    *(
        odd(f"hook-{name}", 5, "a hook stands ready", hook(name), **CLEAN)
        for name in ("reference-transaction", "post-index-change", "post-checkout", "pre-auto-gc")
    ),
    *(
        odd(
            f"promisor-{name}",
            8,
            "a missing blob is to be fetched by a program",
            promisor(text),
            code=3,
            partial=["tip"],
            commits=["tip"],
        )
        for name, text in PROMISORS.items()
    ),
    odd("include", 9, "the config includes a file that names a program", included, **CLEAN),
    odd("include-pipe", 9, "included files are pipes", included_pipe, **CLEAN),
    odd("config-worktree", 9, "a second config names a program", config_worktree, **CLEAN),
    odd(
        "bare-repository-in-the-tree",
        10,
        "the tree holds a git directory",
        bare_inside,
        commits=["tip"],
    ),
    odd(
        "bare-repository-around-us",
        10,
        "we are pointed below a bare repository in a work tree",
        bare_inside_pointed_at,
        **CLEAN,
    ),
    odd(
        "foreign-work-tree", 12, "core.worktree leads to another folder", foreign_worktree, **CLEAN
    ),
    odd(
        "config-mailmap",
        42,
        "the config names a mailmap",
        mailmap_file,
        author={"tip": "unverified"},
        address={"tip": "mallory@grey.example"},
        rules={"tip": "unverified-author large-unverified-addition"},
    ),
    odd(
        "gitmodules",
        13,
        "a .gitmodules file with an option for an address",
        work_tree_file(
            ".gitmodules", '[submodule "x"]\n\tpath = -x\n\turl = --upload-pack=x\n\tupdate = !x\n'
        ),
        commits=["more", "tip"],
    ),
    odd(
        "gitattributes",
        55,
        "attributes of the tree select drivers of the config",
        work_tree_file(
            ".gitattributes",
            "* diff=d filter=f merge=m\n",
            '[diff "d"]\n\ttextconv = TRAP\n[filter "f"]\n\tclean = TRAP\n',
        ),
        commits=["more", "tip"],
        lines={"more": (2, 0), "tip": (1, 0)},
    ),
    fine(
        "plain-config",
        9,
        "the config that git itself writes",
        config(
            "[core]\n\tfilemode = true\n\tlogallrefupdates = true\n[user]\n\tname = Ada\n"
            '[remote "origin"]\n\turl = https://host.example/x\n\tfetch = +refs/*:refs/*\n'
        ),
        **CLEAN,
    ),
]


@cases(TABLE)
def test_nothing_runs(case: Case, tmp_path: Path) -> None:
    """The program leaves no mark, and the report is that of the objects."""
    world = build(case, tmp_path)
    if not (tmp_path / "trap").exists():
        world.trap()
    compare(case.expect, world, audit(world))
    run("check", "v1.1", "-C", str(world.at or world.repo))
    assert not world.marker.exists()


def everything(world: World) -> None:
    """All traps of the table at once."""
    trap = str(world.trap())
    world.commit()
    for name, (_, text, attributes) in CONFIG.items():
        if name != "hooks-path":
            world.append("config", text.replace("TRAP", trap))
        world.append("info/attributes", attributes)
    (world.repo / "hooks").mkdir()
    for name in ("reference-transaction", "post-index-change", "pre-auto-gc", "post-checkout"):
        shutil.copy(trap, world.repo / "hooks" / name)


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "v1.1", "-f", "table"),
        ("audit", "v1.1", "-f", "markdown", "--no-cache"),
        ("check", "v1.1"),
        ("lines", "v1.1"),
        ("lines", "v1.1", "--by", "person"),
        ("who", "ben@net.example"),
        ("subsystem", "net/core.c", "--rev", "v1.1"),
        ("index",),
    ],
    ids=" ".join,
)
def test_no_command_runs_them(words: tuple[str, ...], tmp_path: Path) -> None:
    """With every trap set, each command succeeds and leaves no mark."""
    world = build(odd("all", 9, "all traps at once", everything), tmp_path)
    outcome = run(*words, "-C", str(world.repo))
    assert 0 == outcome.code, outcome.stderr
    assert not world.marker.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[diff]\n\texternal = TRAP\n", ("diff", "v1.0", "v1.1")),
        ("[core]\n\talternateRefsCommand = TRAP\n[alias]\n\taudit = !TRAP\n", ("audit",)),
    ],
)
def test_the_trap_can_be_sprung(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """Where git does obey the config the mark is made: its absence above means something."""
    world = build(odd("trap", 3, "a trap", config(text)), tmp_path)
    subprocess.run(
        ["git", "-C", str(world.repo), *words], env=ENVIRONMENT, capture_output=True, check=False
    )
    assert world.marker.exists()


@pytest.mark.parametrize(
    "name",
    [
        "GIT_EXTERNAL_DIFF",
        "GIT_PAGER",
        "GIT_SSH_COMMAND",
        "GIT_PROXY_COMMAND",
        "GIT_EDITOR",
        "GIT_ASKPASS",
        "PAGER",
    ],
)
def test_no_program_of_the_environment(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does what a shell has set for git by hand reach the audit."""
    world = build(odd("environment", 9, "a program in the environment", World.commit), tmp_path)
    monkeypatch.setenv(name, str(world.trap()))
    compare(Expect(commits=["tip"], lines={"tip": (1, 0)}), world, audit(world))
    assert not world.marker.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GIT_DIR", "other"),
        ("GIT_WORK_TREE", "other"),
        ("GIT_OBJECT_DIRECTORY", "other/objects"),
        ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "other/objects"),
        ("GIT_GRAFT_FILE", "graft"),
        ("GIT_SHALLOW_FILE", "graft"),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_NAMESPACE", "other"),
        ("GIT_CONFIG_PARAMETERS", "'log.showSignature=true' 'diff.noprefix=true'"),
        ("GIT_DIFF_OPTS", "--unified=0"),
        ("GIT_TRACE", "trace"),
    ],
)
def test_the_environment_changes_nothing(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Variables that lead git elsewhere give the same bytes as without them."""
    world = build(odd("environment", 9, "git is led elsewhere", World.commit), tmp_path)
    words = ("audit", "v1.1", "-C", str(world.repo), "-f", "json", "--no-cache")
    before = run(*words)
    (tmp_path / "graft").write_text(f"{world.last}\n")
    is_path = name not in ("GIT_CONFIG_PARAMETERS", "GIT_DIFF_OPTS", "GIT_NAMESPACE")
    monkeypatch.setenv(name, str(tmp_path / value) if is_path else value)
    after = run(*words)
    assert json.loads(after.stdout)["completeness"]["reported"] == 1
    assert (before.code, before.raw) == (after.code, after.raw)
    assert not (tmp_path / "trace").exists()
