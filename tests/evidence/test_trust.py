"""Whose word counts: listed, registered, established people, and the domains they use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from provenance.dates import DAY
from provenance.evidence.certificates import parse_certificates
from provenance.evidence.keyring import Keyring
from provenance.evidence.trust import TrustBase, build_trust_base
from provenance.facts import Address, ObjectId
from provenance.index.track_record import Record, Span, TrackRecord
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers, parse_maintainers
from provenance.parse.openpgp import split_packets
from provenance.policy import Affiliated, Domains, Established, KnownPerson, Policy
from sample_repos.keys import Certificate, person_key
from tests.cli import run
from tests.git import git, init

COMMIT = ObjectId("1" * 40)


ANN = Address("ann@ann.example")


class Records(TrackRecord):
    """Records that no history was read for."""

    def __init__(self, records: Mapping[Address, Record]) -> None:
        self._records = dict(records)
        self._numbers = {address: [] for address in records}


def span(commits: int, days: int) -> Span:
    return Span(commits=commits, first=5 * DAY, last=(5 + days) * DAY)


NOTHING = Span(commits=0, first=0, last=0)


def record(
    *names: str, commits: int = 20, days: int = 365, claimed: tuple[str, ...] = ()
) -> Record:
    return Record(
        wrote=span(commits, days),
        handled=NOTHING,
        own=0,
        names=names,
        claimed=tuple(map(Address, claimed)),
    )


def trust(
    records: Mapping[str, Record] | None = None,
    *,
    maintainers: str = "",
    mailmap: bytes = b"",
    policy: Policy | None = None,
    keyring: Keyring | None = None,
) -> TrustBase:
    return build_trust_base(
        commit=COMMIT,
        maintainers=parse_maintainers(maintainers.encode()),
        mailmap=Mailmap(mailmap),
        record=Records({Address(name): one for name, one in (records or {}).items()}),
        keyring=keyring or Keyring(),
        policy=policy or Policy(),
        history_complete=True,
    )


def test_a_trust_base_has_what_it_was_made_of() -> None:
    """Every part, unchanged."""
    maintainers, mailmap, keyring = Maintainers(()), Mailmap(), Keyring()
    policy, records = Policy(domains=Domains(free_mail=("free.example",))), Records({})
    for commit, complete in ((COMMIT, True), (None, False)):
        found = build_trust_base(
            commit=commit,
            maintainers=maintainers,
            mailmap=mailmap,
            record=records,
            keyring=keyring,
            policy=policy,
            history_complete=complete,
        )
        assert (commit, complete) == (found.commit, found.history_complete)
        assert found.maintainers is maintainers
        assert found.mailmap is mailmap
        assert found.record is records
        assert found.keyring is keyring
        assert found.policy is policy
        assert found.domains.is_free_mail("a@free.example")
        assert ({}, {}) == (found.sections_by_address, found.organisations)


@pytest.mark.parametrize(
    ("commits", "days", "expected"),
    [(20, 365, True), (19, 365, False), (20, 364, False), (99, 999, True)],
)
def test_who_is_established(commits: int, days: int, expected: bool) -> None:
    """Both thresholds are met, by what somebody wrote or by what somebody handled."""
    wrote = record(commits=commits, days=days)
    handled = replace(wrote, wrote=span(19, 364), handled=wrote.wrote)
    low = Policy(established=Established(commits=19, days=364))
    for one in (wrote, handled):
        assert expected == trust().is_established(ANN, one)
        assert trust(policy=low).is_established(ANN, one)


def test_writing_and_handling_are_not_added_up() -> None:
    """Neither the commits nor the time between them."""
    apart = replace(record(), wrote=span(19, 900), handled=span(19, 900))
    assert not trust().is_established(ANN, apart)
    early = Span(commits=20, first=5 * DAY, last=5 * DAY)
    late = Span(commits=20, first=900 * DAY, last=900 * DAY)
    both = replace(record(), wrote=early, handled=late)
    assert not trust().is_established(ANN, both)
    assert (5 * DAY, 900 * DAY) == (both.first, both.last)
    assert (5 * DAY, 5 * DAY) == ((alone := replace(both, handled=NOTHING)).first, alone.last)


def test_whose_address_is_nobodys() -> None:
    """A list's that MAINTAINERS names, or that has written itself into most names; a code host's.

    A relay's names its sender.
    """
    found = trust(
        {
            "x@lists.example": record("Ann One via x", "Ann One"),
            "ben@ben.example": record("Ben Two", "Ben Two via x"),
            "y@lists.example": record(),
        },
        maintainers="A\nL: z@Lists.example\nL: Some <zz@lists.example>\nM: B <ben@ben.example>\n",
    )
    many = "a mailing list's address for anyone"
    host = "a code host's address for anyone who uses its web page"
    for address, name, expected in (
        ("devnull+a.b.example@kernel.org", "", ""),
        ("devnull+a.b.example@kernel.org", "Ann via B4 Relay", ""),
        ("x@lists.example", "", many),
        ("x@lists.example", "Ann One", many),
        ("z@lists.example", "", many),
        ("zz@lists.example", "", many),
        ("new@new.example", "Cy via x", many),
        ("new@new.example", "Cy Via", ""),
        ("ben@ben.example", "Ben Two", ""),
        ("ben@ben.example", "Ben Two via x", many),
        ("y@lists.example", "", ""),
        ("noreply@github.com", "GitHub", host),
    ):
        assert expected == found.shared(Address(address), name), (address, name)
    established = found.is_established
    assert not established(Address("x@lists.example"), record("Ann One via x"))
    assert established(Address("ben@ben.example"), record("Ben Two"))


def test_sections_of_an_address_each_once() -> None:
    """In file order, whatever the role; the domain's letter case aside."""
    text = "A\nM: Ada <ada@X.example>\nR: Ada <ada@x.example>\nB\nM: Ben <ben@x.example>\n"
    found = trust(maintainers=f"{text}C\nR: A <ada@x.example>\n").sections_by_address
    assert {"ada@x.example": ("A", "C"), "ben@x.example": ("B",)} == found


