"""Addresses: exact where authority hangs on them, generous only where a look-alike is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.parse.addresses import (
    _latin_twin,
    deletions,
    domain_of,
    is_global,
    is_host,
    local_part,
    normalise,
    registrable_domain,
    relayed,
    same_letters,
    same_relayed,
    sent_via,
    skeleton,
    unaccented,
    within_one_edit,
)


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What earlier tests have asked is asked anew."""
    for remembering in (normalise, registrable_domain, skeleton, _latin_twin):
        remembering.cache_clear()


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Ada@Kernel.Example", "Ada@kernel.example"),
        (" ada@x ", "ada@x"),
        ("ada", "ada"),
        ("", ""),
        ('"ada@x"@Y', '"ada@x"@y'),
    ],
)
def test_only_the_domain_is_folded(written: str, normal: str) -> None:
    """The local part belongs to its mail server (RFC 5321)."""
    assert normal == normalise(written)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("a@mail.example.co.uk", "example.co.uk"),
        ("a@example.org.", "example.org"),
        ("a@co.uk", ""),
        ("a@localhost", ""),
        ("a@box.(none)", ""),
        ("a@10.0.0.1", ""),
        ("a", ""),
        ("a@users.github.io", "users.github.io"),
        ("a@A.EXAMPLE.ORG", "example.org"),
        ("a@mail.bücher.example", "bücher.example"),
        ("a@mail.firm.公司.cn", "firm.公司.cn"),
        ("a@mail.firm.xn--55qx5d.cn", "firm.xn--55qx5d.cn"),
        ("a@xn--55qx5d.cn", ""),
        ("a@a..example", ""),
        ("a@..", ""),
        ("a@\udcff.example", "\udcff.example"),
        ("a@" + "x" * 245 + ".example", "x" * 245 + ".example"),
        ("a@" + "x" * 246 + ".example", ""),
    ],
)
def test_registrable_domains(address: str, domain: str) -> None:
    """What an organisation registers, by the public suffix list."""
    assert domain == registrable_domain(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@example.org", True),
        ("root@localhost", False),
        ("a@box.(none)", False),
        ("a@192.168.0.1", False),
        ("a@72102866-910b-0410-8b05-ffd578937521", False),
        ("@example.org", False),
        ("", False),
        ("a@box.LAN", False),
        ("a@box.local", False),
        ("a@landing.example", True),
        ("a@x72102866-910b-0410-8b05-ffd578937521.example", True),
    ],
)
def test_an_address_of_one_machine_is_nobodys(address: str, expected: bool) -> None:
    """Different people can hold it, so it has no record."""
    assert expected == is_global(address)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("kernel.example", "kerne1.example"),
        ("modern", "modem"),
        ("ada", "\u0430da"),
        ("A", "\uff21"),
        ("ada", "a\u200bda"),
        ("ada", "a\u0338da"),
        ("ada", "\u00e0d\u00e4"),
        ("moon", "rnoon"),
        ("wine", "vvine"),
        ("oi5", "0ls"),
        ("l", "|"),
        ("lI", "1i"),
        ("\u4e2d", "\u4e2d\ufeff"),
    ],
)
def test_what_looks_alike_has_one_skeleton(left: str, right: str) -> None:
    """Digits for letters, rn for m, other scripts, full width."""
    assert left != right
    assert skeleton(left) == skeleton(right)


def test_accents_are_set_aside() -> None:
    """Whether composed or not; another alphabet stays another."""
    assert unaccented("Jos\xe9 \xc5ngstr\xf6m") == unaccented("Jose\u0301 angstrom")
    assert unaccented("Ben T\u043erres") != unaccented("Ben Torres")


def test_accents_differ_to_the_eye_only_from_other_letters() -> None:
    """A plain name and another plain name stay apart."""
    assert skeleton("anna") != skeleton("hanna")
    assert "\u4e2d" == skeleton("\u4e2d")


@pytest.mark.parametrize(
    ("address", "local", "domain"),
    [
        ("Ada@Kernel.Example", "Ada", "kernel.example"),
        ("a@b@C", "a@b", "c"),
        ("ada", "ada", ""),
        ("@X", "", "x"),
        ("a@\u0130.Example", "a", "\u0130.example"),
    ],
)
def test_an_address_is_a_local_part_and_a_domain(address: str, local: str, domain: str) -> None:
    """Only ASCII letters are folded; an address without ``@`` is all local part."""
    assert (local, domain) == (local_part(address), domain_of(address))


