"""A .mailmap maps as git maps, which is not quite as its manual says."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provenance.facts import Person
from provenance.parse.mailmap import Mailmap


def mapped(mailmap: str, name: str, email: str) -> tuple[str, str]:
    person = Mailmap(mailmap.encode()).map(Person(name=name, email=email))
    return person.name, person.email


@pytest.mark.parametrize(
    ("mailmap", "expected"),
    [
        ("New <c@x>", ("New", "c@x")),
        ("<p@x> <c@x>", ("Old", "p@x")),
        ("New <p@x> <C@X>", ("New", "p@x")),
        ("New <p@x> Old <c@x>", ("New", "p@x")),
        ("New <p@x> Other <c@x>", ("Old", "c@x")),
        ("New <c@x>\n<p@x> <c@x>", ("New", "p@x")),
        ("<p@x> <c@x>\n<q@x> <p@x>", ("Old", "p@x")),
        ("# New <c@x>", ("Old", "c@x")),
        (" # New <c@x>", ("# New", "c@x")),
        ("New <c@x", ("Old", "c@x")),
        ("", ("Old", "c@x")),
        ("New <c@x>\0\nOther <c@x>", ("New", "c@x")),
        ("New <p@x> OLD <c@x>", ("New", "p@x")),
        ("New <p@x> Old <c@x>\nOther <c@x>", ("New", "p@x")),
        ("Other <c@x>\nNew <p@x> Old <c@x>", ("New", "p@x")),
        ("<p@x> Old <c@x>", ("Old", "p@x")),
        ("\t New \r<c@x>", ("New", "c@x")),
        ("New <> <c@x>", ("Old", "c@x")),
        ("New <p@x> <>", ("Old", "c@x")),
        ("New <p@x> x> <c@x>", ("Old", "c@x")),
        ("New <p@x> <c@x> more", ("New", "p@x")),
        ("New p@x> <c@x>", ("New p@x>", "c@x")),
        ("<c@x>", ("Old", "c@x")),
        ("New <C@\u00e9x>", ("Old", "c@x")),
    ],
)
def test_one_person_through_one_map(mailmap: str, expected: tuple[str, str]) -> None:
    """All four forms, per-field overriding, no chaining, comments in column 0 only."""
    assert expected == mapped(mailmap, "Old", "c@x")


def test_everybody_a_line_names_is_known() -> None:
    """Both sides of a mapping, for the rule that watches the file."""
    people = Mailmap(b"New <p@x> Old <c@x>\n").people()
    assert [("New", "p@x"), ("Old", "c@x")] == [(one.name, one.email) for one in people]


def test_only_ascii_letters_are_folded() -> None:
    """As git's strcasecmp: the Kelvin sign is no k."""
    assert ("New", "C@\u00e9x") == mapped("New <c@\u00e9X>", "Old", "C@\u00e9x")
    assert ("Old", "\u212a@x") == mapped("New <k@x>", "Old", "\u212a@x")
    assert ("New", "K\u00e9@x") == mapped("New <k\u00e9@x>", "Old", "K\u00e9@x")
    assert ("Old", "\u00c9@x") == mapped("New <\u00e9@x>", "Old", "\u00c9@x")


def test_an_address_without_a_mapping_is_counted_too() -> None:
    """By its old address; a line without one is nothing."""
    found = Mailmap(b"A <a@x>\nB <b@x> <A@x>\nnobody\n\xff <c@x>\n#D <d@x>\n")
    assert 2 == len(found)
    assert [("A", "a@x"), ("B", "b@x"), ("", "A@x"), ("\udcff", "c@x")] == [
        (one.name, one.email) for one in found.people()
    ]
    assert (0, ()) == (len(Mailmap()), Mailmap().people())


PIECES = st.sampled_from(
    ["Ann", "Bob", "<a@x>", "<b@x>", "<A@X>", "<>", "#", " ", "\t", "<", ">", "\n", "\n", "é"]
)


@settings(max_examples=60, deadline=None)
@given(text=st.lists(PIECES, max_size=14).map("".join))
def test_git_check_mailmap_agrees(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The real git, on maps made of everything its parser treats specially."""
    folder: Path = tmp_path_factory.mktemp("map")
    (folder / "map").write_text(text, encoding="utf-8")
    people = [("Ann", "a@x"), ("Bob", "b@x"), ("é", "A@X")]
    shown = subprocess.run(
        ["git", "-c", f"mailmap.file={folder / 'map'}", "check-mailmap", "--stdin"],
        input="".join(f"{name} <{email}>\n" for name, email in people),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin:/usr/local/bin",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_DIR": _bare(folder),
        },
    ).stdout
    ours = "".join(
        f"{name} <{email}>\n" if name else f"<{email}>\n"
        for name, email in (mapped(text, *person) for person in people)
    )
    assert shown == ours


def _bare(folder: Path) -> str:
    git = folder / "git"
    for name in ("objects", "refs"):
        (git / name).mkdir(parents=True, exist_ok=True)
    (git / "HEAD").write_text("ref: refs/heads/none\n")
    return str(git)
