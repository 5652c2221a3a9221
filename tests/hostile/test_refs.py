"""Refs that cannot be read, that lie, or that lead elsewhere: named, never followed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.world import ADA, BEN, MALLORY, World, signed_off

Recipe = Callable[[World], None]
TIP: Final = {"commits": ["tip"]}
RAISES: Final = "_follow(), _checked(): a path that is none ends in an internal error"


def loose(name: str, text: str) -> Recipe:
    """A ref file with some content; ids of commits in braces."""

    def recipe(world: World) -> None:
        world.commit()
        path = world.repo / "refs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.format(**world.named).encode("utf-8", "surrogateescape"))

    return recipe


def packed(text: str, *, keep: bool = True) -> Recipe:
    """Lines of packed-refs; without ``keep`` the refs of the case are in no other place."""

    def recipe(world: World) -> None:
        world.commit()
        tag = world.store("tag", tag_text(world.last))
        world.append("packed-refs", text.format(tag=tag, **world.named))
        if not keep:  # an empty folder keeps a loose ref of that name away
            (world.repo / "refs" / "tags" / "v1.1").mkdir()

    return recipe


def tag_text(target: str, name: str = "v1.1", kind: str = "commit") -> str:
    """An annotated tag."""
    return f"object {target}\ntype {kind}\ntag {name}\ntagger {ADA} 1610000000 +0000\n\nRelease\n"


def ref_link(world: World) -> None:
    """A ref is a link to a file outside."""
    world.commit()
    (world.folder / "secret").write_text(f"{world.last}\n")
    (world.repo / "refs" / "heads" / "link").symlink_to(world.folder / "secret")


def ref_folder_link(world: World) -> None:
    """A folder of refs is a link to a folder outside."""
    world.commit()
    (world.folder / "outside").mkdir()
    (world.folder / "outside" / "v9.9").write_text(f"{world.named['base']}\n")
    (world.repo / "refs" / "tags" / "more").symlink_to(world.folder / "outside")


def ref_pipe(world: World) -> None:
    """A ref is a pipe."""
    world.commit()
    os.mkfifo(world.repo / "refs" / "heads" / "pipe")


def packed_pipe(world: World) -> None:
    """packed-refs is a pipe."""
    world.commit()
    os.mkfifo(world.repo / "packed-refs")


def packed_link(world: World) -> None:
    """packed-refs is a link, and git follows it."""
    world.commit()
    world.append("elsewhere", f"{world.last} refs/tags/v1.2\n")
    (world.repo / "packed-refs").symlink_to("elsewhere")


def head_file(text: str) -> Recipe:
    """HEAD holds something else."""

    def recipe(world: World) -> None:
        world.commit()
        (world.repo / "HEAD").write_text(text.format(**world.named))

    return recipe


def newest(text: str) -> Recipe:
    """As above, audited without naming a revision."""

    def recipe(world: World) -> None:
        head_file(text)(world)
        world.asked = []

    return recipe


def branch_and_tag(world: World) -> None:
    """A branch bears the name of the release tag and leads to other commits."""
    world.commit("tip")
    world.ref("tags/v1.1", world.last)
    world.commit("other", signed_off("other", MALLORY), author=MALLORY, committer=MALLORY)
    world.ref("heads/v1.1", world.last)
    world.ref("heads/main", world.named["tip"])


def ref_named_like_an_id(world: World) -> None:
    """A branch is named like the id of another commit."""
    world.commit("tip")
    world.ref(f"heads/{world.last}", world.named["root"])


def tag_named_head(world: World) -> None:
    """A tag is named HEAD."""
    world.commit("tip")
    world.ref("tags/HEAD", world.named["root"])
    world.ref("heads/HEAD", world.named["root"])
    world.asked = ["v1.0..HEAD"]


def tag_of(kind: str) -> Recipe:
    """The release tag leads to something that is no commit."""

    def recipe(world: World) -> None:
        world.commit()
        target = world.tree() if kind == "tree" else world.store("blob", "x")
        world.ref("tags/v1.1", world.store("tag", tag_text(target, kind=kind)))

    return recipe


def tag_type_lie(world: World) -> None:
    """A tag calls its commit a tree."""
    world.commit()
    world.ref("tags/v1.1", world.store("tag", tag_text(world.last, kind="tree")))


def tag_of_nothing(world: World) -> None:
    """The tag's commit is not there."""
    world.commit()
    world.ref("tags/v1.1", world.store("tag", tag_text("1" * 40)))


def many_packed(world: World) -> None:
    """Fifty thousand packed refs."""
    world.commit()
    lines = (f"{world.last} refs/heads/b{number:06}\n" for number in range(50_000))
    world.append("packed-refs", "".join(lines))


def git_file(text: str, *, target: str = "repo.git") -> Recipe:
    """A work tree whose .git is a file."""

    def recipe(world: World) -> None:
        world.commit()
        work = world.folder / "work"
        work.mkdir()
        (work / ".git").write_text(text.format(repo=world.folder / target))
        world.at = work

    return recipe


