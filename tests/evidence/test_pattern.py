"""What an identity did over time: circles, relatedness, kinds of commits, base rates."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from provenance.dates import DAY, HOUR
from provenance.evidence.model import Standing
from provenance.evidence.pattern import survey
from provenance.evidence.pattern.affinity import Affinity, affinity_of, unrelated_groups
from provenance.evidence.pattern.authority import first_for_others
from provenance.evidence.pattern.deeds import is_build_file, kind_of, tools_of
from provenance.evidence.pattern.model import Deed, Given, IdentityCase, Kind, count_series
from provenance.evidence.pattern.reviews import circles
from provenance.evidence.signals import Among, Reached
from provenance.facts import Address, ObjectId
from provenance.findings import Confidence
from provenance.index.history import History
from provenance.index.parsed import Parsed
from provenance.parse.objects import parse_commit
from provenance.parse.surface import Surface
from provenance.parse.trailers import parse_message
from provenance.patterns import judge
from provenance.policy import Policy
from provenance.rates import Rates, count_grades
from provenance.rules import Observation, Rule, all_rules
from provenance.rules.burst_of_patches import check_identity as check_burst
from provenance.rules.fixes_before_features import check_identity
from provenance.rules.no_depth_in_subsystem import check_identity as check_depth
from provenance.words import Severity
from sample_repos.build import build
from tests.cli import run
from tests.conftest import BuiltSample
from tests.evidence.test_deeds import DEED
from tests.git import git

Sampler = Callable[[str], BuiltSample]
NAMES = [Address(name) for name in "abcdef"]


def reviews(pairs: set[tuple[Address, Address]]) -> dict[Address, list[Given]]:
    found: dict[Address, list[Given]] = {}
    for reviewer, author in sorted(pairs):
        one = Given(
            id=ObjectId("1" * 40),
            key="reviewed-by",
            author=author,
            time=0,
            is_only=True,
            to_unverified=True,
        )
        found.setdefault(reviewer, []).append(one)
    return found


@given(st.sets(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES))))
def test_a_circle_holds_exactly_those_who_reach_each_other(
    pairs: set[tuple[Address, Address]],
) -> None:
    """Compared with following every review until nothing new is reached."""
    reached = {name: {name} for name in NAMES}
    for _ in NAMES:
        for reviewer, author in pairs:
            for seen in reached.values():
                if reviewer in seen:
                    seen.add(author)
    found = circles(reviews(pairs))
    for name in NAMES:
        mutual = tuple(sorted(o for o in NAMES if o in reached[name] and name in reached[o]))
        assert (mutual if len(mutual) > 1 else ()) == found.get(name, ())


def test_subsystems_are_unrelated_where_hardly_anybody_works_in_both() -> None:
    """One in twenty of the smaller one's people at most; too few people tell nothing."""
    found = Affinity(
        {
            "net": range(40),
            "mm": range(38, 80),  # two of forty work in both
            "fs": range(35, 100),
            "tiny": [7, 8],
        }
    )
    assert [True, False, False] == [found.unrelated("net", one) for one in ("mm", "fs", "tiny")]
    assert ["net", "mm"] == unrelated_groups(["net", "fs", "mm", "net"], found.unrelated)
    work = [(1, ["net"]), (2, ["net", "mm"]), (1, ["mm"])]
    assert {"mm": [1, 2], "net": [1, 2]} == affinity_of(work).data()


@pytest.mark.parametrize(
    ("subject", "body", "new_source", "kind"),
    [
        ("net: fix a leak", "", 0, Kind.FIX),
        ("net: handle the last one", 'Fixes: 0123456789ab ("x")\n', 0, Kind.FIX),
        ("net: add support for the X1", "", 0, Kind.FEATURE),
        ("net: fix the build by adding a file", "", 80, Kind.FEATURE),
        ("net: rename a variable", "", 0, Kind.OTHER),
        ("net: prefix all names", "", 0, Kind.OTHER),
    ],
)
def test_kinds(subject: str, body: str, new_source: int, kind: Kind) -> None:
    """New source files outweigh the trailers, those the subject."""
    raw = (
        f"tree {'0' * 40}\nauthor A <a@x.example> 1 +0000\ncommitter A <a@x.example> 1 +0000\n\n"
        f"{subject}\n\n{body}Signed-off-by: A <a@x.example>\n"
    )
    assert kind is kind_of(parse_commit(ObjectId("1" * 40), raw.encode()), new_source)


