"""References to upstream commits in all their spellings, and what only looks like one."""

from __future__ import annotations

import pytest

from provenance.parse.references import (
    Form,
    is_release_subject,
    parse_fixes,
    parse_reverts,
    parse_upstream,
)

UP = "0123456789abcdef0123456789abcdef01234567"
STABLE = "fedcba9876543210fedcba9876543210fedcba98"


@pytest.mark.parametrize(
    ("line", "form"),
    [
        (f"commit {UP} upstream.", Form.UPSTREAM_LINE),
        (f"commit {UP} upstream", Form.UPSTREAM_LINE),
        (f"Commit {UP.upper()} Upstream.", Form.UPSTREAM_LINE),
        (f"[ Upstream commit {UP} ]", Form.UPSTREAM_NOTE),
        (f"[ upstream commit {UP} ]", Form.UPSTREAM_NOTE),
        (f"[ commit {UP} upstream ]", Form.UPSTREAM_NOTE),
        (f"upstream commit: {UP}", Form.UPSTREAM_LINE),
        (f"(cherry picked from commit {UP})", Form.CHERRY_PICK),
        (f"(cherry-picked from commit {UP})", Form.CHERRY_PICK),
        (f"(backported from commit {UP} linux-next)", Form.BACKPORT),
        (f"commit {UP}", Form.BARE),
        (f"This reverts commit {STABLE} which is\ncommit {UP} upstream.", Form.REVERT),
        (f"This reverts commit {STABLE}, which was upstream commit {UP} upstream", Form.REVERT),
    ],
)
def test_every_form_gives_the_mainline_id(line: str, form: Form) -> None:
    """Also the revert, which names the stable id first."""
    found = parse_upstream(f"net: fix\n\n{line}\n\nprose\n", stable=True)
    assert [(UP, form)] == [(reference.id, reference.form) for reference in found[:1]]


@pytest.mark.parametrize(
    "line",
    [
        f"This was broken by commit {UP} long ago.",
        f'Fixes: {UP[:12]} ("net: break")',
        "commit 01234 upstream.",
        f"see commit {UP}",
    ],
)
def test_prose_is_no_reference(line: str) -> None:
    """A mention is not an origin."""
    assert () == parse_upstream(f"net: fix\n\n{line}\n", stable=True)


def test_a_bare_line_counts_in_stable_ranges_only() -> None:
    """In mainline ``commit X`` on a line of its own is prose."""
    message = f"net: fix\n\ncommit {UP}\n"
    assert () == parse_upstream(message, stable=False)
    assert 1 == len(parse_upstream(message, stable=True))


def test_two_ids_are_both_kept() -> None:
    """DRM fixes land under two mainline ids."""
    message = f"drm: fix\n\n[ Upstream commit {UP} ]\n\n(cherry picked from commit {STABLE})\n"
    assert [UP, STABLE] == [reference.id for reference in parse_upstream(message, stable=True)]


def test_fixes_and_reverts() -> None:
    """Ids in order, each once, in lower case."""
    assert ("0123456789ab",) == parse_fixes('s\n\nFixes: 0123456789AB ("x")\nfixes: 0123456789ab\n')
    assert (UP,) == parse_reverts(f"Revert\n\nThis reverts commit {UP}.\n")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Linux 6.12.1", True),
        ("Linux 2.6.34.6", True),
        ("Linux 6.12-rc3", True),
        ("Linus 2.6.34", True),
        ("Linux 6.12.1: fix", False),
        ("linux", False),
    ],
)
def test_release_subjects(subject: str, expected: bool) -> None:
    """Only a subject that is nothing but the release."""
    assert expected == is_release_subject(subject)
