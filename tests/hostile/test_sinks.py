"""Hostile text in every field and every format: shown, never obeyed, never mixed up."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from provenance.report.safe import excerpt
from tests.cli import Outcome, run
from tests.hostile.case import accounted, text_of
from tests.hostile.payloads import PAYLOADS, in_ident, in_line, in_path
from tests.hostile.sinks import (
    assert_csv,
    assert_html,
    assert_json,
    assert_markdown,
    assert_no_reference,
    assert_sarif,
    assert_terminal,
    expected_address,
    expected_name,
    folder,
    grow,
)
from tests.hostile.world import MONTH, START, World, octets, start

PAGES: Final = ("table", "csv", "json", "markdown", "html")
FORMATS: Final = (*PAGES, "sarif")
ENTITIES: Final = ("entity", "numeric-entity")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The history with every payload."""
    made = start(tmp_path_factory.mktemp("sinks"))
    grow(made)
    made.settle()
    return made


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def audited(world: World, cache: Path) -> Callable[[str], Outcome]:
    """The audit of all of it in a format, made once."""
    made: dict[str, Outcome] = {}

    def get(name: str) -> Outcome:
        if name not in made:
            words = [
                "audit",
                "v1.1",
                "-C",
                str(world.repo),
                "--all",
                "-f",
                name,
                "--cache-dir",
                str(cache),
            ]
            made[name] = run(*words)
        return made[name]

    return get


@pytest.mark.parametrize("name", PAYLOADS)
@pytest.mark.parametrize("kind", FORMATS)
def test_one_commit_is_shown_safely(name: str, kind: str, world: World, cache: Path) -> None:
    """``check`` of the payload's commit obeys what its medium asks for."""
    outcome = run(
        "check", world.named[name], "-C", str(world.repo), "-f", kind, "--cache-dir", str(cache)
    )
    assert outcome.code in (0, 1), outcome.stderr
    assert_terminal(outcome.stderr)
    if kind == "table":
        assert_terminal(outcome.stdout)
    elif kind == "csv":
        assert_csv(outcome.raw)
    elif kind == "markdown":
        assert_markdown(outcome.stdout)
    elif kind == "html":
        texts = assert_html(outcome.stdout)
        name_, address = expected_name(PAYLOADS[name]), expected_address(PAYLOADS[name])
        assert any(excerpt(f"{name_ or '(no name)'} <{address}>") in text for text in texts)
    elif kind == "sarif":
        about = excerpt(expected_address(PAYLOADS[name]))
        about = about.replace("](", r"]\x28").replace("{", "{{").replace("}", "}}")
        assert any(about in text for text in assert_sarif(outcome.stdout))
    else:
        commit = assert_json(outcome.stdout)["commit"]
        assert expected_name(PAYLOADS[name]) == text_of(commit["author"]["name"])
        assert expected_address(PAYLOADS[name]) == text_of(commit["author"]["email"])
        path = f"{folder(name)}/f ".encode() + in_path(PAYLOADS[name])
        assert path.decode("utf-8", "surrogateescape") in map(
            text_of, commit["lines"]["binary_files"]
        )
        section = (b"S " + in_line(PAYLOADS[name]).strip()).decode("utf-8", "surrogateescape")
        assert section.strip() in [text_of(one["name"]) for one in commit["subsystems"]]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_whole_audit_is_shown_safely(kind: str, audited: Callable[[str], Outcome]) -> None:
    """All payloads side by side in one report."""
    outcome = audited(kind)
    checks: dict[str, Callable[[], object]] = {
        "table": lambda: assert_terminal(outcome.stdout),
        "csv": lambda: assert_csv(outcome.raw),
        "json": lambda: accounted(assert_json(outcome.stdout), outcome.code),
        "markdown": lambda: assert_markdown(outcome.stdout),
        "html": lambda: assert_html(outcome.stdout),
        "sarif": lambda: assert_sarif(outcome.stdout),
    }
    assert outcome.stdout
    checks[kind]()


def test_different_texts_stay_different_in_csv(
    audited: Callable[[str], Outcome], world: World
) -> None:
    """Two names share a cell only where their bytes are the same."""
    header, *rows = assert_csv(audited("csv").raw)
    for column, place in (("author_name", expected_name), ("author_email", expected_address)):
        at = header.index(column)
        shown = {row[0]: row[at] for row in rows}
        cells = {name: shown[world.named[name]] for name in PAYLOADS}
        truth = {name: place(PAYLOADS[name]) for name in PAYLOADS}
        assert len(set(truth.values())) == len(set(cells.values()))
        assert {(truth[a] == truth[b], cells[a] == cells[b]) for a in truth for b in truth} == {
            (True, True),
            (False, False),
        }


