"""Honest oddities of the kinds that the other tables attack: none of them is flagged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.hostile.case import Case, cases, check, fine
from tests.hostile.world import ADA, BEN, World, octets, signed_off

Recipe = Callable[[World], object]
SIGNED: Final = f"Signed-off-by: {BEN}\n"


def named(name: str) -> Recipe:
    """Ben writes his name so."""
    author = f"{name} <ben@net.example>"
    return lambda world: world.commit(author=author, message=signed_off("net: tip", author, BEN))


def says(text: str | bytes) -> Recipe:
    """Ben's commit with this message."""
    return lambda world: world.commit(message=text)


def changes(path: str, text: str | bytes = "int x;\n") -> Recipe:
    """Ada changes this file."""
    return lambda world: world.commit(
        message=signed_off("tip", ADA), author=ADA, committer=ADA, files={path: text}
    )


def dated(author: str, committer: str) -> Recipe:
    """Written and committed at these times."""
    return lambda world: world.commit(dates=(author, committer))


def ref(name: str) -> Recipe:
    """Another ref leads to the base."""

    def recipe(world: World) -> None:
        world.commit()
        world.ref(name, world.named["base"])

    return recipe


def config(text: str) -> Recipe:
    """The config holds this too."""

    def recipe(world: World) -> None:
        world.commit()
        world.append("config", text)

    return recipe