def test_an_organisation_is_so_many_established_people() -> None:
    """Each counted once by name; an address stands for who has none; free mail counts nothing."""
    records = {
        "a@mail.org.example": record("Ann One", claimed=("ann@org.example", "a@gmail.com")),
        "a2@org.example": record("ANN ONE"),
        "b@org.example": record("Ben Two", "Ann One"),
        "c@org.example": record(claimed=("c@other.example",)),
        "d@org.example": record("Dee", commits=19),
        "root@localhost": record("Eve", claimed=("e@org.example",)),
        "f@other.example": record("Fay"),
        "g@mailinator.com": record("Gil"),
        "h@mailinator.com": record("Hal"),
        "i@mailinator.com": record("Ida"),
        "j@gmail.com": record("Jo"),
        "k@gmail.com": record("Kim"),
        "devnull+n.org.example@kernel.org": record("Nan Ten"),
        "devnull+o.org.example@kernel.org": record("Oz Eleven"),
        "l@co.uk": record("Lee"),
        "m@co.uk": record("Moe"),
    }
    two = Policy(affiliated=Affiliated(people=2))
    assert {"org.example": 3, "other.example": 2} == trust(records, policy=two).organisations
    three = Policy(affiliated=Affiliated(people=3))
    assert {"org.example": 3} == trust(records, policy=three).organisations
    allowed = Policy(affiliated=Affiliated(people=3), domains=Domains(allow=("mailinator.com",)))
    assert ["mailinator.com", "org.example"] == list(trust(records, policy=allowed).organisations)


