"""Which release an audit starts from."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import pytest

from provenance.parse.releases import Release, is_next, newest, parse_releases, predecessor

KERNEL = [
    "v2.6.33",
    "v2.6.34-rc1",
    "v2.6.34-rc2",
    "v2.6.34",
    "v2.6.34.1",
    "v2.6.34.2",
    "v2.6.35-rc1",
    "v2.6.39",
    "v3.0",
    "v3.0-rc1",
    "v6.18",
    "v6.19-rc1",
    "v6.19-rc2",
    "v6.19",
    "v6.19.1",
    "v6.19.9",
    "v6.19.10",
    "v6.19.11-rc1",
    "v6.20-rc1",
    "v6.20",
    "v7.0",
    "next-20260101",
    "v6.19-docs",
]


@pytest.mark.parametrize(
    ("tag", "base"),
    [
        ("v6.19.10", "v6.19.9"),
        ("v6.19.1", "v6.19"),
        ("v6.20", "v6.19"),
        ("v2.6.34.1", "v2.6.34"),
        ("v2.6.34.2", "v2.6.34.1"),
        ("v2.6.34", "v2.6.33"),
        ("v2.6.34-rc1", "v2.6.33"),
        ("v2.6.34-rc2", "v2.6.34-rc1"),
        ("v6.20-rc1", "v6.19"),
        ("v6.19.11-rc1", "v6.19.10"),
        ("v3.0", "v2.6.39"),
        ("v7.0", "v6.20"),
        ("v6.19.9", "v6.19.1"),
        ("v2.6.33", None),
    ],
)
def test_kernel_series(tag: str, base: str | None) -> None:
    """The contract's rules, old and new numbering; a gap takes the next one that exists."""
    releases = parse_releases(KERNEL)
    found = predecessor(releases[tag], releases)
    assert base == (found.tag if found else None)


@pytest.mark.parametrize(
    ("tag", "base"),
    [("v2.40.1", "v2.40.0"), ("v2.40.0", "v2.39.0"), ("v2.40.0-rc1", "v2.40.0-rc0")],
)
def test_projects_that_write_the_zero(tag: str, base: str) -> None:
    """git and qemu number like this."""
    releases = parse_releases(
        ["v2.39.0", "v2.39.3", "v2.40.0-rc0", "v2.40.0-rc1", "v2.40.0", "v2.40.1"]
    )
    found = predecessor(releases[tag], releases)
    assert found is not None
    assert base == found.tag


SMALL_NUMBERS = ["v2.6.0-rc1", "v2.6.0", "v2.6.1", "v2.6.7", "v2.7.0", "v1.4.2", "v1.4.2.1"]
SMALL_NUMBERS += ["v1.4.2.2", "v1.4.3-rc1", "v1.4.3", "v1.7.0", "v1.7.12-rc1", "v1.7.12"]
SMALL_NUMBERS += ["v1.7.12.4", "v1.8.0", "v1.8.0.1", "v1.8.1-rc1"]


@pytest.mark.parametrize(
    ("tag", "base"),
    [("v2.7.0", "v2.6.0"), ("v1.8.0", "v1.7.12"), ("v1.4.2.2", "v1.4.2.1"), ("v2.6.1", "v2.6.0")],
)
def test_numbering_is_read_from_the_tags_that_exist(tag: str, base: str) -> None:
    """A plain 2.6 is no kernel series, and git 1.x had four numbers."""
    releases = parse_releases(SMALL_NUMBERS)
    found = predecessor(releases[tag], releases)
    assert found is not None
    assert base == found.tag


@pytest.mark.parametrize(
    "tag", ["next-20260101", "v6", "release", "v1.2.3.4.5", "", "v6.19.\uff19", "v1." + "9" * 5000]
)
def test_other_tags_are_no_releases(tag: str) -> None:
    """A tag that is no release has no series; other scripts' digits are none."""
    assert {} == parse_releases([tag])


