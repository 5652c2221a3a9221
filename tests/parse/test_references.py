"""References to upstream commits in all their spellings, and what only looks like one."""

from __future__ import annotations

import pytest

from provenance.parse.references import (
    Form,
    is_release_subject,
    names_an_origin,
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
        (f"master commit: {UP}\nmaster date: 2026-07-20 09:50:00 +0200", Form.UPSTREAM_LINE),
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


QUOTED = f"    net: break\n\n    [ upstream commit {UP} ]\n"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (f"s\n\nThis reverts commit {STABLE}.\n\n{QUOTED}\nSigned\n", [(UP, Form.REVERT)]),
        (f"s\n\nthis Reverts Commit {STABLE}.\n\tcommit {UP} upstream.\n", [(UP, Form.REVERT)]),
        (f"s\n\n{QUOTED}\nThis reverts commit {STABLE}.\n", [(UP, Form.UPSTREAM_NOTE)]),
        (f"s\n\nThis reverts commit {STABLE}.\n\n   [ upstream commit {UP} ]\n",
         [(UP, Form.UPSTREAM_NOTE)]),
        (f"s\n\nThis reverts commit {STABLE}.\n\nmaster commit: {UP}\n",
         [(UP, Form.UPSTREAM_LINE)]),
        (f"s\n\nThis reverts commit {STABLE}.\n\n{QUOTED}\nmaster commit: {STABLE}\n",
         [(STABLE, Form.UPSTREAM_LINE)]),
        (f"s\n\nThis reverts it.\n\n{QUOTED}", [(UP, Form.UPSTREAM_NOTE)]),
        (f"s\n\nThis reverts commit {STABLE}.\n\n{QUOTED}\nThis reverts commit {STABLE}.\n",
         [(UP, Form.REVERT)]),
        (f"\nThis reverts commit {STABLE}.\n\n{QUOTED}", [(UP, Form.REVERT)]),
        (f"s\n\nThis reverts commit {STABLE}.\n\n    commit {UP}\n", []),
    ],
)  # fmt: skip
def test_a_revert_quotes_where_the_reverted_came_from(
    message: str, expected: list[tuple[str, Form]]
) -> None:
    """What is indented below ``This reverts commit``, where no origin of its own is named."""
    found = parse_upstream(message, stable=True)
    assert expected == [(reference.id, reference.form) for reference in found]


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


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (f"s\n\ncommit {UP[:12]}\n", [UP[:12]]),
        (f"s\n\ncommit {UP[:11]}\n", []),
        (f"s\n\n\none\n \ntwo\ncommit: {UP}.\n", [UP]),
        (f"s\n\none\ntwo\nthree\ncommit {UP}\n", []),
        (f"commit {UP}\n\ns\n", []),
        (f"s\n\ncommit {UP[:8]}\ncommit {UP}\ncommit {STABLE}\n", [UP]),
        (f"s\n\ncommit {STABLE}\n\n(cherry picked from commit {UP})\n", [UP]),
    ],
)
def test_a_bare_line_stands_at_the_top(message: str, found: list[str]) -> None:
    """On the first three lines below the title, with 12 digits or more, where nothing else is."""
    assert found == [reference.id for reference in parse_upstream(message, stable=True)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"[ Upstream commit", True),
        (b"in MAINLINE", True),
        (b"cherry-picked", True),
        (b"back-ported", True),
        (b"Backport of", True),
        (b"back port", True),
        (b"s\n\n  commit: 1", True),
        (b"s\n\nthis commit is", False),
        (b"s\n\ncommitted", False),
        (b"", False),
    ],
)
def test_a_quick_look_spares_the_rest(raw: bytes, expected: bool) -> None:
    """It hides no reference."""
    assert expected == names_an_origin(raw)


def test_two_ids_are_both_kept() -> None:
    """DRM fixes land under two mainline ids."""
    message = f"drm: fix\n\n[ Upstream commit {UP} ]\n\n(cherry picked from commit {STABLE})\n"
    assert [UP, STABLE] == [reference.id for reference in parse_upstream(message, stable=True)]
    twice = parse_upstream(f"{message}commit {UP} upstream.\n", stable=True)
    assert [(UP, Form.UPSTREAM_NOTE), (STABLE, Form.CHERRY_PICK)] == [
        (reference.id, reference.form) for reference in twice
    ]


@pytest.mark.parametrize(
    "note",
    [
        f"[ Upstream commits {UP} and {STABLE} ]",
        f"[ Upstream commits {UP}\n  and {STABLE} ]",
        f"[upstream commits: {UP}, and {STABLE}]",
    ],
)
def test_a_backport_of_two_commits_names_both(note: str) -> None:
    """On one line or on two."""
    found = parse_upstream(f"net: fix\n\n{note}\n\nprose\n", stable=True)
    assert [(UP, Form.UPSTREAM_NOTE), (STABLE, Form.UPSTREAM_NOTE)] == [
        (reference.id, reference.form) for reference in found
    ]


def test_fixes_and_reverts() -> None:
    """Ids in order, each once, in lower case."""
    assert ("0123456789ab",) == parse_fixes('s\n\nFixes: 0123456789AB ("x")\nfixes: 0123456789ab\n')
    assert (UP,) == parse_reverts(f"Revert\n\nThis reverts commit {UP}.\n")
    twice = "".join(f"This reverts commit {one}.\n" for one in (STABLE, UP, STABLE.upper()))
    assert (STABLE, UP) == parse_reverts(f"s\n\n\udcff\n{twice}")
    assert (UP, "01234") == parse_fixes(
        f"\udcff\n\tFixes: commit {UP}\nFixes: 01234\nFixes: 0123\n"
    )


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Linux 6.12.1", True),
        ("Linux 2.6.34.6", True),
        ("Linux 6.12-rc3", True),
        ("Linus 2.6.34", True),
        ("Linux 6.12.1: fix", False),
        ("linux", False),
        (" linux v6.12.1-rc3 ", True),
        ("a Linux 6.12", False),
        ("Update version for 2.6.1 release", True),
        ("Update version for v2.8.0-rc1", True),
        ("Update version for 1.1 development branch", False),
    ],
)
def test_release_subjects(subject: str, expected: bool) -> None:
    """Only a subject that is nothing but the release."""
    assert expected == is_release_subject(subject)


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Git 2.50.1", True),
        ("Prepare v2.50.1", True),
        ("Version 2.50.1.", True),
        ("Prepare for 2.50.1 release", True),
        ("2.50.1", True),
        ("Git 2.50.10", False),
        ("Git 2.50", False),
        ("The second batch", False),
        ("build the docs for 2.50.1 again", False),
    ],
)
def test_a_tag_says_which_release_a_subject_names(subject: str, expected: bool) -> None:
    """Its version stands in the subject, which says little else."""
    assert expected == is_release_subject(subject, ["2.50.1", "2.51"])
    assert not is_release_subject(subject)