def git_pipe(world: World) -> None:
    """The .git of a work tree is a pipe."""
    world.commit()
    (world.folder / "work").mkdir()
    os.mkfifo(world.folder / "work" / ".git")
    world.at = world.folder / "work"


def common(text: str) -> Recipe:
    """A linked work tree whose commondir is odd."""

    def recipe(world: World) -> None:
        world.commit()
        world.settle()
        own = world.folder / "linked"
        own.mkdir()
        shutil.copy(world.repo / "HEAD", own / "HEAD")
        (own / "commondir").write_text(text.format(repo=world.repo))
        world.at = own

    return recipe


def extension(text: str) -> Recipe:
    """The config declares a format."""

    def recipe(world: World) -> None:
        world.commit()
        (world.repo / "config").write_text(text)

    return recipe


def reftable(world: World) -> None:
    """There is a folder for refs in another format."""
    world.commit()
    (world.repo / "reftable").mkdir()


UNREADABLE: Final = [
    *(
        odd(f"ref-{name}", 20, f"a ref holds {name}", loose("heads/odd", text), **TIP,
            notes=["refs/heads/odd: not a readable ref"])
        for name, text in {
            "nothing": "", "words": "nonsense\n", "short-id": "1234567\n", "upper-case": "A" * 40,
            "39-digits": "1" * 39, "41-digits": "1" * 41, "two-ids": "1" * 40 + "\n" + "2" * 40,
            "nul": "1" * 20 + "\0" + "1" * 19, "html": "<b>x</b>", "escape": "\x1b[2J",
        }.items()
    ),
    odd("ref-unknown-id", 20, "a ref names an object that is not there",
        loose("heads/odd", "1" * 40), code=3, **TIP, notes=["refs/heads/odd leads to an object"]),
    odd("ref-blob-id", 20, "a branch leads to a tree", lambda world: (
        world.commit(), world.ref("heads/odd", world.tree())), **TIP),
    odd("ref-huge", 20, "a ref is two megabytes long", loose("heads/odd", "1" * 2_000_000), **TIP,
        notes=["refs/heads/odd: not a readable ref"]),
    odd("ref-link", 20, "a ref is a link to a file outside", ref_link, **TIP,
        notes=["refs/heads/link: not a readable ref"]),
    odd("ref-folder-link", 20, "a folder of refs is a link outside", ref_folder_link, **TIP),
    odd("ref-pipe", 62, "a ref is a pipe", ref_pipe, **TIP,
        notes=["refs/heads/pipe: not a readable ref"]),
    odd("packed-pipe", 62, "packed-refs is a pipe", packed_pipe, **TIP,
        wrong="_packed() says nothing of a packed-refs that it does not read",
        notes=["packed-refs"]),
    odd("packed-link", 20, "packed-refs is a link", packed_link, **TIP,
        wrong="_packed() says nothing of a packed-refs that it does not read",
        notes=["packed-refs"]),
    odd("packed-nonsense", 20, "packed-refs holds anything", packed("nonsense\n\0\x1b[2J\n"), **TIP,
        wrong="_packed() passes over lines that hold no ref without a word",
        notes=["packed-refs"]),
    odd("symbolic-outside", 20, "a symbolic ref leads out of the repository",
        loose("heads/odd", "ref: ../../../../secret\n"), **TIP),
    fine("symbolic-dangling", 20, "a symbolic ref of a remote leads nowhere",
         loose("remotes/origin/HEAD", "ref: refs/remotes/origin/gone\n"), **TIP),
    fine("symbolic", 20, "a symbolic ref leads to a branch",
         loose("remotes/origin/HEAD", "ref: refs/heads/main\n"), **TIP),
]  # fmt: skip
NAMES: Final = [
    *(
        odd(f"ref-name-{name}", 20, f"a branch has {name} in its name",
            loose(f"heads/{text}", "{tip}\n"), **TIP)
        for name, text in {
            "space": "a b", "newline": "a\nb", "escape": "a\x1b[2Jb", "bidi": "a\u202eb",
            "raw-byte": "a\udcffb", "backslash": "a\\b", "option": "--upload-pack=x", "caret": "a^b",
            "colon": "a:b", "glob": "a*b", "dots": "a..b", "brace": "a@{{1}}", "formula": "=1+1",
            "markup": "[bold]x", "long": "x" * 250,
        }.items()
    ),
    odd("ref-name-lock", 20, "a file that git is writing", loose("heads/x.lock", "nonsense"), **TIP),
    odd("branch-named-like-the-tag", 20, "a branch is named like the release", branch_and_tag, **TIP),
    odd("branch-named-like-an-id", 20, "a branch is named like a commit", ref_named_like_an_id, **TIP),
    odd("tag-named-head", 20, "a tag and a branch are named HEAD", tag_named_head, **TIP),
]  # fmt: skip
PACKED: Final = [
    odd("lying-peel", 19, "packed-refs gives another commit for the tag",
        packed("{tag} refs/tags/v1.1\n^{root}\n", keep=False), **TIP),
    odd("lying-peel-header", 19, "and says that everything is peeled", packed(
        "# pack-refs with: peeled fully-peeled sorted \n{tag} refs/tags/v1.1\n^{base}\n", keep=False),
        **TIP),
    odd("peel-of-nothing", 19, "a peeled id stands under a branch",
        packed("{tip} refs/heads/x\n^{root}\n"), **TIP),
    odd("peel-first", 19, "a peeled id stands before any ref", packed("^{root}\n"), **TIP),
    odd("unsorted", 20, "packed refs are unsorted and said to be sorted", packed(
        "# pack-refs with: peeled fully-peeled sorted \n{tip} refs/tags/v1.1\n{root} refs/heads/a\n",
        keep=False), **TIP),
    odd("packed-elsewhere", 20, "the tag was another commit when packed",
        packed("{base} refs/tags/v1.1\n"), code=1, **TIP, tag="release-tag-moved release-tag-unsigned"),
    odd("packed-escapes", 20, "a packed name leaves refs/", packed("{root} ../../HEAD\n{root} HEAD\n"),
        **TIP),
    fine("packed-crlf", 20, "packed-refs has Windows line ends",
         packed("{tag} refs/tags/v1.1\r\n", keep=False), **TIP),
    fine("many-packed", 65, "fifty thousand packed refs", many_packed, **TIP),
]  # fmt: skip
PLACES: Final = [
    *(
        odd(f"head-{name}", 20, f"HEAD is {name}", head_file(text), **TIP)
        for name, text in {
            "unborn": "ref: refs/heads/none\n", "nonsense": "x\n", "empty": "",
            "outside": "ref: ../../secret\n", "a-stranger": "1" * 40 + "\n",
        }.items()
    ),
    odd("head-unborn-newest", 20, "HEAD leads nowhere and no release is named",
        newest("ref: refs/heads/none\n"), error="HEAD"),
    fine("head-detached", 20, "HEAD is a commit", newest("{tip}\n"), **TIP),
    fine("git-file", 12, "a work tree with its git directory elsewhere",
         git_file("gitdir: {repo}\n"), **TIP),
    fine("git-file-relative", 12, "the same by a relative path",
         git_file("gitdir: ../repo.git\n"), **TIP),
    odd("git-file-nowhere", 12, "a .git file leads nowhere", git_file("gitdir: {repo}\n", target="x"),
        error="does not lead to a git directory"),
    odd("git-file-nonsense", 12, "a .git file holds anything", git_file("\x1b[2J{repo}\n"),
        error="does not lead to a git directory"),
    odd("git-file-nul", 12, "a .git file with a NUL", git_file("gitdir: {repo}\0x\n"),
        error="does not lead to a git directory"),
    odd("git-file-long", 12, "a .git file with a path of a hundred thousand characters",
        git_file("gitdir: {repo}" + "/x" * 50_000), error="does not lead to a git directory", wrong=RAISES),
    odd("commondir-nul", 12, "a common directory with a NUL", common("{repo}\0x"),
        error="has no objects folder", wrong=RAISES),
    odd("commondir-long", 12, "a common directory of a hundred thousand characters",
        common("/x" * 50_000), error="has no objects folder", wrong=RAISES),
    odd("git-file-itself", 12, "a .git file leads to itself", git_file("gitdir: .git\n"),
        error="does not lead to a git directory"),
    odd("git-file-huge", 12, "a .git file of two megabytes",
        git_file("gitdir: {repo}\n" + "\n" * 2_000_000), error="does not lead to a git directory"),
    odd("git-pipe", 62, "the .git is a pipe", git_pipe, error="no git repository"),
    fine("commondir", 12, "a linked work tree", common("{repo}\n"), **TIP),
    odd("commondir-nowhere", 12, "the common directory is not there", common("{repo}/none\n"),
        error="has no objects folder"),
    odd("commondir-itself", 12, "the common directory is itself", common(".\n"),
        error="has no objects folder"),
    odd("sha256", 66, "objects are named by SHA-256",
        extension("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"),
        error="sha256"),
    odd("sha256-one-line", 66, "the same, written on one line",
        extension("[core]\n\trepositoryformatversion = 1\n[extensions] objectFormat = sha256\n"),
        wrong="_checked() finds objectFormat only at the start of a line", error="sha256"),
    odd("reftable", 66, "refs are kept as a reftable", reftable, error="reftable"),
]  # fmt: skip
TAGS: Final = [
    odd("tag-of-a-tree", 52, "the release tag is of a tree", tag_of("tree"), error="leads to a tree"),
    odd("tag-of-a-blob", 52, "the release tag is of a blob", tag_of("blob"), error="leads to a blob"),
    odd("tag-of-nothing", 52, "the release tag's commit is missing", tag_of_nothing,
        error="not in the repository"),
    odd("tag-type-lie", 52, "the tag calls its commit a tree", tag_type_lie, **TIP,
        wrong="_peel() does not compare a tag's `type` with its object; git refuses such a tag",
        tag_says=["type"]),
]  # fmt: skip


@cases(UNREADABLE, NAMES, PACKED, PLACES, TAGS)
def test_refs_are_read_or_named(case: Case, tmp_path: Path) -> None:
    """The audited commits are the same whatever stands among the refs."""
    check(case, tmp_path)
