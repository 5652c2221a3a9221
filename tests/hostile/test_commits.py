"""Identities, dates and header fields of every odd form: read strictly, or named."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.commit_recipes import (
    BORROWED,
    DATE,
    MALFORMED,
    STRANGER,
    UNREADABLE,
    author,
    broken,
    capitals,
    headers,
    known,
    lines,
    stray_parent,
)
from tests.hostile.world import BEN, octets

IDENTITIES: Final = [
    *broken("two-addresses", 25, "two addresses", "Ben <ben@net.example> <m@grey.example>{date}"),
    *broken(
        "two-addresses-joined",
        25,
        "two joined addresses",
        "Ben <m@grey.example><ben@net.example>{date}",
    ),
    *broken(
        "nested-address",
        25,
        "an address in an address",
        "Ben <m@grey.example<ben@net.example>>{date}",
    ),
    *broken("bracket-in-name", 25, "a bracket in the name", "Ben > <ben@net.example>{date}"),
    *broken(
        "nul-in-address", 28, "a NUL in the address", b"Ben <ben@net.example\0@grey.example>{date}"
    ),
    *broken("nul-in-name", 28, "a NUL in the name", b"Ben\0 <ben@net.example>{date}"),
    *broken(
        "no-space", 29, "no blank before the date", "Ben Torres <ben@net.example>1610000000 +0000"
    ),
    *broken(
        "two-spaces",
        29,
        "two blanks before the date",
        "Ben Torres <ben@net.example>  1610000000 +0000",
    ),
    *broken(
        "no-space-before-address", 29, "no blank before the address", "Ben<ben@net.example>{date}"
    ),
    *broken("trailing-space", 29, "a blank at the end", "Ben Torres <ben@net.example>{date} "),
    *broken("trailing-cr", 29, "a CR at the end", b"Ben Torres <ben@net.example>{date}\r"),
    *broken("negative-date", 30, "a negative date", "Ben Torres <ben@net.example> -100 +0000"),
    *broken(
        "huge-date", 30, "a date of thirty digits", f"Ben Torres <ben@net.example> {'9' * 30} +0000"
    ),
    *broken("no-date", 30, "no date", "Ben Torres <ben@net.example>"),
    *broken("word-date", 30, "a date in words", "Ben Torres <ben@net.example> today +0000"),
    *broken(
        "float-date", 30, "a date with a point", "Ben Torres <ben@net.example> 1610000000.5 +0000"
    ),
    *broken("hex-date", 30, "a date in base 16", "Ben Torres <ben@net.example> 0x60000000 +0000"),
    *broken("arabic-digits", 30, "other digits", "Ben Torres <ben@net.example> ١٦١٠٠٠٠٠٠٠ +0000"),
    *broken("zone-word", 31, "a zone in words", "Ben Torres <ben@net.example> 1610000000 PST"),
    *broken(
        "zone-dashes", 31, "a zone with two dashes", "Ben Torres <ben@net.example> 1610000000 --500"
    ),
    *broken(
        "zone-long",
        31,
        "a zone of ten digits",
        "Ben Torres <ben@net.example> 1610000000 -2147483648",
    ),
    *broken(
        "zone-short", 31, "a zone of two digits", "Ben Torres <ben@net.example> 1610000000 +00"
    ),
    *broken("no-zone", 31, "no zone", "Ben Torres <ben@net.example> 1610000000"),
    *broken("no-address", 33, "no address", "Ben Torres{date}"),
    *broken(
        "open-address", 33, "an address that does not end", "Ben Torres <ben@net.example{date}"
    ),
    *broken("only-date", 33, "a date only", "1610000000 +0000"),
    *broken("empty", 33, "nothing", ""),
    known(
        "cyrillic",
        40,
        "a Cyrillic letter in the address",
        "Ben Torres <b\u0435n@net.example>{date}",
        code=1,
        rules={"tip": f"{BORROWED} look-alike-identity"},
    ),
    known(
        "cyrillic-name",
        40,
        "a Cyrillic letter in the name",
        "Ben T\u043erres <b@x.example>{date}",
        code=1,
        rules={"tip": f"{STRANGER} look-alike-identity"},
    ),
    known(
        "accent",
        40,
        "an accent in the name of somebody known",
        "Ben T\xf3rres <b@x.example>{date}",
        rules={"tip": f"{STRANGER} look-alike-identity"},
    ),
    known(
        "escape",
        32,
        "an escape in the name",
        "Ben\x1b[2K <b@x.example>{date}",
        rules={"tip": f"{STRANGER} hidden-characters"},
    ),
    known(
        "bidi",
        32,
        "a bidi control in the name",
        "Ben\u202e <b@x.example>{date}",
        rules={"tip": f"{STRANGER} hidden-characters"},
    ),
    known(
        "zero-width",
        32,
        "a zero-width blank in the address",
        "Ben Torres <ben\u200b@net.example>{date}",
        code=1,
        rules={"tip": f"{BORROWED} hidden-characters look-alike-identity"},
    ),
    known(
        "raw-bytes",
        33,
        "bytes that are no UTF-8",
        b"B\xe9n <b@x.example>{date}",
        rules={"tip": STRANGER},
    ),
    fine(
        "author-empty-name",
        33,
        "an empty name",
        author("<ben@net.example>{date}"),
        author={"tip": "listed"},
        rules={"tip": "malformed-identity"},
    ),
    odd(
        "author-empty-address",
        44,
        "an empty address",
        author("Ben Torres <>{date}"),
        author={"tip": "unverified"},
        rules={"tip": f"{BORROWED} malformed-identity"},
    ),
]
DATES: Final = [
    *(
        odd(
            f"date-{name}",
            30,
            what,
            author(f"Ben Torres <ben@net.example> {text}", f"Ben Torres <ben@net.example> {text}"),
            author={"tip": "listed"},
            rules={"tip": "date-anomaly"},
        )
        for name, text, what in (
            ("1970", "0 +0000", "the first second"),
            ("1998", "900000000 +0000", "before git was"),
            ("2106", "4294967296 +0000", "past 32 bits"),
            ("year-10000", "253402300800 +0000", "after the year 9999"),
            ("18-digits", "999999999999999999 +0000", "in thirty thousand million years"),
            ("63-bits", "9223372036854775807 +0000", "the largest signed number"),
            ("64-bits", "9223372036854775808 +0000", "past the largest signed number"),
            ("19-digits", "9999999999999999999 +0000", "nineteen nines"),
        )
    ),
    *(
        odd(
            f"zone-{text}",
            31,
            "a zone nobody lives in",
            author(f"Ben Torres <ben@net.example> 1610000000 {text}"),
            author={"tip": "listed"},
            rules={"tip": "date-anomaly"},
        )
        for text in ("+9999", "-9999", "+1500", "-1300", "+1401")
    ),
    *(
        fine(
            f"zone-{text}",
            31,
            "a zone that exists",
            author(f"Ben Torres <ben@net.example> 1610000000 {text}"),
            author={"tip": "listed"},
        )
        for text in ("+0000", "-0000", "+1400", "-1200", "+0545")
    ),
]
HEADERS: Final = [
    odd(
        "two-authors",
        26,
        "two author lines",
        lines(
            "tree {tree}",
            "parent {parent}",
            "author {ben}{date}",
            "author M <m@grey.example>{date}",
            "committer {ben}{date}",
        ),
        **{**UNREADABLE, "rules": {"tip": "malformed-identity malformed-commit"}},
    ),
    odd(
        "two-same-authors",
        26,
        "the author line stands there twice",
        lines(
            "tree {tree}",
            "parent {parent}",
            "author {ben}{date}",
            "author {ben}{date}",
            "committer {ben}{date}",
        ),
        **{**UNREADABLE, "rules": {"tip": "malformed-identity malformed-commit"}},
    ),
    odd(
        "two-committers",
        27,
        "two committer lines",
        headers("committer M <m@grey.example>{date}"),
        **{
            **UNREADABLE,
            "author": {"tip": "listed"},
            "rules": {"tip": "malformed-identity malformed-commit"},
        },
    ),
    odd(
        "no-author",
        33,
        "no author line",
        lines("tree {tree}", "parent {parent}", "committer {ben}{date}"),
        **UNREADABLE,
    ),
    odd(
        "no-committer",
        33,
        "no committer line",
        lines("tree {tree}", "parent {parent}", "author {ben}{date}"),
        **{**UNREADABLE, "author": {"tip": "listed"}},
    ),
    odd(
        "committer-first",
        33,
        "the committer stands before the author",
        lines("tree {tree}", "parent {parent}", "committer {ben}{date}", "author {ben}{date}"),
        **MALFORMED,
    ),
    odd(
        "author-after-body",
        34,
        "the author line stands in the message",
        lines(
            "tree {tree}",
            "parent {parent}",
            "committer {ben}{date}",
            body="\nauthor {ben}{date}\n\nx\n",
        ),
        **UNREADABLE,
    ),
    odd(
        "parent-after-author",
        34,
        "a parent below the author",
        lines(
            "tree {tree}",
            "parent {parent}",
            "author {ben}{date}",
            "parent {root}",
            "committer {ben}{date}",
        ),
        commits=["tip"],
        **MALFORMED,
    ),
    odd(
        "parent-after-committer",
        34,
        "a parent below the committer",
        headers("parent {root}"),
        commits=["tip"],
        **MALFORMED,
    ),
    odd(
        "parent-in-signature",
        34,
        "a parent in a continued line",
        headers("change-id x", " parent {root}"),
        commits=["tip"],
    ),
    fine(
        "parent-twice",
        34,
        "the same parent twice",
        lines(
            "tree {tree}",
            "parent {parent}",
            "parent {parent}",
            "author {ben}{date}",
            "committer {ben}{date}",
        ),
        commits=["tip"],
        **MALFORMED,
    ),
    odd(
        "parent-upper-case",
        34,
        "a parent in capital letters, which git follows",
        capitals,
        commits=["tip", "below"],
        **MALFORMED,
    ),
    odd(
        "parent-short",
        34,
        "a parent of 39 digits",
        lines("tree {tree}", "parent " + "1" * 39, "author {ben}{date}", "committer {ben}{date}"),
        code=3,
        partial=["tip"],
        **MALFORMED,
    ),
    odd(
        "parent-missing",
        34,
        "a parent that is not there",
        lines(
            "tree {tree}",
            "parent {parent}",
            "parent " + "1" * 40,
            "author {ben}{date}",
            "committer {ben}{date}",
        ),
        code=3,
        commits=["tip"],
        unreadable=["1" * 40],
        partial=["tip"],
        rules={"tip": "merge-changes"},
    ),
    odd(
        "parent-is-a-tree",
        34,
        "a parent that is a tree",
        stray_parent,
        code=3,
        commits=["tip"],
        unreadable=["stray"],
        partial=["tip"],
        rules={"tip": "merge-changes"},
    ),
    odd(
        "two-trees",
        34,
        "two trees, so that git reads no parent",
        lines(
            "tree {tree}",
            "tree {tree}",
            "parent {parent}",
            "author {ben}{date}",
            "committer {ben}{date}",
        ),
        commits=["tip"],
        rules={"tip": "malformed-commit authority-change"},
    ),
    odd(
        "no-tree",
        34,
        "no tree",
        lines("parent {parent}", "author {ben}{date}", "committer {ben}{date}"),
        code=3,
        partial=["tip"],
        **MALFORMED,
    ),
    odd(
        "tree-is-a-blob",
        34,
        "the tree is a blob",
        lambda world: lines(
            f"tree {world.store('blob', 'x')}",
            "parent {parent}",
            "author {ben}{date}",
            "committer {ben}{date}",
        )(world),
        code=3,
        partial=["tip"],
    ),
    odd(
        "unknown-header",
        34,
        "a field that git does not know",
        headers("x-note anything"),
        **MALFORMED,
    ),
    fine("change-id", 34, "a field that other tools write", headers("change-id abc", "HG:extra x")),
    odd("header-without-value", 34, "a field without a value", headers("nothing"), **MALFORMED),
    odd("header-line-empty-key", 34, "a line that starts with a tab", headers("\tx"), **MALFORMED),
    odd(
        "crlf-blank-line",
        34,
        "the header ends with CR LF",
        headers("\r", "hidden: yes"),
        **MALFORMED,
    ),
    odd(
        "crlf-everywhere",
        34,
        "every line ends with CR LF",
        lambda world: world.raw(
            "tip",
            octets(
                f"tree {world.tree()}\r\nparent {world.last}\r\nauthor {BEN}{DATE}\r\n"
                f"committer {BEN}{DATE}\r\n\r\nx\r\n"
            ),
        ),
        code=3,
        partial=["tip"],
        rules={"tip": "malformed-commit malformed-identity"},
    ),
    odd(
        "nothing-at-all",
        34,
        "an empty object",
        lambda world: world.raw("tip", b""),
        code=3,
        partial=["tip"],
        rules={"tip": "malformed-commit malformed-identity"},
    ),
    odd(
        "only-newlines",
        34,
        "newlines only",
        lambda world: world.raw("tip", b"\n" * 50),
        code=3,
        partial=["tip"],
        rules={"tip": "malformed-commit malformed-identity"},
    ),
    odd(
        "random-bytes",
        34,
        "bytes without order",
        lambda world: world.raw("tip", bytes(range(256)) * 9),
        code=3,
        partial=["tip"],
        rules={"tip": "malformed-commit malformed-identity"},
    ),
    fine(
        "no-message",
        34,
        "no message at all",
        headers(joint=b"\n\n", body=""),
        subject={"tip": ""},
        rules={"tip": "missing-author-sign-off"},
    ),
    odd(
        "no-blank-line",
        34,
        "the header is the whole object",
        headers(joint=b"\n", body=""),
        subject={"tip": ""},
        rules={"tip": "missing-author-sign-off"},
    ),
]


@cases(IDENTITIES, DATES, HEADERS)
def test_a_commit_is_read_strictly_or_named(case: Case, tmp_path: Path) -> None:
    """Whoever reads the report knows who is claimed, or that it cannot be known."""
    check(case, tmp_path)