def test_deletions_are_the_text_and_one_character_less() -> None:
    """Each once."""
    assert {"abb", "bb", "ab"} == deletions("abb")


WORDS = st.text(alphabet="abc", max_size=6)


@given(WORDS, WORDS)
def test_within_one_edit_is_symmetric_and_found_by_deletions(left: str, right: str) -> None:
    """What the index of deletions misses, nobody sees."""
    near = within_one_edit(left, right)
    assert near == within_one_edit(right, left)
    if near:
        assert deletions(left) & deletions(right)
    assert near == _near(left, right)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("abcd", "bacd", True),
        ("abcd", "acbd", True),
        ("aabb", "abab", True),
        ("abcd", "xbcd", True),
        ("abcd", "abcx", True),
        ("abcd", "abxd", True),
        ("abcd", "abcde", True),
        ("bcd", "abcd", True),
        ("abc", "abc", True),
        ("abc", "xaxc", False),
        ("abcd", "xbxd", False),
        ("abcx", "acby", False),
        ("abcde", "bacdx", False),
        ("abcd", "badc", False),
        ("abcd", "axxd", False),
        ("abc", "bcd", False),
        ("ab", "cd", False),
        ("abc", "abcde", False),
        ("abc", "axbcx", False),
        ("", "ab", False),
    ],
)
def test_what_one_edit_can_do(left: str, right: str, expected: bool) -> None:
    """One letter more, less or another, or two neighbours swapped; nothing besides."""
    assert expected == within_one_edit(left, right) == within_one_edit(right, left)


def _near(left: str, right: str) -> bool:
    """One edit by trying all of them."""
    edits = {left}
    for i in range(len(left) + 1):
        edits.update(left[:i] + char + left[i:] for char in "abc")
        edits.update(left[:i] + char + left[i + 1 :] for char in "abc")
        edits.add(left[:i] + left[i + 1 :])
        if i + 1 < len(left):
            edits.add(left[:i] + left[i + 1] + left[i] + left[i + 2 :])
    return right in edits


def test_spelling_variants_of_one_mailbox() -> None:
    """Dots, dashes and letter case only."""
    assert same_letters("John.Youn", "johnyoun")
    assert not same_letters("john", "joan")


def test_the_domain_is_after_the_last_at() -> None:
    """A quoted local part can hold one."""
    assert "evil.example" == domain_of('"ada@kernel.example"@evil.example')


def test_a_code_host_is_nobody() -> None:
    """The address that it commits merges with, not those that it gives away."""
    assert is_host("noreply@github.com")
    assert not is_host("1+rob@users.noreply.github.com")
    assert not is_host("rob@github.com")


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Rob Sable via net", "Rob Sable"),
        ("'Rob Sable' via Net Group", "Rob Sable"),
        ('"Rob Sable" via net', "Rob Sable"),
        ("Rob via Via via net via x", "Rob via Via via net"),
        ("via net", ""),
        (" via net", ""),
        ("Rob via ", ""),
        ("Rob Via net", ""),
        ("Dana Via", ""),
        ("Rob viaduct net", ""),
        ("", ""),
    ],
)
def test_who_wrote_by_way_of_a_list(name: str, person: str) -> None:
    """What Mailman and its like make of a sender; nothing else."""
    assert person == sent_via(name)


def test_the_relay_writes_the_sender_into_the_local_part() -> None:
    """``devnull+local.domain@kernel.org`` is anybody's; it names its sender."""
    relay = "devnull+rob.sable-mail.example@kernel.org"
    assert "rob.sable-mail.example" == relayed(relay)
    assert same_relayed(relay, "rob@sable-mail.example")
    assert same_relayed("rob@sable-mail.example", relay)
    assert not same_relayed(relay, "ben@net.example")
    assert "" == relayed("devnull@kernel.org")
    assert "rob.x" == relayed("devnull+Rob.X@kernel.org")
    assert same_relayed("devnull+rob.x@kernel.org", "Rob@X")
    assert not same_relayed("", "")
