"""Trailers: git's own reading is the oracle, and what only looks like one is kept apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.git import git
from tests.hostile.case import Case, audit, cases, check, fine, odd, text_of
from tests.hostile.world import ADA, BEN, MALLORY, NEW, World, octets, start

ADA_SIGNS: Final = f"Signed-off-by: {ADA}"
BEN_SIGNS: Final = f"Signed-off-by: {BEN}"
SHORT: Final = "Acked-by: a <a@x.example>"


@dataclass(frozen=True)
class Message:
    """A message, and the zones of what looks like trailers in it, in order."""

    id: str
    item: int
    text: str | bytes
    zones: str


MESSAGES: Final = [
    Message("plain", 38, f"s\n\n{SHORT}\n", "block"),
    Message("two", 38, f"s\n\n{SHORT}\n{BEN_SIGNS}\n", "block block"),
    Message("in-body", 38, f"s\n\n{SHORT}\n\nmore text\n", "body"),
    Message("paragraph-above", 38, f"s\n\n{SHORT}\n\n{BEN_SIGNS}\n", "body block"),
    Message("quoted", 38, f"s\n\n> {SHORT}\n\n{BEN_SIGNS}\n", "quoted block"),
    Message(
        "quoted-twice", 38, f"s\n\n>> {SHORT}\n| {SHORT}\n\n{BEN_SIGNS}\n", "quoted quoted block"
    ),
    Message("in-subject", 38, f"{SHORT}\n", "subject"),
    Message("subject-paragraph", 38, f"s\n{SHORT}\n", "subject"),
    Message("below-divider", 37, f"s\n\n{BEN_SIGNS}\n---\n{SHORT}\n", "block block"),
    Message("quarter", 38, f"s\n\na b\na b\na b\n{SHORT}\n", "body"),
    Message("third-with-sign-off", 38, f"s\n\na b\na b\na b\n{BEN_SIGNS}\n", "block"),
    Message("quarter-with-sign-off", 38, f"s\n\na b\na b\na b\na b\n{BEN_SIGNS}\n", "body"),
    Message("space-before-colon", 38, "s\n\nAcked-by : a <a@x.example>\n", "block"),
    Message("letter-case", 38, "s\n\naCKED-bY: a <a@x.example>\n", "block"),
    Message("no-space", 38, "s\n\nAcked-by:a <a@x.example>\n", "block"),
    Message("indented", 38, f"s\n\n  {SHORT}\n", "body"),
    Message("folded", 37, "s\n\nAcked-by: a\n <a@x.example>\n", "block"),
    Message("folded-tab", 37, "s\n\nAcked-by: a\n\t<a@x.example>\n", "block"),
    Message("folded-trailer", 37, f"s\n\nX-Note: a\n {SHORT}\n", "block"),
    Message("empty-value", 37, f"s\n\nAcked-by:\n{BEN_SIGNS}\n", "block block"),
    Message("empty-last", 37, f"s\n\n{BEN_SIGNS}\nAcked-by:\n", "block block"),
    Message(
        "scissors", 37, f"s\n\n{BEN_SIGNS}\n# {'-' * 24} >8 {'-' * 24}\n{SHORT}\n", "block body"
    ),
    Message("comment", 37, f"s\n\n{BEN_SIGNS}\n# {SHORT}\n", "block"),
    Message("conflicts", 37, f"s\n\n{BEN_SIGNS}\n\nConflicts:\n\tnet/core.c\n", "block"),
    Message("vertical-tab", 39, f"s\n\nX-Note: a\v{SHORT}\n", "block"),
    Message("form-feed", 39, f"s\n\nX-Note: a\f{SHORT}\n", "block"),
    Message("file-separator", 39, f"s\n\nX-Note: a\x1c{SHORT}\n", "block"),
    Message("next-line", 39, f"s\n\nX-Note: a\x85{SHORT}\n", "block"),
    Message("line-separator", 39, f"s\n\nX-Note: a\u2028{SHORT}\n", "block"),
    Message("lone-cr", 39, f"s\n\nX-Note: a\r{SHORT}\n", "block"),
    Message("crlf", 39, f"s\r\n\r\n{SHORT}\r\n{BEN_SIGNS}\r\n", "block block"),
    Message("body-line-separator", 39, f"s\n\ntext\u2028{SHORT}\n\nmore\n", ""),
    Message("homoglyph-key", 40, f"s\n\nSigned-\u043eff-by: {BEN}\nX: y\n", ""),
    Message("zero-width-key", 40, f"s\n\nSigned\u200b-off-by: {BEN}\nX: y\n", ""),
    Message("bidi-value", 40, "s\n\nAcked-by: a \u202e<a@x.example>\n", "block"),
    Message("no-break-space", 41, "s\n\nAcked-by:\u00a0a <a@x.example>\n", "block"),
    Message("no-break-space-key", 41, "s\n\nAcked-by\u00a0: a <a@x.example>\nX: y\n", ""),
    Message("raw-bytes", 40, b"s\n\nAcked-by: \xe9 <a@x.example>\n", "block"),
    Message("two-addresses", 44, "s\n\nAcked-by: a <a@x.example> <ben@net.example>\n", "block"),
    Message("nothing", 38, "s\n", ""),
    Message("only-blanks", 38, "\n\n\n", ""),
    Message(
        "cherry-pick",
        38,
        f"s\n\na b\na b\n(cherry picked from commit {'1' * 40})\n{SHORT}\n",
        "block",
    ),
    Message("merged-line", 38, f"s\n\n{BEN_SIGNS} {ADA_SIGNS}\n", "block"),
    Message("dash-key", 38, "s\n\n-: a\nX: y\n", "block block"),
    Message("url", 38, "s\n\nhttps://x.example/y\n", "block"),
    Message("url-line", 38, f"s\n\nsee https://x.example/y\n{BEN_SIGNS}\n", "block"),
    Message("digits-key", 38, "s\n\n123: a\n", "block"),
    Message(
        "bracket-note", 38, f"s\n\n{BEN_SIGNS}\n[ben: changed x]\n{ADA_SIGNS}\n", "block block"
    ),
    Message("blank-with-spaces", 38, f"s\n\n{SHORT}\n \t \n{BEN_SIGNS}\n", "body block"),
    Message("trailing-spaces", 38, f"s\n\n{SHORT}  \t\n", "block"),
    Message("many-blank-lines", 38, f"s\n\n{SHORT}\n\n\n\n\n", "block"),
    Message("repeated", 37, "s\n\n" + f"{BEN_SIGNS}\n" * 500, "block " * 500),
]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, dict[str, Any]]:
    """All messages in one history, audited once; commits of the report by message."""
    world = start(tmp_path_factory.mktemp("trailers"))
    for message in MESSAGES:
        world.commit(message.id, message.text)
    world.settle()
    by_id = {commit: name for name, commit in world.named.items()}
    report = json.loads(audit(world, "-j", "1").stdout)
    return world, {by_id[commit["id"]]: commit for commit in report["commits"]}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.id)
def test_the_block_is_what_git_reads(message: Message, read: tuple[World, dict[str, Any]]) -> None:
    """Trailers of the zone ``block`` are those of ``git log`` on the same commit."""
    world, commits = read
    words = ["log", "-1", "--format=%(trailers:only,unfold)", world.named[message.id]]
    shown = [one.strip() for one in git(world.repo, *words).split("\n") if one]
    block = [one for one in commits[message.id]["trailers"] if one["zone"] == "block"]
    assert shown == [f"{text_of(one['key'])}: {text_of(one['value'])}".strip() for one in block]


@pytest.mark.parametrize(
    "message",
    [one for one in MESSAGES if b"\n---\n" not in octets(one.text)],
    ids=lambda one: one.id,
)
def test_the_block_is_what_interpret_trailers_reads(
    message: Message, read: tuple[World, dict[str, Any]]
) -> None:
    """The same by git's other reader, but for messages with a divider."""
    world, commits = read
    raw = octets(message.text)
    shown = git(world.repo, "interpret-trailers", "--parse", stdin=raw).split("\n")
    block = [one for one in commits[message.id]["trailers"] if one["zone"] == "block"]
    assert [one.strip() for one in shown if one] == [
        f"{text_of(one['key'])}: {text_of(one['value'])}".strip() for one in block
    ]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.id)
