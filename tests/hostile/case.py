"""A case of the suite, and the one runner that checks all of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest

from tests.cli import Outcome, run
from tests.hostile.world import World, start

Recipe = Callable[[World], object]
ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What the report must say; commits by the names their recipe gave them.

    ``rules`` are all rules that fire, at any severity; commits that are not named must have
    none; those in ``flagged`` must have one at least.  ``tag`` are those of the release tag.
    ``error`` is part of the message of a refusal.
    """

    code: int = 0
    rules: Mapping[str, str] = field(default_factory=dict)
    flagged: Sequence[str] = ()
    tag: str | None = None
    author: Mapping[str, str] = field(default_factory=dict)
    route: Mapping[str, str] = field(default_factory=dict)
    signature: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    subject: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    commits: Sequence[str] | None = None
    unreadable: Sequence[str] = ()
    over_budget: Sequence[str] = ()
    partial: Sequence[str] = ()
    repository: Mapping[str, object] = field(default_factory=dict)
    notes: Sequence[str] = ()
    tag_says: Sequence[str] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing that is odd about a repository.

    ``item`` is its number in the catalogue of hostile inputs; ``fine`` cases must be left
    alone.  ``wrong`` says in which way the program does not do what is expected, yet.
    """

    id: str
    item: int
    odd: str
    recipe: Recipe
    expect: Expect
    fine: bool = False
    wrong: str = ""


def cases(*tables: Iterable[Case]) -> pytest.MarkDecorator:
    """Parametrises a test over tables of cases."""
    return pytest.mark.parametrize(
        "case", [parameter(case, case.id, case.wrong) for table in tables for case in table]
    )


def parameter(value: object, name: str, wrong: str = "") -> Any:
    """One parameter of a test, marked where the program is known to be wrong."""
    marks = [pytest.mark.xfail(strict=True, reason=wrong)] if wrong else []
    return pytest.param(value, id=name, marks=marks)


def odd(name: str, item: int, what: str, recipe: Recipe, *, wrong: str = "", **expect: Any) -> Case:
    """A case that must be refused, flagged or not believed."""
    return Case(id=name, item=item, odd=what, recipe=recipe, expect=Expect(**expect), wrong=wrong)


def fine(
    name: str, item: int, what: str, recipe: Recipe, *, wrong: str = "", **expect: Any
) -> Case:
    """A case that must be left alone."""
    return replace(odd(name, item, what, recipe, wrong=wrong, **expect), fine=True)


def own(case: Case) -> Case:
    """The same, read as the user's own clone."""

    def recipe(world: World) -> None:
        case.recipe(world)
        world.words += ["--tier", "own"]

    return replace(case, recipe=recipe)


def allowing(recipe: Recipe, *folders: str) -> Recipe:
    """The same, with these folders allowed; {folder} is where everything is."""

    def wider(world: World) -> None:
        recipe(world)
        for folder in folders:
            world.words += ["--allow-alternate", folder.format(folder=world.folder)]

    return wider


def build(case: Case, folder: Path) -> World:
    """The repository of a case."""
    world = start(folder)
    case.recipe(world)
    world.settle()
    return world


def check(case: Case, folder: Path, *, twice: bool = False) -> dict[str, Any]:
    """Builds, audits and compares; the report for further questions ({} for a refusal).

    ``twice``: two jobs and an index that knows it all give the same bytes.
    """
    world = build(case, folder)
    outcome = audit(world, "-j", "1")
    if twice:
        again = audit(world, "-j", "2")
        assert (outcome.code, outcome.raw) == (again.code, again.raw)
    return compare(case.expect, world, outcome)


