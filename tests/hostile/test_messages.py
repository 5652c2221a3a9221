"""Encodings and messages: text is shown as git would, or as the bytes it is."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.commit_recipes import (
    BODY,
    MALFORMED,
    body,
    headers,
    lines,
)
from tests.hostile.world import BEN, octets

ENCODINGS: Final = [
    *(
        odd(
            f"encoding-{name}",
            35,
            f"the encoding {name}",
            headers(f"encoding {name}"),
            author={"tip": "listed"},
            subject={"tip": "net: tip"},
            **MALFORMED,
        )
        for name in (
            "unicode_escape",
            "utf-7",
            "cp037",
            "punycode",
            "idna",
            "rot13",
            "zlib",
            "base64",
            "raw_unicode_escape",
            "undefined",
            "mbcs",
            "UTF-16",
            "utf-32",
            "x-none",
            "../../etc",
            "utf-8-sig",
            "string_escape",
            "hex",
            "quopri",
            "\u202eutf-8",
            "a" * 9999,
        )
    ),
    odd(
        "encoding-empty",
        35,
        "an encoding without a name",
        headers("encoding "),
        author={"tip": "listed"},
        subject={"tip": "net: tip"},
    ),
    odd(
        "encoding-twice",
        35,
        "two encodings",
        headers("encoding ISO-8859-1", "encoding koi8-r"),
        author={"tip": "listed"},
        **MALFORMED,
    ),
    odd(
        "encoding-nul",
        35,
        "an encoding with a NUL",
        headers(b"encoding utf-8\0x"),
        author={"tip": "listed"},
        **MALFORMED,
    ),
    odd(
        "encoding-shifts",
        35,
        "an encoding in which ASCII may mean else",
        headers(
            "encoding iso-2022-jp", body=b"\x1b$B$3$s\x1b(B\n\n" + octets(f"Signed-off-by: {BEN}\n")
        ),
        author={"tip": "listed"},
        subject={"tip": "こん"},
    ),
    odd(
        "encoding-wrong",
        35,
        "a declared encoding that does not fit",
        headers("encoding euc-jp", body=b"net: \xff\xff\n\n" + octets(f"Signed-off-by: {BEN}\n")),
    ),
    odd(
        "encoding-long-message",
        35,
        "an encoding that would take minutes",
        headers(
            "encoding punycode",
            body="net: tip\n\n" + "é-" * 100_000 + f"\n\nSigned-off-by: {BEN}\n",
        ),
        subject={"tip": "net: tip"},
        **MALFORMED,
    ),
    fine(
        "encoding-latin",
        35,
        "Latin-1 as declared",
        headers(
            "encoding ISO-8859-1", body=b"net: caf\xe9\n\n" + octets(f"Signed-off-by: {BEN}\n")
        ),
        subject={"tip": "net: café"},
    ),
    fine(
        "encoding-undeclared",
        33,
        "Latin-1 that is not declared",
        body(b"net: caf\xe9\n\n" + octets(f"Signed-off-by: {BEN}\n")),
        subject={"tip": "net: caf\udce9"},
    ),
]
MESSAGES: Final = [
    odd(
        "nul-in-message",
        28,
        "a NUL hides the rest of the message",
        body(b"net: tip\n\nx\0\n\n" + octets(f"Signed-off-by: {BEN}\n")),
        route={"tip": "broken"},
        rules={"tip": "malformed-commit missing-author-sign-off"},
    ),
    odd(
        "nul-after-sign-off",
        28,
        "a NUL behind the sign-off",
        body(octets(BODY) + b"\0Acked-by: x\n"),
        **MALFORMED,
    ),
    odd(
        "nul-in-subject",
        28,
        "a NUL in the subject",
        body(b"net\0: tip\n\n" + octets(f"Signed-off-by: {BEN}\n")),
        subject={"tip": "net"},
        rules={"tip": "malformed-commit missing-author-sign-off"},
    ),
    fine(
        "leading-newlines",
        34,
        "newlines before the subject",
        body("\n\n\n" + BODY),
        subject={"tip": "net: tip"},
    ),
    fine(
        "no-final-newline",
        34,
        "no newline at the end",
        body(BODY.rstrip()),
        subject={"tip": "net: tip"},
    ),
    fine("crlf-message", 34, "CR LF in the message", body(BODY.replace("\n", "\r\n"))),
    odd(
        "subject-controls",
        76,
        "escapes in the subject",
        body("net: \x1b]0;x\x07\n\n" + BODY.split("\n\n")[1]),
        rules={"tip": "hidden-characters"},
    ),
    fine(
        "long-subject",
        36,
        "a subject of a megabyte",
        body("x" * 1_000_000 + "\n\n" + BODY.split("\n\n")[1]),
    ),
    fine(
        "many-lines",
        36,
        "two hundred thousand lines",
        body("net: tip\n\n" + "x\n" * 200_000 + "\n" + BODY.split("\n\n")[1]),
    ),
    fine(
        "many-paragraphs",
        36,
        "fifty thousand paragraphs",
        body("net: tip\n\n" + "x\n\n" * 50_000 + BODY.split("\n\n")[1]),
    ),
    fine(
        "many-parents",
        36,
        "a thousand parents, all the same",
        lines(
            "tree {tree}",
            *["parent {parent}"] * 1000,
            "author {ben}{date}",
            "committer {ben}{date}",
        ),
        commits=["tip"],
        **MALFORMED,
    ),
]


@cases(ENCODINGS, MESSAGES)
def test_a_message_is_read_in_a_safe_encoding(case: Case, tmp_path: Path) -> None:
    """A declared encoding never runs code, takes minutes, or changes who is claimed."""
    check(case, tmp_path)
