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
from provenance.parse import maintainers
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import (
    CHIEF,
    Maintainers,
    looks_in_folders,
    parse_list,
    parse_maintainer,
    parse_maintainers,
    parse_members,
    parse_people,
)
from provenance.parse.patterns import (
    KeywordPattern,
    UnusablePatternError,
    compile_regex,
)

BESIDE = Path(__file__).resolve().parents[3] / "shared"
DATA = Path(os.environ.get("PROVENANCE_SHARED", BESIDE)) / "data" / "linux-6.12"


def parsed(text: str, *folders: str, double_star: bool = False) -> Maintainers:
    return parse_maintainers(
        text.encode("utf-8", "surrogateescape"),
        is_directory=lambda path: path in folders,
        double_star=double_star,
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
    assert (True, False) == (found.is_covered("net/a.c"), found.is_covered("lib/a.c"))
    assert ["S", "THE REST"] == [section.name for section in found.sections_for("net/a.c")]
    assert ("(none)",) == parsed("S\nM: A <a@x>\nF: net/\n").subsystems_for("lib/a.c")


def test_the_rest_may_have_another_name() -> None:
    """QEMU's has a sentence for a name; a name alone makes none."""
    found = parsed("S\nM: A <a@x>\nF: net/\nAll patches\nL: all@x\nF: *\nF: */\n")
    assert ("S",) == found.subsystems_for("net/a.c")
    assert ("All patches",) == found.subsystems_for("lib/a.c")
    named = parsed("S\nM: A <a@x>\nF: net/\nTHE REST\nM: T <t@x>\nF: net/core/\n")
    assert ("THE REST", "S") == named.subsystems_for("net/core/a.c")
    assert found.digest != named.digest


@pytest.mark.parametrize("line", ["---", "=====", "~~~~~~~~~~"])
def test_an_underline_is_no_heading(line: str) -> None:
    """The heading above it is; shorter ones may be anything."""
    assert ["Net"] == sections(f"Net\n{line}\nM: A <a@x>\nF: net/\n", "net/a.c")
    assert ["--"] == sections("Net\n--\nM: A <a@x>\nF: net/\n", "net/a.c")


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
    wide_last = "A\nF: net/core/\nF: net/\nB\nF: n*t/c*e/\nC\nF: net/\nF: net/core/\n"
    assert ["B", "C", "A"] == sections(wide_last, "net/core/a.c")


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
        b"A\nM: E <e@x.example>\nL:\tl@x.example\t(subscribers-only)\nL:\tTwo Words <n@x.example>\n"
        b"L:\to@x.example (moderated)\nF: fs/\n"
    )
    assert ("n@x.example", "o@x.example") == found.lists_for("fs/a.c")


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


WHOLE = """Prose before everything

A\t
M:\tAda <ada@x.example>
R:  Ben <ben@x.example>
S:\tOdd Fixes
S:\tSupported
L:\tl@x.example
F:\tnet/
N:\tb
X:\tnet/x/
K:\tfoo

# M:\tNobody <no@x.example>
  # prose
m: nobody@x.example
MM:\tno@x.example
B
M:\tChi <chi@x.example>
"""


def test_a_section_has_what_its_lines_say() -> None:
    """A header is any line that is no field, comment or blank; the last status counts."""
    first, second = parsed(WHOLE).sections
    assert ("A", "Supported", ("l@x.example",)) == (first.name, first.status, first.lists)
    assert [("Ada", "supporter"), ("Ben", "reviewer")] == [
        (one.person.name, one.role) for one in first.members
    ]
    assert (["net/", "b"], ["net/x/"], ["foo"]) == (
        [one.source for one in first.places],
        [one.source for one in first.excludes],
        [one.source for one in first.keywords],
    )
    assert ("B", "", "unknown") == (second.name, second.status, second.members[0].role)


