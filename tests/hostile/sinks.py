"""A history in which every payload stands in every text, and what each medium must keep to."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any, Final

from tests.hostile.payloads import PAYLOADS, in_ident, in_line, in_path
from tests.hostile.world import BEN, MONTH, START, World, octets

SUFFIX: Final = b"@payload.example"
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
HTML_TAGS: Final = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body div h1 h2 dl dt dd ul li table thead tbody tr th td pre"
        " span details summary",
    )
)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_BARE: Final = re.compile(r"(?<!\\)(?:\\\\)*[<\[\]`|]")
_ENTITY: Final = re.compile(r"(?<!\\)(?:\\\\)*&(?:#\d+|#x[0-9a-fA-F]+|[A-Za-z]+);")


def folder(name: str) -> str:
    """Where the file of a payload lies, so that each has its own section."""
    return f"net/{list(PAYLOADS).index(name):03}"


def grow(world: World) -> None:
    """One commit for each payload, on a base whose MAINTAINERS names each in a section."""
    text = world.files["MAINTAINERS"]
    for name, payload in PAYLOADS.items():
        section = b"S " + in_line(payload).strip()
        text += (
            b"\n" + section + b"\nM:\tOdd One <odd@x.example>\nF:\t" + octets(folder(name)) + b"/\n"
        )
    world.commit("sections", files={"MAINTAINERS": text})
    world.ref("tags/v1.0", world.last)
    for name, payload in PAYLOADS.items():
        write(world, name, payload)


def write(world: World, name: str, payload: bytes) -> None:
    """A commit with the payload in its names, addresses, subject, trailer and path."""
    person = in_ident(payload) + b" N <" + in_ident(payload) + SUFFIX + b">"
    blob = world.store("blob", b"\0binary " + octets(name))
    leaf = world.raw_tree(("100644", b"f " + in_path(payload), blob))
    net = world.raw_tree(
        ("40000", octets(folder(name)[4:]), leaf),
        ("100644", b"core.c", world.store("blob", "int core;\n")),
    )
    root = world.raw_tree(
        ("100644", b"MAINTAINERS", world.store("blob", world.files["MAINTAINERS"])),
        ("40000", b"net", net),
    )
    date = octets(f" {START + 3 * MONTH + len(world.named)} +0000")
    raw = octets(f"tree {root}\nparent {world.last}\n")
    raw += b"author " + person + date + b"\ncommitter " + person + date + b"\n\n"
    raw += payload + b" subject\n\nAcked-by: " + in_line(payload) + b" T <t@x.example>\n"
    world.raw(name, raw + octets(f"Signed-off-by: {BEN}\n"))


def expected_name(payload: bytes) -> str:
    """The author's name as the object has it."""
    return (in_ident(payload) + b" N").strip(b" \t\n\r").decode("utf-8", "surrogateescape")


def expected_address(payload: bytes) -> str:
    return (in_ident(payload) + SUFFIX).decode("utf-8", "surrogateescape")


def assert_terminal(text: str) -> None:
    """Nothing in it moves a cursor, hides, reorders or is no character."""
    found = {char for char in text if char != "\n" and unicodedata.category(char) in HIDDEN}
    assert not found, sorted(hex(ord(char)) for char in found)
    odd = {char for char in text if unicodedata.category(char) == "Zs" and char != " "}
    assert not odd, sorted(hex(ord(char)) for char in odd)


def assert_csv(raw: bytes) -> list[list[str]]:
    """Its rows; they are rectangular, read back as written, and no cell is a formula."""
    text = raw.decode("utf-8")
    assert_terminal(text.replace("\r\n", "\n"))
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    again = io.StringIO(newline="")
    csv.writer(again, lineterminator="\r\n").writerows(rows)
    assert again.getvalue() == text
    assert 1 == len({len(row) for row in rows})
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    return rows


def assert_markdown(text: str) -> None:
    """No text became markup: tables keep their columns, and nothing stands bare."""
    assert_terminal(text)
    fenced = False
    columns = 0
    for line in text.split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        if fenced or line.startswith("```"):
            continue
        if line.startswith("|"):
            bars = len(re.findall(r"(?<!\\)(?:\\\\)*\|", line))
            columns = columns or bars
            assert columns == bars, line
        else:
            columns = 0
            assert not _BARE.search(line), line
    assert not fenced


def assert_no_reference(text: str) -> None:
    """Nothing in it is what a renderer turns into another character."""
    assert not _ENTITY.findall(text)


class _Page(HTMLParser):
    """The tags and texts of a page as a browser takes them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.classes: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.classes |= {str(value) for name, value in attrs if name == "class"}
        known = {"html": {"lang"}, "meta": {"charset", "http-equiv", "content", "name"}}
        assert {name for name, _ in attrs} <= known.get(tag, {"class"}), (tag, attrs)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def assert_html(text: str) -> list[str]:
    """Its texts; it is well nested, holds no tags, attributes or comments but its own, loads
    nothing and runs nothing.
    """
    page = _Page()
    page.feed(text)
    page.close()
    assert not page.open
    assert page.tags <= HTML_TAGS, page.tags - HTML_TAGS
    assert page.classes <= {"deeper", "number", "text", "gone", "new"}
    assert 1 == text.count("Content-Security-Policy")
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text
    assert_terminal(text)
    return page.texts


def assert_sarif(text: str) -> list[str]:
    """Its messages: no placeholder without arguments, no link; results stand at an object."""
    log = assert_json(text)
    (run,) = log["runs"]
    assert "2.1.0" == log["version"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    notes = run["invocations"][0]["toolExecutionNotifications"]
    messages = [one["message"]["text"] for one in (*run["results"], *notes)]
    messages += [rule["help"]["text"] for rule in run["tool"]["driver"]["rules"]]
    for message in messages:
        assert_terminal(message)
        assert "](" not in message
        assert not set("{}") & set(message.replace("{{", "").replace("}}", ""))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert (result["level"] == "none") == (result.get("kind") == "informational")
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch("[0-9a-f]{40}", uri)
    return messages


def assert_json(text: str) -> Any:
    """It is ASCII, so that nothing in it can be obeyed; what it holds."""
    import json

    assert text.isascii()
    assert not [char for char in text if char < " " and char != "\n"]
    return json.loads(text)
