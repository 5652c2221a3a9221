"""MAINTAINERS is read as get_maintainer.pl reads it."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from provenance.facts import Person
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import (
    Maintainers,
    Section,
    parse_maintainer,
    parse_maintainers,
    parse_people,
)
from provenance.parse.patterns import (
    KeywordPattern,
    UnusablePatternError,
    compile_regex,
    strip_extended,
)

BESIDE = Path(__file__).resolve().parents[3] / "shared"
DATA = Path(os.environ.get("PROVENANCE_SHARED", BESIDE)) / "data" / "linux-6.12"


def parsed(text: str, *folders: str, double_star: bool = False) -> Maintainers:
    return parse_maintainers(
        text.encode(), is_directory=lambda path: path in folders, double_star=double_star
    )


def sections(text: str, path: str, *folders: str, double_star: bool = False) -> list[str]:
    found = parsed(text, *folders, double_star=double_star).sections_for(path)
    return [section.name for section in found]


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("net/", "net/core/dev.c", True),
        ("net/", "network/a.c", False),
        ("net/*", "net/a.c", True),
        ("net/*", "net/core/a.c", False),
        ("*/net/*", "drivers/net/a.c", True),
        ("mm/slab.c", "mm/slab.c", True),
        ("mm/slab", "mm/slab.c", True),
        ("mm/slab", "mm/slab/a.c", False),
        ("drivers/gpu", "drivers/gpu/a.c", True),
        ("drivers/none", "drivers/none/a.c", False),
        ("tools/x.d", "tools/x.d/a", False),
        ("a.c", "abc", False),
        ("a?c", "abc", True),
        ("include/[ab]_x.h", "include/a_x.h", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("*/", "a/b/c", True),
    ],
)
def test_file_patterns(pattern: str, path: str, matches: bool) -> None:
    """Anchored at the start only; slashes counted; a folder needs its slash or to exist."""
    text = f"S\nM: A <a@x>\nF: {pattern}\n"
    assert matches == bool(sections(text, path, "drivers/gpu", "tools/x.d"))


@pytest.mark.parametrize(("double_star", "matches"), [(True, True), (False, False)])
def test_double_star_as_of_the_trees_own_script(double_star: bool, matches: bool) -> None:
    """Since 2026 ``**`` is any depth; before it was two stars."""
    text = "S\nM: A <a@x>\nF: drivers/**/x.c\n"
    assert matches == bool(sections(text, "drivers/a/b/x.c", double_star=double_star))


def test_an_exclusion_is_its_own_sections() -> None:
    """``X`` takes nothing from other sections."""
    text = "A\nM: A <a@x>\nF: net/\nX: net/ipv6/\nB\nM: B <b@x>\nF: net/ipv6/\n"
    assert ["B"] == sections(text, "net/ipv6/a.c")
    assert ["A"] == sections(text, "net/a.c")


def test_the_most_specific_comes_first() -> None:
    """Depth is the number of slashes; a name pattern has none."""
    text = "N\nM: N <n@x>\nN: a\nA\nM: A <a@x>\nF: net/\nB\nM: B <b@x>\nF: net/core/a.c\n"
    assert ["B", "A", "N"] == sections(text, "net/core/a.c")


def test_the_rest_counts_only_where_nothing_else_does() -> None:
    """For tallies; the sections themselves are all there."""
    found = parsed("S\nM: A <a@x>\nF: net/\nTHE REST\nM: T <t@x>\nF: *\nF: */\n")
    assert ("S",) == found.subsystems_for("net/a.c")
    assert ("THE REST",) == found.subsystems_for("lib/a.c")
    assert ("(none)",) == parsed("S\nM: A <a@x>\nF: net/\n").subsystems_for("lib/a.c")


def test_a_person_keeps_the_first_role() -> None:
    """De-duplicated by name or address, as the script does."""
    text = "A\nM: P One <p@x>\nS: Supported\nF: net/a.c\nB\nR: P One <q@x>\nM: Q <p@x>\nF: net/\n"
    assert [("p@x", "supporter", "A")] == [
        (one.person.email, one.role, one.subsystem) for one in parsed(text).people_for("net/a.c")
    ]


def test_old_files_have_names_on_their_own_lines() -> None:
    """``P:`` then a bare ``M:``."""
    text = "A\nP:\tOld Timer\nM:\told@x.example\nS:\tMaintained\nF:\tnet/\n"
    (one,) = parsed(text).people_for("net/a.c")
    assert ("Old Timer", "old@x.example", "maintainer") == (
        one.person.name,
        one.person.email,
        one.role,
    )


def test_the_last_matching_line_gives_the_depth() -> None:
    """In file order, as the script's loop has it: a name pattern after it makes it 0."""
    deep = "A\nM: A <a@x>\nN: core\nF: net/core/\nB\nM: B <b@x>\nF: net/\n"
    shallow = "A\nM: A <a@x>\nF: net/core/\nN: core\nB\nM: B <b@x>\nF: net/\n"
    assert ["A", "B"] == sections(deep, "net/core/a.c")
    assert ["B", "A"] == sections(shallow, "net/core/a.c")