@pytest.mark.parametrize(
    ("status", "role"),
    [
        ("Supported", "supporter"),
        ("Maintained", "maintainer"),
        ("Odd Fixes", "odd fixer"),
        ("Orphan", "orphan minder"),
        ("Obsolete", "obsolete minder"),
        ("Buried alive in reporters", "chief penguin"),
        ("Other", "other"),
    ],
)
def test_roles_are_the_scripts_words(status: str, role: str) -> None:
    """Any other status is a word of its own."""
    (section,) = parsed(f"A\nM: A <a@x>\nS: {status}\n").sections
    assert [role] == [one.role for one in section.members]


def test_a_file_without_sections_is_false() -> None:
    """And nobody is responsible for anything."""
    empty = parsed("prose only\n")
    assert (False, (), False, False) == (
        bool(empty),
        empty.sections_for("a"),
        empty.has_keywords,
        empty.may_claim(b"x"),
    )
    assert () == empty.sections_for_text([b"x"])
    assert parsed("A\nM: A <a@x>\n")


def test_what_decides_belonging_is_in_the_digest() -> None:
    """People do not."""
    base = "A\nM: A <a@x>\nF: net/\nX: net/x\nK: foo\n"
    changed = [base.replace(*pair) for pair in (("A\n", "B\n"), ("F: n", "F: m"), ("X: n", "X: m"))]
    digests = {parsed(text).digest for text in (base, *changed, base.replace("foo", "bar"))}
    assert 5 == len(digests)
    assert parsed(base).digest == parsed(base.replace("a@x", "b@x")).digest
    assert parsed(base).digest != parsed(base + "C\nM: C <c@x>\n").digest
    assert 64 == len(parsed("\udcff".encode("utf-8", "surrogateescape").decode("latin-1")).digest)


def test_every_section_with_a_keyword_is_found_once() -> None:
    """With its first pattern, in file order; a pattern over two lines finds nothing."""
    found = parsed("A\nK: no\nK: foo\nK: fo\nB\nK: a\\s+b\nC\nK: ^foo\n")
    assert [("A", "foo"), ("C", "^foo")] == [
        (section.name, pattern)
        for section, pattern in found.sections_for_text([b"x a", b"b", b"foo"])
    ]
    assert found.may_claim(b"+foo")
    assert not found.may_claim(b"bar")


def test_people_are_the_same_by_name_or_address() -> None:
    """Before .mailmap and after it, letter case aside; the first role is kept."""
    text = "A\nM: Ann One <a@x>\nM: ann one <b@x>\nM: Two <A@X>\nM: Cy <c@x>\nM: <d@x>\n"
    text += "R: <e@x>\nF: net/\nB\nM: Cy <f@x>\nR: Dee <d@x>\nR: New <n@x>\nF: net/a/\n"
    assert [("Cy", "f@x", "B"), ("Dee", "d@x", "B"), ("New", "n@x", "B"),
            ("Ann One", "a@x", "A"), ("", "e@x", "A")] == [
        (one.person.name, one.person.email, one.subsystem)
        for one in parsed(text).people_for("net/a/b")
    ]  # fmt: skip
    mailmap = Mailmap(b"New Name <n@y> <n@x>\nAnn One <z@y> <e@x>\n")
    assert [("Cy", "f@x"), ("Dee", "d@x"), ("New Name", "n@y"), ("Ann One", "a@x")] == [
        (one.person.name, one.person.email) for one in parsed(text).people_for("net/a/b", mailmap)
    ]


def test_the_chief_is_left_out() -> None:
    """As the script does unless it is asked; by name and address together."""
    name, address = CHIEF
    text = f"A\nM: {name} <{address}>\nM: A <a@x>\nF: *\n"
    assert ["a@x"] == [one.person.email for one in parsed(text).people_for("a")]
    other = text.replace(address, "other@x.example")
    assert 2 == len(parsed(other).people_for("a"))


