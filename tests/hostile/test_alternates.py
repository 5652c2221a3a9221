"""Borrowed objects, and what clones that share an index can do to one another."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli import run
from tests.hostile.case import Case, Expect, allowing, build, cases, check, fine, odd, own
from tests.hostile.ref_recipes import circle
from tests.hostile.store_recipes import (
    forged_blob,
    forged_maintainers,
    forged_tree,
    missing,
    other_commit,
)
from tests.hostile.world import MALLORY, World, signed_off

Recipe = Callable[[World], None]


def moved(world: World, name: str) -> Path:
    """Moves the objects to another store; the repository keeps none."""
    store = world.folder / name
    shutil.move(world.repo / "objects", store)
    (world.repo / "objects" / "info").mkdir(parents=True)
    (world.repo / "objects" / "pack").mkdir()
    return store


def borrowed(*lines: str) -> Recipe:
    """The objects are in another store, named by these lines; {store} is its path."""

    def recipe(world: World) -> None:
        world.commit()
        store = moved(world, "store")
        text = "".join(f"{line}\n" for line in lines).format(store=store, folder=world.folder)
        world.append("objects/info/alternates", text)

    return recipe


def more(*lines: str) -> Recipe:
    """The objects are here, and the lines name further stores."""

    def recipe(world: World) -> None:
        world.commit()
        (world.folder / "empty").mkdir()
        text = "".join(f"{line}\n" for line in lines)
        world.append(
            "objects/info/alternates", text.format(own=world.repo / "objects", folder=world.folder)
        )

    return recipe


def chain(length: int, *, loop: bool = False) -> Recipe:
    """A store names another, which names another."""

    def recipe(world: World) -> None:
        world.commit()
        store = moved(world, "store")
        folders = [world.folder / f"s{number}" for number in range(length)]
        for folder in folders:
            (folder / "info").mkdir(parents=True)
        path = [world.repo / "objects", *folders, store]
        for here, there in pairwise(path):
            (here / "info" / "alternates").write_text(f"{there}\n")
        if loop:
            (store / "info").mkdir(exist_ok=True)
            (store / "info" / "alternates").write_text(f"{path[0]}\n{folders[0]}\n")

    return recipe


def secret(world: World) -> None:
    """The borrowed store holds something that no commit of this history names."""
    other = world.folder / "other"
    world.commit()
    (other / "info").mkdir(parents=True)
    blob = world.store("blob", "top secret\n")
    shutil.move(world.loose(blob), other / blob)
    (other / blob[:2]).mkdir()
    shutil.move(other / blob, other / blob[:2] / blob[2:])
    world.append("objects/info/alternates", f"{other}\n")


def lying_store(world: World) -> None:
    """A borrowed store holds other bytes under the id of a commit that is here."""
    world.commit()
    other = world.folder / "other"
    path = other / world.last[:2] / world.last[2:]
    path.parent.mkdir(parents=True)
    shutil.copy(world.loose(world.named["root"]), path)
    world.append("objects/info/alternates", f"{other}\n")


def pipe_in_store(world: World) -> None:
    """A borrowed store holds a pipe."""
    world.commit()
    (world.folder / "other" / "pack").mkdir(parents=True)
    os.mkfifo(world.folder / "other" / "pack" / "pack-1.idx")
    world.append("objects/info/alternates", f"{world.folder / 'other'}\n")


def linked_store(world: World) -> None:
    """The folder of objects is a link."""
    world.commit()
    store = world.folder / "store"
    shutil.move(world.repo / "objects", store)
    (world.repo / "objects").symlink_to(store)


def count(number: int) -> dict[str, Any]:
    return {"commits": ["tip"], "repository": {"alternates": number}}


TABLE: Final = [
    fine("borrowed", 23, "objects are in another store", borrowed("{store}"), **count(1)),
    fine("borrowed-relative", 23, "named by a relative path", borrowed("../../store"), **count(1)),
    fine(
        "borrowed-comment",
        23,
        "a comment stands before it",
        borrowed("# a comment", "{store}"),
        **count(1),
    ),
    fine(
        "borrowed-quoted",
        23,
        "the path is quoted, as git allows",
        borrowed('"{store}"'),
        **count(1),
    ),
    fine("chain", 23, "three stores in a chain", chain(2), **count(3)),
    fine("linked-store", 12, "the folder of objects is a link", linked_store, **count(0)),
    odd("loop", 23, "stores name one another", chain(2, loop=True), commits=["tip"]),
    odd("itself", 23, "a store names itself", more("{own}"), commits=["tip"]),
    odd(
        "itself-often",
        23,
        "a store names itself in many ways",
        more("{own}", "{own}/", "{own}/../objects", "."),
        commits=["tip"],
    ),
    odd(
        "missing-store",
        23,
        "the borrowed store is not there",
        borrowed("{folder}/none"),
        error="not in the repository",
    ),
    odd(
        "missing-store-unused",
        23,
        "a store that nothing is in is not there",
        more("{folder}/none"),
        **count(0),
    ),
    odd("many", 23, "a thousand stores", more(*["{folder}/empty"] * 1000), **count(1)),
    odd("store-is-a-file", 23, "the store is a file", more("/etc/hostname"), **count(0)),
    odd("store-is-a-device", 23, "the store is a device", more("/dev/zero"), **count(0)),
    odd(
        "nul",
        23,
        "a line with a NUL",
        more("a\0b"),
        **count(0),
    ),
    odd("blank", 23, "blank lines", more("", " ", "\t"), **count(0)),
    odd(
        "long-line",
        23,
        "a line of a hundred thousand characters",
        more("x" * 100_000),
        **count(0),
    ),
    odd("circle", 23, "the path goes in circles", circle(more("{folder}/circle/x")), **count(0)),
    odd("escape", 23, "a line with an escape", more("\x1b[2J"), **count(0)),
    odd("secret", 12, "a borrowed store holds a secret", secret, **count(1)),
    odd(
        "lying-store",
        18,
        "a borrowed store holds other bytes for a commit",
        lying_store,
        commits=["tip"],
    ),
    odd(
        "pipe-in-store",
        62,
        "a borrowed store holds a pipe",
        pipe_in_store,
        error="is no regular file",
    ),
]


@cases(TABLE)
def test_borrowed_objects_are_counted(case: Case, tmp_path: Path) -> None:
    """What is borrowed is said, what is missing is missing, and nothing else is shown."""
    report = check(own(case), tmp_path)
    assert "top secret" not in str(report)


@cases([replace(case, wrong="") for case in TABLE if case.expect.repository.get("alternates")])
def test_a_foreign_repository_borrows_nothing(case: Case, tmp_path: Path) -> None:
    """Whatever the lines name is refused, with what to do."""
    refusal = Expect(error="it takes objects from")
    check(replace(case, expect=refusal), tmp_path)


def link_in_store(world: World) -> None:
    """A borrowed store holds a link."""
    world.commit()
    (world.folder / "other" / "pack").mkdir(parents=True)
    (world.folder / "other" / "pack" / "pack-1.idx").symlink_to("/etc/hostname")
    world.append("objects/info/alternates", f"{world.folder / 'other'}\n")


def odd_name(world: World) -> None:
    """A borrowed store has an escape in its name."""
    world.commit()
    (world.folder / "a\x1b[2J").mkdir()
    world.append("objects/info/alternates", f"{world.folder}/a\x1b[2J\n")


def blank_link(world: World) -> None:
    """The line ends with a blank, and so does the name of a link to the store."""
    borrowed("{folder}/link ")(world)
    (world.folder / "link ").symlink_to(world.folder / "store")


MISREAD: Final = [
    odd("quoted-and-more", 23, "something follows the quoted path", borrowed('"{store}"x')),
    odd("path-and-nul", 23, "something follows a NUL", borrowed("{store}\0x")),
    odd("path-and-blank", 23, "a link whose name ends with a blank", blank_link),
    odd("large-list", 23, "more than a megabyte of lines", borrowed("\n" * (1 << 20), "{store}")),
]
"""Lines that git reads in another way than we do."""


@cases([replace(case, expect=Expect(error="not in the repository")) for case in MISREAD])
def test_git_follows_no_line_itself(case: Case, tmp_path: Path) -> None:
    """What was not looked at here git does not see, in neither tier."""
    check(case, tmp_path / "foreign")
    check(own(case), tmp_path / "own")


ALLOWED: Final = [
    fine(
        "allowed", 12, "the store is allowed", allowing(borrowed("{store}"), "{folder}/store"),
        **count(1),
    ),
    fine(
        "allowed-above", 12, "a folder above it is allowed",
        allowing(borrowed("{store}"), "{folder}"), **count(1),
    ),
    fine(
        "allowed-chain", 12, "all of a chain are allowed",
        allowing(chain(1), "{folder}/s0", "{folder}/store"), **count(2),
    ),
    fine(
        "allowed-unused", 12, "an allowed folder is not there", allowing(borrowed(), "/none"),
        error="not in the repository",
    ),
    odd(
        "another-allowed", 12, "another folder is allowed",
        allowing(borrowed("{store}"), "{folder}/stor"), error="1 other folder",
    ),
    odd(
        "below-allowed", 12, "only a folder in it is allowed",
        allowing(borrowed("{store}"), "{folder}/store/pack"), error="1 other folder",
    ),
    odd(
        "half-a-chain", 12, "one of a chain is allowed", allowing(chain(1), "{folder}/s0"),
        error="1 other folder",
    ),
    odd(
        "out-of-allowed", 12, "the way leads through an allowed folder",
        allowing(borrowed("{folder}/empty/../store"), "{folder}/empty"), error="1 other folder",
    ),
    odd(
        "allowed-link", 12, "an allowed store holds a link",
        allowing(link_in_store, "{folder}/other"), error="is no regular file",
    ),
    odd(
        "allowed-pipe", 62, "an allowed store holds a pipe",
        allowing(pipe_in_store, "{folder}/other"), error="is no regular file",
    ),
    odd(
        "allowed-liar", 18, "an allowed store holds other bytes for a commit",
        allowing(lying_store, "{folder}/other"), commits=["tip"], partial=("tip",), code=3,
    ),
    odd("odd-name", 76, "its name holds an escape", odd_name, error="a\\x1b[2J"),
]  # fmt: skip


@cases(ALLOWED)
def test_only_allowed_folders_lend_objects(case: Case, tmp_path: Path) -> None:
    """A foreign repository borrows from folders that the user names, and what they hold is
    looked at as its own.
    """
    check(case, tmp_path)


def longer(world: World) -> None:
    """Another commit is on top, and the release leads to it."""
    world.commit("evil", signed_off("net: evil", MALLORY), author=MALLORY, committer=MALLORY)


def with_grafts(world: World) -> None:
    for name in ("one", "two", "three"):
        world.commit(name)
    world.append("info/grafts", f"{world.named['three']} {world.named['base']}\n")


def cut_off(world: World) -> None:
    with_grafts(world)
    (world.repo / "info" / "grafts").unlink()
    world.append("shallow", f"{world.named['base']}\n")
    world.loose(world.named["root"]).unlink()


HARMED: Final[dict[str, Recipe]] = {
    "missing-blob": missing("blob"),
    "missing-tree": missing("tree"),
    "missing-commit": missing("commit"),
    "missing-maintainers": missing("MAINTAINERS"),
    "other-commit": other_commit,
    "forged-blob": forged_blob,
    "forged-tree": forged_tree,
    "grafts": with_grafts,
    "shallow": cut_off,
    "another-tip": longer,
}


@pytest.mark.parametrize("name", HARMED)
def test_a_harmed_clone_does_not_harm_another(name: str, tmp_path: Path) -> None:
    """Audited after it with the same index, a sound clone gives the bytes it gives alone."""

    def sound(world: World) -> None:
        for step in ("one", "two", "three"):
            world.commit(step)

    good = build(fine("sound", 18, "a sound clone", sound), tmp_path / "good")
    bad = build(odd(name, 18, "a harmed clone", HARMED[name]), tmp_path / "bad")
    words = ("audit", "v1.1", "-f", "json", "-C", str(good.repo))
    alone = run(*words, "--no-cache")
    shared = str(tmp_path / "cache")
    run("audit", "v1.1", "-C", str(bad.repo), "--cache-dir", shared)
    run("lines", "v1.1", "-C", str(bad.repo), "--cache-dir", shared)
    after = run(*words, "--cache-dir", shared)
    assert (alone.code, alone.raw) == (after.code, after.raw)


@pytest.mark.parametrize("name", [*HARMED, "maintainers"])
def test_a_sound_clone_does_not_hide_harm(name: str, tmp_path: Path) -> None:
    """What another clone has put into the index does not make up for what is missing here."""

    def sound(world: World) -> None:
        for step in ("one", "two", "three"):
            world.commit(step)

    recipe = HARMED.get(name, forged_maintainers)
    good = build(fine("sound", 18, "a sound clone", sound), tmp_path / "good")
    bad = build(odd(name, 18, "a harmed clone", recipe), tmp_path / "bad")
    words = ("audit", "v1.1", "-f", "json", "-C", str(bad.repo))
    alone = run(*words, "--no-cache")
    shared = str(tmp_path / "cache")
    run("audit", "v1.1", "-C", str(good.repo), "--cache-dir", shared)
    after = run(*words, "--cache-dir", shared)
    assert (alone.code, alone.raw) == (after.code, after.raw)
