"""A mailbox is cut where a mail starts, and nowhere else."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.parse.mbox import split_mbox

START = b"From ada@x.example Thu Jul  1 10:00:00 2021\n"


def mails(text: bytes, most: int = 1000) -> list[bytes]:
    return list(split_mbox(text.splitlines(keepends=True), most))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b"", []),
        (b"A: b\n\ntext", [b"A: b\n\ntext"]),
        (START + b"A: b\n", [b"A: b\n"]),
        (START + START + b"A: b\n", [b"A: b\n"]),
        (START + b"A: b\n\nFrom now on\n" + START + b"C: d", [b"A: b\n\nFrom now on\n", b"C: d"]),
        (b"From 0a1b Mon Sep 17 00:00:00 2001\nA: b\n", [b"A: b\n"]),
        (b"From x Thu Jul  1 10:00:00 2021 +0000\nA: b\n", [b"A: b\n"]),
        (b"x " + START, [b"x " + START]),
    ],
)
def test_where_mails_start(text: bytes, found: list[bytes]) -> None:
    """Behind a line that has a time as mail programs write it."""
    assert mails(text) == found


def test_a_part_of_a_long_line_starts_nothing() -> None:
    """Lines come in parts where they are very long."""
    assert list(split_mbox([b"x", START, b"A: b\n"], 1000)) == [b"x" + START + b"A: b\n"]


def test_a_long_line_starts_nothing() -> None:
    """It is not even looked at: many times in it would cost as many looks at each."""
    line = b"From x " + b"10:00 2021 " * 5000 + b"2021\n"
    assert mails(START + line, 100_000) == [line]


def test_of_a_very_long_mail_the_start_is_kept() -> None:
    """And the next one is found."""
    text = START + b"A: b\n" * 100 + START + b"C: d\n"
    assert mails(text, 20) == [b"A: b\n" * 4, b"C: d\n"]


@given(st.lists(st.lists(st.sampled_from([b"a\n", b"\n", b"From now\n", b">From\n"]), min_size=1)))
def test_a_mailbox_comes_back(bodies: list[list[bytes]]) -> None:
    """Whatever is in the mails."""
    written = [b"A: b\n\n" + b"".join(body) for body in bodies]
    assert mails(b"".join(START + mail for mail in written)) == written


def test_as_python_writes_it(tmp_path: Path) -> None:
    """The standard library's mailboxes are read."""
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        box.add(f"From: {number}@x.example\nSubject: a\n\ntext\n")
    box.close()
    found = mails((tmp_path / "box").read_bytes())
    assert [mail.partition(b"\n")[0] for mail in found] == [
        b"From: 0@x.example",
        b"From: 1@x.example",
        b"From: 2@x.example",
    ]
