"""Where the repository is, of which format, and what its release tag leads to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, Expect, allowing, cases, check, fine, odd, own
from tests.hostile.ref_recipes import (
    TIP,
    circle,
    common,
    extension,
    git_file,
    git_link,
    git_pipe,
    head_file,
    linked_part,
    newest,
    reftable,
    tag_of,
    tag_of_nothing,
    tag_type_lie,
)

PLACES: Final = [
    *(
        odd(f"head-{name}", 20, f"HEAD is {name}", head_file(text), **TIP)
        for name, text in {
            "unborn": "ref: refs/heads/none\n",
            "nonsense": "x\n",
            "empty": "",
            "outside": "ref: ../../secret\n",
        }.items()
    ),
    odd(
        "head-a-stranger",
        20,
        "HEAD is a commit that is not there",
        head_file("1" * 40 + "\n"),
        code=3,
        notes=["HEAD leads to an object that is not in the repository"],
        **TIP,
    ),
    odd(
        "head-unborn-newest",
        20,
        "HEAD leads nowhere and no release is named",
        newest("ref: refs/heads/none\n"),
        error="HEAD",
    ),
    odd(
        "head-a-stranger-newest",
        20,
        "HEAD is a commit that is not there and no release is named",
        newest("1" * 40 + "\n"),
        error="HEAD leads to " + "1" * 40,
    ),
    fine("head-detached", 20, "HEAD is a commit", newest("{tip}\n"), **TIP),
    odd(
        "git-file-nowhere",
        12,
        "a .git file leads nowhere",
        git_file("gitdir: {repo}\n", target="x"),
        error="does not lead to a git directory",
    ),
    odd(
        "git-file-nonsense",
        12,
        "a .git file holds anything",
        git_file("\x1b[2J{repo}\n"),
        error="does not lead to a git directory",
    ),
    odd(
        "git-file-nul",
        12,
        "a .git file with a NUL",
        git_file("gitdir: {repo}\0x\n"),
        error="does not lead to a git directory",
    ),
    odd(
        "git-file-long",
        12,
        "a .git file with a path of a hundred thousand characters",
        git_file("gitdir: {repo}" + "/x" * 50_000),
        error="does not lead to a git directory",
    ),
    odd(
        "commondir-nul",
        12,
        "a common directory with a NUL",
        common("{repo}\0x"),
        error="has no objects folder",
    ),
    odd(
        "commondir-long",
        12,
        "a common directory of a hundred thousand characters",
        common("/x" * 50_000),
        error="has no objects folder",
    ),
    odd(
        "git-file-itself",
        12,
        "a .git file leads to itself",
        git_file("gitdir: .git\n"),
        error="does not lead to a git directory",
    ),
    odd(
        "git-file-circle",
        12,
        "a .git file leads to links in circles",
        circle(git_file("gitdir: {repo}\n", target="circle")),
        error="does not lead to a git directory",
    ),
    odd(
        "git-file-huge",
        12,
        "a .git file of two megabytes",
        git_file("gitdir: {repo}\n" + "\n" * 2_000_000),
        error="does not lead to a git directory",
    ),
    odd("git-pipe", 62, "the .git is a pipe", git_pipe, error="no git repository"),
    odd(
        "commondir-nowhere",
        12,
        "the common directory is not there",
        common("{repo}/none\n"),
        error="has no objects folder",
    ),
    odd(
        "commondir-itself",
        12,
        "the common directory is itself",
        common(".\n"),
        error="has no objects folder",
    ),
    odd(
        "commondir-circle",
        12,
        "the common directory is behind links in circles",
        circle(common("{repo}/../circle/x\n")),
        error="has no objects folder",
    ),
    odd(
        "sha256",
        66,
        "objects are named by SHA-256",
        extension("[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectFormat = sha256\n"),
        error="sha256",
    ),
    odd(
        "sha256-one-line",
        66,
        "the same, written on one line",
        extension("[core]\n\trepositoryformatversion = 1\n[extensions] objectFormat = sha256\n"),
        error="sha256",
    ),
    odd("reftable", 66, "refs are kept as a reftable", reftable, error="reftable"),
]
LINKED: Final = [
    fine(
        "git-file",
        12,
        "a work tree with its git directory elsewhere",
        git_file("gitdir: {repo}\n"),
        **TIP,
    ),
    fine(
        "git-file-relative",
        12,
        "the same by a relative path",
        git_file("gitdir: ../repo.git\n"),
        **TIP,
    ),
    fine("commondir", 12, "a linked work tree", common("{repo}\n"), **TIP),
    fine("git-link", 12, "the .git of a work tree is a link", git_link, **TIP),
    fine("linked-refs", 12, "the folder of refs is a link", linked_part("refs"), **TIP),
    fine("linked-info", 12, "the folder of alternates is a link", linked_part("info"), **TIP),
]
"""What leads to another folder of this machine: as asked for in a clone of one's own."""
TAGS: Final = [
    odd(
        "tag-of-a-tree", 52, "the release tag is of a tree", tag_of("tree"), error="leads to a tree"
    ),
    odd(
        "tag-of-a-blob", 52, "the release tag is of a blob", tag_of("blob"), error="leads to a blob"
    ),
    odd(
        "tag-of-nothing",
        52,
        "the release tag's commit is missing",
        tag_of_nothing,
        error="not in the repository",
    ),
    odd(
        "tag-type-lie",
        52,
        "the tag calls its commit a tree",
        tag_type_lie,
        error="calls a commit a tree",
    ),
]


@cases(PLACES, TAGS)
def test_a_repository_is_found_or_refused(case: Case, tmp_path: Path) -> None:
    """It is the one that was named, in a format that can be read whole, or none."""
    check(case, tmp_path)


@cases(LINKED)
def test_an_own_clone_leads_where_it_likes(case: Case, tmp_path: Path) -> None:
    """As with git."""
    check(own(case), tmp_path)


@cases(LINKED)
def test_a_foreign_repository_leads_nowhere(case: Case, tmp_path: Path) -> None:
    """It would show another repository of this machine."""
    refusal = Expect(error="leads to another folder")
    check(replace(case, fine=False, expect=refusal), tmp_path)


@cases(LINKED)
def test_a_foreign_repository_leads_where_the_user_allows(case: Case, tmp_path: Path) -> None:
    """By the folder or one above it."""
    check(replace(case, recipe=allowing(case.recipe, "{folder}")), tmp_path)
