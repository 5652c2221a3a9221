"""SSH signatures and the allowed-signers file: bytes to records, nothing is verified here.

Sources: OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f, RFC 4251 (strings), RFC 4253 and 5656
(keys), and ssh-keygen's "ALLOWED SIGNERS".
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from provenance.parse.text import decode

_ARMOR: Final = re.compile(
    rb"\s*-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\s]*)-----END SSH SIGNATURE-----\s*"
)
_MAGIC: Final = b"SSHSIG"
_TIME: Final = re.compile(r"(\d{8})(\d{4})?(\d{2})?(Z?)")
_KEY_TYPE: Final = re.compile(r"(?:ssh|ecdsa|sk|rsa)-[\w@.\-]+")


class SshError(ValueError):
    """Bytes or text that is not what it should be; the message says why."""


class SshSignature(Struct, frozen=True, kw_only=True):
    """One signature: the key's wire form, and what was hashed how."""

    key: bytes
    namespace: str
    reserved: bytes
    digest: str
    signature: bytes


class AllowedSigner(Struct, frozen=True, kw_only=True):
    """One line: who may sign with a key, for what, and when.

    Times are Unix seconds, None where the line sets none; ``key`` is the wire form.
    """

    principals: tuple[str, ...]
    key: bytes
    is_authority: bool
    namespaces: tuple[str, ...]
    valid_after: int | None
    valid_before: int | None


class Wire:
    """Reads the strings of RFC 4251.  Raises ``SshError`` where the bytes end early."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._position = 0

    def string(self) -> bytes:
        """A length and so many bytes; also how integers are written."""
        return self.take(int.from_bytes(self.take(4), "big"))

    def take(self, size: int) -> bytes:
        """So many bytes."""
        found = self._raw[self._position : self._position + size]
        if len(found) != size:
            raise SshError("cut short")
        self._position += size
        return found

    def end(self) -> None:
        """Raises ``SshError`` where something is left."""
        if self._position != len(self._raw):
            raise SshError("more bytes than there should be")


def wire_string(text: bytes) -> bytes:
    """A string as RFC 4251 writes it."""
    return len(text).to_bytes(4, "big") + text


def parse_ssh_signature(armor: bytes) -> SshSignature:
    """The signature in an armoured block.  Raises ``SshError``."""
    match = _ARMOR.fullmatch(armor)
    if match is None:
        raise SshError("no complete armour")
    try:
        wire = Wire(base64.b64decode(b"".join(match[1].split()), validate=True))
    except binascii.Error as error:
        raise SshError(f"armour is not base64: {error}") from error
    if wire.take(len(_MAGIC)) != _MAGIC:
        raise SshError("not an SSH signature")
    version = int.from_bytes(wire.take(4), "big")
    if version != 1:
        raise SshError(f"version {version}")
    found = SshSignature(
        key=wire.string(),
        namespace=decode(wire.string()),
        reserved=wire.string(),
        digest=decode(wire.string()),
        signature=wire.string(),
    )
    wire.end()
    return found


def signed_text(signature: SshSignature, digest: bytes) -> bytes:
    """What the key signed, given the digest of the message."""
    return _MAGIC + b"".join(
        wire_string(part)
        for part in (
            signature.namespace.encode("utf-8", "surrogateescape"),
            signature.reserved,
            signature.digest.encode("utf-8", "surrogateescape"),
            digest,
        )
    )


def parse_allowed_signers(text: str) -> tuple[AllowedSigner, ...]:
    """Every line of an allowed-signers file.  Raises ``SshError`` naming the line."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                found.append(_allowed_signer(line.strip()))
            except (SshError, ValueError) as error:
                raise SshError(f"line {number}: {error}") from error
    return tuple(found)


def parse_key_list(text: str) -> tuple[bytes, ...]:
    """Public keys, one a line, as ``ssh-keygen -R`` files may list them.  Raises ``SshError``."""
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if words and not words[0].startswith("#"):
            keys = [word for word in words if word.startswith("AAAA")]
            if not keys:
                raise SshError(f"line {number}: no public key")
            found.append(_key(keys[0]))
    return tuple(found)


_WORD: Final = re.compile(r'\s*((?:"[^"]*"|[^\s"])+)')
"""A word up to a blank; blanks between double quotes belong to it."""
_IGNORED_OPTIONS: Final = frozenset({"verify-required", "no-touch-required"})
_KNOWN_OPTIONS: Final = frozenset({"cert-authority", "namespaces", "valid-after", "valid-before"})


def _allowed_signer(line: str) -> AllowedSigner:
    words = _WORD.finditer(line)
    first = next(words, None)
    if first is None:
        raise SshError("no principals")
    options: dict[str, str] = {}
    for match in words:
        if _KEY_TYPE.fullmatch(match[1]):
            break
        options.update(_options(match[1].replace('"', "")))
    key = next(words, None)
    if key is None:
        raise SshError("no key")
    principals = first[1].replace('"', "")
    unknown = options.keys() - _KNOWN_OPTIONS - _IGNORED_OPTIONS
    if unknown:
        raise SshError(f"unknown option {min(unknown)}")
    return AllowedSigner(
        principals=tuple(filter(None, principals.split(","))),
        key=_key(key[1]),
        is_authority="cert-authority" in options,
        namespaces=tuple(filter(None, options.get("namespaces", "").split(","))),
        valid_after=_time(options.get("valid-after")),
        valid_before=_time(options.get("valid-before")),
    )


_OPTION: Final = re.compile(r"([A-Za-z\-]+)(?:=(.*))?")
_VALUES: Final = (
    *("namespaces=", "valid-after=", "valid-before="),
    *("cert-authority", "verify-required", "no-touch-required"),
)


def _options(word: str) -> Iterator[tuple[str, str]]:
    """``a=x,b=y`` as pairs; a comma inside a list of namespaces is part of the list."""
    parts: list[str] = []
    for part in word.split(","):
        if parts and not part.lower().startswith(_VALUES):
            parts[-1] += f",{part}"
        else:
            parts.append(part)
    for part in parts:
        match = _OPTION.fullmatch(part)
        if match is None:
            raise SshError(f"unreadable option {part}")
        yield match[1].lower(), match[2] or ""


def _key(word: str) -> bytes:
    try:
        return base64.b64decode(word, validate=True)
    except binascii.Error as error:
        raise SshError("a key that is not base64") from error


def _time(text: str | None) -> int | None:
    """``YYYYMMDD[HHMM[SS]][Z]`` in Unix seconds.

    Without Z OpenSSH takes local time; here it is UTC, the same on every machine.
    """
    if text is None:
        return None
    match = _TIME.fullmatch(text)
    if match is None:
        raise SshError(f"{text} is not a time (YYYYMMDD[HHMM[SS]][Z])")
    digits = f"{match[1]}{match[2] or '0000'}{match[3] or '00'}"
    moment = datetime.datetime.strptime(f"{digits}+0000", "%Y%m%d%H%M%S%z")
    return int(moment.timestamp())
