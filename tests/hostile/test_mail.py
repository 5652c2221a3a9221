"""Hostile text in mails: in every header and path, through every format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli import run
from tests.git import init
from tests.hostile.payloads import PAYLOADS, in_ident, in_line
from tests.hostile.sinks import (
    assert_csv,
    assert_html,
    assert_json,
    assert_markdown,
    assert_sarif,
    assert_terminal,
)

CHECKS: dict[str, Callable[[bytes], object]] = {
    "table": lambda raw: assert_terminal(raw.decode()),
    "csv": assert_csv,
    "json": lambda raw: assert_json(raw.decode()),
    "markdown": lambda raw: assert_markdown(raw.decode()),
    "html": lambda raw: assert_html(raw.decode()),
    "sarif": lambda raw: assert_sarif(raw.decode()),
}
START = b"From x Thu Jul  1 10:00:00 2021\n"


def mail(number: int, payload: bytes) -> bytes:
    """A patch with a payload wherever a mail may have one."""
    line, ident = in_line(payload), in_ident(payload)
    path = b"net/%03d/%b" % (number, line.replace(b"/", b"_").replace(b'"', b"_"))
    return b"\n".join(
        (
            b"From: " + ident + b" N <" + ident + b"@payload.example>",
            b"From: =?utf-8?b?QQ==?= <a@x.example>",
            b"Date: Thu, 1 Jul 2021 10:00:00 +0000",
            b"Message-ID: <%d" % number + line + b"@x.example>",
            b"Subject: [PATCH %d/900] net: " % (number + 1) + line,
            b"DKIM-Signature: " + line,
            b"X-Developer-Signature: v=1; a=" + line,
            b"",
            b"Text " + line,
            b"",
            b"Signed-off-by: " + ident + b" <" + ident + b"@payload.example>",
            b"---",
            b"--- /dev/null",
            b"+++ b/" + path,
            b"@@ -0,0 +1 @@",
            b"+" + line,
            b"",
        )
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository beside a mailbox of all payloads and one that cannot be applied."""
    folder = tmp_path_factory.mktemp("mails")
    init(folder / "repo", commits=2)
    mails = [mail(number, payload) for number, payload in enumerate(PAYLOADS.values())]
    lost = mail(899, b"\x1b[31m=cmd").replace(b"@@ -0,0 +1 @@", b"@@ -0,0 +1,2 @@")
    (folder / "mbox").write_bytes(b"".join(START + one for one in (*mails, lost)))
    return folder


@pytest.mark.parametrize("kind", CHECKS)
def test_patches_are_shown_safely(place: Path, kind: str) -> None:
    """Every payload is told of, in a report or as what could not be read."""
    words = ("check", str(place / "mbox"), "-C", str(place / "repo"), "-f", kind, "--all")
    outcome = run(*words)
    assert outcome.code == 3, outcome.stderr
    CHECKS[kind](outcome.raw)
    assert_terminal(outcome.stderr)
    if kind == "json":
        account = assert_json(outcome.stdout)["completeness"]
        assert account["reached"] == len(PAYLOADS) + 1
        assert account["reported"] + len(account["unreadable"]) == account["reached"]


@pytest.mark.parametrize("kind", [kind for kind in CHECKS if kind != "sarif"])
def test_senders_are_shown_safely(place: Path, kind: str) -> None:
    """So are those who sent them."""
    outcome = run("mail", str(place / "mbox"), "-C", str(place / "repo"), "-f", kind)
    assert outcome.code == 0, outcome.stderr
    CHECKS[kind](outcome.raw)
    if kind == "json":
        assert assert_json(outcome.stdout)["mails"]["read"] == len(PAYLOADS) + 1