def compare(expect: Expect, world: World, outcome: Outcome) -> dict[str, Any]:
    """Compares an outcome with what is expected; the report."""
    assert "Traceback" not in outcome.stderr
    assert "internal error" not in outcome.stderr
    if expect.error:
        assert (2, "") == (outcome.code, outcome.stdout), outcome.stderr
        assert expect.error in outcome.stderr
        return {}
    assert outcome.stdout, outcome.stderr
    report: dict[str, Any] = json.loads(outcome.stdout)
    found = seen(report, world, expect)
    wanted = {key: listed(value) for key, value in vars(expect).items() if key in found}
    assert {**wanted, "rules": split(expect.rules)} == found
    assert expect.code == outcome.code
    notes = " | ".join(text_of(note) for note in report["completeness"]["notes"])
    for note in expect.notes:
        assert note in notes
    if expect.tag is not None:
        tag = report["tag"]
        assert tag
        assert sorted(expect.tag.split()) == sorted({one["rule"] for one in tag["findings"]})
    for word in expect.tag_says:
        told = [*report["tag"]["notes"], *(one["message"] for one in report["tag"]["findings"])]
        assert word in " | ".join(text_of(text) for text in told)
    accounted(report, outcome.code)
    return report


def audit(world: World, *words: str, format_name: str = "json") -> Outcome:
    """The command line on what a case has built."""
    return run(*command(world, format_name), *words)


def command(world: World, format_name: str = "json") -> list[str]:
    """The words of that command line."""
    at = str(world.at or world.repo)
    return ["audit", *world.asked, *world.words, "-C", at, "-f", format_name]


def accounted(report: dict[str, Any], code: int) -> None:
    """Every commit is reported or listed as skipped, and then 0 is impossible."""
    schema().validate(report)
    found = report["completeness"]
    skipped = len(found["unreadable"]) + len(found["over_budget"])
    assert found["reached"] == found["reported"] + skipped
    assert found["reported"] == len(report["commits"]) == report["summary"]["commits"]
    if skipped or found["partial"] or not found["history_complete"]:
        assert 3 == code


@cache
def schema() -> Any:
    """The published description of a report."""
    text = (ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


def seen(report: dict[str, Any], world: World, expect: Expect) -> dict[str, Any]:
    """The report's part of what is expected, in the same shape."""
    name_of = {commit: name for name, commit in world.named.items()}
    by_name = {name_of.get(one["id"], one["id"]): one for one in report["commits"]}
    of: dict[str, Callable[[Any], object]] = {
        "author": lambda one: one["author"]["status"],
        "route": lambda one: one["route"]["verdict"],
        "signature": lambda one: one["signature"]["status"],
        "address": lambda one: text_of(one["author"]["email"]),
        "subject": lambda one: text_of(one["subject"]),
        "lines": lambda one: (one["lines"]["added"], one["lines"]["removed"]),
    }
    found: dict[str, Any] = {
        part: {name: look(by_name[name]) for name in getattr(expect, part)}
        for part, look in of.items()
    }
    found["rules"] = split(
        {
            name: " ".join(finding["rule"] for finding in one["findings"])
            for name, one in by_name.items()
        }
    )
    shown = {name for name in expect.flagged if found["rules"].pop(name, None)}
    found["flagged"] = [one for one in expect.flagged if one in shown]
    if expect.commits is not None:
        found["commits"] = list(by_name)
    account = report["completeness"]
    for part in ("unreadable", "over_budget", "partial"):
        found[part] = sorted(name_of.get(one["id"], one["id"]) for one in account[part])
    found["repository"] = {key: account["repository"][key] for key in expect.repository}
    return found


def listed(value: object) -> object:
    """A tuple as a list."""
    return list(value) if isinstance(value, tuple) else value


def split(rules: Mapping[str, str]) -> dict[str, list[str]]:
    """Rules by commit, sorted, each once; commits without any are left out."""
    return {name: sorted(set(text.split())) for name, text in rules.items() if text}


def text_of(value: Any) -> str:
    """Text of a report, exact also where its bytes are not UTF-8."""
    if isinstance(value, dict):
        return base64.b64decode(value["b64"]).decode("utf-8", "surrogateescape")
    return str(value)