def test_several_people_on_one_line() -> None:
    """As in files up to 2.6.29; names on the P line pair up or are left out."""
    text = "A\nP:\tOne, Two\nM:\tone@x.example, two@x.example\nF:\tfs/\n"
    assert [("One", "one@x.example"), ("Two", "two@x.example")] == [
        (one.person.name, one.person.email) for one in parsed(text).people_for("fs/a.c")
    ]


def test_a_keyword_claims_content() -> None:
    """``K`` is looked for in lines, and says which pattern it was."""
    found = parsed("A\nM: A <a@x>\nK: of_(get|put)_x # comment\n")
    assert found.has_keywords
    ((section, pattern),) = found.sections_for_text([b"x", b"\tof_put_x(a);"])
    assert ("A", "of_(get|put)_x # comment") == (section.name, pattern)
    assert () == found.sections_for_text([b"of_", b"get_x"])


def test_lists_without_subscribers_only() -> None:
    """As the script's defaults."""
    text = "A\nL: a@l.example (moderated)\nL: b@l.example (subscribers-only)\nF: net/\n"
    assert ("a@l.example",) == parsed(text).lists_for("net/a.c")


@pytest.mark.parametrize(
    ("value", "name", "email"),
    [
        ("A B <a@x>", "A B", "a@x"),
        ('"A, B" <a@x>', "A, B", "a@x"),
        ("<a@x>", "", "a@x"),
        ("a@x (comment)", "", "a@x"),
    ],
)
def test_a_maintainer_line(value: str, name: str, email: str) -> None:
    """The script's parse_email."""
    assert Person(name=name, email=email) == parse_maintainer(value)


def test_a_line_without_address_is_nobody() -> None:
    """Nothing is guessed."""
    assert parse_maintainer("Somebody") is None


def test_people_are_read_without_compiling() -> None:
    """The same people as the full parser's."""
    raw = b"A\nM: P <p@x>\nR: Q <q@x>\nF: [\nS: Maintained\n"
    assert ["p@x", "q@x"] == [person.email for person in parse_people(raw)]


def test_what_the_engine_refuses_is_reported() -> None:
    """A back-reference or look-ahead is left out, and named."""
    found = parsed("A\nM: A <a@x>\nN: (a)\\1\nN: ok\n")
    assert 1 == len(found.problems)
    assert found.problems[0].startswith("A: N: (a)\\1")
    assert ["A"] == [section.name for section in found.sections_for("ok.c")]


def test_an_expensive_pattern_does_not_hang() -> None:
    """Linear time whatever the pattern."""
    assert not compile_regex("(a+)+$").search(b"a" * 50_000 + b"b" * 10)
    with pytest.raises(UnusablePatternError):
        compile_regex("(?=a)")


