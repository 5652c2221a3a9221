"""MAINTAINERS patterns match what get_maintainer.pl matches, and cost what they must."""

from __future__ import annotations

import pytest

from provenance.parse.patterns import (
    GlobPattern,
    KeywordPattern,
    NamePattern,
    NamePatterns,
    UnusablePatternError,
    compile_regex,
    file_buckets,
    folder_buckets,
    strip_extended,
)


def glob(value: str, *, is_directory: bool = False, double_star: bool = False) -> GlobPattern:
    return GlobPattern(value, is_directory=is_directory, double_star=double_star)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("net/a", "net/abc", True),
        ("net/a", "net/a/b", False),
        ("net/a", "inet/a", False),
        ("net/*/a.c", "net/x/a.cc", True),
        ("net/*/a.c", "net/a.c", False),
        ("net/*a*b", "net/xaxb", True),
        ("net/*a*b", "net/xbxa", False),
        ("net/ab*b", "net/ab", False),
        ("net/ab*b", "net/abb", True),
        ("*a*a", "a", False),
        ("*a*a", "aa", True),
        ("net/[ab]?.c", "net/ax.c", True),
        ("net/[ab]?.c", "net/axxc", False),
        ("net/(a|b)/", "net/b/c/d", True),
        ("net/(a|b)/", "x/net/b/c/d", False),
        ("net/a|b", "net/a", True),
        ("net/a|b", "x/b", True),
        ("net/\xff*", "net/\xffa", True),
        ("net/\udcff?", "net/\udcffa", True),
        ("net/\udcff", "net/\udcffa", True),
    ],
)
def test_globs(pattern: str, path: str, matches: bool) -> None:
    """Anchored at the start only, slashes counted, pieces between stars in order."""
    assert matches == glob(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("net/**/a.c", "net/x/y/a.c", True),
        ("net/**/a.c", "net/a.c", False),
        ("net/**", "net/x/y", True),
        ("net/**", "inet/x", False),
        ("**/a.c", "x/y/a.c", True),
        ("a/*/**b", "a/x/y/b", True),
        ("net/*", "net/x/y", False),
    ],
)
def test_two_stars_are_any_depth(pattern: str, path: str, matches: bool) -> None:
    """Where the tree's own script takes them so."""
    assert matches == glob(pattern, double_star=True).matches(path)


@pytest.mark.parametrize(
    ("pattern", "folder", "depth", "bucket"),
    [
        ("net/core/dev.c", False, 3, "net/core/dev."),
        ("net/core/", False, 2, "net/core/"),
        ("net/core", True, 2, "net/core/"),
        ("net/core", False, 2, "net/core"),
        ("net/cor", False, 2, "net/c"),
        ("net/*", False, 2, "net/"),
        ("net/*/a", False, 3, "net/"),
        ("net/core/*", False, 3, "net/core/"),
        ("Documentation/X*", False, 2, "Documentation/X"),
        ("Documentation/XYZw*", False, 2, "Documentation/XYZw"),
        ("net/[ab]/c", False, 3, "net/"),
        ("net/a|/b", False, 3, ""),
        ("*", False, -1, ""),
        ("*/", False, -1, ""),
        ("*/net/a", False, -1, ""),
        ("a.c", False, 1, "a"),
        ("a?", False, 1, ""),
    ],
)
def test_depth_and_bucket(pattern: str, folder: bool, depth: int, bucket: str) -> None:
    """How specific a pattern is, and below which folder all its matches are."""
    found = glob(pattern, is_directory=folder)
    assert (depth, bucket, pattern) == (found.depth, found.bucket, found.source)


def test_a_pattern_says_everything_that_decides_what_it_matches() -> None:
    """The index is built anew where one of these changes."""
    texts = [
        str(glob("net/x")),
        str(glob("net/y")),
        str(glob("net/x", is_directory=True)),
        str(glob("net/**")),
        str(glob("net/**", double_star=True)),
    ]
    assert len(texts) == len(set(texts))
    assert "a b" == str(NamePattern("a b"))