@pytest.mark.parametrize(
    "path",
    ["Makefile", "meson.build", "CMakeLists.txt", "configure.ac", "m4/a.m4", "package/a/a.mk",
     ".github/w.yml", ".github/workflows/a", "scripts/mod/modpost.c", "tests/run.sh"],
)  # fmt: skip
def test_what_runs_while_building_is_a_build_file(path: str) -> None:
    """At the top, or wherever its kind says so."""
    assert is_build_file(path)


@pytest.mark.parametrize(
    "path",
    ["drivers/net/Makefile", "hw/net/meson.build", "src/CMakeLists.txt", "mb/acme/Makefile.mk",
     "drivers/net/a.c", "Documentation/x.rst", "lib/contest/file.c", ".github/SECURITY.md"],
)  # fmt: skip
def test_what_every_driver_touches_is_not(path: str) -> None:
    """A line in a makefile deep in the tree comes with every new file."""
    assert not is_build_file(path)


@pytest.mark.parametrize(
    ("trailer", "is_told"),
    [
        ("Assisted-by: LLM [checker]", True),
        ("Signed-off-by: Copilot <agent@vendor.example>", True),
        ("Co-Authored-By: Claude <noreply@vendor.example>", True),
        ("Co-authored-by: Claude Opus 9.1 (1M context) <noreply@vendor.example>", True),
        ("Co-developed-by: Claude Code", True),
        ("Generated-by: Claude AI", True),
        ("Co-developed-by: claude-9-opus", True),
        ("Generated-by: Some Model <noreply@eu.openai.com>", True),
        ("Generated-by: scripts/coccinelle/free.cocci", False),
        ("Reported-by: Claude Opus 9 <noreply@vendor.example>", False),
        ("Signed-off-by: Ann Elm <ann@openai.com>", False),
        ("Signed-off-by: Gus Cursorius <gus@x.example>", False),
        ("Signed-off-by: Claude Dupont <claude.dupont@x.example>", False),
        ("Signed-off-by: Jean-Claude <jc@x.example>", False),
        ("Signed-off-by: Claudette 2 <c@x.example>", False),
    ],
)
def test_tools_are_named_by_trailers_and_people_are_none(trailer: str, is_told: bool) -> None:
    """A disclosure and a sign-off by a tool, but nobody whose name is like one's."""
    found = tools_of(parse_message(f"x: y\n\n{trailer}\n".encode()).trailers)
    assert ((trailer,) if is_told else ()) == found


def test_every_rule_about_identities_says_what_is_usual() -> None:
    """Else a history without newcomers would make everything infinitely surprising."""
    rules = [rule for rule in all_rules() if rule.check_identity]
    assert len(rules) > 10
    assert [] == [rule.id for rule in rules if not 0 < rule.usual < 0.5]


def test_the_ranking_is_explained_line_by_line(sample: Sampler) -> None:
    """Bits add up, ranks count, and who has more bits comes first."""
    path = str(sample("pattern-of-author").path)
    found = json.loads(run("audit", "-C", path, "-f", "json").stdout)["identities"]
    assert list(range(1, len(found) + 1)) == [who["rank"] for who in found]
    for who in found:
        assert who["bits"] == round(sum(signal["bits"] for signal in who["signals"]), 1)
    assert sorted((who["bits"] for who in found), reverse=True) == [who["bits"] for who in found]
    assert "rob@sable-mail.example" == found[0]["email"]


def graded(found: Any) -> list[tuple[str, str, str]]:
    """Subject, severity and message of what the sum of signals says of each commit, in order."""
    return [
        (commit["subject"], one["severity"], one["message"])
        for commit in found["commits"]
        for one in commit["findings"]
        if one["rule"] == "pattern-of-author"
    ]


