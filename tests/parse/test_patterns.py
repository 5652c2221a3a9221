"""MAINTAINERS patterns match what get_maintainer.pl matches, and cost what they must."""

from __future__ import annotations

import pytest

from provenance.parse.patterns import (
    GlobPattern,
    KeywordPattern,
    NamePattern,
    UnusablePatternError,
    compile_regex,
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
        ("Net/core/[ab]", False, 3, "Net/core/"),
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
