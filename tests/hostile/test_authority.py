"""Who is who, and who has authority: exact addresses, at the trust base, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, audit, build, cases, check, fine, odd
from tests.hostile.world import (
    ADA,
    BEN,
    MAILMAP,
    MAINTAINERS,
    MALLORY,
    MONTH,
    NEW,
    START,
    World,
    signed_off,
)

Recipe = Callable[[World], object]
STRANGER: Final = "unverified-author large-unverified-addition"
MINE: Final = MAINTAINERS.replace(
    "NETWORKING", "MINE\nM:\tMallory Grey <mallory@grey.example>\nF:\tnet/\n\nNETWORKING"
)


def by(author: str, *, committer: str = BEN) -> Recipe:
    """A commit by somebody that Ben signs off."""
    return lambda world: world.commit(
        message=signed_off("net: tip", author, BEN), author=author, committer=committer
    )


def address(email: str, name: str = "Ben Torres") -> Recipe:
    """A commit whose author has Ben's name (or another) and this address."""
    return by(f"{name} <{email}>")


def takes(path: str, text: str, *, vouched: bool = False, signed: bool = False) -> Recipe:
    """Mallory changes a file that gives authority, then commits again.

    Ada commits the first (``vouched``), or has only a sign-off there (``signed``).
    """

    def recipe(world: World) -> None:
        people = (MALLORY, ADA) if vouched or signed else (MALLORY,)
        committer = ADA if vouched else MALLORY
        world.commit(
            "grab",
            signed_off("MAINTAINERS: update", *people),
            author=MALLORY,
            committer=committer,
            files={path: text},
        )
        world.commit("tip", signed_off("net: tip", MALLORY), author=MALLORY, committer=MALLORY)

    return recipe


def mapped(line: str) -> Recipe:
    """Ada adds a line to .mailmap."""
    return lambda world: world.commit(
        "map",
        signed_off("mailmap: update", ADA),
        author=ADA,
        committer=ADA,
        files={".mailmap": MAILMAP + line},
    )


def ordered(world: World) -> None:
    """Two lines for one address are in the file at the base; Ada puts the first one last."""
    lines = [
        "Kit <kit@lowe.example> <ben@net.example>\n",
        "Ben <ben@net.example> <ben@net.example>\n",
    ]
    base_with(".mailmap", "".join(lines))(world)
    world.commit(
        "map",
        signed_off("mailmap: sort", ADA),
        author=ADA,
        committer=ADA,
        files={".mailmap": "".join(reversed(lines))},
    )


def posted(*names: str, by: str, address: str = "net@lists.kernel.example") -> Recipe:
    """Two years of commits before the base, under these names in turn, then one after it."""

    def recipe(world: World) -> None:
        for number in range(25):
            author = f"{names[number % len(names)]} <{address}>"
            world.commit(f"old{number}", signed_off("net: old", BEN), author=author)
        world.ref("tags/v1.0", world.last)
        author = f"{by} <{address}>"
        world.commit("tip", signed_off("net: tip", author, BEN), author=author)

    return recipe


def base_with(
    path: str, text: str | bytes, mode: str = "100644", *, author: str = MALLORY
) -> Recipe:
    """The trust base has another file; Mallory, or another author, commits after it."""

    def recipe(world: World) -> None:
        world.files.pop(path, None)
        blobs = {
            name: world.store("blob", raw) for name, raw in world.files.items() if "/" not in name
        }
        net = world.writer.tree({"core.c": world.store("blob", "int core;\n")})
        entries = [("100644", name.encode(), one) for name, one in blobs.items()]
        entries.append(("40000", b"net", net))
        target = world.store("blob", text) if mode != "40000" else net
        entries.append((mode, path.encode(), target))
        tree = world.raw_tree(*sorted(entries, key=lambda entry: entry[1]))
        world.commit("odd", signed_off("odd", ADA), author=ADA, committer=ADA, tree=tree)
        world.ref("tags/v1.0", world.last)
        world.commit(
            "tip", signed_off("net: tip", author), author=author, committer=author, tree=tree
        )

    return recipe