def test_weights_and_thresholds_are_the_users(sample: Sampler, tmp_path: Path) -> None:
    """A rule of weight 0 is shown and does not count; a lower threshold makes high."""
    path = str(sample("newcomer").path)
    policy = tmp_path / "policy.toml"
    policy.write_text("[pattern]\nhigh = 8.0\n[pattern.weights]\n'review-by-unverified' = 0.0\n")
    found = json.loads(run("audit", "-C", path, "-f", "json", "--policy", str(policy)).stdout)
    (rob,) = [who for who in found["identities"] if who["signals"]]
    assert 0.0 == {one["rule"]: one["bits"] for one in rob["signals"]}["review-by-unverified"]
    assert {"high"} == {severity for _, severity, _ in graded(found)}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("", {"high": 5, "medium": 6}),
        ("commits = 0", {"medium": 11}),
        ("commits = 1", {"high": 1, "medium": 10}),
        ("commits = 11", {"high": 11}),
        ("commits = 11\nfirst_commits = 4", {"high": 5, "medium": 6}),
        ("first_commits = 3", {"high": 4, "medium": 7}),
        ("first_commits = 0", {"high": 1, "medium": 10}),
        ("first_commits = 0\nfeature = 410", {"high": 1, "medium": 10}),
        ("identities = 0", {"medium": 11}),
        ("high = 99.0", {"high": 1, "medium": 10}),
        ("high = 99.0\nmedium = 99.0", {"high": 1}),
        ("high = 99.0\nnew_code = 99.0", {"medium": 11}),
        ("high = 99.0\nfeature = 205", {"medium": 11}),
        ("high = 99.0\nmedium = 99.0\nnew_code = 99.0", {}),
    ],
)
def test_first_commits_and_new_code_are_high(
    sample: Sampler, tmp_path: Path, pattern: str, expected: dict[str, int]
) -> None:
    """Of a surprising history: ten small commits and a module of 409 lines, the eleventh."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f"[pattern]\n{pattern}\n")
    path = str(sample("pattern-of-author").path)
    found = json.loads(run("audit", "-C", path, "-f", "json", "--policy", str(policy)).stdout)
    assert expected == Counter(severity for _, severity, _ in graded(found))


@pytest.mark.parametrize(("young", "compared"), [(10, True), (5, False)])
def test_who_left_again_stays_as_old_as_it_was(
    sample: Sampler, tmp_path: Path, young: int, compared: bool
) -> None:
    """Established within a week and not seen for months: a dossier looks at that week."""
    policy = tmp_path / "policy.toml"
    policy.write_text(f"established = {{commits = 2, days = 7}}\npattern.young_days = {young}\n")
    words = ("-f", "json", "--policy", str(policy), "-C", str(sample("binary-and-build").path))
    found = json.loads(run("who", "rob@sable-mail.example", *words).stdout)
    assert ("established", compared) == (found["status"], found["compared"])
    assert compared == ("binary-and-build" in {one["rule"] for one in found["signals"]})


def add_commits(repo: Path, *steps: tuple[str, str, str]) -> None:
    """Continues a sample by commits of one account: subject, path and content of each."""
    start = 1_632_300_000
    stream = "".join(
        f"commit refs/heads/main\nauthor Rob Sable <rob@sable-mail.example> {moment} +0000\n"
        f"committer Ben Torres <ben@net.example> {moment} +0000\n"
        f"data {len(subject)}\n{subject}\n"
        f"{'' if number else 'from refs/heads/main^0' + chr(10)}"
        f"M 644 inline {path}\ndata {len(content)}\n{content}\n"
        for number, (subject, path, content) in enumerate(steps)
        for moment in [start + 3600 * number]
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())


def test_what_shows_a_signal_is_read_first(tmp_path: Path) -> None:
    """A binary file of somebody who changes the build is high though neither early nor large;
    a large translation is no code.  The page begins with it.
    """
    repo = tmp_path / "repo"
    build("binary-and-build", repo)
    add_commits(
        repo,
        *((f"step {number}", "net/more.h", "x" * number) for number in range(15)),
        ("tests: new archive", "tests/new.bin", "\0\1"),
        ("translate", "po/de.po", "x\n" * 400),
        ("large", "net/table.txt.h", "x\n" * 150),
    )
    found = json.loads(run("audit", "-C", str(repo), "v1.1..main", "-f", "json").stdout)
    gravest = {
        commit["subject"]: (one["severity"], one["confidence"])
        for commit in found["commits"]
        for one in commit["findings"]
        if one["rule"] == "pattern-of-author"
    }
    assert ("high", "high") == gravest["tests: new archive"]
    assert ("medium", "medium") == gravest["translate"]
    assert ("high", "medium") == gravest["large"]
    page = run("audit", "-C", str(repo), "v1.1..main").stdout
    rows = page.partition("Flagged commits, worst first")[2].splitlines()
    assert "tests: new" in rows[3]


def test_of_somebody_busy_only_the_first_commits_are_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of more commits than are read of one identity: eleven, then 240 small ones."""
    monkeypatch.setattr(survey, "_FIRST", 50)
    monkeypatch.setattr(survey, "_LAST", 150)
    repo = tmp_path / "repo"
    build("pattern-of-author", repo)
    add_commits(repo, *(("step", "net/more.h", "x" * number) for number in range(240)))
    policy = tmp_path / "policy.toml"
    policy.write_text("pattern.commits = 1000\n")
    words = ("-C", str(repo), "-f", "json", "--policy", str(policy))
    found = json.loads(run("audit", "v1.0..main", *words).stdout)
    (rob,) = (one for one in found["identities"] if one["email"] == "rob@sable-mail.example")
    assert (251, True) == (rob["commits"], rob["bits"] >= 8)
    rated = Counter(severity for _, severity, _ in graded(found))
    assert {"high": 15, "medium": 236} == rated


