"""The headers of a patch mail (RFC 5322), encoded words in them (RFC 2047), and its place in a
series.

Addresses are split off before encoded words are decoded, as RFC 2047 demands: git's own reader
does it the other way round, and takes an address that somebody encoded into a name for the
sender's.
"""

from __future__ import annotations

import binascii
import contextlib
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.utils import mktime_tz, parsedate_tz
from typing import Final

from provenance.facts import Ident, Mail, ObjectId, Person
from provenance.parse.links import ids_in
from provenance.parse.text import decode

_HEADERS: Final = 1 << 18
"""Bytes of headers that are read; 64 KiB would hold those of any real mail."""
_VALUE: Final = 2000
"""Bytes of one header that are read."""
_FIELD: Final = r"^(%s)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)"
"""A field with its further lines, by a pattern for its name."""
_ANY: Final = re.compile((_FIELD % "[!-9;-~]{1,80}").encode("ascii"), re.MULTILINE)
_FOLD: Final = re.compile(rb"\r?\n(?=[ \t])")
_NAMES: Final = (
    "from|subject|date|message-id|in-reply-to|references|content-type|content-transfer-encoding"
    "|dkim-signature"
)
_KNOWN: Final = re.compile((_FIELD % _NAMES).encode("ascii"), re.IGNORECASE | re.MULTILINE)
"""The fields that are looked at of every mail: a mail has thirty."""
_ANGLE: Final = re.compile(r"(.*)<([^<>]*)>[^<>]*", re.DOTALL)
_WORD: Final = r"=\?[^?\s]{1,40}\?[bBqQ]\?[^?\s]*\?="
_ENCODED: Final = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_CHANGE: Final = re.compile(rb"^(?:diff --git |--- .+\n\+\+\+ )", re.MULTILINE)
_BASE: Final = re.compile(rb"^base-commit: ([0-9a-f]{40})\r?$", re.MULTILINE)
_TAGS: Final = re.compile(r"\s*((?:\[[^\[\]]*\]\s*)+)")
_LEADING: Final = re.compile(r"(?:[\s:]|re:|\[[^\]]*\])*", re.IGNORECASE)
_PLACE: Final = re.compile(r"\b(\d{1,5})\s*/\s*(\d{1,5})\b")
_VERSION: Final = re.compile(r"\bv(\d{1,4})\b", re.IGNORECASE)
_REPLY: Final = re.compile(r"\s*(?:re|aw|sv|fw|fwd)\s*:", re.IGNORECASE)
_LATEST: Final = 1 << 40
"""Seconds; no later date is believed to be one."""
_DAY: Final = 24 * 60


def parse_mail(raw: bytes) -> Mail:
    """What the headers of a mail say."""
    headers = _known_headers(raw)
    senders = [value for name, value in headers if name == b"from"]
    found = dict(reversed(headers))
    sender = parse_mailbox(decode(senders[0])) if senders else Person(name="", email="")
    subject = decode_words(decode(found.get(b"subject", b"")))
    tags = _TAGS.match(_REPLY.sub("", subject, count=1))
    place = _PLACE.search(tags[1]) if tags else None
    version = _VERSION.search(tags[1]) if tags else None
    return Mail(
        message_id=decode(found.get(b"message-id", b"")).strip().strip("<>"),
        sender=sender,
        time=parse_time(decode(found.get(b"date", b"")), sender),
        subject=subject,
        number=int(place[1]) if place else 0,
        total=int(place[2]) if place else 0,
        version=int(version[1]) if version else 1,
        is_reply=_REPLY.match(subject) is not None,
        answers=tuple(_answers(found)),
        signatures=tuple(_signatures(found)),
        anomalies=tuple(_anomalies(senders)),
    )


def title_of(subject: str) -> str:
    """What a patch and the commit made of it have in common: a subject without ``Re:`` and
    ``[...]`` before it (git-mailinfo), in lower case and with single blanks.
    """
    return " ".join(_LEADING.sub("", subject, count=1).split()).casefold()


def body_of(raw: bytes) -> bytes:
    """The text of a mail of one part, decoded (RFC 2045); of others all parts as they stand."""
    _, body = _parted(raw)
    headers = dict(_known_headers(raw))
    encoding = headers.get(b"content-transfer-encoding", b"").lower()
    if _has_parts(headers):
        return body
    if encoding == b"quoted-printable":
        return binascii.a2b_qp(body)
    if encoding == b"base64":
        with contextlib.suppress(binascii.Error):
            return binascii.a2b_base64(body)
    return body


def _has_parts(headers: dict[bytes, bytes]) -> bool:
    return headers.get(b"content-type", b"").lower().startswith(b"multipart/")


