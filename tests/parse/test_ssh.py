"""SSH signatures and allowed signers, as OpenSSH writes them."""

from __future__ import annotations

import base64
import datetime
import shutil
import subprocess
from pathlib import Path

import pytest

from provenance.parse.ssh import (
    AllowedSigner,
    SshError,
    SshSignature,
    Wire,
    parse_allowed_signers,
    parse_key_list,
    parse_ssh_signature,
    signed_text,
    wire_string,
)

KEY = b"\0\0\0\x0bssh-ed25519\0\0\0\x01k"
TEXT_OF_KEY = base64.b64encode(KEY).decode()


def armor(raw: bytes, line_end: bytes = b"\n") -> bytes:
    """As PROTOCOL.sshsig has it: base64 in lines of 70."""
    text = base64.b64encode(raw)
    lines = [text[at : at + 70] for at in range(0, len(text), 70)]
    marks = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
    return line_end.join([marks[0], *lines, marks[1], b""])


def blob(version: int = 1, namespace: bytes = b"git", digest: bytes = b"sha512") -> bytes:
    parts = (KEY, namespace, b"r", digest, b"inner signature")
    return b"SSHSIG" + version.to_bytes(4, "big") + b"".join(map(wire_string, parts))


FOUND = SshSignature(
    key=KEY, namespace="git", reserved=b"r", digest="sha512", signature=b"inner signature"
)


@pytest.mark.parametrize(
    "text",
    [
        armor(blob()),
        armor(blob(), b"\r\n"),
        armor(blob()).rstrip(),
        b"\n " + armor(blob()) + b" \n",
    ],
)
def test_a_signature_is_read_field_by_field(text: bytes) -> None:
    """Any line ends, blanks around."""
    assert FOUND == parse_ssh_signature(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "^no complete armour$"),
        (b"x" + armor(blob()), "^no complete armour$"),
        (armor(blob()) + b"x", "^no complete armour$"),
        (armor(blob()).replace(b"\n-----END", b"A\n-----END"), "^armour is not base64: "),
        (armor(blob()).replace(b"\n-----END", b"A=A\n-----END"), "^armour is not base64: "),
        (armor(b"SSHSIF" + blob()[6:]), "^not an SSH signature$"),
        (armor(blob(0)), "^version 0$"),
        (armor(blob(2)), "^version 2$"),
        (armor(blob(1 << 24)), "^version 16777216$"),
        (armor(blob() + b"\0"), "^more bytes than there should be$"),
    ],
)
def test_what_is_no_signature_says_why(text: bytes, reason: str) -> None:
    """Another mark, version or armour, or bytes behind it."""
    with pytest.raises(SshError, match=reason):
        parse_ssh_signature(text)


def test_every_octet_is_needed() -> None:
    """Wherever it ends early."""
    for size in range(len(blob())):
        with pytest.raises(SshError, match=r"^cut short$"):
            parse_ssh_signature(armor(blob()[:size]))


def test_wire_strings_are_taken_one_after_the_other() -> None:
    """A length of four octets, then so many (RFC 4251, section 5)."""
    raw = b"\0\0\1\0" + b"a" * 256 + b"\0\0\0\0" + b"\0\0\0\2bc"
    assert raw == wire_string(b"a" * 256) + wire_string(b"") + wire_string(b"bc")
    wire = Wire(raw)
    assert b"a" * 256 == wire.string()
    assert b"" == wire.string()
    with pytest.raises(SshError, match="more bytes"):
        wire.end()
    assert b"\0\0" == wire.take(2)
    with pytest.raises(SshError, match="cut short"):
        wire.take(5)
    assert b"\0\2bc" == wire.take(4)
    wire.end()


def test_what_is_signed_has_no_version_and_the_digest_at_its_end() -> None:
    """PROTOCOL.sshsig, "Signed Data", also for a namespace that is no text."""
    expected = b"SSHSIG\0\0\0\3git\0\0\0\1r\0\0\0\6sha512\0\0\0\4hash"
    assert expected == signed_text(FOUND, b"hash")
    odd = parse_ssh_signature(armor(blob(namespace=b"\xff", digest=b"\xfe")))
    assert b"SSHSIG\0\0\0\1\xff\0\0\0\1r\0\0\0\1\xfe\0\0\0\4hash" == signed_text(odd, b"hash")


def seconds(*when: int) -> int:
    return int(datetime.datetime(*when, tzinfo=datetime.UTC).timestamp())  # type: ignore[misc,arg-type]


