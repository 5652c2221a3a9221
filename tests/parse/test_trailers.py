"""The trailer block is git's; everything else keeps its zone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.facts import Zone
from provenance.parse.references import parse_fixes, parse_upstream
from provenance.parse.trailers import block_trailers, parse_message, parse_person

ONE = b"Signed-off-by: A <a@x.example>"


def block(message: bytes) -> list[tuple[bytes, bytes]]:
    return [(line.key, line.value) for line in block_trailers(message)]


def zones(message: bytes) -> list[tuple[str, str]]:
    return [(trailer.key, trailer.zone) for trailer in parse_message(message).trailers]


@pytest.mark.parametrize(
    ("message", "keys"),
    [
        (b"subject\n\n" + ONE + b"\n", [b"Signed-off-by"]),
        (ONE + b"\n", []),
        (b"subject\n\nReviewed-by: B <b@x.example>\n\n" + ONE + b"\n", [b"Signed-off-by"]),
        (b"s\n\none\ntwo\nthree\n" + ONE + b"\n", [b"Signed-off-by"]),
        (b"s\n\none\ntwo\nthree\nfour\n" + ONE + b"\n", []),
        (b"s\n\n " + ONE + b"\n", []),
        (b"s\n\nReported-by: C <c@x.example>\nprose\n", []),
        (b"s\n\nhttps://x.example/1\n", [b"https"]),
        (b"s\n\nsigned-off-BY : A <a@x.example>\n", [b"signed-off-BY"]),
        (b"s\n\nFixes: 1234 (a\n  b)\n", [b"Fixes"]),
        (b"s\n\n" + ONE + b"\n\n# a comment\n", [b"Signed-off-by"]),
        (b"s\n\n" + ONE + b"\n\nConflicts:\n\tfile.c\n", [b"Signed-off-by"]),
        (b"s\n\n" + ONE + b"\0\nhidden", [b"Signed-off-by"]),
        (
            b"s\n\n" + ONE + b"\n# ------------------------ >8 ------------------------\nx: y\n",
            [b"Signed-off-by"],
        ),
        (b"", []),
    ],
)
def test_the_block_is_the_one_git_reads(message: bytes, keys: list[bytes]) -> None:
    """Last paragraph only, never the title; three prose lines per trailer are too many plus one."""
    body = message.partition(b"\0")[0]
    assert keys == [key for key, _ in block(body)]


def test_a_folded_value_is_joined_by_one_blank() -> None:
    """Continuation lines belong to the trailer above them."""
    assert [(b"Fixes", b"1234 (a b)")] == block(b"s\n\nFixes: 1234 (a\n\t  b)\n")


def test_a_divider_ends_the_message_only_for_interpret_trailers() -> None:
    """``%(trailers)`` reads on after ``---``; ``interpret-trailers`` stops there."""
    message = b"s\n\n" + ONE + b"\n---\nAcked-by: B <b@x.example>\n"
    assert [b"Signed-off-by", b"Acked-by"] == [key for key, _ in block(message)]
    stopped = block_trailers(message, divider=True)
    assert [b"Signed-off-by"] == [line.key for line in stopped]


def test_what_looks_like_a_trailer_keeps_its_zone() -> None:
    """Subject, body, quoted text and what follows a divider make no statement."""
    message = (
        b"Signed-off-by: S <s@x.example>\n\nAcked-by: B <b@x.example>\nprose prose\n\n"
        b"> Reviewed-by: Q <q@x.example>\n---\nTested-by: D <d@x.example>\n\n" + ONE + b"\n"
    )
    assert [
        ("Signed-off-by", Zone.SUBJECT),
        ("Acked-by", Zone.BODY),
        ("Reviewed-by", Zone.QUOTED),
        ("Tested-by", Zone.AFTER_DIVIDER),
        ("Signed-off-by", Zone.BLOCK),
    ] == zones(message)


def test_unicode_line_breaks_do_not_make_lines() -> None:
    """VT, FF, NEL and U+2028 are text: no trailer starts after them."""
    message = "s\n\nprose\x0b\x0c\x85\u2028Signed-off-by: A <a@x.example> more\n".encode()
    assert [] == zones(message)


def test_a_hundred_thousand_trailers_are_all_there() -> None:
    """Reading stays linear and loses none."""
    message = b"s\n\n" + (ONE + b"\n") * 100_000
    assert 100_000 == len(block(message))


@pytest.mark.parametrize(
    "message",
    [
        b"s\n\n" + b">" * 40_000 + b" x",
        b"s\n\n> " + b" " * 40_000 + b"x",
        b"s\n\nSigned-off-by: " + b"\x0b" * 40_000 + b"x",
        b"s\n\nSigned-off-by: A <a@x.example>\n" + b" y\n" * 100_000,
        b"s\n\nfixes:" + b"\n" * 40_000 + b"x",
        b"s\n\nthis reverts commit abcdef1 which is" + b"\n" * 40_000 + b"x",
        b"\n" * 40_000 + b"x",
    ],
)
def test_hostile_sizes_end(message: bytes) -> None:
    """Inputs that take a backtracking reader minutes or more."""
    parse_message(message)
    assert () == parse_upstream(message.decode("latin-1"), stable=True)
    assert () == parse_fixes(message.decode("latin-1"))


@pytest.mark.parametrize(
    ("value", "name", "email", "note"),
    [
        ("Ada Keeper <ada@x.example>", "Ada Keeper", "ada@x.example", ""),
        ('"Keeper, Ada" <ada@x.example> # v5.10', "Keeper, Ada", "ada@x.example", "# v5.10"),
        ("stable@x.example # 3.3.x: prerequisite", "", "stable@x.example", "# 3.3.x: prerequisite"),
        ("<ada@x.example>", "", "ada@x.example", ""),
        ("Ada Keeper <>", "Ada Keeper", "", ""),
    ],
)
def test_a_person_is_a_name_an_address_and_a_note(
    value: str, name: str, email: str, note: str
) -> None:
    """The forms that kernel documents and history have."""
    person, rest = parse_person(value)
    assert person is not None
    assert (name, email, note) == (person.name, person.email, rest)


@pytest.mark.parametrize("value", ["LLM [coccinelle]", "somebody", "", "a b@c"])
def test_a_tool_is_no_person(value: str) -> None:
    """``Assisted-by: LLM`` names nobody."""
    assert parse_person(value)[0] is None


LINES = st.sampled_from(
    [
        b"prose",
        b"",
        b" ",
        b"\t",
        b"# comment",
        b" indented",
        b"---",
        b"--- x",
        b"Conflicts:",
        b"\tpath",
        b"Key: value",
        b"key : value",
        b": value",
        b"-: x",
        b"Key:",
        ONE,
        b"Signed-off-by:no blank",
        b"(cherry picked from commit 1)",
        b"> Acked-by: Q <q@x.example>",
        b"\r",
        b"Key: value\r",
        b"\xff\xfe: x",
    ]
)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is the oracle")
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(LINES, max_size=12))
def test_git_interpret_trailers_agrees(lines: list[bytes]) -> None:
    """The real git, on messages made of everything that its parser treats specially."""
    message = b"\n".join(lines) + b"\n"
    shown = subprocess.run(
        ["git", "-c", "core.commentChar=#", "interpret-trailers", "--parse"],
        input=message,
        capture_output=True,
        check=True,
        timeout=20,
        cwd="/",
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_GLOBAL": "/dev/null"},
    ).stdout
    ours = b"".join(
        line.key + b": " + line.value + b"\n" for line in block_trailers(message, divider=True)
    )
    assert shown == ours


@given(st.binary(max_size=400))
def test_any_bytes_can_be_read(message: bytes) -> None:
    """The parser never raises, and its block is among the trailers it reports."""
    found = parse_message(message)
    count = sum(trailer.zone is Zone.BLOCK for trailer in found.trailers)
    assert count == len(list(block_trailers(message.partition(b"\0")[0])))


def test_the_oracle_is_not_confused_by_this_directory() -> None:
    """The tests run git outside every repository."""
    assert not Path("/.git").exists()