def test_underscores_join_numbers_where_no_dots_do() -> None:
    """BusyBox; the tag keeps its name, and a stray one of another project is none."""
    tags = ["1_36_0", "1_36_1", "1_35_0", "0_60_5", "begin", "1_36_stable", "20230519"]
    found = parse_releases(tags)
    assert {"1_36_0", "1_36_1", "1_35_0", "0_60_5"} == found.keys()
    assert {name: name for name in found} == {name: one.tag for name, one in found.items()}
    before = predecessor(found["1_36_1"], found)
    assert before == found["1_36_0"]
    assert newest(found.values()) == found["1_36_1"]
    assert {"v1.0"} == parse_releases([*tags, "v1.0"]).keys()
    assert {"curl-8_5_0"} == parse_releases(["curl-8_5_0", "curl-8_5_0x"]).keys()


def test_dates_are_releases_where_nothing_else_is() -> None:
    """Each follows the date before it; other tags beside them change nothing, a number does."""
    names = [
        "20260130",
        "20260529",
        "20251231",
        "20269930",
        "20260132",
        "2026053",
        "v20260601",
        "x",
    ]
    found = parse_releases(names)
    assert {"20251231", "20260130", "20260529"} == found.keys()
    assert predecessor(found["20260529"], found) == found["20260130"]
    assert predecessor(found["20251231"], found) is None
    assert newest(found.values()) == found["20260529"]
    assert is_next(found["20251231"], found["20260130"], found)
    assert is_next(found["20260130"], found["20260529"], found)
    last = found["20260529"]
    assert last == Release(tag="20260529", prefix="", series=(2026, 5, 29), point=0, candidate=None)
    assert {"v1.0"} == parse_releases([*names, "v1.0"]).keys()


def test_the_newest_is_the_highest() -> None:
    """A candidate comes before its release; numbers are compared as numbers."""
    found = newest(parse_releases(["v6.9", "v6.10-rc1", "v6.8.11"]).values())
    assert found is not None
    assert "v6.10-rc1" == found.tag
    assert newest(parse_releases(["nothing"]).values()) is None


@pytest.mark.parametrize("tags", [*permutations(["3.11", "tools-3.11", "app-3.11"])])
def test_the_tag_of_all_is_the_newest(tags: Sequence[str]) -> None:
    """A project that tags its parts as well is released with the tag that names no part."""
    found = newest(parse_releases(tags).values())
    assert found is not None
    assert "3.11" == found.tag


def test_a_gap_in_the_old_numbers_is_noticed() -> None:
    """Mainline releases of three numbers; what follows the last of them is not told apart."""
    names = ["v2.6.33", "v2.6.34", "v2.6.34.1", "v2.6.36", "v2.6.39", "v3.0"]
    found = parse_releases(names)
    assert [True, False, True] == [
        is_next(found[before], found[after], found)
        for before, after in (("v2.6.33", "v2.6.34"), ("v2.6.34", "v2.6.36"), ("v2.6.39", "v3.0"))
    ]


def test_the_last_candidate_comes_before_the_next() -> None:
    """In whatever order the tags are listed."""
    found = parse_releases(["v1.0-rc2", "v1.0-rc1", "v1.0-rc4"])
    assert predecessor(found["v1.0-rc4"], found) == found["v1.0-rc2"]


def test_a_name_is_taken_apart() -> None:
    """Prefix, series, stable number and candidate; the short name of a release counts."""
    assert {
        "v6.19-rc3": Release(tag="v6.19-rc3", prefix="v", series=(6, 19), point=0, candidate=3),
        "v6.19.1": Release(tag="v6.19.1", prefix="v", series=(6, 19), point=1, candidate=None),
        "lib-6.1": Release(tag="lib-6.1", prefix="lib-", series=(6, 1), point=0, candidate=None),
    } == parse_releases(["v6.19-rc3", "v6.19.1", "lib-6.1", "v6.19.1.2"])
    same = parse_releases(["v6.19.0", "v6.19"])
    assert same["v6.19.0"].order == same["v6.19"].order
    assert newest(same.values()) == same["v6.19"]