def removed(path: str) -> Recipe:
    """A file that gives authority is removed in the range."""

    def recipe(world: World) -> None:
        world.commit("gone", signed_off("remove", ADA), author=ADA, committer=ADA, files={path: ""})
        world.commit("tip")

    return recipe


def trust_inside(world: World) -> None:
    """The user is told that a trust base inside the range is none."""
    takes("MAINTAINERS", MINE)(world)
    world.words = ["--trust-base", world.named["grab"]]


def trust_after(world: World) -> None:
    """The range ends before the commit that is named."""
    takes("MAINTAINERS", MINE)(world)
    world.asked = (world.named["grab"],)
    world.words = ["--base", world.named["base"], "--trust-base", world.last]


SHARED: Final = [
    *(
        odd(name, 44, what, recipe, author={"tip": "unverified"}, flagged=["tip"])
        for name, what, recipe in (
            (
                "list-rewrites",
                "a list writes itself into all its senders' lines",
                posted("Rob Sable via net", "Pia Holt via net", by="Mallory Grey via net"),
            ),
            (
                "list-rewrites-not-this",
                "the same, and the name of the last one is whole",
                posted("Rob Sable via net", "Pia Holt via net", by="Mallory Grey"),
            ),
            (
                "list-is-new-name",
                "an address that has a record says that a list passed it on",
                posted("Rob Sable", by="Mallory Grey via net"),
            ),
            (
                "list-is-listed",
                "a list is somebody in MAINTAINERS",
                base_with(
                    "MAINTAINERS",
                    MAINTAINERS
                    + "\nLISTED\nM:\tNet <net@lists.example>\nL:\tnet@lists.example\nF:\tnet/\n",
                    author="Mallory Grey <net@lists.example>",
                ),
            ),
            (
                "list-is-listed-via",
                "and its name says so",
                by("Ben Torres via net <ben@net.example>"),
            ),
            (
                "noreply-of-a-host",
                "an address that a code host gives to every account",
                by("Mallory Grey <1+mallory@users.noreply.github.com>"),
            ),
        )
    ),
    *(
        fine(name, 44, what, recipe, author={"tip": "established"})
        for name, what, recipe in (
            (
                "record-of-one",
                "an address with one name",
                posted("Rob Sable", by="Rob Sable", address="rob@sable.example"),
            ),
            (
                "record-with-a-stain",
                "somebody else has written a list's name beside an address once",
                posted(
                    *["Rob Sable"] * 24,
                    "Rob Sable via net",
                    by="Rob Sable",
                    address="rob@sable.example",
                ),
            ),
            (
                "via-in-a-name",
                "a name that ends as a list's does",
                posted("Dana Via", by="Dana Via", address="dana@via.example"),
            ),
        )
    ),
]
ADDRESSES: Final = [
    *(
        odd(
            f"address-{name}",
            44,
            what,
            address(email),
            author={"tip": "unverified"},
            address={"tip": email},
            flagged=["tip"],
            code=code,
        )
        for name, email, what, code in (
            ("letter-case", "Ben@net.example", "another letter case in the local part", 0),
            ("plus", "ben+x@net.example", "a suffix with a plus", 0),
            ("dot", "b.en@net.example", "a dot in the local part", 0),
            ("trailing-dot", "ben@net.example.", "a dot behind the domain", 0),
            ("quoted-local", '"ben@net.example"@grey.example', "a quoted address as local part", 0),
            ("two-ats", "ben@net.example@grey.example", "two at signs", 0),
            ("percent", "ben%net.example@grey.example", "a routed address", 0),
            ("bang", "net.example!ben", "a bang path", 0),
            (
                "sub-domain",
                "ben@net.example.grey.example",
                "the known domain as a part of another",
                0,
            ),
            ("parent-domain", "ben@x.net.example", "a sub-domain", 0),
            ("other-domain", "ben@grey.example", "another domain", 0),
            ("comment", "ben@net.example (Ben)", "a comment behind it", 0),
            ("comment-before", "(Ben) ben@net.example", "a comment before it", 0),
            (
                "semicolon",
                "ben@net.example;mallory@grey.example",
                "two addresses with a semicolon",
                0,
            ),
            ("comma", "ben@net.example,mallory@grey.example", "two addresses with a comma", 0),
            ("blank-inside", "ben @net.example", "a blank inside", 0),
            ("no-break-space", "ben@net.example\u00a0", "a no-break space behind it", 0),
            ("vertical-tab", "ben@net.example\v", "a vertical tab behind it", 0),
            ("full-width", "ben@net.exampl\uff45", "a full-width letter", 1),
            ("cyrillic", "b\u0435n@net.example", "a Cyrillic letter in the local part", 1),
            ("cyrillic-domain", "ben@n\u0435t.example", "a Cyrillic letter in the domain", 1),
            (
                "kelvin",
                "ada@\u212aernel.example",
                "the Kelvin sign, whose lower case is a letter",
                1,
            ),
            ("dotless", "ben@net.example".replace("e", "\u0435"), "Cyrillic letters all over", 1),
            ("combining", "be\u0301n@net.example", "a combining mark", 1),
            ("zero-width", "ben\u200d@net.example", "a zero-width joiner", 1),
            ("bidi", "ben\u202d@net.example", "a bidi control", 1),
            ("soft-hyphen", "ben@net\u00ad.example", "a soft hyphen", 1),
            ("one-for-l", "ada@kerne1.example", "a digit for a letter", 1),
            ("swapped", "ben@nte.example", "two letters swapped", 0),
            ("punycode", "ben@xn--nt-bja.example", "an encoded domain", 0),
            ("no-domain", "ben@", "no domain", 0),
            ("no-local", "@net.example", "no local part", 0),
            (
                "svn",
                "ben@0f7ec7a9-1d2f-4e57-8f0d-7f3f3ea7a0d9",
                "an address of an imported history",
                0,
            ),
            ("localhost", "ben@localhost", "an address of one machine", 0),
            ("markup", "[bold]ben@net.example[/bold]", "markup around it", 0),
            ("percent-code", "ben%40net.example", "an encoded at sign", 0),
            (
                "very-long",
                "ben@" + "net.example." * 800,
                "an address of nine thousand characters",
                0,
            ),
            (
                "long-local",
                "b" * 9_000 + "@net.example",
                "a local part of nine thousand characters",
                0,
            ),
        )
    ),
    fine(
        "address-exact",
        44,
        "the known address",
        address("ben@net.example"),
        author={"tip": "listed"},
    ),
    fine(
        "address-domain-case",
        44,
        "another letter case in the domain",
        address("ben@NET.Example"),
        author={"tip": "listed"},
    ),
    fine(
        "address-mailmap",
        44,
        "an address that .mailmap knows",
        address("ben@old-host.example"),
        author={"tip": "listed"},
        address={"tip": "ben@old-host.example"},
    ),
    odd(
        "name-of-a-maintainer",
        44,
        "a maintainer's name with another address",
        address("nia@newcomer.example", "Ada Keeper"),
        author={"tip": "unverified"},
        flagged=["tip"],
    ),
    odd(
        "name-with-an-address",
        44,
        "a name that looks like an address",
        address("nia@newcomer.example", "ben@net.example"),
        author={"tip": "unverified"},
        flagged=["tip"],
    ),
    odd(
        "name-cyrillic",
        44,
        "a maintainer's name with a Cyrillic letter",
        address("nia@newcomer.example", "Ad\u0430 Keeper"),
        author={"tip": "unverified"},
        flagged=["tip"],
        code=1,
    ),
    odd(
        "committer-is-a-stranger",
        45,
        "a stranger commits a maintainer's patch",
        by(BEN, committer=MALLORY),
        author={"tip": "listed"},
        route={"tip": "partial"},
        rules={"tip": "handler-without-sign-off"},
    ),
    odd(
        "sign-off-of-a-maintainer-written",
        45,
        "a stranger writes a maintainer's sign-off below his own patch",
        by(MALLORY, committer=MALLORY),
        author={"tip": "unverified"},
        rules={"tip": f"{STRANGER} nobody-vouches"},
    ),
    odd(
        "sign-off-of-a-maintainer-written-by-another",
        45,
        "a stranger writes a maintainer's sign-off below another stranger's patch",
        by(NEW, committer=MALLORY),
        author={"tip": "unverified"},
        rules={"tip": f"{STRANGER} nobody-vouches handler-without-sign-off"},
    ),
    fine(
        "sign-off-of-a-maintainer",
        45,
        "a maintainer commits what he signed off",
        by(MALLORY),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
    ),
    fine(
        "sign-off-from-another-address",
        45,
        "a maintainer commits from an address that nobody knows what he signed off",
        by(MALLORY, committer="Ben Torres <ben@laptop.example>"),
        author={"tip": "unverified"},
        rules={"tip": STRANGER},
    ),
]
GRABS: Final = [
    odd(
        "maintainers-grab",
        43,
        "a stranger enters himself in MAINTAINERS",
        takes("MAINTAINERS", MINE),
        code=1,
        author={"tip": "unverified", "grab": "unverified"},
        flagged=["grab", "tip"],
    ),
    odd(
        "maintainers-grab-signed-by-himself",
        43,
        "a stranger writes a maintainer's sign-off below it",
        takes("MAINTAINERS", MINE, signed=True),
        code=1,
        author={"tip": "unverified"},
        flagged=["grab", "tip"],
    ),
    odd(
        "maintainers-grab-vouched",
        43,
        "a maintainer lets him",
        takes("MAINTAINERS", MINE, vouched=True),
        author={"tip": "unverified"},
        flagged=["grab", "tip"],
    ),
    odd(
        "mailmap-grab",
        42,
        "a stranger maps himself to a maintainer",
        takes(".mailmap", MAILMAP + "Ada Keeper <ada@kernel.example> <mallory@grey.example>\n"),
        code=1,
        author={"tip": "unverified"},
        address={"tip": "mallory@grey.example"},
        flagged=["grab", "tip"],
    ),
    odd(
        "mailmap-name-grab",
        42,
        "a stranger maps his name only",
        takes(".mailmap", "Ada Keeper <mallory@grey.example>\n"),
        code=1,
        author={"tip": "unverified"},
        address={"tip": "mallory@grey.example"},
        flagged=["grab", "tip"],
    ),
    odd(
        "mailmap-takes-a-maintainer",
        42,
        "a stranger maps a maintainer to himself",
        takes(".mailmap", "Mallory Grey <mallory@grey.example> <ben@net.example>\n"),
        code=1,
        author={"tip": "unverified"},
        flagged=["grab", "tip"],
    ),
    odd(
        "mailmap-takes-a-maintainer-vouched",
        42,
        "the same, and a maintainer lets him",
        takes(".mailmap", "Mallory Grey <mallory@grey.example> <ben@net.example>\n", vouched=True),
        author={"tip": "unverified"},
        rules={
            "grab": "authority-change pattern-of-author unverified-author",
            "tip": f"pattern-of-author nobody-vouches {STRANGER}",
        },
    ),
    odd(
        "mailmap-for-another",
        42,
        "a maintainer is mapped to somebody who authors nothing yet",
        mapped("Kit Lowe <kit@lowe.example> <ben@net.example>\n"),
        rules={"map": "authority-change"},
    ),
    odd(
        "mailmap-as-another",
        42,
        "somebody who authors nothing yet is mapped to a maintainer",
        mapped("Ben Torres <ben@net.example> <kit@lowe.example>\n"),
        rules={"map": "authority-change"},
    ),
    odd(
        "mailmap-order",
        42,
        "a line that was there is moved below another, and wins",
        ordered,
        rules={"map": "authority-change", "tip": "nobody-vouches unverified-author"},
    ),
    fine(
        "mailmap-of-strangers",
        42,
        "two addresses without standing are made one",
        mapped("Kit Lowe <kit@lowe.example> <kit@old-lowe.example>\n"),
        rules={},
    ),
    fine(
        "mailmap-of-maintainers",
        42,
        "two addresses with standing are made one",
        mapped("Ada Keeper <ada@kernel.example> <ben@net.example>\n"),
        rules={"map": "authority-change"},
    ),
    fine(
        "mailmap-comment",
        42,
        "the line is a comment",
        mapped("# Kit Lowe <kit@lowe.example> <ben@net.example>\n"),
        rules={},
    ),
    fine(
        "mailmap-own-name",
        42,
        "a maintainer is shown by the name he uses",
        mapped("Ada Keeper <ada@kernel.example>\n"),
        rules={},
    ),
    odd(
        "trust-base-inside",
        43,
        "the trust base lies inside the range",
        trust_inside,
        error="inside the audited range",
    ),
    odd(
        "trust-base-after",
        43,
        "the trust base lies after the range, and holds what it changed",
        trust_after,
        error="inside the audited range, or after it",
    ),
    fine(
        "maintainers-removed",
        43,
        "MAINTAINERS is removed",
        removed("MAINTAINERS"),
        author={"tip": "listed"},
    ),
    fine(
        "mailmap-removed", 42, ".mailmap is removed", removed(".mailmap"), author={"tip": "listed"}
    ),
]
FILES: Final = [
    *(
        odd(
            f"maintainers-{name}",
            43,
            f"MAINTAINERS at the base is {what}",
            base_with("MAINTAINERS", text, mode),
            author={"tip": "unverified"},
            flagged=["tip"],
        )
        for name, text, mode, what in (
            ("link", "/etc/hostname", "120000", "a link to a file of this machine"),
            ("link-inside", "net/core.c", "120000", "a link to a file of the tree"),
            ("folder", "", "40000", "a folder"),
            ("submodule", "x", "160000", "a submodule"),
            ("odd-mode", "MINE\nM:\tMallory Grey <mallory@grey.example>\n", "0", "of mode 0"),
            ("empty", "", "100644", "empty"),
            ("binary", bytes(range(256)) * 40, "100644", "binary"),
            (
                "two-addresses",
                "MINE\nM:\tMallory <mallory@grey.example.example> <x@grey.example>\nF:\tnet/\n",
                "100644",
                "ambiguous",
            ),
            (
                "comment",
                "MINE\n# M:\tMallory Grey <mallory@grey.example>\nF:\tnet/\n",
                "100644",
                "a comment",
            ),
            (
                "other-letter",
                "MINE\nQ:\tmallory@grey.example\nB:\tmallory@grey.example\nF:\tnet/\n",
                "100644",
                "a list of other fields",
            ),
            (
                "list",
                "MINE\nL:\tmallory@grey.example\nF:\tnet/\n",
                "100644",
                "one that lists a mailing list",
            ),
            (
                "nul",
                "MINE\nM:\tMallory\0 <mallory@grey.example\0>\nF:\tnet/\n",
                "100644",
                "with a NUL",
            ),
        )
    ),
    *(
        odd(
            f"mailmap-{name}",
            42,
            f".mailmap at the base is {what}",
            base_with(".mailmap", text, mode),
            author={"tip": "unverified"},
            flagged=["tip"],
        )
        for name, text, mode, what in (
            ("link", "/etc/hostname", "120000", "a link"),
            ("folder", "", "40000", "a folder"),
            ("binary", bytes(range(256)) * 40, "100644", "binary"),
            ("no-address", "Ada Keeper\n<>\n<> <>\n> <\n", "100644", "without addresses"),
            (
                "behind-nul",
                "x\0\nAda Keeper <ada@kernel.example> <mallory@grey.example>\n",
                "100644",
                "behind a NUL, where git stops",
            ),
            (
                "comment",
                "# Ada Keeper <ada@kernel.example> <mallory@grey.example>\n",
                "100644",
                "a comment",
            ),
            (
                "chain",
                (
                    "A <a@x.example> <mallory@grey.example>\n"
                    "Ada Keeper <ada@kernel.example> <a@x.example>\n"
                ),
                "100644",
                "a chain, which git does not follow",
            ),
            (
                "large",
                "".join(f"A <a@x.example> <n{at}@x.example>\n" for at in range(20_000)),
                "100644",
                "long",
            ),
        )
    ),
    fine(
        "mailmap-indented-comment",
        42,
        "a comment that git does not take for one",
        base_with(".mailmap", "  # Ada <ada@kernel.example> <mallory@grey.example>\n"),
        author={"tip": "listed"},
    ),
]
PATTERNS: Final = [
    *(
        odd(
            f"pattern-{name}",
            75,
            f"MAINTAINERS holds the pattern {what}",
            base_with(
                "MAINTAINERS",
                (f"{MAINTAINERS}\nODD\nM:\tOdd One <odd@x.example>\n{field}:\t{text}\n"),
            ),
            author={"tip": "unverified"},
            flagged=["tip"],
        )
        for name, field, text, what in (
            ("nested-plus", "N", "(a+)+$", "that takes exponential time"),
            ("stars", "N", r"[^\s]*" * 20 + "!", "that takes polynomial time"),
            ("keyword-nested", "K", "(x+x+)+y", "for content that takes exponential time"),
            ("repeat", "K", "(?:a{1,1000}){1,1000}", "that needs much memory"),
            ("look-ahead", "N", "(?=a)b", "that the engine refuses"),
            ("back-reference", "K", r"(a)\1", "that the engine refuses too"),
            ("open", "N", "(((", "that is broken"),
            ("code", "N", '(?{ system("x") })', "with code"),
            ("long", "F", "*/" * 50_000, "of a hundred thousand characters"),
            ("raw-bytes", "N", "\udcff+", "that is no UTF-8"),
            ("empty", "N", "", "of no characters"),
            ("outside", "F", "../../*", "that leads outside"),
            ("glob-class", "F", "net/[a-", "with an open class"),
        )
    ),
]


