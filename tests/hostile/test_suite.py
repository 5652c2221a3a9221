"""The suite itself: every item of the catalogue that concerns a repository has its cases."""

from __future__ import annotations

from typing import Final

from tests.hostile import (
    test_alternates,
    test_authority,
    test_commits,
    test_content,
    test_execution,
    test_harmless,
    test_history,
    test_limits,
    test_messages,
    test_packs,
    test_places,
    test_refs,
    test_signatures,
    test_stores,
    test_tags,
    test_trailers,
)
from tests.hostile.case import Case

_MODULES: Final = (
    *(test_alternates, test_authority, test_commits, test_content, test_execution, test_history),
    *(
        test_harmless,
        test_limits,
        test_messages,
        test_packs,
        test_places,
        test_refs,
        test_signatures,
    ),
    *(test_stores, test_tags, test_trailers),
)
ELSEWHERE: Final = {
    24: "what changes while it is read: no command line can time it",
    **dict.fromkeys((39, 41), "trailers that only some readers see: messages of test_trailers"),
    11: "ownership: nothing is asked of it, so there is nothing to set up",
    **dict.fromkeys(range(67, 75), "mail: not read yet"),
    **dict.fromkeys(range(77, 82), "sinks: payloads in every format, test_sinks"),
}
"""Items without an entry in a table, and why."""


def entries() -> list[Case]:
    """Every case of every table."""
    tables = [
        value
        for module in _MODULES
        for value in vars(module).values()
        if isinstance(value, list) and value and isinstance(value[0], Case)
    ]
    return [case for table in tables for case in table]


def test_every_item_has_a_case_or_a_reason() -> None:
    """Items are numbered 1 to 81."""
    covered = {case.item for case in entries()}
    assert set(range(1, 82)) == covered | ELSEWHERE.keys()
    assert not covered & ELSEWHERE.keys()


def test_there_are_more_cases_against_than_for() -> None:
    """At least three hundred, and about three that must be caught for one that must not."""
    fine = sum(case.fine for case in entries())
    assert len(entries()) >= 300
    assert len(entries()) - fine >= 3 * fine


def test_every_case_says_what_is_odd_and_has_a_name_of_its_own() -> None:
    """Two cases with one name would hide one another in a list of results."""
    names = [(case.recipe, case.id) for case in entries()]
    assert len(names) == len(set(names))
    assert all(case.odd for case in entries())