def test_buckets_are_the_folders_on_the_way() -> None:
    """And the root, each alone, with the letter that follows, and with four."""
    assert ["", "a", "a/", "a/b", "a/bcde", "a/bcdef/"] == list(folder_buckets("a/bcdef/"))
    assert ["", "a", "abcd", "abcd/"] == list(folder_buckets("abcd/"))
    assert ["", "/"] == list(folder_buckets("/"))
    assert [""] == list(folder_buckets(""))


def test_buckets_of_a_file_are_those_of_its_name() -> None:
    """Its folder has the others."""
    assert ["a/c", "a/cdef"] == list(file_buckets("a/cdefg"))
    assert ["a/c", "a/cdef"] == list(file_buckets("a/cdef"))
    assert ["c"] == list(file_buckets("cde"))
    assert [] == list(file_buckets("a/"))


VALUES = [
    "a", "a/", "ab*", "*/", "*", "a/b", "a/*", "a/*/c", "a/*/", "*/b/", "a*/b", "a/bcde",
    "a/bcdef", "a/bcde*g", "a/b/*f", "a/b?d", "a/[bc]/", "a|b/", "abcd/abcd", "abcd*", "**/c",
    "a/**/c/",
]  # fmt: skip
PATHS = [
    "a", "ab", "b", "abcde", "a/b", "a/bc", "a/b/c", "a/b/c/d", "a/bcd", "a/bcde", "a/bcdeg",
    "a/bcdefg", "a/bcde/g", "b/b/b", "a/c/b", "abcd/abcde", "abcdx/abcd", "a/b/xf", "x/b/c", "/a",
    "a//c", "\udcff/b/c",
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_pattern_is_found_for_each_path_that_it_matches(value: str) -> None:
    """By the folder where it covers all of it or may match there, or else in a bucket."""
    for found in (glob(value, is_directory=True), glob(value), glob(value, double_star=True)):
        for path in PATHS:
            folder = path[: path.rfind("/") + 1]
            in_folder = found.bucket in folder_buckets(folder)
            covers = in_folder and found.covers(folder)
            asked = (in_folder and found.may_match_in(folder)) or found.bucket in file_buckets(path)
            assert found.matches(path) == (covers or (asked and found.matches(path))), path


@pytest.mark.parametrize(
    ("value", "folder", "covers", "may_match"),
    [
        ("a/", "a/", True, False),
        ("a/", "a/b/", True, False),
        ("a/", "b/", False, False),
        ("a/*/c/", "a/b/c/", True, False),
        ("a/*/c/", "a/c/", False, False),
        ("*/", "", False, False),
        ("a/b", "a/", False, True),
        ("a/b", "a/b/", False, False),
        ("a/b", "b/", False, False),
        ("a/*", "a/", False, True),
        ("a/[bc]/", "a/b/", False, True),
        ("a/[bc]/", "b/b/", False, False),
    ],
)
def test_what_a_pattern_is_for_a_folder(
    value: str, folder: str, covers: bool, may_match: bool
) -> None:
    """All of it, some of it, or nothing: what holds for a folder is not asked for each file."""
    found = glob(value)
    assert (covers, may_match) == (found.covers(folder), found.may_match_in(folder))


def test_a_name_is_found_anywhere_in_a_path() -> None:
    """Also bytes that are no text."""
    found = NamePattern("b . c # comment")
    assert (0, "b . c # comment") == (found.depth, found.source)
    assert found.matches("a/bxc/d")
    assert not found.matches("a/bc")
    assert NamePattern("\udcff$").matches("a/\udcff")


@pytest.mark.parametrize(
    ("source", "stripped"),
    [
        ("", ""),
        ("#", ""),
        (r"a\# b # c", r"a\#b"),
        ("[#] a", "[#]a"),
        ("[]# ] a", "[]# ]a"),
        ("[^]# ]a b", "[^]# ]ab"),
        (r"[\] ] a", r"[\] ]a"),
        ("[a b] [c d]", "[a b][c d]"),
        ("[ a", "[ a"),
        ("a\\", "a\\"),
        ("[^ a]b c", "[^ a]bc"),
    ],
)
def test_blanks_and_comments_of_perls_x_flag(source: str, stripped: str) -> None:
    """Kept in a class and behind a backslash."""
    assert stripped == strip_extended(source)


@pytest.mark.parametrize(
    ("source", "stripped"),
    [("[a[] b", "[a[]b"), ("[]a b] c", "[]a b]c"), ("[^] b] c", "[^] b]c"), ("[[] b", "[[]b")],
)
def test_a_bracket_in_a_class_is_a_bracket(source: str, stripped: str) -> None:
    """One that closes directly after the opening one too."""
    assert stripped == strip_extended(source)


def test_many_names_are_asked_as_one_asks_them_one_by_one() -> None:
    """In their order, each with what it is kept with, each with its own alternatives."""
    sources = ["a | b # x", *(f"n{number}$" for number in range(120)), "c d", "a"]
    kept = [(NamePattern(source), source) for source in sources]
    several = NamePatterns(kept)
    for path in ("xa", "bx", "cd", "c", "n7", "n119", "n120", "acdn55", "\udcff"):
        one_by_one = [source for pattern, source in kept if pattern.matches(path)]
        assert one_by_one == [source for _, source in several.matching(path)], path


def test_no_names_match_nothing() -> None:
    """As in old files."""
    assert [] == list(NamePatterns[str]([]).matching("a"))


def test_names_that_are_too_large_together_are_asked_one_by_one() -> None:
    """The engine has a limit for one expression."""
    large = [(NamePattern(f"{letter}[0-9]{{1000}}"), letter) for letter in "abcdefghij" * 100]
    found = [letter for _, letter in NamePatterns(large).matching("c" + "0" * 1000)]
    assert ["c"] * 100 == found


@pytest.mark.parametrize(
    ("pattern", "line", "found", "may_be"),
    [
        ("foo bar", b"x foobar y", True, True),
        ("foo", b"bar", False, False),
        ("^foo", b"foo", True, True),
        ("^foo", b" foo", False, True),
        ("^foo", b" bar", False, False),
        ("foo$", b"foo x", False, True),
        ("foo$", b"bar", False, True),
        ("a|^b", b"c", False, True),
        (r"\Afoo", b"bar", False, True),
        (r"foo\z", b"bar", False, True),
        (r"foo\b", b"bar", False, False),
        ("[^a]b", b"ab", False, False),
        ("[^a]b", b"xb", True, True),
        ("[$]b", b"c", False, True),
        ("a.b", b"a\nb", False, False),
        ("\u00e9", "\u00e9".encode(), True, True),
    ],
)
def test_keywords(pattern: str, line: bytes, found: bool, may_be: bool) -> None:
    """A quick look may be wrong in one way only; an anchor makes it give up."""
    keyword = KeywordPattern(pattern)
    assert (found, may_be) == (keyword.found_in(line), keyword.may_be_in(line))
    assert pattern == keyword.source


def test_anchors_hold_at_every_line() -> None:
    """As in a patch, which has many."""
    assert KeywordPattern("^foo$").found_in(b"x\nfoo\ny")


@pytest.mark.parametrize("source", ["(", "(a)\\1", "(?=a)", "a{1001}", "[z-a]"])
def test_what_the_engine_cannot_take_is_an_error(source: str) -> None:
    """Its words are kept."""
    with pytest.raises(UnusablePatternError, match=r"."):
        compile_regex(source)


def test_an_expression_is_over_bytes() -> None:
    """A dot is one byte, and one that is no text is itself."""
    assert compile_regex("^.$").search(b"\xff")
    assert compile_regex("\udcff").search(b"\xff")
    assert not compile_regex("^.$").search("\u00e9".encode())