def test_of_one_identity_a_few_commits_are_read_first(tmp_path: Path) -> None:
    """What shows a signal, then new source by size, then what is large, then what was first."""
    repo = tmp_path / "repo"
    build("binary-and-build", repo)
    add_commits(
        repo,
        *((f"step {number}", "net/more.h", "x" * number) for number in range(3)),
        ("some new", "net/b.c", "int b;\n" * 40),
        ("table", "net/more.h", "x\n" * 150),
        ("most new", "net/a.c", "int a;\n" * 90),
        ("archive", "tests/new.bin", "\0\1"),
    )
    for most, expected in (
        (1, {"archive"}),
        (2, {"archive", "most new"}),
        (3, {"archive", "most new", "some new"}),
        (4, {"archive", "most new", "some new", "table"}),
        (5, {"archive", "most new", "some new", "table", "step 0"}),
    ):
        policy = tmp_path / "policy.toml"
        policy.write_text(f"pattern.commits = {most}\n")
        words = ("-C", str(repo), "-f", "json", "--policy", str(policy))
        found = graded(json.loads(run("audit", "v1.1..main", *words).stdout))
        assert expected == {subject for subject, severity, _ in found if severity == "high"}
        told = f", but {most} others of its author are to be read first"
        assert 7 - most == sum(told in message for _, _, message in found)


def test_who_is_beyond_the_first_identities_is_told_so(sample: Sampler, tmp_path: Path) -> None:
    """The place is in the message, and the commits stay at medium."""
    policy = tmp_path / "policy.toml"
    policy.write_text("[pattern]\nidentities = 0\n")
    path = str(sample("pattern-of-author").path)
    found = run("audit", "-C", path, "-f", "json", "--policy", str(policy)).stdout
    assert "bits of surprise, place 1 of the range (no earlier newcomers" in found
    assert "place 1" not in run("audit", "-C", path, "-f", "json").stdout


def case_of(name: str) -> IdentityCase:
    """Somebody of whom nothing is known."""
    return IdentityCase(
        address=Address(name),
        standing=cast("Standing", None),
        unverified=True,
        domain_users=0,
        first_seen=0,
        commits=(),
        deeds=(),
        given=(),
        circle=(),
        claims=(),
        intake=None,
        like=(),
        handlers={},
        unrelated=lambda one, other: False,
        policy=Policy().pattern,
    )


def test_earlier_features_are_told_beside_the_step_to_one() -> None:
    """Who adds features all along did not start with fixes."""
    small = [replace(DEED, id=ObjectId(f"{day:040}"), time=day * DAY) for day in range(6)]
    feature = replace(DEED, kind=Kind.FEATURE, surface=(Surface.IOCTL,))
    last = replace(feature, id=ObjectId("f" * 40), time=9 * DAY, added=400, inside=True)
    earlier = replace(feature, id=ObjectId("e" * 40), time=7 * DAY, added=150)
    told = "6 small commits in 9 days, then 400 lines in ffffffffffff"
    for deeds, more in (
        ([*small, last], ""),
        ([*small, earlier, last], " (features before it: 1, the largest with 150 lines)"),
    ):
        (seen,) = check_identity(replace(case_of("a"), deeds=deeds))
        assert told + more == seen.message
    alike = replace(earlier, added=201)
    assert not list(check_identity(replace(case_of("a"), deeds=[*small, alike, last])))
    at_once = replace(case_of("a"), first_seen=9 * DAY, deeds=[*small, last])
    assert not list(check_identity(at_once))


