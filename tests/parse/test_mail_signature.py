"""What the developer signature of a mail is over, by patatt's own description of it."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.facts import RawSignature, SignatureFormat
from provenance.parse.mail_signature import Taken, parse_developer_signature
from provenance.parse.openpgp import dearmor, split_packets
from sample_repos.keys import packet, person_key

TAKEN = Taken(
    author="Zoë Author".encode(),
    email=b"zoe@kernel.example",
    subject=b"net: one  more",
    text=b"Text.  \n\nSigned-off-by: x\n---\n\ndiff --git a/x b/x\r\n+1\n\n\n",
)
BODY = b"Text.  \r\n\r\nSigned-off-by: x\r\n---\r\n\r\ndiff --git a/x b/x\r\n+1\r\n"
HEADERS = "From: list <list@kernel.example>\nSubject: [PATCH 1/2] net:\n one  more\n"
SIGNED = b"from:Zo\xc3\xab Author <zoe@kernel.example>\r\nsubject:net: one more\r\n"


def message(digest: bytes) -> bytes:
    """What ``gpg --sign`` makes of some bytes."""
    literal = packet(11, b"b\0" + bytes(4) + digest)
    made = packet(2, person_key("zoe").sign(digest, made=1_700_000_000))
    return packet(4, bytes(13)) + literal + made


def header(
    make: Callable[[bytes], bytes] = message,
    *,
    fields: str = "",
    kind: str = "openpgp-sha256",
    names: str = "from:subject",
    signed: bytes = SIGNED,
    body: bytes = BODY,
    end: str = "b=",
) -> str:
    """The header over some headers and a body."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    head = f"v=1; a={kind}; {fields}h={names}; bh={digest}; {end}"
    over = hashlib.sha256(signed + b"x-developer-signature:" + head.encode()).digest()
    value = base64.b64encode(make(over)).decode()
    lines = [value[at : at + 70] for at in range(0, len(value), 70)]
    return f"X-Developer-Signature: {head}" + "\n ".join(lines)


def parsed(*headers: str, taken: Taken = TAKEN) -> RawSignature:
    found = parse_developer_signature(
        (HEADERS + "".join(f"{one}\n" for one in headers) + "\nbody\n").encode(), taken
    )
    assert found
    return found


def problem(*headers: str, taken: Taken = TAKEN) -> str:
    return parsed(*headers, taken=taken).problem


def test_a_mail_without_one() -> None:
    """There is nothing to verify."""
    assert parse_developer_signature(HEADERS.encode(), TAKEN) is None


@pytest.mark.parametrize(
    "packed",
    [
        lambda raw: raw,
        lambda raw: b"\xa3\1" + zlib.compress(raw, wbits=-15),
        lambda raw: packet(8, b"\2" + zlib.compress(raw)),
    ],
    ids=["plain", "zip", "zlib"],
)
def test_an_openpgp_signature(packed: Callable[[bytes], bytes]) -> None:
    """It comes out of its message as one beside the digest of headers and body."""
    found = parsed(header(lambda digest: packed(message(digest))))
    assert (found.format, found.problem, found.namespace) == (
        SignatureFormat.OPENPGP,
        "",
        "patatt",
    )
    (signature,) = split_packets(dearmor(found.armor))
    assert signature.tag == 2
    assert signature.body == person_key("zoe").sign(found.payload, made=1_700_000_000)


def test_an_ssh_signature() -> None:
    """Its bytes are put into the armour that ssh-keygen writes."""
    found = parsed(header(lambda digest: b"SSHSIG" + digest * 4, kind="openssh-sha256"))
    lines = found.armor.split(b"\n")
    assert found.format is SignatureFormat.SSH
    assert lines[0] == b"-----BEGIN SSH SIGNATURE-----"
    assert base64.b64decode(b"".join(lines[1:-2])) == b"SSHSIG" + found.payload * 4


def test_another_algorithm() -> None:
    """It is not verified, and not wrong."""
    found = parsed(header(lambda digest: digest, kind="ed25519-sha256"))
    assert (found.format, found.problem) == (SignatureFormat.NONE, "")


def test_what_a_signature_does_not_say() -> None:
    """Without the hash of a body, headers or an algorithm it is over nothing that is known."""
    whole = header(fields="l=5; ")
    assert problem(whole) == ""
    assert problem(whole.replace("bh=", "xx=")) == "the text of the mail is not what was signed"
    assert problem(whole.replace("; h=", "; x=")) == "author and subject are not signed"
    assert parsed(whole.replace("a=openpgp-sha256; ", "")).format is SignatureFormat.NONE
    bad = parsed(whole.replace("bh=", "xx="))
    assert (bad.format, bad.armor, bad.payload) == (SignatureFormat.OPENPGP, b"", b"")