def test_what_looks_like_a_trailer_has_its_zone(
    message: Message, read: tuple[World, dict[str, Any]]
) -> None:
    """Nothing outside the block counts, and nothing is left out."""
    zones = [one["zone"] for one in read[1][message.id]["trailers"]]
    assert message.zones.split() == zones


def says(text: str | bytes, author: str = BEN) -> Any:
    """A commit with this message."""
    return lambda world: world.commit(message=text, author=author)


NEWCOMER: Final = "unverified-author large-unverified-addition"
TABLE: Final = [
    fine(
        "signed",
        38,
        "author and committer sign off",
        says(f"net: s\n\n{BEN_SIGNS}\n"),
        route={"tip": "complete"},
    ),
    *(
        odd(
            f"sign-off-{name}",
            38,
            f"the sign-off stands {where}",
            says(text),
            route={"tip": route},
            rules={"tip": f"{more}trailer-outside-block"},
        )
        for name, where, text, route, more in (
            (
                "quoted",
                "in a quotation",
                f"net: s\n\n> {BEN_SIGNS}\n",
                "broken",
                "missing-author-sign-off ",
            ),
            (
                "in-body",
                "above other text",
                f"net: s\n\n{BEN_SIGNS}\n\nlast words\n",
                "partial",
                "",
            ),
            (
                "in-subject",
                "in the subject",
                f"{BEN_SIGNS}\n",
                "broken",
                "missing-author-sign-off ",
            ),
            (
                "behind-divider",
                "behind a divider",
                f"net: s\n\ntext\n---\n{BEN_SIGNS}\nmore text\nx y\nx y\nx y\n",
                "partial",
                "",
            ),
        )
    ),
    odd(
        "sign-off-homoglyph",
        40,
        "the key has a Cyrillic letter",
        says(f"net: s\n\nSigned-\u043eff-by: {BEN}\n"),
        flagged=["tip"],
    ),
    odd(
        "sign-off-misspelt",
        38,
        "the key is misspelt",
        says(f"net: s\n\nSigned-of-by: {BEN}\n"),
        flagged=["tip"],
    ),
    odd(
        "sign-off-by-nobody",
        37,
        "the sign-off is empty",
        says("net: s\n\nSigned-off-by:\n"),
        rules={"tip": "missing-author-sign-off"},
    ),
    odd(
        "sign-off-two-addresses",
        44,
        "the sign-off names two addresses",
        says(f"net: s\n\nSigned-off-by: Mallory <mallory@grey.example> <{BEN.split('<')[1]}\n"),
        route={"tip": "broken"},
        flagged=["tip"],
    ),
    odd(
        "sign-off-name-only",
        44,
        "the sign-off borrows a name",
        says(
            f"net: s\n\nSigned-off-by: {NEW}\nSigned-off-by: Ada Keeper <ada@grey.example>\n", NEW
        ),
        flagged=["tip"],
    ),
    odd(
        "sign-off-look-alike",
        40,
        "the sign-off's address looks like a known one",
        says(
            f"net: s\n\nSigned-off-by: {NEW}\nSigned-off-by: Ada Keeper <ada@kerne1.example>\n", NEW
        ),
        code=1,
        flagged=["tip"],
    ),
    odd(
        "sign-off-bidi",
        40,
        "the sign-off holds a bidi control",
        says(f"net: s\n\n{BEN_SIGNS}\nReviewed-by: \u202eAda <x@y.example>\n"),
        rules={"tip": "hidden-characters"},
    ),
    odd(
        "sign-off-claimed",
        45,
        "a stranger writes a maintainer's sign-off",
        says(f"net: s\n\nSigned-off-by: {MALLORY}\n{BEN_SIGNS}\n", MALLORY),
        author={"tip": "unverified"},
        rules={"tip": NEWCOMER},
    ),
    odd(
        "sign-off-behind-nul",
        28,
        "a NUL stands before the sign-off",
        says(b"net: s\n\n\0\n" + octets(BEN_SIGNS)),
        rules={"tip": "malformed-commit missing-author-sign-off"},
    ),
    odd(
        "10-000-people",
        37,
        "ten thousand people acknowledge",
        says(
            "net: s\n\n"
            + "".join(f"Acked-by: N <n{at}@x.example>\n" for at in range(10_000))
            + BEN_SIGNS
        ),
        route={"tip": "complete"},
    ),
]


@cases(TABLE)
def test_only_the_block_makes_a_statement(case: Case, tmp_path: Path) -> None:
    """A sign-off that git does not read takes no responsibility."""
    check(case, tmp_path)