def test_who_has_four_numbers_decides_for_its_family_only() -> None:
    """Of the same prefix and first two numbers; a candidate of 2.6.0 decides nothing."""
    found = parse_releases(["v2.6.34.1", "v2.6.34", "v2.4.1", "x2.6.1", "v2.4.0-rc1", "v2.4.1.1"])
    assert {
        "v2.6.34.1": ((2, 6, 34), 1),
        "v2.6.34": ((2, 6, 34), 0),
        "v2.4.1": ((2, 4), 1),
        "x2.6.1": ((2, 6), 1),
        "v2.4.0-rc1": ((2, 4), 0),
    } == {tag: (one.series, one.point) for tag, one in found.items()}
    only = parse_releases(["v2.6.1-rc1", "v2.6"])
    assert [(2, 6, 1)] == [one.series for one in only.values()]
    assert [(2, 6)] == [one.series for one in parse_releases(["v2.6.0-rc1"]).values()]


def test_prefixes_do_not_mix() -> None:
    """Two projects in one repository have two series."""
    releases = parse_releases(["v1.0", "v1.1", "lib-v1.1"])
    assert predecessor(releases["lib-v1.1"], releases) is None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("v6.19.9", "v6.19.10", True),
        ("v6.19.1", "v6.19.9", False),
        ("v6.18", "v6.20", False),
        ("v6.20", "v7.0", True),
        ("v6.19-rc1", "v6.19-rc3", False),
        ("v6.18", "v6.19-rc1", True),
        ("v6.19-rc1", "v6.19-rc2", True),
        ("v6.19.9", "v6.19.10-rc1", True),
        ("v6.19.9", "v6.19.11-rc1", True),
        ("v6.19.9-rc1", "v6.19.10-rc3", True),
        ("v6.19", "v6.19.1", True),
        ("v6.19", "v6.19.2", False),
        ("v6.17", "v6.19-rc1", False),
        ("v6.18", "v6.19", True),
        ("v6.18-rc1", "v6.19", True),
    ],
)
def test_a_gap_in_the_numbers_is_noticed(before: str, after: str, expected: bool) -> None:
    """A release without a tag makes the range longer than its name says."""
    releases: dict[str, Release] = parse_releases([before, after])
    assert expected == is_next(releases[before], releases[after], releases)


@pytest.mark.parametrize(
    ("names", "after", "expected"),
    [
        ("25.06 25.09 25.12 26.03 26.06", "26.06", True),
        ("25.06 25.09 25.12 26.03 26.09", "26.09", False),
        ("v5.0.0 v5.2.0 v5.2.1 v5.4.0 v5.6.0", "v5.6.0", True),
        ("v5.0.0 v5.1.0 v5.2.0 v5.4.0", "v5.4.0", False),
        ("v6.1 v6.6 v6.12", "v6.12", False),
        ("x1.2 x1.4 v6.0 v6.2", "v6.2", False),
        ("v6.0 v6.2 v6.4 v6.5", "v6.2", False),
        ("v6.2 v6.4-rc1", "v6.4-rc1", False),
        ("v1.0 v1.2 v1.3 v1.5", "v1.5", False),
        ("v2.6.30 v2.6.30.1 v2.6.32 v2.6.34", "v2.6.34", True),
        ("v4.0 v4.1 v5.0 v5.2 v5.4 v5.6 v5.8 v5.10 v5.12 v5.14 v5.16 v5.18 v5.20", "v5.20", True),
    ],
)
def test_numbers_that_a_project_leaves_out_are_not_missing(
    names: str, after: str, expected: bool
) -> None:
    """Months, or even numbers only; judged by the releases before, of the same prefix."""
    releases = parse_releases(names.split())
    before = predecessor(releases[after], releases)
    assert before is not None
    assert expected == is_next(before, releases[after], releases)
