"""Same, adapted, different: decided from changed lines, whatever else git shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.comparison import AlteredLine, Change, Comparison, Content, compare
from provenance.parse.patch import FilePatch

FIX = (" int check(int len)", " {", "+\tif (len > MAX)", "+\t\treturn -1;", " \treturn 0;")
ZERO, ONE, TWO = (ObjectId(digit * 40) for digit in "012")


def file(path: str, letter: str = "M", *, binary: bool = False, blob: ObjectId = ONE) -> FileChange:
    return FileChange(
        path=path,
        change=letter,
        added=0,
        removed=0,
        binary=binary,
        old_mode="100644",
        new_mode="100644",
        old_id=ZERO,
        new_id=blob,
    )


def change(*lines: str, path: str = "net/check.c", **more: tuple[str, ...]) -> Change:
    """A change of one file, or of several by keyword (``a_c`` is ``a.c``)."""
    files = {path: lines, **{name.replace("_", "."): text for name, text in more.items()}}
    patches = [
        FilePatch(name, "\n".join(["", "@@ -1 +1 @@", *text]).encode())
        for name, text in files.items()
        if text
    ]
    return Change([file(name) for name in files], patches)


def test_the_same_change_is_the_same() -> None:
    """Line numbers and the function shown behind them do not count."""
    moved = Change(
        [file("net/check.c")],
        [FilePatch("net/check.c", "\n".join(["", "@@ -9 +9 @@ f()", *FIX]).encode())],
    )
    assert Comparison(content=Content.SAME) == compare(change(*FIX), moved)


def test_other_lines_around_it_are_an_adaptation() -> None:
    """And so is another file of the same name, or with the same lines."""
    around = (" int check(unsigned len)", *FIX[1:])
    assert Content.ADAPTED is compare(change(*FIX), change(*around)).content
    for path in ("lib/check.c", "net/renamed.c"):
        found = compare(change(*FIX), change(*FIX, path=path))
        assert (Content.ADAPTED, (f"net/check.c: stands in {path}",)) == (
            found.content,
            found.differences,
        )


def test_one_character_is_found() -> None:
    """An operator in an added line: different, and the line is named."""
    twisted = tuple(line.replace("len > MAX", "len >= MAX") for line in FIX)
    found = compare(change(*FIX), change(*twisted))
    assert (Content.DIFFERENT, 1) == (found.content, found.own)
    (line,) = found.altered
    assert ("if (len > MAX)", "if (len >= MAX)", False) == (
        line.original,
        line.now,
        line.is_minor,
    )
    assert ("-+\tif (len > MAX)", "++\tif (len >= MAX)") == tuple(
        line for line in found.interdiff if line[0] in "-+"
    )


def test_what_is_altered_and_what_is_renamed() -> None:
    """Operators, numbers and text count; other names are another tree's; comments are talk."""
    for before, now, altered in (
        ("x = 10;", "x = 11;", True),
        ("return !ok(x);", "return ok(x);", True),
        ('open("/dev/a");', 'open("/dev/b");', True),
        ("if (a & b)", "if (a && b)", True),
        ("spin_lock(&x);", "raw_lock(&x);", False),
        ("/* at most 10 */", "/* at most 11 */", False),
        (" * at most 10", " * at most 11", False),
        ("\t*p = a > b;", "\t*p = a >= b;", True),
        ("/* x */ if (len > MAX)", "/* x */ if (len >= MAX)", True),
        ("# define N 16", "# define N 17", True),
        ("{ 0x1234, 0x5678 },", "{ 0x1234, 0x5679 },", True),
        ("*(u32 *)p = get(n + 1);", "*(u32 *)p = get(n);", True),
    ):
        found = compare(change(f"+{before}"), change(f"+{now}"))
        assert Content.DIFFERENT is found.content
        assert altered == bool(found.altered), before


