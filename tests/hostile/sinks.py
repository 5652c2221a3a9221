"""A history in which every payload stands in every text, and what each medium must keep to."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from typing import Any, Final

from tests.hostile.payloads import PAYLOADS, in_ident, in_line, in_path
from tests.hostile.world import BEN, MONTH, START, World, octets

SUFFIX: Final = b"@payload.example"
HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
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


def assert_json(text: str) -> Any:
    """It is ASCII, so that nothing in it can be obeyed; what it holds."""
    import json

    assert text.isascii()
    assert not [char for char in text if char < " " and char != "\n"]
    return json.loads(text)