def test_what_is_new_to_somebody_says_what_was_not_read() -> None:
    """Depth in a subsystem is counted over the commits that were read."""
    deed = replace(DEED, added=200, surface=(Surface.IOCTL,), subsystems=("net",), inside=True)
    case = replace(case_of("a"), commits=(deed.id,), deeds=(deed,))
    told = "adds 200 lines in 111111111111 to net, new to it"
    assert [told] == [one.message for one in check_depth(case)]
    (seen,) = check_depth(replace(case, commits=(deed.id, ObjectId("2" * 40))))
    assert f"{told} (1 commit not read)" == seen.message


def test_what_one_wrote_under_another_address_is_nobody_elses() -> None:
    """Where its full name is one that the committing address has used."""
    history = History()
    people = [
        ("Rob Sable <rob@home.example>", "sable <rob@sable.example>"),
        ("Rob Sable <rob@sable.example>", "Rob Sable <rob@sable.example>"),
        ("Pia Holt <pia@holt.example>", "sable <rob@sable.example>"),
        ("sable <sable@home.example>", "Pia Holt <pia@holt.example>"),
        ("sable <sable@home.example>", "sable <rob@sable.example>"),
    ]
    for number, (author, committer) in enumerate(people):
        history.append(
            Parsed(
                f"{number:040}", (), author.encode(), 9, committer.encode(), 9 - number, False, ()
            )
        )
    addresses = [Address(person.email) for person in history.people]
    rob, pia = Address("rob@sable.example"), Address("pia@holt.example")
    mask = bytearray([1, 1, 1, 1, 0])
    assert {rob: (7, f"{2:040}"), pia: (6, f"{3:040}")} == first_for_others(
        history, addresses, mask
    )
    everything = first_for_others(history, addresses, bytearray([1] * 5))
    assert (5, f"{4:040}") == everything[rob]


SERIES = replace(DEED, time=10 * DAY, authored=9 * DAY, subsystems=("net",), inside=True)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (SERIES, 1),
        (replace(SERIES, time=SERIES.time + HOUR, authored=SERIES.authored - DAY), 1),
        (replace(SERIES, time=SERIES.time + HOUR + 1), 2),
        (replace(SERIES, authored=SERIES.authored - DAY - 1), 2),
        (replace(SERIES, committer=Address("eve@mm.example")), 2),
        (replace(SERIES, subsystems=("mm", "net")), 1),
        (replace(SERIES, subsystems=("mm",)), 2),
        (replace(SERIES, subsystems=()), 2),
    ],
)
def test_what_was_applied_together_is_a_series(second: Deed, expected: int) -> None:
    """By one committer within an hour, written within a day, in a subsystem it is in already."""
    assert expected == count_series([SERIES, second])


def test_a_series_goes_on_where_it_has_been() -> None:
    """In any subsystem of it so far; a new one starts with none of them."""
    places: list[tuple[str, ...]] = [("net", "mm"), ("mm",), ("net",), ("fs",), ("net",)]
    assert 3 == count_series([replace(SERIES, subsystems=names) for names in places])
    assert 0 == count_series([])
    assert 1 == count_series([replace(SERIES, subsystems=())] * 2)


def test_what_prepares_a_feature_in_its_series_is_no_start_with_fixes() -> None:
    """Two small patches and what they are for, sent and applied together."""
    small = [replace(SERIES, id=ObjectId(f"{n:040}"), added=n, authored=0) for n in (1, 2)]
    feature = replace(SERIES, kind=Kind.FEATURE, surface=(Surface.IOCTL,), added=400, authored=0)
    assert not list(check_identity(replace(case_of("a"), deeds=[*small, feature])))
    later = replace(feature, time=feature.time + HOUR + 1)
    (seen,) = check_identity(replace(case_of("a"), deeds=[*small, later]))
    assert seen.message.startswith("2 small commits in 10 days, then 400 lines")