def test_different_texts_stay_different_in_json(
    audited: Callable[[str], Outcome], world: World
) -> None:
    """Names and addresses are exact, so two of them are equal only where their bytes are."""
    commits = {one["id"]: one for one in assert_json(audited("json").stdout)["commits"]}
    for name, payload in PAYLOADS.items():
        author = commits[world.named[name]]["author"]
        assert expected_name(payload) == text_of(author["name"])
        assert expected_address(payload) == text_of(author["email"])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_saved_report_renders_as_the_audit_itself(
    kind: str, audited: Callable[[str], Outcome], tmp_path: Path
) -> None:
    """What went through JSON and back is the same in every format."""
    saved = tmp_path / "report.json"
    saved.write_text(audited("json").stdout)
    again = run("render", str(saved), "-f", kind, "--all")
    assert audited(kind).raw == again.raw


@pytest.mark.parametrize(
    "words", [("lines", "--by", "person"), ("lines", "--by", "subsystem"), ("index",)], ids=" ".join
)
@pytest.mark.parametrize("kind", PAGES)
def test_other_commands_show_it_safely(
    kind: str, words: tuple[str, ...], world: World, cache: Path
) -> None:
    """Counts by person and by subsystem, and the index, name the same texts."""
    if words == ("index",):
        outcome = run("index", "-C", str(world.repo), "--cache-dir", str(cache))
        assert_terminal(outcome.stdout + outcome.stderr)
        assert 0 == outcome.code
        return
    outcome = run(
        words[0], "v1.1", *words[1:], "-C", str(world.repo), "-f", kind, "--cache-dir", str(cache)
    )
    assert outcome.stdout, outcome.stderr
    checks: dict[str, Callable[[], object]] = {
        "table": lambda: assert_terminal(outcome.stdout),
        "csv": lambda: assert_csv(outcome.raw),
        "json": lambda: assert_json(outcome.stdout),
        "markdown": lambda: assert_markdown(outcome.stdout),
        "html": lambda: assert_html(outcome.stdout),
    }
    checks[kind]()


def tagged(folder_: Path, payload: bytes) -> World:
    """A release tag with the payload as its name inside, tagger and message; a branch too."""
    made = start(folder_)
    made.commit()
    who = in_ident(payload) + b" N <" + in_ident(payload) + b"@x.example>"
    head = octets(f"object {made.last}\ntype commit\ntag ") + in_line(payload) + b"\n"
    date = octets(f" {START + 4 * MONTH} +0000\n\n")
    made.ref("tags/v1.1", made.store("tag", head + b"tagger " + who + date + payload + b"\n"))
    branch = in_path(payload)[:200]
    path = octets(str(made.repo / "refs" / "heads")) + b"/b" + branch
    Path(path.decode("utf-8", "surrogateescape")).write_text("no id\n")
    made.settle()
    return made


@pytest.mark.parametrize("name", ENTITIES)
def test_markdown_holds_no_character_reference(name: str, world: World, cache: Path) -> None:
    """``&lt;`` in a name stays four characters where the page is rendered."""
    words = ("check", world.named[name], "-C", str(world.repo), "-f", "markdown")
    assert_no_reference(run(*words, "--cache-dir", str(cache)).stdout)


@pytest.mark.parametrize("name", PAYLOADS)
def test_tags_and_refs_are_shown_safely(name: str, tmp_path: Path) -> None:
    """The name inside the tag, the tagger and a broken branch, in five formats."""
    made = tagged(tmp_path / "w", PAYLOADS[name])
    words = ("audit", "v1.1", "-C", str(made.repo), "-f")
    report = assert_json(run(*words, "json").stdout)
    assert expected_name(PAYLOADS[name]) == text_of(report["tag"]["tagger"]["name"])
    assert any("not a readable ref" in text_of(note) for note in report["completeness"]["notes"])
    table = run(*words, "table")
    assert_terminal(table.stdout + table.stderr)
    assert_markdown(run(*words, "markdown").stdout)
    assert_html(run(*words, "html").stdout)
    assert_sarif(run(*words, "sarif").stdout)


@pytest.mark.parametrize("name", PAYLOADS)
def test_refusals_are_shown_safely(name: str, world: World) -> None:
    """An unknown revision, address or path is repeated without being obeyed."""
    text = in_line(PAYLOADS[name]).decode("utf-8", "surrogateescape")
    for words in (("audit", f"v{text}"), ("who", f"x{text}@x.example")):
        outcome = run(*words, "-C", str(world.repo))
        assert 2 == outcome.code
        assert "hint: " in outcome.stderr
        assert_terminal(outcome.stderr)