def test_lists_are_named_once() -> None:
    """Letter case aside, as first written."""
    text = "A\nL: L@x.example\nL: l@X.example (moderated)\nL: m@x.example\nF: net/\n"
    assert ("L@x.example", "m@x.example") == parsed(text).lists_for("net/a")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("l@x.example", ("l@x.example", "")),
        ("l@x.example  (a b)", ("l@x.example", "(a b)")),
        ("Two Words <l@x.example> (a)", ("l@x.example", "Two Words")),
        ("", ("", "")),
        ("  ", ("", "")),
    ],
)
def test_a_list_is_an_address_and_a_remark(value: str, expected: tuple[str, str]) -> None:
    """A display name is a remark too."""
    assert expected == parse_list(value)


@pytest.mark.parametrize(
    ("value", "names", "expected"),
    [
        ("a@x", "Ann", [("Ann", "a@x")]),
        ("a@x", " Keeper, Ann ", [("Keeper, Ann", "a@x")]),
        ("Bob <a@x>", "Ann", [("Bob", "a@x")]),
        ("a@x, b@x", "Ann, Bob", [("Ann", "a@x"), ("Bob", "b@x")]),
        ("a@x, b@x", "Ann", [("", "a@x"), ("", "b@x")]),
        ("a@x, b@x", "", [("", "a@x"), ("", "b@x")]),
        ("a@x, b@x, nobody", "Ann, Bob", [("Ann", "a@x"), ("Bob", "b@x")]),
        ('"One, A" <a@x>, Two <b@x>', "", [("One, A", "a@x"), ("Two", "b@x")]),
        ("nobody", "Ann", []),
        ("", "", []),
    ],
)
def test_members_of_a_line(value: str, names: str, expected: list[tuple[str, str]]) -> None:
    """Names above it pair up with bare addresses, or with none."""
    assert expected == [(one.name, one.email) for one in parse_members(value, names)]


def test_a_value_longer_than_any_address_is_nobody() -> None:
    """A thousand characters; several people may not hide in one either."""
    assert parse_maintainer("a" * 998 + "@x") is not None
    assert parse_maintainer("a" * 999 + "@x") is None
    assert [] == parse_members("a@x, " * 201 + "b@x")
    assert 200 == len(parse_members("a@x, " * 199 + "b@xy"))


def test_only_what_may_be_a_folder_is_asked_for() -> None:
    """A star, a dot, a question mark or a slash at the end says that it is none."""
    asked: list[str] = []

    def is_directory(path: str) -> bool:
        asked.append(path)
        return True

    text = "A\nF: net\nF: net/\nF: a.c\nF: b*\nF: c?\nX: net/x\n"
    found = parse_maintainers(text.encode(), is_directory=is_directory)
    assert ["net", "net/x"] == asked
    assert not parse_maintainers(b"A\nF: net\n").sections_for("net/a")
    assert found.sections_for("net/a")
    assert not found.sections_for("net/x/a")


def test_a_name_pattern_after_a_deeper_glob_and_before_it() -> None:
    """The last line that matches counts, also the first line of a section."""
    assert ["B", "A"] == sections("A\nF: net/\nB\nF: net/a\nF: net/\nF: net/a\n", "net/a")
    assert ["A", "B"] == sections("A\nN: x\nN: net\nF: net/a\nB\nF: net/\n", "net/a")
    assert ["A"] == sections("A\nN: ^\udcff$\n", "\udcff")
    text = "A\nF: net/core/a\nF: net/\nB\nF: net/core/\n"
    assert ["B", "A"] == sections(text, "net/core/a")


def test_people_of_every_line_without_compiling() -> None:
    """Fields of other letters, and lines that are no field, name nobody."""
    raw = b"M: A <a@x>, B <b@x>\nR: c@x\nP: D <d@x>\n M: e@x\nm: f@x\nM:\nxM: g@x\n\xff: h\n"
    assert ["a@x", "b@x", "c@x"] == [person.email for person in parse_people(raw)]
    long = b"M: A <a@x>" + b" " * 1000
    assert [] == parse_people(long)
    assert [] == parse_people(long.replace(b"A", b"A" * 1000))