@pytest.mark.parametrize(
    ("source", "stripped"),
    [("a b # c", "ab"), ("[a b#]", "[a b#]"), (r"a\ b", r"a\ b"), ("[^] x]y z", "[^] x]yz")],
)
def test_perls_x_flag(source: str, stripped: str) -> None:
    """Blanks and comments mean nothing outside a class."""
    assert stripped == strip_extended(source)


def test_long_names_are_cut_in_roles() -> None:
    """The script prints at most 50 characters."""
    section = Section(
        name="N" * 60, status="", members=(), lists=(), places=(), excludes=(), keywords=()
    )
    assert "N" * 47 + "..." == section.role_name


@pytest.mark.skipif(not DATA.is_dir(), reason="needs the kernel's MAINTAINERS beside the checkout")
def test_the_kernels_own_script_agrees() -> None:
    """1,200 paths of Linux 6.12 against get_maintainer.pl's answers, as sets.

    The script takes sections of one depth in random order and keeps the first address of a
    name, so somebody with two addresses in two such sections may be shown with either.
    """
    folders: set[str] = set()
    with gzip.open(DATA / "FILES.txt.gz", "rt", encoding="utf-8") as listing:
        for line in listing:
            parts = line.rstrip("\n").split("/")[:-1]
            folders.update("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    maintainers = parse_maintainers(
        (DATA / "MAINTAINERS").read_bytes(), is_directory=folders.__contains__
    )
    mailmap = Mailmap((DATA / "mailmap").read_bytes())
    wrong = []
    for line in (DATA / "get_maintainer.jsonl").read_text(encoding="utf-8").splitlines():
        answer = json.loads(line)
        path = answer["path"]
        names = {section.name for section in maintainers.sections_for(path)}
        people = {found.person.email for found in maintainers.people_for(path, mailmap)}
        either = {frozenset(addresses) for addresses in _addresses_by_name(maintainers, path)}
        tied = people ^ _emails(answer)
        if names != set(answer["subsystems"]) or not any(
            tied <= pair for pair in {*either, frozenset[str]()}
        ):
            wrong.append(path)
    assert [] == wrong


def _addresses_by_name(maintainers: Maintainers, path: str) -> list[set[str]]:
    """For each name in the matching sections, the addresses it has there."""
    found: dict[str, set[str]] = {}
    for section in maintainers.sections_for(path):
        for member in section.members:
            found.setdefault(member.person.name, set()).add(member.person.email)
    return list(found.values())


def _emails(answer: dict[str, Any]) -> set[str]:
    """Addresses of the script's people, those found only inside the file left out."""
    return {
        re.sub(r"^.*<|>.*$| \(.*$", "", person)
        for person in answer["people"]
        if not person.endswith("(in file)")
    }


def test_lists_have_remarks_and_names() -> None:
    """A tab may stand before the remark, a name before the address."""
    found = parse_maintainers(
        b"A\nM: E <e@x.org>\nL:\tl@x.org\t(subscribers-only)\nL:\tTwo Words <n@x.org>\n"
        b"L:\to@x.org (moderated)\nF: fs/\n"
    )
    assert ("n@x.org", "o@x.org") == found.lists_for("fs/a.c")


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        ("^Subject:.*trivial", "Subject: a trivial fix"),
        ("foo$", "a foo"),
        ("^a|^b", "b"),
        ("[^x]y", "zy"),
        (r"\bof_get\b", "x of_get y"),
        ("(?i)abc", "xABC"),
    ],
)
def test_a_quick_look_never_hides_a_keyword(pattern: str, line: str) -> None:
    """What is in a line may be in the patch, where the line has a sign in front."""
    keyword = KeywordPattern(pattern)
    assert keyword.found_in(line.encode())
    assert keyword.may_be_in(f"\n@@ -1 +1 @@\n context\n+{line}\n".encode())
