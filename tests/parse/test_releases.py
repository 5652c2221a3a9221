"""Which release an audit starts from."""

from __future__ import annotations

import pytest

from provenance.parse.releases import newest, parse_release, predecessor

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
    release = parse_release(tag)
    assert release is not None
    found = predecessor(release, KERNEL)
    assert base == (found.tag if found else None)


@pytest.mark.parametrize(
    ("tag", "base"),
    [("v2.40.1", "v2.40.0"), ("v2.40.0", "v2.39.0"), ("v2.40.0-rc1", "v2.40.0-rc0")],
)
def test_projects_that_write_the_zero(tag: str, base: str) -> None:
    """git and qemu number like this."""
    release = parse_release(tag)
    assert release is not None
    tags = ["v2.39.0", "v2.39.3", "v2.40.0-rc0", "v2.40.0-rc1", "v2.40.0", "v2.40.1"]
    found = predecessor(release, tags)
    assert found is not None
    assert base == found.tag


@pytest.mark.parametrize("tag", ["next-20260101", "v6", "release", "v1.2.3.4.5", "v2.6", ""])
def test_other_tags_are_no_releases(tag: str) -> None:
    """A tag that is no release has no series."""
    assert parse_release(tag) is None


def test_the_newest_is_the_highest() -> None:
    """A candidate comes before its release; numbers are compared as numbers."""
    found = newest(["v6.9", "v6.10-rc1", "v6.8.11"])
    assert found is not None
    assert "v6.10-rc1" == found.tag
    assert newest(["nothing"]) is None


def test_prefixes_do_not_mix() -> None:
    """Two projects in one repository have two series."""
    release = parse_release("lib-v1.1")
    assert release is not None
    assert predecessor(release, ["v1.0", "v1.1"]) is None