def test_patterns_beyond_the_most_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """People stay; the first patterns stay."""
    monkeypatch.setattr(maintainers, "_MOST", {"F": 2, "X": 1, "N": 1, "K": 0})
    first = "ONE\nM:\tA <a@x>\nF:\tone/\nN:\tn1\nX:\tone/x/\n"
    found = parsed(f"{first}X:\tone/y/\nK:\tk\nTWO\nF:\ta\nF:\tb\nF:\tc\nN:\tn2\nM:\tB <b@x>\n")
    assert [["ONE"], [], ["ONE"]] == [
        [section.name for section in found.sections_for(path)]
        for path in ("one/y/a.c", "one/x/a.c", "n1n2")
    ]
    assert [["TWO"], []] == [[one.name for one in found.sections_for(path)] for path in "ab"]
    assert not found.has_keywords
    assert [
        f"{count} {letter}: lines more than are read"
        for letter, count in (("F", 2), ("X", 1), ("N", 1), ("K", 1))
    ] == list(found.problems)
    assert ["a@x", "b@x"] == [one.person.email for s in found.sections for one in s.members]
    assert not parsed(first).problems


def test_patterns_that_are_too_many_for_a_path_are_told() -> None:
    """Of a file that is like no other."""
    found = parsed("".join(f"S{number}\nM: A <a@x>\nF: */\n" for number in range(502)))
    assert 500 == len(found.sections_for("a/b"))
    assert ("2 F: lines more than are read",) == found.problems


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (b"--find-maintainer-files --maintainer-path=.", True),
        (b"--git\n  -find-maintainer-files # words\n--mpath=./\n", True),
        (b"--maintainer-path=a\n--find-maintainer-files\n--mpath=.", True),
        (b"--find-maintainer-files --maintainer-path=. --maintainer-path=a", False),
        (b"--find-maintainer-files", False),
        (b"--maintainer-path=.", False),
        (b"--find-maintainer-files # --maintainer-path=.", False),
        (b"--maintainer-path=. --find-maintainer-filesystems", False),
        (b"", False),
    ],
)
def test_options_of_a_tree_make_folders_count(config: bytes, expected: bool) -> None:
    """Both are needed; the last place counts; a comment is none."""
    assert expected == looks_in_folders(config)


def test_several_files_are_one() -> None:
    """No section goes on in the next file; together they have no more patterns than one may."""
    first, second = b"A\nM: A <a@x>\nF: a/\n", b"M: B <b@x>\nF: b/\nC\nF: c/\n"
    found = parse_maintainers(first, b"", second, in_folders=True)
    assert [("A", 1), ("", 1), ("C", 0)] == [(s.name, len(s.members)) for s in found.sections]
    many = b"N\n" + b"N: a\n" * 300
    (left,) = parse_maintainers(many, many).problems
    assert "100 N: lines more than are read" == left
    people = parse_maintainers(b"M: a@x\n", b"M: b@x\n" * 3).sections
    assert [1, 3] == [len(section.members) for section in people]


@pytest.mark.parametrize(
    ("path", "top", "folders"),
    [
        ("MAINTAINERS", True, True),
        ("a/b/MAINTAINERS", False, True),
        ("a/OLDMAINTAINERS", False, False),
        ("MAINTAINERS/a", False, False),
        (".mailmap", False, False),
    ],
)
def test_where_a_file_has_a_say(path: str, top: bool, folders: bool) -> None:
    """At the top; in folders only where those count."""
    assert top == parse_maintainers(b"").is_from(path)
    assert folders == parse_maintainers(b"", in_folders=True).is_from(path)


def test_a_pattern_longer_than_any_path_is_not_used() -> None:
    """It is named, and not in full: a file of one such line would take hours."""
    for kind in ("F", "X", "N", "K"):
        (problem,) = parse_maintainers(f"NET\n{kind}: {'net/' * 1025}\n".encode()).problems
        assert problem == f"NET: {kind}: {'net/' * 50}...: longer than 4096 characters"
    found = parse_maintainers(f"NET\nF: {'net/' * 1024}\nF: net/\n".encode())
    assert found.problems == ()
    assert found.subsystems_for("net/" * 100_000 + "x.c") == ("NET",)
