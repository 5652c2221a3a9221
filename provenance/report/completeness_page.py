"""What could not be seen, in words, for every page that rests on an examination."""

from __future__ import annotations

from collections.abc import Iterator

from provenance.report.document import Section
from provenance.report.mails import ArchivesInfo
from provenance.report.model import Completeness, Problem, RepositoryInfo
from provenance.words import Tier, counted

_SHOWN = 5


def completeness_section(found: Completeness, *, limits: tuple[str, ...] = ()) -> Section:
    """The section "What this could not see"."""
    read = (
        "the one commit was read"
        if found.reached == 1
        else f"all {found.reached} commits were read"
    )
    lines = tuple(_lines(found)) or (read,)
    lines += (*about_tier(found.repository), *limits)
    return Section(title="What this could not see", lines=lines)


def about_tier(state: RepositoryInfo) -> Iterator[str]:
    """What was not checked because the user vouches for it."""
    if state.tier is Tier.OWN:
        yield "read as your own clone: that its files are what git fetched was not checked"


def about_clone(state: RepositoryInfo) -> Iterator[str]:
    """What makes a clone show another history, or less of it."""
    if state.shallow:
        yield (
            "the clone is shallow: history before its boundary is not there"
            " (`git fetch --unshallow` brings it)"
        )
    if state.partial:
        yield (
            "the clone is partial: what git did not fetch is not there, and nothing is fetched for"
            " this (a clone without `--filter` has it)"
        )
    if state.grafts:
        yield "the repository has grafts (info/grafts); they were ignored"
    if state.replace_refs:
        yield f"the repository has {state.replace_refs} replace refs; they were ignored"
    if state.alternates:
        yield f"objects were also read from {state.alternates} other object stores (alternates)"


def _lines(found: Completeness) -> Iterator[str]:
    yield from about_clone(found.repository)
    yield from _problems("could not be read", found.unreadable)
    yield from _problems("over budget, not examined", found.over_budget)
    yield from _problems("only partly read", found.partial)
    yield from found.notes
    if found.archives:
        yield (
            f"mails ({describe_archives(found.archives)}): who sent one, and when, is what it says"
            " itself; what is not in the archives may still have been sent"
        )


def _problems(what: str, problems: tuple[Problem, ...]) -> Iterator[str]:
    for problem in problems[:_SHOWN]:
        yield f"{problem.what} {what}: {problem.reason}"
    if len(problems) > _SHOWN:
        yield f"{len(problems) - _SHOWN} more {what}; the JSON report lists them"


def describe_archives(found: ArchivesInfo) -> str:
    """Mail archives, and how much was in them."""
    unread = f", {found.unreadable} could not be read" if found.unreadable else ""
    return f"{counted(found.mails, 'mail')} in {', '.join(found.names)}{unread}"