@pytest.mark.parametrize(
    ("before", "now", "is_minor"),
    [
        ("\tif (f(x))) {", "\tif (f(x)) {", True),
        ("a && (b || c)", "(a && b) || c", False),
        ("if (x)", "if (x);", False),
        ("check(a,", "check(a);", False),
        ("HELPER(a, b);", "HELPER(a, b)", True),
        ('"b", b ? "c" : "");', '"b", b ? "c" : "",', True),
        ("while (x);", "while (x)", False),
        ("\t} while (x);", "\t} while (x)", False),
        ("\t} else if (x);", "\t} else if (x)", False),
        ("return f(x);", "return f(x)", False),
        ("returns(x);", "returns(x)", True),
        ("#define N 0x10U", "#define N 0x10", True),
        ("{ 0x1f, 2 },", "{ 0x1fULL, 2u },", True),
        ("x = 1U << 31;", "x = 1 << 30;", False),
        ("x = 10;", "x = 10UXL;", False),
        ("x = 10;", "x = 10LLUL;", False),
        ("x = 0x;", "x = 0xU;", False),
    ],
)
def test_what_is_a_minor_alteration(before: str, now: str, is_minor: bool) -> None:
    """Ends of lines, but for a semicolon that decides what belongs together; suffixes."""
    (line,) = compare(change(f"+{before}"), change(f"+{now}")).altered
    assert is_minor == line.is_minor


def test_lines_of_brackets_alone_are_taken_for_no_others() -> None:
    """A table of numbers is compared row by row, whatever stands around it."""
    left = change("+{", "+\t{ 1, 2 },", "+\t{", "+\t}", "+};")
    right = change("+\t{ 1, 3 },", "+};", "+])")
    altered = [(line.original, line.now) for line in compare(left, right).altered]
    assert [("{ 1, 2 },", "{ 1, 3 },")] == altered


def test_an_endless_string_takes_no_time() -> None:
    """A quote that is never closed is read once."""
    line = 'x "' + '\\"' * 400
    assert compare(change(f"+{line}"), change(f"+{line}1")).content is Content.DIFFERENT
    many = [f"+x = {number};" for number in range(9000)]
    found = compare(change(*many), change(*reversed(many)))
    assert "too many to show" in found.interdiff[-1]


def test_white_space_alone_is_a_difference_without_own_lines() -> None:
    """Every byte counts for sameness; git's patch-id would not see it."""
    found = compare(change("+\t\tc();"), change("+\tc();"))
    assert (Content.DIFFERENT, 0, 0, ()) == (
        found.content,
        found.own,
        found.dropped,
        found.altered,
    )


def test_files_and_lines_that_are_missing_or_more() -> None:
    """Said per file; a line dropped in a file that is changed too is counted."""
    both = change(*FIX, a_c=("+x",))
    found = compare(both, change("+\tif (len > MAX)", path="net/check.c"))
    assert {"a.c: left out", "net/check.c: 0 changed lines of its own, 1 left out"} == set(
        found.differences
    )
    assert (0, 1) == (found.own, found.dropped)
    more = compare(change(*FIX), both)
    assert (("a.c: not changed by the original",), 1) == (more.differences, more.own)


def test_a_revert_is_compared_with_the_opposite() -> None:
    """Signs swapped; the same patch again is no revert."""
    undone = tuple(line.replace("+", "-", 1) if line[0] == "+" else line for line in FIX)
    assert Content.SAME is compare(change(*FIX), change(*undone), reverts=True).content
    assert Content.DIFFERENT is compare(change(*FIX), change(*FIX), reverts=True).content


def test_a_missing_line_end_belongs_to_its_line() -> None:
    """``\\ No newline`` is part of the change."""
    bare = ("-a", "+a", "\\ No newline at end of file")
    assert Content.DIFFERENT is compare(change("-a", "+a"), change(*bare)).content
    assert Content.DIFFERENT is compare(change("-a", "+a\\"), change(*bare)).content


def test_binary_files_are_compared_by_id() -> None:
    """There are no lines to compare."""
    one, again, two = (
        Change([file("logo", binary=True, blob=blob)], []) for blob in (ONE, ONE, TWO)
    )
    assert Content.SAME is compare(one, again).content
    assert Content.DIFFERENT is compare(one, two).content


