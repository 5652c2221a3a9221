"""The trailer block is git's; everything else keeps its zone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.facts import Zone
from provenance.limits import MAX_NAME
from provenance.parse.references import parse_fixes, parse_upstream
from provenance.parse.trailers import (
    Line,
    block_trailers,
    is_sign_off_like,
    parse_message,
    parse_person,
)
from tests.git import git, init, write_object

ONE = b"Signed-off-by: A <a@x.example>"
CUT = b"# ------------------------ >8 ------------------------\n"


def block(message: bytes) -> list[tuple[bytes, bytes]]:
    return [(line.key, line.value) for line in block_trailers(message)]


def zones(message: bytes) -> list[tuple[str, str]]:
    return [(trailer.key, trailer.zone) for trailer in parse_message(message).trailers]


BLOCKS: list[tuple[bytes, list[bytes]]] = [
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
        b"s\n\n" + ONE + b"\n" + CUT + b"x: y\n",
        [b"Signed-off-by"],
    ),
    (b"", []),
    (b"s\n\n" + ONE, [b"Signed-off-by"]),
    (b"s\n\n" + ONE + b"\nx", [b"Signed-off-by"]),
    (b"\n \ns\n\n" + ONE + b"\n", [b"Signed-off-by"]),
    (b"s\n\nA: b\n# c\nD: e\n", [b"A", b"D"]),
    (b"s\n\nA: b\n# c\n d\n# e\nF: g\n", []),
    (b"s\n\nA: b\n\n# c\n\n# d\n", [b"A"]),
    (b"s\n\nA: b\nConflicts:\n\ta\n\tb\n", [b"A"]),
    (b"s\n\nConflicts:\n\ta\nx\n\nA: b\n", [b"A"]),
    (b"s\n\nA: b\n# c\nD: e\n\n# f\n", [b"A", b"D"]),
    (b"s\n\n" + CUT + b"A: b\n", []),
    (CUT + b"s\n\nA: b\n", []),
    (b"s\n\nA: b\n" + CUT + b"\nC: d\n", [b"A"]),
    (b"s\n\nA: b\n# x" + CUT + b"\nC: d\n", [b"C"]),
    (b"s\n\n (a\n" + ONE + b"\n", [b"Signed-off-by"]),
    (b"s\n\n(cherry picked from commit 1)\n", []),
    (b"s\n\n(cherry picked from commit 1)\nA: b\n", [b"A"]),
    (b"s\n\nx\nA: b\n(cherry picked from commit 1)\n", [b"A"]),
    (b"s\n\n" + b"x\n" * 6 + ONE + b"\n(cherry picked from commit 1)\n", [b"Signed-off-by"]),
    (b"s\n\n" + b"x\n" * 7 + ONE + b"\n(cherry picked from commit 1)\n", []),
    (b"s\n\n" + ONE + b"\nx\n y\n z\n", [b"Signed-off-by"]),
    (b"s\n\n" + ONE + b"\nx\n y\n z\n w\n", []),
    (b"s\n\nA: b\n c\n d\n e\n", [b"A"]),
    (b"s\n\nA: b\n# c\n d\n e\nF: g\n", []),
    (b"s\n\n c\n d\n# e\nF: g\n", []),
    (b"s\n\n-: x\n", [b"-"]),
    (b"s\n\n: x\n", []),
    (b"s\n\nA\t : x\n", [b"A"]),
    (b"s\n\nA b: x\n", []),
    (b"s\n\nA_b: x\n", []),
    (b"s\n\r\nA: b\r\n", [b"A"]),
    (b"# s\n\nt\n\nA: b\n", [b"A"]),
    (b"# s\n\nA: b\n", [b"A"]),
    (b"s\n#\n\nA: b\n", [b"A"]),
    (b"s\nA: b\n", []),
    (b"s\n", []),
    (b"\n", []),
    (b"s", []),
    (b"s\n\n#\n", []),
]


@pytest.mark.parametrize(("message", "keys"), BLOCKS)
def test_the_block_is_the_one_git_reads(message: bytes, keys: list[bytes]) -> None:
    """Last paragraph only, never the title; three prose lines per trailer are too many plus one."""
    body = message.partition(b"\0")[0]
    assert keys == [key for key, _ in block(body)]


def test_git_log_agrees(tmp_path: Path) -> None:
    """``%(trailers)`` of the real git, on the same messages."""
    repo = init(tmp_path / "r", commits=1)
    head = git(repo, "cat-file", "commit", "HEAD").partition("\n\n")[0].encode()
    bodies = [message.partition(b"\0")[0] for message, _ in BLOCKS]
    ids = [write_object(repo, "commit", head + b"\n\n" + body) for body in bodies]
    form = "--format=%x01%H%x02%(trailers:only,unfold,separator=%x02)"
    shown = git(repo, "-c", "core.commentChar=#", "log", "--no-walk", form, *ids).split("\x01")
    theirs = {found[:40]: found[40:].strip("\n") for found in shown[1:]}
    for body, name in zip(bodies, ids, strict=True):
        ours = b"".join(b"\x02" + line for line in map(b": ".join, block(body))) or b"\x02"
        assert theirs[name] == ours.decode(), body


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


def test_a_line_belongs_to_one_zone() -> None:
    """The end of the title, the divider itself, and a line below a trailer that continues it."""
    message = (
        b"\n\ntitle\nCc: t <t@x.example>\n\nLink: https://x.example/1\n"
        b"Cc: u <u@x.example>\nprose\nprose\n--- a\n\n|> Fixes: 1234567\n\n"
        b"A: b\n Cc: v <v@x.example>\nCc: w <w@x.example> # x\n"
    )
    found = parse_message(message).trailers
    assert [
        ("Cc", Zone.SUBJECT, "t@x.example", ""),
        ("Link", Zone.BODY, None, ""),
        ("Cc", Zone.BODY, "u@x.example", ""),
        ("Fixes", Zone.QUOTED, None, ""),
        ("A", Zone.BLOCK, "v@x.example", ""),
        ("Cc", Zone.BLOCK, "w@x.example", "# x"),
    ] == [(one.key, one.zone, one.person and one.person.email, one.note) for one in found]
    assert "b Cc: v <v@x.example>" == found[4].value


def test_the_lines_that_look_like_trailers() -> None:
    """By their key, in any case of letters; others are prose."""
    keys = ["Acked-by", "x-by", "Signed-off-bt", "SIGNED-OFF", "cc", "Message-Id", "change-id"]
    keys += ["Fixes", "Closes", "Stable-dep-of", "Message-ID"]
    text = "".join(f"{key} : v\n" for key in ("Note", "by", "Signed", "Cced", *keys))
    found = parse_message(f"s\n\nprose\n\t{text}\nlast\n".encode()).trailers
    assert keys == [one.key for one in found]
    assert {"v"} == {one.value for one in found}


def test_a_message_is_its_title_and_its_whole_text() -> None:
    """The title is joined by blanks; the text keeps what a NUL byte hides, trailers do not."""
    hidden = b"\n a\xe9 \nb\t\n\n" + ONE + b"\n\0\nAcked-by: B <b@x.example>\n"
    found = parse_message(hidden, "latin1")
    assert (" aé b", hidden.decode("latin1")) == (found.subject, found.text)
    assert ["Signed-off-by"] == [one.key for one in found.trailers]
    named = parse_message(b"s\n\nAcked-by: \xe9 <e@x.example>\n", "latin1").trailers
    quoted = parse_message(b"s\n\n> Acked-by: \xe9 <e@x.example>\nx\n", "latin1").trailers
    assert ["é <e@x.example>"] * 2 == [one.value for one in (*named, *quoted)]
    assert ("", "", ()) == parse_message(b"")


@pytest.mark.parametrize("key", ["Fixes", "LINK", "closes", "Message-ID", "references"])
def test_what_names_a_thing_names_nobody(key: str) -> None:
    """Also where its value looks like an address."""
    (found,) = parse_message(f"s\n\n{key}: a@x.example\n".encode()).trailers
    assert ("a@x.example", None, "") == (found.value, found.person, found.note)


def test_where_each_line_of_the_block_starts() -> None:
    """Offsets into the whole message, blank lines before the title included."""
    message = b"\ns\n\nA: b\n\tc\nD: e"
    assert [Line(4, b"A", b"b c"), Line(12, b"D", b"e")] == list(block_trailers(message))
    assert b"D: e" == message[12:]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("Signed-off-by", True),
        ("signed-off-BY", True),
        ("Signed-of-by", True),
        ("Signed-off-bt", True),
        ("Signed off", True),
        ("Signed-of", True),
        ("Signedoffby.", True),
        ("Sign-off-by", True),
        ("Signed-off-byy", False),
        ("Acked-by", False),
        ("Co-Signed-off-by", False),
        ("Signed", False),
        ("", False),
    ],
)
def test_sign_offs_and_their_misspellings(key: str, expected: bool) -> None:
    """Nothing else may be taken for one."""
    assert expected == is_sign_off_like(key)


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
        ("< ada@x.example >  (x) ", "", "ada@x.example", "(x)"),
        ("Ada <ada@x.example> <b@x.example>", "Ada", "ada@x.example", "<b@x.example>"),
        ("ada@x.example", "", "ada@x.example", ""),
        ("ada@x.example#v5.10  and later", "", "ada@x.example", "#v5.10 and later"),
        ("ada@x.example (v5.10)", "", "ada@x.example", "(v5.10)"),
        ("ada@x.example [v5.10]", "", "ada@x.example", "[v5.10]"),
    ],
)
def test_a_person_is_a_name_an_address_and_a_note(
    value: str, name: str, email: str, note: str
) -> None:
    """The forms that kernel documents and history have."""
    person, rest = parse_person(value)
    assert person is not None
    assert (name, email, note) == (person.name, person.email, rest)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("N" * MAX_NAME + "<a@x.example>", True),
        ("N" * MAX_NAME + "N<a@x.example>", False),
        ("N <" + "a" * (MAX_NAME - 1) + ">", True),
        ("N <" + "a" * MAX_NAME + ">", False),
        ("a@" + "x" * (MAX_NAME - 2), True),
        ("a@" + "x" * (MAX_NAME - 1), False),
        ("N <a@x.example> " + "n" * MAX_NAME, True),
    ],
)
def test_what_is_longer_than_a_name_names_nobody(value: str, names: bool) -> None:
    """It stands there as it is; what follows the address may be of any size."""
    person, _ = parse_person(value)
    assert names == (person is not None)


@pytest.mark.parametrize(
    "value",
    [
        *("LLM [coccinelle]", "somebody", "", " ", "a b@c", "a@b prose", "@c", "a@", "a@b@c"),
        *("a <b", "a> b", "> a <", "a <b <c>", "<a@b", "a@b>"),
    ],
)
def test_a_tool_is_no_person(value: str) -> None:
    """``Assisted-by: LLM`` names nobody."""
    assert (None, "") == parse_person(value)


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


def test_what_stands_behind_the_block_is_kept() -> None:
    """Below the scissors and quoted lines, with their zone; nothing after the first NUL byte."""
    below = b"s\n\n" + ONE + b"\n\n" + CUT + b"Tested-by: D <d@x.example>\n"
    assert [("Signed-off-by", Zone.BLOCK), ("Tested-by", Zone.BODY)] == zones(below)
    quoted = b"s\n\n" + ONE + b"\n> Acked-by: Q <q@x.example>\n"
    assert [("Signed-off-by", Zone.BLOCK), ("Acked-by", Zone.QUOTED)] == zones(quoted)
    hidden = b"s\n\n" + ONE + b"\0\n\nAcked-by: B <b@x.example>\0\nTested-by: C <c@x.example>"
    assert [("Signed-off-by", Zone.BLOCK)] == zones(hidden)
    assert [] == zones(b"\0s\n\n" + ONE)


def test_a_note_starts_right_behind_the_address() -> None:
    """A name may stand in quotes."""
    person, note = parse_person('"A B" <a@x.example>c d')
    assert person is not None
    assert ("A B", "a@x.example", "c d") == (person.name, person.email, note)
    assert (None, "") == parse_person("x" * (MAX_NAME + 1) + " <a@x.example>")
    person, note = parse_person("a@x.example # one two three")
    assert person is not None
    assert ("", "a@x.example", "# one two three") == (person.name, person.email, note)