def test_blanks_at_the_end_of_a_text_count() -> None:
    """Line ends there do not."""
    blank = Taken(
        author=TAKEN.author,
        email=TAKEN.email,
        subject=TAKEN.subject,
        text=b"X text X\r\n-- \n\r\n",
    )
    assert problem(header(body=b"X text X\r\n-- \r\n"), taken=blank) == ""
    assert problem(header(body=b"X text X\r\n--\r\n"), taken=blank) != ""


def test_the_last_of_several_headers_is_signed_first() -> None:
    """As in DKIM; a header that is not there adds nothing."""
    two = "X-Two: a\nX-Two:  b  c"
    signed = SIGNED + b"x-two:b c\r\nx-two:a\r\n"
    one = header(names="From:subject:x-two:x-none:x-two:x-two", signed=signed)
    assert problem(two, one) == ""
    assert problem(two.replace("b", "d"), one) == "headers of the mail are not what was signed"


def test_encoded_words_are_decoded_where_patatt_does() -> None:
    """Of quoted-printable ones in lower case."""
    signed = SIGNED + "x-who:Zoë é\r\n".encode()
    one = header(names="from:subject:x-who", signed=signed)
    assert problem("X-Who: =?utf-8?q?Zo=C3=AB?= =?utf-8?q?_=C3=A9?=", one) == ""
    assert problem("X-Who: =?x-evil?q?Zo=C3=AB?=", one) != ""


def test_the_signature_of_the_author_goes_before_others() -> None:
    """Else the first one is taken."""
    other = header(fields="i=bo@kernel.example; ", body=b"other")
    own = header(fields="i=zoe@kernel.example; ")
    assert problem(other, own) == ""
    assert problem(other) == "the text of the mail is not what was signed"


def test_what_a_list_adds_below_a_body() -> None:
    """It may, where ``l`` says how much is signed; no change of a file may stand there."""
    footer = Taken(
        author=TAKEN.author,
        email=TAKEN.email,
        subject=TAKEN.subject,
        text=TAKEN.text.rstrip() + b"\n_____\na list\n",
    )
    sized = header(fields=f"l={len(BODY)}; ")
    assert problem(sized) == ""
    assert problem(sized, taken=footer) == ""
    assert problem(header(), taken=footer) == "the text of the mail is not what was signed"
    for line in (b"diff --git a/y b/y", b"--- a/y", b"@@ -1 +1 @@"):
        more = Taken(
            author=TAKEN.author,
            email=TAKEN.email,
            subject=TAKEN.subject,
            text=TAKEN.text.rstrip() + b"\n" + line + b"\n",
        )
        assert problem(sized, taken=more) == "the mail has changes behind what was signed"


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (header(names="subject"), "author and subject are not signed"),
        (header(end="c="), "there is no value of the signature"),
        (header(signed=b"x"), "headers of the mail are not what was signed"),
        (header(body=b"x"), "the text of the mail is not what was signed"),
        (header(fields="l=soon; ", body=b"x"), "the text of the mail is not what was signed"),
        (header() + "!", "it cannot be read: Only base64 data is allowed"),
        (
            header(lambda digest: packet(2, b"x")),
            "it cannot be read: not a message that one key signed",
        ),
        (
            header(lambda digest: packet(8, b"\3" + message(digest))),
            "it cannot be read: a message compressed in a way that is not read",
        ),
        (
            header(lambda digest: packet(8, b"\2" + zlib.compress(bytes(1 << 20)))),
            "it cannot be read: a compressed message that is cut short, or long",
        ),
        (
            header(lambda digest: packet(8, b"\1" + zlib.compress(bytes(1 << 20)))),
            "it cannot be read: a message that cannot be decompressed",
        ),
    ],
)
def test_what_is_not_over_this_mail(one: str, told: str) -> None:
    """It is told why."""
    assert problem(one).startswith(told)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes(raw: bytes, text: bytes) -> None:
    """Nothing is raised."""
    taken = Taken(author=raw, email=raw, subject=text, text=text)
    for head in (b"", header().encode() + b"; "):
        parse_developer_signature(b"X-Developer-Signature: " + head + raw + b"\n\n", taken)
