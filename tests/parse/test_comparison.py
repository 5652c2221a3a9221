"""Same, adapted, different: decided from changed lines, whatever else git shows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import FileChange, ObjectId
from provenance.parse.comparison import Change, Comparison, Content, compare
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
        line.brackets_only,
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
    (line,) = compare(change("+\tif (f(x))) {"), change("+\tif (f(x)) {")).altered
    assert line.brackets_only
    for before, now in (("if (x)", "if (x);"), ("a && (b || c)", "(a && b) || c")):
        (line,) = compare(change(f"+{before}"), change(f"+{now}")).altered
        assert not line.brackets_only


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
