"""Pipes, packs and indexes that are damaged, read in processes with limits."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.hostile.case import Case, build, cases, command, compare, fine, odd
from tests.hostile.process import limited
from tests.hostile.store_recipes import (
    LINE,
    flipped,
    moved,
    multi_pack,
    no_index,
    no_pack,
    packed,
    pipe,
    shortened,
    swap_blobs,
    swapped,
)

NOBODY: Final = "nobody-vouches unverified-author"
"""What is seen where MAINTAINERS cannot be read."""
PIPES: Final = [
    *(
        odd(f"pipe-{name.replace('/', '-')}", 62, f"{name} is a pipe", pipe(name), commits=LINE)
        for name in (
            "config",
            "shallow",
            "info/grafts",
            "info/attributes",
            "config.worktree",
            "description",
            "logs/HEAD",
            "index",
        )
    ),
    *(
        odd(
            f"pipe-{name.replace('/', '-').replace('{', '').replace('}', '')}",
            62,
            f"{name} is a pipe",
            pipe(name),
            error="is no regular file",
        )
        for name in (
            "objects/info/commit-graph",
            "objects/pack/multi-pack-index",
            "objects/pack/pack-x.pack",
            "objects/pack/pack-x.idx",
            "objects/pack/pack-x.rev",
            "objects/pack/pack-x.bitmap",
            "objects/{two}",
            "objects/info/packs",
            "objects/info/alternates",
        )
    ),
]
PACKS: Final = [
    fine("pack", 18, "everything is in a pack", packed(lambda world, path: None), commits=LINE),
    odd(
        "swapped",
        18,
        "an index gives two commits for one another",
        swapped("one", "two"),
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd(
        "swapped-tip",
        18,
        "an index gives the base for the tip",
        swapped("three", "base"),
        error="v1.1 leads to",
    ),
    odd(
        "swapped-blobs",
        18,
        "an index gives two texts for one another",
        packed(swap_blobs),
        code=3,
        commits=LINE,
        partial=["three"],
        rules={
            "one": f"large-unverified-addition {NOBODY}",
            "two": f"large-unverified-addition {NOBODY}",
            "three": NOBODY,
        },
    ),
    odd(
        "offset-first",
        61,
        "an index gives the pack's first object for a commit",
        moved("two", 12),
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    *(
        odd(
            f"offset-{offset:#x}",
            61,
            "an index leads beyond the pack",
            moved("two", offset),
            code=3,
            commits=["three"],
            unreadable=["two"],
            partial=["three"],
        )
        for offset in (0x0, 0x00100000, 0x02000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    ),
    *(
        odd(
            f"offset-of-the-tip-{offset:#x}",
            61,
            "an index leads beyond the pack for the tip",
            moved("three", offset),
            error="v1.1 leads to",
        )
        for offset in (0x0, 0x02000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
    ),
    *(
        odd(
            f"multi-pack-{offset:#x}",
            61,
            "an index over packs leads beyond them",
            multi_pack(offset),
            commits=LINE,
        )
        for offset in (0x00100000, 0x02000000, 0x7FFFFFFF)
    ),
    odd(
        "pack-cut",
        64,
        "the pack is cut in half",
        shortened(".pack", lambda size: size // 2),
        error="v1.1 leads to",
    ),
    odd(
        "pack-empty",
        64,
        "the pack is empty",
        shortened(".pack", lambda size: 0),
        error="v1.1 leads to",
    ),
    odd(
        "index-cut",
        64,
        "the index is cut in half",
        shortened(".idx", lambda size: size // 2),
        error="v1.1 leads to",
    ),
    odd(
        "index-header",
        64,
        "the index is a header only",
        shortened(".idx", lambda size: 8),
        error="v1.1 leads to",
    ),
    odd(
        "pack-flipped",
        18,
        "a byte in the pack is another",
        packed(flipped),
        code=3,
        commits=["three"],
        unreadable=["two"],
        partial=["three"],
    ),
    odd("pack-without-index", 64, "the index is missing", packed(no_index), error="v1.1 leads to"),
    odd("index-without-pack", 64, "the pack is missing", packed(no_pack), error="v1.1 leads to"),
]


@cases(PIPES, PACKS)
def test_a_damaged_store_ends_in_a_true_report(case: Case, tmp_path: Path) -> None:
    """Within a minute and a gibibyte, without a signal, and nothing damaged is believed."""
    world = build(case, tmp_path)
    outcome = limited([*command(world), "-j", "1"])
    assert 0 <= outcome.code
    compare(case.expect, world, outcome)
