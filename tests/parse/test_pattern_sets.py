"""A path is compared with few patterns, and all that match it are found."""

from __future__ import annotations

import pytest

from provenance.parse import pattern_sets
from provenance.parse.pattern_sets import GlobPatterns, NamePatterns, file_buckets, folder_buckets
from provenance.parse.patterns import GlobPattern, NamePattern
from provenance.parse.remembered import Remembered


def glob(value: str, *, is_directory: bool = False, double_star: bool = False) -> GlobPattern:
    return GlobPattern(value, is_directory=is_directory, double_star=double_star)


def test_buckets_are_the_folders_on_the_way() -> None:
    """And the root, each alone, with the letter that follows, and with four."""
    assert ["", "a", "a/", "a/b", "a/bcde", "a/bcdef/"] == list(folder_buckets("a/bcdef/", 100))
    assert ["", "a", "abcd", "abcd/"] == list(folder_buckets("abcd/", 100))
    assert ["", "/"] == list(folder_buckets("/", 100))
    assert [""] == list(folder_buckets("", 100))
    assert ["", "a", "a/", "a/b"] == list(folder_buckets("a/b/c/d/", 2))


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
            in_folder = found.bucket in folder_buckets(folder, 100)
            covers = in_folder and found.covers(folder)
            asked = (in_folder and found.may_match_in(folder)) or found.bucket in file_buckets(path)
            assert found.matches(path) == (covers or (asked and found.matches(path))), path


def test_patterns_are_found_as_if_all_were_asked() -> None:
    """Each with what it is kept with."""
    globs = [
        *((glob(value), value) for value in VALUES),
        *((glob(value, is_directory=True), f"{value} folder") for value in VALUES),
        *((glob(value, double_star=True), f"{value} deep") for value in VALUES),
    ]
    several = GlobPatterns(globs)
    for path in (*PATHS, *PATHS):
        one_by_one = {kept for pattern, kept in globs if pattern.matches(path)}
        found = [kept for _, kept in several.matching(path)]
        assert (one_by_one, len(one_by_one)) == (set(found), len(found)), path
    assert 0 == several.left_out


def test_of_too_many_for_a_path_the_deepest_and_last_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever folders and names they are for; other paths have theirs."""
    monkeypatch.setattr(pattern_sets, "MOST_FOR_A_PATH", 3)
    sources = ["a/b/cdefg", "a/b/c", "a/b/", "a/b/cdefh", "x/y", "a/", "*/", "x/z"]
    several = GlobPatterns([(glob(source), source) for source in sources])
    assert 3 == several.left_out
    assert {"*/", "a/", "a/b/"} == {kept for _, kept in several.matching("a/b/cdefgh")}
    assert {"*/", "x/y"} == {kept for _, kept in several.matching("x/y")}
    assert {"*/", "x/z"} == {kept for _, kept in several.matching("x/z")}
    same = GlobPatterns([(glob("a/"), number) for number in range(5)])
    assert ([0, 1, 2], 2) == ([kept for _, kept in same.matching("a/b")], same.left_out)


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


def test_what_is_remembered_is_not_worked_out_again() -> None:
    """Until it is too much together: then all is forgotten."""
    asked: list[str] = []

    def find(text: str) -> tuple[str, ...]:
        asked.append(text)
        return (text,) * 5

    known = Remembered(find, len, most=2 * (200 + 2 + 5 * 8))
    assert [("aa",) * 5, ("bb",) * 5, ("aa",) * 5] == [known("aa"), known("bb"), known("aa")]
    assert ["aa", "bb"] == asked
    assert ("cc",) * 5 == known("cc")
    assert ("aa",) * 5 == known("aa")
    assert ["aa", "bb", "cc", "aa"] == asked
    assert ("cc",) * 5 == known("cc")
    assert ["aa", "bb", "cc", "aa"] == asked


def test_what_alone_is_too_much_is_forgotten_with_the_next() -> None:
    """It is kept meanwhile, so that one answer costs no more than itself."""
    asked: list[str] = []

    def find(text: str) -> list[int]:
        asked.append(text)
        return [0] * 100

    known = Remembered(find, len, most=100)
    assert [known("a"), known("a"), known("b"), known("a")]
    assert ["a", "b", "a"] == asked