def in_days(odd_committer: str) -> Recipe:
    """Twenty commits on as many days, one of them with an odd committer line; then another."""

    def recipe(world: World) -> None:
        message = signed_off("net: one more", MALLORY, BEN)
        for number in range(20):
            date = f"{START + 3 * MONTH + number * 86_400} +0000"
            committed = odd_committer if number == 10 else date
            world.commit(f"m{number}", message, author=MALLORY, dates=(date, committed))
        world.words = ["--base", world.last]
        world.commit("tip", message, author=MALLORY)

    return recipe


DATES: Final = [
    odd(
        f"date-{name}",
        58,
        f"one of twenty commits in twenty days {what}",
        in_days(text),
        author={"tip": "unverified"},
        flagged=["tip"],
    )
    for name, what, text in (
        ("plain", "is like the others", f"{START + 4 * MONTH} +0000"),
        ("unreadable", "has no date", "oops"),
        ("endless", "is from the far future", "100000000000000000 +0000"),
        ("calendar-end", "is from the year 9999", "253402300799 +0000"),
        ("next-year", "is later than the trust base", f"{START + 40 * MONTH} +0000"),
        ("nothing", "is from second 0", "0 +0000"),
    )
]


@cases(ADDRESSES, SHARED, GRABS, FILES, PATTERNS, DATES)
def test_nobody_gains_standing(case: Case, tmp_path: Path) -> None:
    """Standing comes from the trust base and the exact address."""
    check(case, tmp_path)


def test_decoys_hide_nothing(tmp_path: Path) -> None:
    """A hundred changes of a commit are told, the gravest first, and the others counted."""
    decoys = (f"Ben Torres <a{n}@grey.example> N{n} <ben@net.example>\n" for n in range(200))
    text = "".join([*decoys, "Zed <zed@grey.example> <ben@net.example>\n"])
    world = build(
        odd("decoys", 42, "a grave line behind others", takes(".mailmap", text, vouched=True)),
        tmp_path,
    )
    report = json.loads(audit(world).stdout)
    (commit,) = (one for one in report["commits"] if one["id"] == world.named["grab"])
    told = [one for one in commit["findings"] if one["rule"] == "authority-change"]
    assert 100 == len(told) == len({one["fingerprint"] for one in told})
    assert [("medium", True)] == [
        (one["severity"], "those of zed@grey.example" in one["message"])
        for one in told
        if one["severity"] != "low"
    ]
    assert 1 == sum("; 101 more changes of the kind" in one["message"] for one in told)
