"""The mails that a commit message names."""

from __future__ import annotations

import pytest

from provenance.parse.links import parse_mail_links
from provenance.parse.trailers import parse_message


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        ("Link: https://lore.kernel.example/r/20260301.1-a@b.example", ["20260301.1-a@b.example"]),
        ("Link: https://lore.kernel.example/net/a%2Bb@c.example/T/#u", ["a+b@c.example"]),
        ("Link: https://patch.msgid.example/z@y.example # [1]", ["z@y.example"]),
        ("Link: http://lkml.kernel.example/r/<old@x.example>", ["old@x.example"]),
        ("Message-Id: <q@emu.example>", ["q@emu.example"]),
        ("Message-ID: q@emu.example", []),
        ("Link: https://bugs.example/123", []),
        ("Link: https://me@bugs.example/123", []),
        ("Link: mailto:a@b.example", []),
        (f"Link: https://lore.kernel.example/r/{'x' * 300}@b.example", []),
        ("Link: https://lore.kernel.example/r/@", []),
        ("Closes: https://lore.kernel.example/r/bug@b.example", []),
        ("> Link: https://lore.kernel.example/r/quoted@b.example", []),
        ("Link: https://lore.kernel.example/r/%ff@b.example", ["\udcff@b.example"]),
    ],
)
def test_message_ids_in_a_trailer(line: str, ids: list[str]) -> None:
    """In addresses of archives as a part of the path, else in brackets."""
    trailers = parse_message(f"net: x\n\n{line}\n".encode()).trailers
    assert list(parse_mail_links(trailers)) == ids


def test_each_is_named_once() -> None:
    """In the order of the message."""
    text = b"x\n\nLink: https://a.example/r/2@b\nLink: https://c.example/1@b/\nMessage-ID: <2@b>\n"
    assert parse_mail_links(parse_message(text).trailers) == ("2@b", "1@b")