def test_two_empty_changes_prove_nothing() -> None:
    """All empty commits are equal, and that says nothing."""
    empty = Change([], [])
    assert Content.UNKNOWN is compare(empty, empty).content


def test_everything_of_a_comparison() -> None:
    """Two files: one with a line changed, removed more and reordered, one left out."""
    original = change("-gone", "+one(1);", "+two();", "+", path="a.c", b_c=("+x();",))
    backport = change(
        "-gone", "-more", "-", "+two();", "+one(2);", "+", "+own();", path="a.c", c_c=("+y();",)
    )
    assert Comparison(
        content=Content.DIFFERENT,
        differences=(
            "a.c: 4 changed lines of its own, 1 left out",
            "b.c: left out",
            "c.c: not changed by the original",
        ),
        altered=(AlteredLine(path="a.c", original="one(1);", now="one(2);", is_minor=False),),
        interdiff=(
            *("  a.c", "  ...", " -gone", "-+one(1);", "+-more", "+-", " +two();"),
            *("++one(2);", " +", "++own();"),
            *("  b.c", "  ...", "-+x();"),
            *("  c.c", "  ...", "++y();"),
        ),
        own=3,
        dropped=1,
        reordered=0,
        removes_more=1,
    ) == compare(original, backport)


@pytest.mark.parametrize(
    ("before", "now", "reordered", "removes_more"),
    [
        (("+a", "+b"), ("+b", "+a"), 1, 0),
        (("+a", "+b"), ("+a", "+b", "-c"), 0, 1),
        (("+a", "+b"), ("+b", "+c"), 0, 0),
        (("+a", "-b"), ("+a", "-c"), 0, 0),
        (("+a", "-b", "-c"), ("+a", "-c"), 0, 0),
        (("+a",), ("+a", "- \t"), 0, 0),
        (("-a", "-b"), ("-b", "-a"), 0, 0),
        (("-a", "+b"), ("+b", "-c", "-d"), 0, 1),
    ],
)
def test_order_and_removals(
    before: tuple[str, ...], now: tuple[str, ...], reordered: int, removes_more: int
) -> None:
    """The same added lines in another order; removals are counted, blank lines aside."""
    found = compare(change(*before), change(*now))
    assert (reordered, removes_more) == (found.reordered, found.removes_more)


def test_another_order_is_said() -> None:
    """No line more or less says too little."""
    found = compare(change("+a", "+b"), change("+b", "+a"))
    assert ("net/check.c: the same lines in another order",) == found.differences


def test_documentation_counts_nothing() -> None:
    """It differs, and that is said; what a backport puts elsewhere is no documentation."""
    before, now = ("-x 1", "+x 10", "+one"), ("+x 11", "-x 1", "-y", "-z")
    found = compare(change(*before, path="a.rst"), change(*now, path="a.rst"))
    assert Content.DIFFERENT is found.content
    assert ("a.rst: 3 changed lines of its own, 2 left out",) == found.differences
    assert (0, 0, 0, 0, ()) == (
        found.own, found.dropped, found.reordered, found.removes_more, found.altered,
    )  # fmt: skip
    code = compare(change(*before, path="a.rst"), change(*now, path="b/a.c"))
    assert 1 == code.own
    same = compare(change(*before, path="d/a.c"), change(*now, path="d/a.c"))
    assert (1, 2, 0, 1, 1) == (
        same.own, same.dropped, same.reordered, same.removes_more, len(same.altered),
    )  # fmt: skip


def test_lines_are_counted_whatever_their_blanks() -> None:
    """Own and dropped lines by their text; a dropped file drops none."""
    found = compare(change("+\ta", "+a", "+b"), change("+  a", "+c", "+c", "+ "))
    assert (2, 2) == (found.own, found.dropped)
    gone = compare(change("+a", path="a.c", b_c=("+b",)), change("+x", path="a.c"))
    assert (1, 1) == (gone.own, gone.dropped)