def signer(*principals: str, **more: object) -> AllowedSigner:
    fields = {
        "key": KEY,
        "is_authority": False,
        "namespaces": (),
        "valid_after": None,
        "valid_before": None,
        **more,
    }
    return AllowedSigner(principals=principals, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before_key", "expected"),
    [
        ("a@x.example", signer("a@x.example")),
        ("  a@x.example,*@y.example\t", signer("a@x.example", "*@y.example")),
        ('"a@x.example,b c"', signer("a@x.example", "b c")),
        ('a",b"', signer("a", "b")),
        ("a,,b", signer("a", "b")),
        ("a cert-authority", signer("a", is_authority=True)),
        ("a CERT-Authority", signer("a", is_authority=True)),
        ('a namespaces="git,file"', signer("a", namespaces=("git", "file"))),
        ("a namespaces=git", signer("a", namespaces=("git",))),
        (
            'a namespaces="git,file",cert-authority,valid-after="20210203"',
            signer(
                "a",
                namespaces=("git", "file"),
                is_authority=True,
                valid_after=seconds(2021, 2, 3),
            ),
        ),
        ('a valid-before="202102030405"', signer("a", valid_before=seconds(2021, 2, 3, 4, 5))),
        (
            "a valid-after=20210203040506 valid-before=20220203040506Z",
            signer(
                "a",
                valid_after=seconds(2021, 2, 3, 4, 5, 6),
                valid_before=seconds(2022, 2, 3, 4, 5, 6),
            ),
        ),
        ("a verify-required,no-touch-required", signer("a")),
        ("a namespaces=", signer("a")),
    ],
)
@pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@x.example"])
def test_a_line_of_allowed_signers(before_key: str, expected: AllowedSigner, kind: str) -> None:
    """ssh-keygen(1), "ALLOWED SIGNERS"; what follows the key is a comment."""
    line = f"{before_key} {kind} {TEXT_OF_KEY} Ada's key, valid-after=soon"
    assert (expected,) == parse_allowed_signers(line)


def test_lines_that_say_nothing_are_passed_over() -> None:
    """Blank lines and comments; the others keep their order."""
    line = f"b ssh-rsa {TEXT_OF_KEY}"
    found = parse_allowed_signers(f"# one\n\n  # two\n \t\n{line}\r\na{line[1:]}\n")
    assert (signer("b"), signer("a")) == found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('"', "no principals"),
        ("a", "no key"),
        ("a ssh-ed25519", "no key"),
        (f"a {TEXT_OF_KEY}", "unreadable option"),
        (f"ssh-ed25519 {TEXT_OF_KEY}", "unreadable option"),
        (f"a b=1,c ssh-ed25519 {TEXT_OF_KEY}", "unknown option b"),
        (f"a z,b ssh-ed25519 {TEXT_OF_KEY}", "unreadable option z,b"),
        ("a ssh-ed25519 AAA", "a key that is not base64"),
        ("a ssh-ed25519 AA-AA", "a key that is not base64"),
        (f"a valid-after=2021 ssh-rsa {TEXT_OF_KEY}", "2021 is not a time"),
        (f"a valid-before=20211301 ssh-rsa {TEXT_OF_KEY}", "time data"),
    ],
)
def test_a_line_that_cannot_be_read_is_an_error(line: str, reason: str) -> None:
    """It names the line and what is wrong; nothing is passed over."""
    with pytest.raises(SshError, match=f"^line 3: .*{reason}"):
        parse_allowed_signers(f"\n# x\n{line}\n")


def test_the_first_unknown_option_is_named() -> None:
    """In order of the alphabet, known ones left out."""
    line = f"a zeta=1 cert-authority alpha=1 verify-required ssh-rsa {TEXT_OF_KEY}"
    with pytest.raises(SshError, match=r"unknown option alpha$"):
        parse_allowed_signers(line)


def test_a_list_of_keys() -> None:
    """The first word that is a key counts, with or without a type; the error names the line."""
    other = base64.b64encode(KEY + b"2").decode()
    text = f"# stolen\n\nssh-ed25519 {TEXT_OF_KEY} {other}\n{other}\n #\n"
    assert (KEY, KEY + b"2") == parse_key_list(text)
    with pytest.raises(SshError, match=r"^line 2: no public key$"):
        parse_key_list(f"{other}\nssh-ed25519 oops\n")
    with pytest.raises(SshError, match="not base64"):
        parse_key_list("AAAAA")
    assert () == parse_key_list("\n# nothing\n")


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is the oracle")
def test_what_ssh_keygen_writes_is_read(tmp_path: Path) -> None:
    """The key in the signature is the one in the public file."""
    path = tmp_path / "key"
    make = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ada", "-f", str(path)]
    subprocess.run(make, check=True)
    public = path.with_suffix(".pub").read_text()
    sign = ["ssh-keygen", "-Y", "sign", "-f", str(path), "-n", "git"]
    shown = subprocess.run(sign, input=b"text", capture_output=True, check=True).stdout
    found = parse_ssh_signature(shown)
    assert parse_key_list(public) == (found.key,)
    assert ("git", b"", "sha512") == (found.namespace, found.reserved, found.digest)
    kind, key = Wire(found.key), Wire(found.signature)
    assert (b"ssh-ed25519", b"ssh-ed25519") == (kind.string(), key.string())
    assert (32, 64) == (len(kind.string()), len(key.string()))