NAMES: Final = {
    "accents": "Bén Tørrës",
    "apostrophe": "Ben O'Torres",
    "right-quote": "Ben O\u2019Torres",
    "hyphen": "Ben-Luis Torres",
    "initials": "B. L. Torres",
    "comma": "Torres, Ben",
    "one-word": "ben",
    "japanese": "\u6771\u4eac \u592a\u90ce",
    "korean": "\uae40 \ucca0\uc218",
    "arabic": "\u0628\u0646 \u062a\u0648\u0631",
    "hebrew": "\u05d1\u05df \u05d8\u05d5\u05e8",
    "hindi": "\u092c\u0947\u0928 \u091f\u094b\u0930",
    "cyrillic": "\u0411\u0435\u043d \u0422\u043e\u0440\u0440\u0435\u0441",
    "greek": "\u039c\u03c0\u03b5\u03bd \u03a4\u03cc\u03c1\u03b5\u03c2",
    "thai": "\u0e40\u0e1a\u0e47\u0e19 \u0e15\u0e2d",
    "decomposed": "Be\u0301n Torres",
    "title": "Dr. Ben Torres",
    "suffix": "Ben Torres Jr.",
    "parenthesis": "Ben Torres (net)",
    "digits": "Ben Torres 3rd",
    "nickname": 'Ben "bt" Torres',
    "long": "Ben " + "Torres " * 20,
    "dots": "ben.torres",
    "underscore": "ben_torres",
    "at": "Ben at net",
    "slash": "Ben/Torres",
    "plus": "Ben + Torres",
    "ampersand": "Ben & Torres",
}
MESSAGES: Final = {
    "fixes": f'net: tip\n\nFixes: {"1" * 12} ("net: other")\n{SIGNED}',
    "link": f"net: tip\n\nLink: https://lore.example/r/1@x.example\n{SIGNED}",
    "cc": f"net: tip\n\nCc: <stable@lists.example> # 1.0+\n{SIGNED}",
    "closes": f"net: tip\n\nReported-by: R <r@x.example>\nCloses: https://bugs.example/1\n{SIGNED}",
    "reviewed": f"net: tip\n\nReviewed-by: {ADA}\n{SIGNED}",
    "many": f"net: tip\n\nAcked-by: {ADA}\nTested-by: {ADA}\nReviewed-by: {ADA}\n{SIGNED}",
    "bracket": f"net: tip\n\n{SIGNED}[ada: reworded]\nSigned-off-by: {ADA}\n",
    "table": f"net: tip\n\na | b | c\n--+---+--\n1 | 2 | 3\n\n{SIGNED}",
    "code": f"net: tip\n\n\tif (a > b)\n\t\treturn <b>;\n\n{SIGNED}",
    "shell": f"net: tip\n\n  $ cat x | grep '=y' > z\n\n{SIGNED}",
    "call-trace": f"net: tip\n\n[    1.000000] BUG: x\n[    1.000001] Call Trace:\n\n{SIGNED}",
    "quoted-prose": f"net: tip\n\n> it is broken\n\nNow it is not.\n\n{SIGNED}",
    "colons": f"net: tip\n\nNote: this is text: really.\nMore: of it.\n\n{SIGNED}",
    "url": f"net: tip\n\nhttps://x.example/a?b=c#d\n\n{SIGNED}",
    "utf-8": f"net: café \u2013 “tip” → done…\n\nnaïve\n\n{SIGNED}",
    "emoji": f"net: tip \U0001f427\n\n{SIGNED}",
    "formula-like": f"-1 is no error\n\n+ a\n- b\n= c\n@ d\n\n{SIGNED}",
    "markup-like": f"net: use <linux/x.h> & [bold] `x` *y* _z_ |\n\n{SIGNED}",
    "revert": f'Revert "net: other"\n\nThis was wrong.\n\n{SIGNED}',
    "tabs": f"net:\ttip\n\n\ttext\n\n{SIGNED}",
    "trailing-blanks": f"net: tip   \n\ntext  \t\n\n{SIGNED}",
    "long-line": f"net: tip\n\n{'word ' * 400}\n\n{SIGNED}",
    "wrapped-subject": f"net: tip\nin two lines\n\n{SIGNED}",
    "hash-lines": f"net: tip\n\n#define X 1\n#endif\n\n{SIGNED}",
    "dashes": f"net: tip\n\na\n----\nb\n\n{SIGNED}",
    "diff-text": f"net: tip\n\n  --- a/x\n  +++ b/x\n\n{SIGNED}",
    "gpgsig-text": f"net: tip\n\nThe gpgsig header and\ngpgsig lines.\n\n{SIGNED}",
    "header-text": f"net: tip\n\nparent {'1' * 40}\nauthor {BEN} 1 +0000\n\n{SIGNED}",
    "nfd": f"net: cafe\u0301\n\n{SIGNED}",
    "japanese": f"net: \u6771\u4eac\n\n\u3053\u3093\n\n{SIGNED}",
    "case": f"net: tip\n\nsigned-off-by: {BEN}\n",
    "two-sign-offs": f"net: tip\n\n{SIGNED}{SIGNED}",
}
PATHS: Final = {
    "space": "docs/a b.txt",
    "accents": "docs/café.txt",
    "japanese": "docs/\u6771\u4eac.txt",
    "quote": "docs/it's.txt",
    "brackets": "docs/[a](b).txt",
    "percent": "docs/%41.txt",
    "equals": "docs/=a.txt",
    "dash": "docs/-a.txt",
    "at": "docs/@a.txt",
    "hash": "docs/#a#",
    "tilde": "docs/a~",
    "dot": "docs/.a",
    "dots": "docs/a..b",
    "backslash": "docs/a\\b",
    "plus": "docs/a+b.txt",
    "comma": "docs/a,b.txt",
    "colon": "docs/a:b",
    "deep": "/".join("abcdefghijklmnopqrstuvwxyz") + "/x",
    "long": "docs/" + "x" * 200,
    "no-suffix": "docs/README",
    "git-like": "docs/gitignore",
    "attributes": "docs/.gitattributes",
    "ignore": ".gitignore",
}
CONTENTS: Final[dict[str, str | bytes]] = {
    "binary": bytes(range(256)),
    "no-newline": "int x;",
    "crlf": "int x;\r\nint y;\r\n",
    "latin": b"caf\xe9\n",
    "bom": "\ufeffint x;\n",
    "long-line": "x" * 100_000,
    "formula": "=1+1\n",
    "diff": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n",
    "log": f"commit {'1' * 40}\nAuthor: x\n",
    "only-newlines": "\n" * 50,
    "form-feed": "a\f\nb\n",
}
DATES: Final = {
    "same-second": ("1605184000 +0000", "1605184000 +0000"),
    "week-later": ("1604579200 +0000", "1605184000 +0000"),
    "years-later": ("1500000000 +0000", "1605184000 +0000"),
    "east": ("1605184000 +1300", "1605184000 +0530"),
    "west": ("1605184000 -0930", "1605184000 -0330"),
    "slow-clock": ("1605184000 +0000", "1604000000 +0000"),
    "clock-ahead": ("1606184000 +0000", "1605184000 +0000"),
    "nine-digits": ("1605184000 +0000", "1605184001 +0845"),
}
REFS: Final = {
    "notes": "notes/commits",
    "stash": "stash",
    "remote": "remotes/origin/main",
    "nested": "heads/a/b/c/d",
    "dotted": "heads/a.b",
    "dashed": "heads/a-b",
    "plus": "heads/a+b",
    "hash": "heads/a#b",
    "at": "heads/a@b",
    "accents": "heads/café",
    "pull": "pull/1/head",
    "tag-of-other-kind": "tags/nightly-1",
    "numbers": "heads/123456",
}
CONFIGS: Final = {
    "user": "[user]\n\tname = Ben\n\temail = ben@net.example\n",
    "comment": "# [extensions] objectformat = sha256\n",
    "branch": '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n',
    "gc": "[gc]\n\tauto = 0\n",
    "format-0": "[core]\n\trepositoryformatversion = 0\n",
    "sha1": "[extensions]\n\tobjectFormat = sha1\n",
    "crlf": "[gc]\r\n\tauto = 0\r\n",
    "subsection": '[url "https://x.example/"]\n\tinsteadOf = x:\n',
    "signing-key": "[user]\n\tsigningkey = 0123456789ABCDEF\n[commit]\n\tgpgsign = false\n",
}
TABLE: Final = [
    *(fine(f"name-{one}", 32, "a name", named(text)) for one, text in NAMES.items()),
    *(fine(f"message-{one}", 38, "a message", says(text)) for one, text in MESSAGES.items()),
    *(fine(f"path-{one}", 58, "a path", changes(text)) for one, text in PATHS.items()),
    *(
        fine(f"content-{one}", 55, "a file", changes("docs/x", octets(text)))
        for one, text in CONTENTS.items()
    ),
    *(fine(f"date-{one}", 30, "dates", dated(*times)) for one, times in DATES.items()),
    *(fine(f"ref-{one}", 20, "a ref", ref(name)) for one, name in REFS.items()),
    *(fine(f"config-{one}", 9, "a config", config(text)) for one, text in CONFIGS.items()),
]


@cases(TABLE)
def test_an_honest_commit_is_left_alone(case: Case, tmp_path: Path) -> None:
    """No rule fires, nothing is skipped, and the exit code is 0."""
    check(case, tmp_path)