@pytest.mark.parametrize(
    ("before", "now", "altered"),
    [
        ("f(1); // ten", "f(1); // two", ()),
        ("f(1); /* ten */", "f(1);", ()),
        ("f(1); /* ten", "f(2); /* ten", (("f(1);", "f(2);", False),)),
        ("x = y * 1", "x = y * 2", (("x = y * 1", "x = y * 2", False),)),
        ("https://x.example/1", "https://x.example/2", (("https://x.example/1",
                                                         "https://x.example/2", False),)),
        ("*", "**", ()),
        ("*/ 1", "*/ 2", ()),
        ("f(x) \\", "f(x)", (("f(x) \\", "f(x)", True),)),
        ("f(x),", "f(x)", (("f(x),", "f(x)", True),)),
        ("f(x);", "f(x)", (("f(x);", "f(x)", True),)),
        ("f(x) ;", "f(x));", (("f(x) ;", "f(x));", True),)),
        ('f("no member");', 'f("no slave");', (('f("no member");', 'f("no slave");', True),)),
        ('f("%d members");', 'f("%d slave");', (('f("%d members");', 'f("%d slave");', True),)),
        ('f("%d slaves");', 'f("%s slaves");', (('f("%d slaves");', 'f("%s slaves");', False),)),
        ('f("a %lu");', 'f("a %lx");', (('f("a %lu");', 'f("a %lx");', False),)),
        (r'f("a b\n");', r'f("a b\t");', ((r'f("a b\n");', r'f("a b\t");', False),)),
        ('f("a 1");', 'f("a 2");', (('f("a 1");', 'f("a 2");', False),)),
        ('f("member");', 'f("slave");', (('f("member");', 'f("slave");', False),)),
        ('f("two words", 1);', 'f("too words", 2);',
         (('f("two words", 1);', 'f("too words", 2);', False),)),
        ('"no member");', '"no slave"));', (('"no member");', '"no slave"));', True),)),
        ("f( x )", "f(x)", ()),
        ("f(a, b)", "f(b, a)", ()),
        ("a/**/b", "a/* */b/**/;", (("a b", "a b ;", False),)),
    ],
)  # fmt: skip
def test_which_words_of_a_line_are_altered(
    before: str, now: str, altered: tuple[tuple[str, str, bool], ...]
) -> None:
    """Comments and blanks are not; a closing bracket at the end is by itself."""
    found = compare(change(f"+{before}"), change(f"+{now}"))
    assert altered == tuple((one.original, one.now, one.is_minor) for one in found.altered)


def test_a_line_is_altered_once() -> None:
    """Lines with the same names pair up in order; unchanged ones stay out of it."""
    before = ("+f(1);", "+f(2);", "+g(1);", "+f(3);")
    now = ("+f(2);", "+f(4);", "+g(2);", "+f(5);", "+f(6);", "+h(1);")
    found = compare(change(*before), change(*now))
    assert [("f(1);", "f(4);"), ("g(1);", "g(2);"), ("f(3);", "f(5);")] == [
        (one.original, one.now) for one in found.altered
    ]
    same = compare(change("+f ( 1 );", "+x"), change("+f(1);"))
    assert () == same.altered
    assert () == compare(change("-f(1);"), change("-f(2);")).altered


def test_a_line_that_nobody_wrote_is_not_taken_apart() -> None:
    """A thousand bytes with the sign."""
    for size, altered in ((998, 1), (999, 0)):
        lines = (f"+{'x' * (size - 1)}{digit}".encode().decode() for digit in "+-")
        before, now = (f"{line[:-1]} {line[-1]}"[: size + 2] for line in lines)
        found = compare(change(before), change(now))
        assert altered == len(found.altered), size


@pytest.mark.parametrize(
    ("paths", "moved"),
    [
        (("a/x.c", "b/x.c"), True),
        (("a/x.c", "a/y.c"), True),
        (("a/x.c", "a/x.c"), False),
    ],
)
def test_a_file_that_stands_elsewhere(paths: tuple[str, str], moved: bool) -> None:
    """Told by its lines, or by its name where the lines differ."""
    found = compare(change(*FIX, path=paths[0]), change(*FIX, path=paths[1]))
    assert (f"{paths[0]}: stands in {paths[1]}",) * moved == found.differences
    assert (f"  {paths[0]} -> {paths[1]}",) * moved == found.interdiff