def test_people_with_standing() -> None:
    """Listed, registered, in the keyring, or established; a single commit is none."""
    packets = split_packets(Certificate(person_key("kay"), ["Kay <kay@key.example>"]).packets())
    found = trust(
        {
            "est@x.example": record("Est Ablished", "Est A", claimed=("Est@y.example",)),
            "ada@x.example": record("Ada Newname", commits=1, claimed=("ada@z.example",)),
            "new@x.example": record("New Comer", commits=19, claimed=("new@z.example",)),
        },
        maintainers="A\nM: Ada Keeper <ada@X.example>\nM: Ada Second <ada@x.example>\n",
        mailmap=(
            b"Ada Keeper <ada@x.example> <alias@x.example>\n"
            b"New Comer <new@x.example> <alias2@x.example>\n"
        ),
        policy=Policy(
            person=(
                KnownPerson(name="Reg Istered", addresses=("Reg@X.example", "reg@y.example")),
                KnownPerson(name="Ada Third", addresses=("ada@x.example",)),
            )
        ),
        keyring=Keyring(parse_certificates(packets)),
    ).known_people()
    known = {
        "Ada Keeper": ("ada@x.example", "alias@x.example"),
        "Ada Second": ("ada@x.example",),
        "Ada Third": ("ada@x.example",),
        "Ada Newname": ("ada@x.example", "ada@z.example"),
        "Est Ablished": ("Est@y.example", "est@x.example"),
        "Reg Istered": ("Reg@x.example", "reg@y.example"),
        "New Comer": (),
    }
    assert known == {name: found.addresses_of(name) for name in known}
    assert found.is_known(Address("kay@key.example"))
    assert not found.is_known(Address("new@x.example"))
    assert not found.is_known(Address("alias2@x.example"))


def test_domains_with_standing() -> None:
    """Of organisations, also the policy's in any letter case, and of whom MAINTAINERS lists."""
    found = trust(
        {"a@organised.example": record("Ann One")},
        maintainers="A\nM: Ada Keeper <ada@mail.keepers-home.example>\n",
        policy=Policy(
            affiliated=Affiliated(people=1), organisations={"Sponsor-of.example": "Sponsor"}
        ),
    ).known_people()
    for imitation, domain in {
        "a@0rganised.example": "organised.example",
        "a@keepers-h0me.example": "keepers-home.example",
        "a@sp0nsor-of.example": "sponsor-of.example",
        "a@somebody.example": None,
    }.items():
        assert domain == found.twin_domain(Address(imitation))


def test_a_record_says_what_was_written_and_what_was_handled(tmp_path: Path) -> None:
    """And how much nobody else applied; whatever the case of the domain; the same when kept.

    What a namesake wrote is nobody else's.
    """
    repo = init(tmp_path / "r", commits=0)
    pat, sam = "Pat Lee <pat@lee.example>", "Sam Roe <sam@roe.example>"
    alias = "PAT LEE <pat@work.example>"
    stream = "".join(
        f"commit refs/heads/main\nauthor {author} {moment} +0000\n"
        f"committer {committer} {moment} +0000\n"
        f"data 2\nx\nM 644 inline a\ndata 2\n{number}\n\n"
        for number, (author, committer) in enumerate(
            [
                *((pat, sam), (alias, pat), (pat, pat), (pat, "P. Lee <pat@LEE.example>")),
                *((pat, sam), (pat, sam), (pat, sam)),
            ]
        )
        for moment in [1_600_000_000 + number * DAY]
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    words = ("check", "refs/heads/main", "-C", str(repo), "-f", "json")
    for _ in range(2):
        found = json.loads(run(*words, "--cache-dir", str(tmp_path / "cache")).stdout)
        evidence = {one["source"]: one["detail"] for one in found["commit"]["author"]["evidence"]}
        assert evidence["track-record"].startswith(
            "5 commits over 5 days, 2 of them self-committed, before the trust base"
        )
        other = {one["source"]: one["detail"] for one in found["commit"]["committer"]["evidence"]}
        assert other["track-record"].startswith(
            "no commit of its own, 3 of others handled over 5 days, before the trust base"
        )