def test_one_long_series_is_no_burst() -> None:
    """Twenty patches for a driver; eight in four subsystems are one, wherever in time they lie."""
    driver = [replace(SERIES, id=ObjectId(f"{number:040}")) for number in range(20)]
    assert not list(check_burst(replace(case_of("a"), first_seen=SERIES.time, deeds=driver)))
    later = 30 * DAY
    fixes = [
        replace(SERIES, time=SERIES.time + later + number * HOUR, subsystems=(f"s{number // 2}",))
        for number in range(8)
    ]
    case = replace(case_of("a"), first_seen=SERIES.time, deeds=[*driver, *fixes])
    (seen,) = check_burst(case)
    assert "8 commits in 4 series within 1 day, first seen 30 days before" == seen.message
    assert not list(check_burst(replace(case, deeds=[*driver, *fixes[1:]])))


def rule_about(usual: float, names: str) -> Rule:
    """A rule that sees something in each of these, which is so usual."""

    def check(case: IdentityCase) -> Iterator[Observation]:
        if case.address in names:
            yield Observation(severity=Severity.LOW, confidence=Confidence.LOW, message="seen")

    (any_rule,) = [rule for rule in all_rules() if rule.id == "burst-of-patches"]
    return replace(any_rule, id=f"rule-{usual}", check_identity=check, usual=usual)


def test_a_sum_is_compared_with_the_sums_of_newcomers() -> None:
    """By the rules that look at newcomers, with what speaks for somebody taken off."""
    rare, usual = rule_about(0.125, "ab"), rule_about(0.5, "abc")
    others = replace(rule_about(0.25, "a"), id="among-present", among=Among.PRESENT)
    friend = replace(rule_about(0.25, "b"), id="friend", speaks_for=1.5)
    rules = [rare, usual, others, friend]
    rows = [[f"{rare.id} low", f"{usual.id} low"], [f"{rare.id} low"], [f"{usual.id} low"]]
    shown = [*rows, ["unknown low"], *[[] for _ in range(6)]]
    rates = Rates(
        since="2020-01-01", shown=dict(zip(map(Address, "mnopqrstuv"), shown, strict=True))
    )
    found = judge([case_of(name) for name in "abc"], rates, rules, Policy())
    reached = {str(who): seen.pattern.reached for who, seen in found.items()}
    expected = {"a": Reached(by=1, compared=10), "b": Reached(by=2, compared=10)}
    assert {**expected, "c": Reached(by=3, compared=10)} == reached
    assert "2 of 10 earlier newcomers reach as much" == reached["b"].base_rate


def test_nobody_is_compared_with_itself() -> None:
    """Who was a newcomer lately has done what it did, and that makes it no more usual."""
    rule = rule_about(0.125, "ab")
    seen = [f"{rule.id} low"]
    rates = Rates(
        since="2020-01-01", shown={Address("a"): seen, Address("n"): seen, Address("m"): []}
    )
    found = judge([case_of("a"), case_of("b")], rates, [rule], Policy())
    (own,), (other,) = (found[Address(name)].pattern.signals for name in "ab")
    assert ((1, 2), (2, 3)) == ((own.hits, own.compared), (other.hits, other.compared))
    assert own.bits > other.bits
    reached = [found[Address(name)].pattern.reached for name in "ab"]
    assert [Reached(by=1, compared=2), Reached(by=2, compared=3)] == reached


def test_what_is_no_grade_is_not_believed() -> None:
    """The index then reads the newcomers anew."""
    with pytest.raises(ValueError, match="grave"):
        count_grades([["burst-of-patches grave"]])


def test_those_with_as_many_bits_share_a_place() -> None:
    """Nobody is left out for the spelling of an address."""
    rules = [rule_about(0.25, "abd"), rule_about(0.125, "b"), rule_about(0.5, "c")]
    rates = Rates(since="", shown={})
    found = judge([case_of(name) for name in "abcde"], rates, rules, Policy())
    expected = {"b": (1, 5.0), "a": (2, 2.0), "d": (2, 2.0), "c": (4, 1.0)}
    assert expected == {
        str(who): (seen.pattern.place, seen.pattern.bits) for who, seen in found.items()
    }
