"""Refs, HEAD and the files that say where a repository is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from typing import Any, Final

from tests.hostile.world import ADA, MALLORY, World, signed_off

Recipe = Callable[[World], None]
TIP: Final[dict[str, Any]] = {"commits": ["tip"]}


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


def ref_to_a_tree(world: World) -> None:
    """A branch leads to a tree."""
    world.commit()
    world.ref("heads/odd", world.tree())


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
    """Twenty thousand packed refs."""
    world.commit()
    lines = (f"{world.last} refs/heads/b{number:06}\n" for number in range(20_000))
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


def circle(recipe: Recipe) -> Recipe:
    """Beside the repository lies ``circle``, a link that leads to itself."""

    def with_link(world: World) -> None:
        (world.folder / "circle").symlink_to("circle")
        recipe(world)

    return with_link


def git_link(world: World) -> None:
    """The .git of a work tree is a link."""
    world.commit()
    (world.folder / "work").mkdir()
    (world.folder / "work" / ".git").symlink_to(world.repo)
    world.at = world.folder / "work"


def linked_part(name: str) -> Recipe:
    """A folder of the git directory is a link to another place."""

    def recipe(world: World) -> None:
        world.commit()
        world.settle()
        (world.repo / name).mkdir(exist_ok=True)
        shutil.move(world.repo / name, world.folder / "elsewhere")
        (world.repo / name).symlink_to(world.folder / "elsewhere")

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
