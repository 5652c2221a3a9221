"""Refs that cannot be read, that lie, or that lead elsewhere: named, never followed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.ref_recipes import (
    TIP,
    branch_and_tag,
    loose,
    many_packed,
    packed,
    packed_link,
    packed_pipe,
    ref_folder_link,
    ref_link,
    ref_named_like_an_id,
    ref_pipe,
    ref_to_a_tree,
    tag_named_head,
)

UNREADABLE: Final = [
    *(
        odd(
            f"ref-{name}",
            20,
            f"a ref holds {name}",
            loose("heads/odd", text),
            **TIP,
            notes=["refs/heads/odd: not a readable ref"],
        )
        for name, text in {
            "nothing": "",
            "words": "nonsense\n",
            "short-id": "1234567\n",
            "upper-case": "A" * 40,
            "39-digits": "1" * 39,
            "41-digits": "1" * 41,
            "two-ids": "1" * 40 + "\n" + "2" * 40,
            "nul": "1" * 20 + "\0" + "1" * 19,
            "html": "<b>x</b>",
            "escape": "\x1b[2J",
        }.items()
    ),
    odd(
        "ref-unknown-id",
        20,
        "a ref names an object that is not there",
        loose("heads/odd", "1" * 40),
        code=3,
        **TIP,
        notes=["refs/heads/odd leads to an object"],
    ),
    odd(
        "ref-blob-id",
        20,
        "a branch leads to a tree",
        ref_to_a_tree,
        **TIP,
    ),
    odd(
        "ref-huge",
        20,
        "a ref is two megabytes long",
        loose("heads/odd", "1" * 2_000_000),
        **TIP,
        notes=["refs/heads/odd: not a readable ref"],
    ),
    odd(
        "ref-link",
        20,
        "a ref is a link to a file outside",
        ref_link,
        **TIP,
        notes=["refs/heads/link: not a readable ref"],
    ),
    odd(
        "ref-folder-link",
        20,
        "a folder of refs is a link outside",
        ref_folder_link,
        **TIP,
        notes=["refs/tags/more: a link to a folder"],
    ),
    odd(
        "ref-pipe",
        62,
        "a ref is a pipe",
        ref_pipe,
        **TIP,
        notes=["refs/heads/pipe: not a readable ref"],
    ),
    odd(
        "packed-pipe",
        62,
        "packed-refs is a pipe",
        packed_pipe,
        **TIP,
        notes=["packed-refs"],
    ),
    odd(
        "packed-link",
        20,
        "packed-refs is a link",
        packed_link,
        **TIP,
        notes=["packed-refs"],
    ),
    odd(
        "packed-nonsense",
        20,
        "packed-refs holds anything",
        packed("nonsense\n\0\x1b[2J\n"),
        **TIP,
        notes=["packed-refs"],
    ),
    *(
        odd(
            f"packed-{name}",
            20,
            "packed-refs has a name that is no ref's, before every tag and branch",
            packed("{base} " + text + "\n"),
            **TIP,
            notes=["packed-refs: 1 lines name no ref"],
        )
        for name, text in {
            "short-name": "v1.1",
            "a-path": "/tmp/linux",
            "dots": "refs/tags/../v1.1",
            "hidden": "refs/.tags/v1.1",
            "blank": "refs/tags/v 1.1",
            "escape": "refs/tags/\x1b[2J",
            "no-folder": "refs",
        }.items()
    ),
    odd(
        "symbolic-outside",
        20,
        "a symbolic ref leads out of the repository",
        loose("heads/odd", "ref: ../../../../secret\n"),
        **TIP,
    ),
    fine(
        "symbolic-dangling",
        20,
        "a symbolic ref of a remote leads nowhere",
        loose("remotes/origin/HEAD", "ref: refs/remotes/origin/gone\n"),
        **TIP,
    ),
    fine(
        "symbolic",
        20,
        "a symbolic ref leads to a branch",
        loose("remotes/origin/HEAD", "ref: refs/heads/main\n"),
        **TIP,
    ),
]
NAMES: Final = [
    *(
        odd(
            f"ref-name-{name}",
            20,
            f"a branch has {name} in its name",
            loose(f"heads/{text}", "{tip}\n"),
            **TIP,
        )
        for name, text in {
            "space": "a b",
            "newline": "a\nb",
            "escape": "a\x1b[2Jb",
            "bidi": "a\u202eb",
            "raw-byte": "a\udcffb",
            "backslash": "a\\b",
            "option": "--upload-pack=x",
            "caret": "a^b",
            "colon": "a:b",
            "glob": "a*b",
            "dots": "a..b",
            "brace": "a@{{1}}",
            "formula": "=1+1",
            "markup": "[bold]x",
            "long": "x" * 250,
        }.items()
    ),
    odd(
        "ref-name-lock", 20, "a file that git is writing", loose("heads/x.lock", "nonsense"), **TIP
    ),
    odd(
        "branch-named-like-the-tag", 20, "a branch is named like the release", branch_and_tag, **TIP
    ),
    odd(
        "branch-named-like-an-id",
        20,
        "a branch is named like a commit",
        ref_named_like_an_id,
        **TIP,
    ),
    odd("tag-named-head", 20, "a tag and a branch are named HEAD", tag_named_head, **TIP),
]
PACKED: Final = [
    odd(
        "lying-peel",
        19,
        "packed-refs gives another commit for the tag",
        packed("{tag} refs/tags/v1.1\n^{root}\n", keep=False),
        **TIP,
    ),
    odd(
        "lying-peel-header",
        19,
        "and says that everything is peeled",
        packed(
            "# pack-refs with: peeled fully-peeled sorted \n{tag} refs/tags/v1.1\n^{base}\n",
            keep=False,
        ),
        **TIP,
    ),
    odd(
        "peel-of-nothing",
        19,
        "a peeled id stands under a branch",
        packed("{tip} refs/heads/x\n^{root}\n"),
        **TIP,
    ),
    odd("peel-first", 19, "a peeled id stands before any ref", packed("^{root}\n"), **TIP),
    odd(
        "unsorted",
        20,
        "packed refs are unsorted and said to be sorted",
        packed(
            "# pack-refs with: peeled sorted \n{tip} refs/tags/v1.1\n{root} refs/heads/a\n",
            keep=False,
        ),
        **TIP,
    ),
    odd(
        "packed-elsewhere",
        20,
        "the tag was another commit when packed",
        packed("{base} refs/tags/v1.1\n"),
        code=1,
        **TIP,
        tag="release-tag-moved release-tag-unsigned",
    ),
    odd(
        "packed-escapes",
        20,
        "a packed name leaves refs/",
        packed("{root} ../../HEAD\n{root} HEAD\n"),
        **TIP,
    ),
    fine(
        "packed-crlf",
        20,
        "packed-refs has Windows line ends",
        packed("{tag} refs/tags/v1.1\r\n", keep=False),
        **TIP,
    ),
    fine("many-packed", 65, "twenty thousand packed refs", many_packed, **TIP),
]


@cases(UNREADABLE, NAMES, PACKED)
def test_refs_are_read_or_named(case: Case, tmp_path: Path) -> None:
    """The audited commits are the same whatever stands among the refs."""
    check(case, tmp_path)