def test_which_file_a_change_has_moved_to() -> None:
    """The one with its lines before one with its name; a file is taken once."""
    three = Change(
        [file("k"), file("d/a.c"), file("d/b.c"), file("d/e.c")],
        [
            FilePatch("k", b"\n@@\n+k"),
            FilePatch("d/a.c", b"\n@@\n+a"),
            FilePatch("d/b.c", b"\n@@\n+b"),
            FilePatch("d/e.c", b"\n@@\n+e"),
        ],
    )
    now = Change(
        [file("k"), file("z/b.c"), file("z/a.c"), file("q.c")],
        [
            FilePatch("k", b"\n@@\n+k"),
            FilePatch("z/b.c", b"\n@@\n+a"),
            FilePatch("z/a.c", b"\n@@\n+x"),
            FilePatch("q.c", b"\n@@\n+y"),
        ],
    )
    found = compare(three, now)
    assert (
        "d/a.c: stands in z/b.c",
        "d/b.c: left out",
        "d/e.c: left out",
        "z/a.c: not changed by the original",
        "q.c: not changed by the original",
    ) == found.differences
    named = compare(change("+a", path="d/a.c"), change("+b", path="z/a.c"))
    assert (
        "d/a.c: stands in z/a.c",
        "z/a.c: 1 changed line of its own, 1 left out",
    ) == named.differences
    assert ("  d/a.c -> z/a.c", "  ...", "-+a", "++b") == named.interdiff


def test_a_change_against_nothing_is_different() -> None:
    """Either side may be empty; a file whose change has no lines counts as well."""
    for left, right in ((change("+a"), Change([], [])), (Change([], []), change("+a"))):
        assert Content.DIFFERENT is compare(left, right).content
    assert (
        Content.DIFFERENT
        is compare(Change([file("k"), file("a")], []), Change([file("k")], [])).content
    )


def test_hunks_of_one_file_may_come_in_pieces() -> None:
    """They are one change; between hunks runs of lines do not mix when a change is undone."""
    whole = Change([file("a")], [FilePatch("a", b"\n@@ -1 @@\n+a\n@@ -9 @@\n+b")])
    parts = Change(
        [file("a")], [FilePatch("a", b"\n@@ -1 @@\n+a"), FilePatch("a", b"\n@@ -9 @@\n+b")]
    )
    assert Content.SAME is compare(whole, parts).content


def test_git_may_interleave_the_same_lines_otherwise() -> None:
    """Removed lines before added ones, whatever stands between: adapted."""
    found = compare(change("-a", "+b", "-c", " x"), change("-a", "-c", "+b", " x"))
    assert Content.ADAPTED is found.content
    assert Content.DIFFERENT is compare(change("-a", "-c"), change("-c", "-a")).content


def test_a_revert_undoes_each_run_of_lines() -> None:
    """Removed lines come first in what git shows of the opposite."""
    there = (" x", "-a", "-b", "+c", " y", "+d", " z", "-e")
    back = (" x", "-c", "+a", "+b", " y", "-d", " z", "+e")
    assert Content.SAME is compare(change(*there), change(*back), reverts=True).content
    assert Content.SAME is compare(change(*back), change(*there), reverts=True).content


def kind(letter: str, old: str, new: str, *, binary: bool = False) -> Change:
    return Change(
        [FileChange("a", letter, 1, 2, binary, old, new, ONE, TWO)],
        [FilePatch("a", b"\n@@ -1 +1 @@\n-a\n+b")],
    )


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (("A", "000000", "100644"), ("D", "100644", "000000")),
        (("D", "100644", "000000"), ("A", "000000", "100644")),
        (("M", "100644", "100755"), ("M", "100755", "100644")),
        (("T", "100644", "120000"), ("T", "120000", "100644")),
        (("M", "120000", "120000"), ("M", "120000", "120000")),
    ],
)
def test_the_opposite_of_each_kind_of_change(
    there: tuple[str, str, str], back: tuple[str, str, str]
) -> None:
    """A file that comes goes, and modes swap."""
    undoing = Change(kind(*back).files, [FilePatch("a", b"\n@@ -1 +1 @@\n-b\n+a")])
    assert Content.SAME is compare(kind(*there), undoing, reverts=True).content
    binary = [file("a", binary=True, blob=ONE)._replace(old_id=TWO)]
    undone = [file("a", binary=True, blob=TWO)._replace(old_id=ONE)]
    assert Content.SAME is compare(Change(binary, []), Change(undone, []), reverts=True).content


