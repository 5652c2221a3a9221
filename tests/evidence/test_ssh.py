"""Verdicts on SSH signatures, with ssh-keygen as signer and git's file formats."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.errors import KeyringError
from provenance.evidence.model import Signature, SignatureStatus
from provenance.evidence.ssh import SshTrust, SshVerifier, read_ssh_trust
from provenance.facts import Address, RawSignature, SignatureFormat
from provenance.parse.ssh import SshError, parse_allowed_signers, parse_ssh_signature

TEXT = b"tree 1234\n\nsigned text\n"
MADE = 1_600_000_000
ADA = Address("ada@kernel.example")
KEYGEN = shutil.which("ssh-keygen")
needs_ssh = pytest.mark.skipif(KEYGEN is None, reason="ssh-keygen is not installed")


def make_key(folder: Path, *options: str) -> tuple[Path, str]:
    path = folder / "key"
    words = ["ssh-keygen", "-q", "-N", "", "-C", "", "-f", str(path), *options]
    subprocess.run(words, check=True)
    return path, path.with_suffix(".pub").read_text().strip()


def sign(key: Path, text: bytes = TEXT, namespace: str = "git") -> bytes:
    words = ["ssh-keygen", "-Y", "sign", "-f", str(key), "-n", namespace]
    return subprocess.run(words, input=text, capture_output=True, check=True).stdout


def verdict(armored: bytes, trust: SshTrust, *, text: bytes = TEXT, made: int = MADE) -> Signature:
    raw = RawSignature(format=SignatureFormat.SSH, armor=armored, payload=text)
    return SshVerifier(trust, datetime.date(2021, 1, 1)).verify(raw, made=made, who=ADA)


def trust(*lines: str) -> SshTrust:
    return SshTrust(signers=parse_allowed_signers("\n".join(lines)))


@needs_ssh
@pytest.mark.parametrize(
    "options",
    [("-t", "ed25519"), ("-t", "rsa", "-b", "2048"), ("-t", "ecdsa"), ("-t", "ecdsa", "-b", "521")],
)
def test_every_common_kind_of_key_is_good(tmp_path: Path, options: tuple[str, ...]) -> None:
    """Ed25519, RSA, ECDSA; other bytes are bad."""
    key, public = make_key(tmp_path, *options)
    armored = sign(key)
    found = verdict(armored, trust(f"ada@kernel.example {public}"))
    assert (SignatureStatus.GOOD, (ADA,)) == (found.status, found.addresses)
    shown = subprocess.run(
        ["ssh-keygen", "-lf", f"{key}.pub"], check=True, capture_output=True, text=True
    )
    assert found.fingerprint in shown.stdout
    other = verdict(armored, trust(f"ada@kernel.example {public}"), text=TEXT + b".")
    assert SignatureStatus.BAD == other.status


@needs_ssh
def test_a_short_rsa_key_is_weak(tmp_path: Path) -> None:
    """As with OpenPGP."""
    key, public = make_key(tmp_path, "-t", "rsa", "-b", "1024")
    assert SignatureStatus.WEAK == verdict(sign(key), trust(f"* {public}")).status


@needs_ssh
def test_who_may_sign_and_when(tmp_path: Path) -> None:
    """Principals, namespaces, validity times, revocation: git's rules."""
    key, public = make_key(tmp_path, "-t", "ed25519")
    armored = sign(key)
    for line, status in {
        f"*@kernel.example {public}": SignatureStatus.GOOD,
        f'ben@net.example namespaces="git,file" {public}': SignatureStatus.GOOD,
        f'ada@kernel.example namespaces="file" {public}': SignatureStatus.UNKNOWN_KEY,
        f'ada@kernel.example valid-before="20200101" {public}': SignatureStatus.UNKNOWN_KEY,
        f'ada@kernel.example valid-after="20210101" {public}': SignatureStatus.UNKNOWN_KEY,
        f'ada@kernel.example valid-before="20201001Z" {public}': SignatureStatus.GOOD_EXPIRED_KEY,
        f"ada@kernel.example cert-authority {public}": SignatureStatus.UNKNOWN_KEY,
        f"ada@kernel.example verify-required {public} Ada O'Brien": SignatureStatus.GOOD,
        "": SignatureStatus.UNKNOWN_KEY,
    }.items():
        assert status == verdict(armored, trust(line)).status, line
    (tmp_path / "allowed").write_text(f"ada@kernel.example {public}\n")
    (tmp_path / "revoked").write_text(f"# stolen\n{public}\n")
    revoked = read_ssh_trust(tmp_path / "allowed", tmp_path / "revoked")
    assert SignatureStatus.REVOKED_KEY == verdict(armored, revoked).status


@needs_ssh
def test_a_signature_for_another_purpose_is_bad(tmp_path: Path) -> None:
    """The namespace keeps a signed file from being sold as a signed commit."""
    key, public = make_key(tmp_path, "-t", "ed25519")
    found = verdict(sign(key, namespace="file"), trust(f"ada@kernel.example {public}"))
    assert (SignatureStatus.BAD, True) == (found.status, "for 'file'" in found.detail)


@needs_ssh
def test_addresses_are_those_that_the_file_gives_the_key(tmp_path: Path) -> None:
    """A pattern carries the claimed address; a negated one takes it away."""
    key, public = make_key(tmp_path, "-t", "ed25519")
    armored = sign(key)
    assert (ADA,) == verdict(armored, trust(f"*@kernel.example {public}")).addresses
    assert (ADA,) == verdict(armored, trust(f"*@Kernel.Example {public}")).addresses
    assert ADA not in verdict(armored, trust(f"[ab]da@kernel.example {public}")).addresses
    excluded = trust(f"*@kernel.example,!ada@kernel.example {public}")
    assert () == verdict(armored, excluded).addresses


def test_mistakes_in_the_files_are_errors_with_the_line(tmp_path: Path) -> None:
    """An unreadable or empty file is refused, not passed."""
    path = tmp_path / "allowed"
    for text, message in {
        "ada@kernel.example ssh-ed25519 AAAA\nben oops\n": "line 2: no key",
        "ada@kernel.example wrong=1 ssh-ed25519 AAAA": "unknown option wrong",
        'a valid-after="soon" ssh-ed25519 AAAA': "is not a time",
        "# nothing\n": "no key in",
    }.items():
        path.write_text(text)
        with pytest.raises(KeyringError, match=message):
            read_ssh_trust(path, None)
    with pytest.raises(KeyringError, match="cannot read"):
        read_ssh_trust(tmp_path / "missing", None)


@given(st.binary(max_size=120))
def test_any_armour_gives_a_signature_or_an_error(raw: bytes) -> None:
    """No other exception leaves the parser."""
    with contextlib.suppress(SshError):
        parse_ssh_signature(raw)


@given(st.text(max_size=80))
def test_any_text_gives_signers_or_an_error(text: str) -> None:
    """No other exception leaves the parser."""
    with contextlib.suppress(SshError):
        parse_allowed_signers(text)
