"""The developer signature of a patch mail (``X-Developer-Signature``), as patatt makes it.

Like DKIM (RFC 6376) it is over some headers, the hash of the body and itself.  Author, subject and
body are what git takes out of the mail (git-mailinfo), so that it outlives how servers encode a
mail; a list may add text below the body.  Source of the format: patatt(5) and its README.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from email.errors import MessageError
from email.header import decode_header, make_header
from typing import Final

from msgspec import Struct

from provenance.facts import RawSignature, SignatureFormat
from provenance.parse.mail import split_headers
from provenance.parse.openpgp import PacketError, signature_in_message

HEADER: Final = b"x-developer-signature"
NAMESPACE: Final = "patatt"
"""What SSH signatures of mails are made for (ssh-keygen ``-n``)."""
_LONGEST: Final = 1 << 16
"""Bytes of a header that are read."""
_REQUIRED: Final = frozenset({b"from", b"subject"})
_VALUE: Final = re.compile(rb"(?:^|;) ?b=")
_ANOTHER_CHANGE: Final = re.compile(rb"^(?:diff |--- |\+\+\+ |@@ |Index: )", re.MULTILINE)
_FORMATS: Final = {
    b"openpgp-sha256": SignatureFormat.OPENPGP,
    b"openssh-sha256": SignatureFormat.SSH,
}


class Taken(Struct, frozen=True, kw_only=True):
    """What git takes out of a mail, as bytes: ``text`` is the message and the patch."""

    author: bytes
    email: bytes
    subject: bytes
    text: bytes


class _OddError(Exception):
    """A signature that cannot be over this mail; the message says why."""


def parse_developer_signature(raw: bytes, taken: Taken) -> RawSignature | None:
    """The signature of a mail with the bytes that it is over; None where there is none.

    Of several it is the first by the author that git takes out of the mail, if any is.  ``problem``
    is set where it is not over all that was taken.
    """
    headers = list(split_headers(raw, _LONGEST))
    every = [b" ".join(value.split()) for name, value in headers if name == HEADER]
    if not every:
        return None
    own = (one for one in every if _fields(one).get(b"i") == taken.email)
    text = next(own, every[0])
    fields = _fields(text)
    kind = _FORMATS.get(fields.get(b"a", b""), SignatureFormat.NONE)
    try:
        _require_body(fields, taken.text)
        digest = _digest(text, fields, _as_git_has_them(headers, taken))
        armor = _armor(kind, fields.get(b"b", b""), digest)
    except _OddError as error:
        return RawSignature(format=kind, armor=b"", payload=b"", problem=str(error))
    return RawSignature(format=kind, armor=armor, payload=digest, namespace=NAMESPACE)


def _fields(text: bytes) -> Mapping[bytes, bytes]:
    """``a=x; b=y`` by name."""
    parts = (part.partition(b"=") for part in b"".join(text.split()).split(b";"))
    return {name: value for name, equals, value in parts if equals}


def _require_body(fields: Mapping[bytes, bytes], text: bytes) -> None:
    """Raises where the hash is not of the body (DKIM's ``simple``), or of its first ``l`` bytes
    with no change of a file behind them.
    """
    lines = (line.rstrip(b"\r\n") for line in text.rstrip(b"\r\n").split(b"\n"))
    body = b"".join(line + b"\r\n" for line in lines)
    length = fields.get(b"l", b"")
    end = int(length) if length.isdigit() and len(length) < 10 else len(body)
    if _hash(body) == fields.get(b"bh"):
        return
    if _hash(body[:end]) != fields.get(b"bh"):
        raise _OddError("the text of the mail is not what was signed")
    if _ANOTHER_CHANGE.search(body[end:]):
        raise _OddError("the mail has changes behind what was signed")


def _hash(body: bytes) -> bytes:
    return base64.b64encode(hashlib.sha256(body).digest())


def _as_git_has_them(
    headers: Sequence[tuple[bytes, bytes]], taken: Taken
) -> Sequence[tuple[bytes, bytes]]:
    """The headers with author and subject as git takes them."""
    own = {b"from": b"%b <%b>" % (taken.author, taken.email), b"subject": taken.subject}
    return [(name, own.get(name, value)) for name, value in headers]


def _digest(
    text: bytes, fields: Mapping[bytes, bytes], headers: Sequence[tuple[bytes, bytes]]
) -> bytes:
    """What is signed: the named headers, of several the last first, and the header itself up to
    its value.
    """
    names = fields.get(b"h", b"").lower().split(b":")
    if not _REQUIRED.issubset(names):
        raise _OddError("author and subject are not signed")
    left = list(headers)
    signed = hashlib.sha256()
    for wanted in names:
        at = max((at for at, one in enumerate(left) if one[0] == wanted), default=None)
        if at is not None:
            name, value = left.pop(at)
            signed.update(name + b":" + _relaxed(value) + b"\r\n")
    starts = [match.end() for match in _VALUE.finditer(text)]
    if not starts:
        raise _OddError("there is no value of the signature")
    signed.update(HEADER + b":" + text[: starts[-1]])
    return signed.digest()


def _relaxed(value: bytes) -> bytes:
    """DKIM's ``relaxed``: white space is one blank; encoded words are decoded as patatt does."""
    if b"?q?" in value:
        try:
            words = decode_header(value.decode("ascii", "ignore"))
            value = str(make_header(words)).encode()
        except (MessageError, ValueError, LookupError):
            return value
    return b" ".join(value.split())


def _armor(kind: SignatureFormat, value: bytes, digest: bytes) -> bytes:
    """The signature as it would stand beside a commit."""
    try:
        blob = base64.b64decode(value, validate=True)
        if kind is SignatureFormat.OPENPGP:
            blob, signed = signature_in_message(blob)
            if signed != digest:
                raise _OddError("headers of the mail are not what was signed")
    except (binascii.Error, PacketError) as error:
        raise _OddError(f"it cannot be read: {error}") from error
    label = b"PGP" if kind is SignatureFormat.OPENPGP else b"SSH"
    return b"-----BEGIN %b SIGNATURE-----\n%b-----END %b SIGNATURE-----\n" % (
        label,
        b"\n" * (kind is SignatureFormat.OPENPGP) + base64.encodebytes(blob),
        label,
    )