@pytest.mark.parametrize(
    ("one", "two", "content"),
    [
        (("M", "100644", "100644"), ("M", "100755", "100755"), Content.SAME),
        (("M", "100644", "100644"), ("M", "100644", "100755"), Content.DIFFERENT),
        (("M", "100644", "100644"), ("A", "000000", "100644"), Content.DIFFERENT),
        (("M", "100644", "100644"), ("M", "120000", "120000"), Content.DIFFERENT),
        (("T", "100644", "100644"), ("M", "100644", "100644"), Content.DIFFERENT),
    ],
)
def test_what_a_change_is_besides_its_lines(
    one: tuple[str, str, str], two: tuple[str, str, str], content: Content
) -> None:
    """Whether a file was executable before and after is not part of it; that it becomes so is."""
    assert content is compare(kind(*one), kind(*two)).content


def test_a_line_end_that_is_missing_twice() -> None:
    """On both sides; a mark without a line before it is kept too."""
    mark = "\\ No newline at end of file"
    one, two = change("-a", mark, "+b", mark, " c"), change("-a", "+b", mark, " c")
    assert ("net/check.c: 1 changed line of its own, 1 left out",) == compare(one, two).differences
    assert Content.SAME is compare(change(mark, "+a"), change(mark, "+a")).content
    assert Content.DIFFERENT is compare(change(mark, "+a"), change("+a")).content


def test_an_interdiff_has_a_length() -> None:
    """400 lines, and nothing of a file with more than 2,000 changed lines."""
    big: dict[str, tuple[str, ...]] = {f"f{number}_c": (f"+{number}",) for number in range(200)}
    other: dict[str, tuple[str, ...]] = dict.fromkeys(big, ("+z",))
    found = compare(
        change("+x", path="net/check.c", **big), change("+y", path="net/check.c", **other)
    )
    assert 400 == len(found.interdiff)
    assert ("  net/check.c", "  ...", "-+x", "++y", "  f0.c") == found.interdiff[:5]
    for size, shown in (
        (2000, "  ..."),
        (2001, "  ... 2001 and 1 changed lines, too many to show"),
    ):
        lines = [f"+{number}" for number in range(size)]
        text = compare(change(*lines, z_c=("+a",)), change("+x", z_c=("+b",))).interdiff
        assert ("  net/check.c", shown) == text[:2]
        assert size == 2000 or ("  z.c", "  ...", "-+a", "++b") == text[2:]
    near = compare(
        change("+a", *[f"+{n}" for n in range(9)]), change("+b", *[f"+{n}" for n in range(9)])
    )
    assert ("  net/check.c", "  ...", "-+a", "++b", " +0", " +1") == near.interdiff
    same = compare(change("+a", z_c=("+c",)), change("+a", z_c=("+d",)))
    assert ("  z.c", "  ...", "-+c", "++d") == same.interdiff


LINES = st.lists(st.tuples(st.sampled_from("+- "), st.text(alphabet="ab(){}", max_size=4)))


@given(LINES, LINES)
def test_sameness_is_equality_and_reverting_twice_is_nothing(
    left: list[tuple[str, str]], right: list[tuple[str, str]]
) -> None:
    """Equal hunks are the same, and only equal changed lines are adapted."""
    one, two = (change("+x", *("".join(line) for line in lines)) for lines in (left, right))
    assert Content.SAME is compare(one, one).content
    found = compare(one, two).content

    def signed(lines: list[tuple[str, str]], sign: str) -> list[str]:
        return [text for kind, text in lines if kind == sign]

    equal = all(signed(left, sign) == signed(right, sign) for sign in "+-")
    assert equal == (found in (Content.SAME, Content.ADAPTED))