def attached_changes(raw: bytes) -> list[bytes]:
    """The attachments that change a file (RFC 2046, RFC 2183), each decoded: parts with a name, or
    of another type than plain text.  None where the mail cannot be taken apart.
    """
    if not _has_parts(dict(_known_headers(raw))):
        return []
    try:
        parts = [
            part.get_payload(decode=True)
            for part in message_from_bytes(raw).walk()
            if part.get_filename() or part.get_content_type() != "text/plain"
        ]
    except (MessageError, ValueError, LookupError, TypeError, RecursionError):
        return []
    return [part for part in parts if isinstance(part, bytes) and has_change(part)]


def has_change(text: bytes) -> bool:
    """True for a text that changes a file, or a part of a mail with such a text."""
    return _CHANGE.search(text) is not None


def parse_base(raw: bytes) -> ObjectId | None:
    """The commit on which a series says that it applies (git format-patch, ``--base``)."""
    found = _BASE.search(raw)
    return ObjectId(found[1].decode("ascii")) if found else None


def parse_mailbox(value: str) -> Person:
    """The name and the address of a ``From`` header: what stands in the last angle brackets, or
    an address with its name in a comment behind it.
    """
    angle = _ANGLE.fullmatch(value)
    if angle:
        name, email = angle[1], angle[2]
    elif value.strip().endswith(")"):
        email, _, name = value.strip()[:-1].partition("(")
    else:
        name, email = "", value
    name = " ".join(decode_words(name.strip().strip('"')).split())
    return Person(name=name, email=email.strip())


def decode_words(value: str) -> str:
    """A header's text with its encoded words decoded, on one line."""
    return " ".join(_ENCODED.sub(lambda match: _decoded(match[0]), value).split())


def _decoded(words: str) -> str:
    try:
        parts = decode_header(words)
    except (MessageError, binascii.Error, ValueError):
        return words
    return "".join(
        part if isinstance(part, str) else decode(part, charset or "") for part, charset in parts
    )


def split_headers(
    raw: bytes, most: int, which: re.Pattern[bytes] = _ANY
) -> Iterator[tuple[bytes, bytes]]:
    """Each field, its name in lower case and its value unfolded, of which at most so many bytes;
    a line of mbox before them is none.
    """
    head, _ = _parted(raw[:_HEADERS])
    for match in which.finditer(head):
        yield match[1].lower(), _FOLD.sub(b"", match[2]).strip()[:most]


def _known_headers(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Those that are known here: most of a mail's are not."""
    return list(split_headers(raw, _VALUE, _KNOWN))


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    """The headers, and what follows the first empty line."""
    ends = [(at, len(end)) for end in (b"\n\n", b"\n\r\n") if (at := raw.find(end)) >= 0]
    at, length = min(ends, default=(len(raw), 0))
    return raw[:at], raw[at + length :]


def parse_time(value: str, person: Person) -> Ident | None:
    """Who, at the time that a ``Date`` header says; None where it says none."""
    try:
        parsed = parsedate_tz(value)
        seconds = mktime_tz(parsed) if parsed else -1
    except (ValueError, OverflowError, TypeError):
        return None
    minutes = (parsed[9] or 0) // 60 if parsed else 0
    if not 0 <= seconds < _LATEST or abs(minutes) >= _DAY:
        return None
    sign = "-" if minutes < 0 else "+"
    hours, rest = divmod(abs(minutes), 60)
    return Ident(person=person, seconds=seconds, zone=f"{sign}{hours:02}{rest:02}")


def _answers(found: dict[bytes, bytes]) -> Iterator[str]:
    """The mails that ``In-Reply-To`` and ``References`` name, each once."""
    named = b" ".join(found.get(name, b"") for name in (b"in-reply-to", b"references"))
    yield from dict.fromkeys(ids_in(decode(named)))


def _signatures(found: dict[bytes, bytes]) -> Iterator[str]:
    if b"dkim-signature" in found:
        yield "DKIM-Signature"
    if found.get(b"content-type", b"").lower().startswith(b"multipart/signed"):
        yield "multipart/signed"


def _anomalies(senders: list[bytes]) -> Iterator[str]:
    if len(senders) != 1:
        yield f"{len(senders)} From headers" if senders else "no From header"
    if any(_has_another_address(parse_mailbox(decode(one))) for one in senders):
        yield "another address in the sender's name"


def _has_another_address(sender: Person) -> bool:
    """True where git, which takes what stands around the first ``@``, takes a part of the name."""
    return "@" in sender.name and sender.name.strip("'\"<>").lower() != sender.email.lower()
