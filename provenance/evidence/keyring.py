"""The trusted keyring: OpenPGP certificates that the user names with ``--keyring``.

Formats: RFC 9580 certificates, binary or armoured, one or many in a file; a folder is read
in full (a kernel pgpkeys checkout keeps them in ``keys/``).  The user's own GnuPG home is
never touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from provenance.errors import KeyringError
from provenance.facts import Address
from provenance.parse.addresses import normalise

_SUFFIXES: Final = frozenset({".asc", ".gpg", ".pgp", ".key", ".cert", ".pub", ".pgp-key", ""})
_MARKER: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate: the primary key's fingerprint (hex, lower case) and its addresses."""

    fingerprint: str
    addresses: tuple[Address, ...]


class Keyring:
    """Certificates by fingerprint and by address; an empty one holds nothing."""

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        self._by_fingerprint = {cert.fingerprint: cert for cert in certificates}
        self._by_address: dict[Address, str] = {}
        for cert in self._by_fingerprint.values():
            for address in cert.addresses:
                self._by_address.setdefault(address, cert.fingerprint)

    def __len__(self) -> int:
        return len(self._by_fingerprint)

    def fingerprint_of(self, address: Address) -> str | None:
        """The fingerprint of a certificate that carries the address."""
        return self._by_address.get(address)

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address of every certificate, sorted."""
        return tuple(sorted(self._by_address))


def read_keyring(paths: Iterable[Path]) -> Keyring:
    """All certificates below the paths.

    Raises ``KeyringError`` where a path cannot be read or holds no certificate: an empty
    keyring that passes would look like a check that was made.
    """
    certificates: list[Certificate] = []
    for path in paths:
        found = list(_read_path(path))
        if not found:
            raise KeyringError(
                f"no OpenPGP certificate in {path}",
                hint="name a file or folder of public keys, e.g. a kernel pgpkeys checkout",
            )
        certificates.extend(found)
    return Keyring(certificates)


def _read_path(path: Path) -> Iterator[Certificate]:
    if not path.exists():
        raise KeyringError(f"no such keyring: {path}", hint="check the path given to --keyring")
    if path.is_file():
        yield from _read_file(path, named=True)
        return
    for entry in sorted(path.rglob("*")):
        if entry.is_file() and not entry.is_symlink() and entry.suffix in _SUFFIXES:
            hidden = any(part == ".git" for part in entry.relative_to(path).parts)
            if not hidden:
                yield from _read_file(entry, named=False)


def _read_file(path: Path, *, named: bool) -> Iterator[Certificate]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KeyringError(
            f"cannot read {path}: {error.strerror}", hint="check its permissions"
        ) from error
    try:
        for block in _blocks(raw):
            yield from _certificates(block)
    except ValueError as error:
        if named:
            raise KeyringError(
                f"{path} holds no readable OpenPGP certificate: {error}",
                hint="export the keys anew with `gpg --export`",
            ) from error


def _blocks(raw: bytes) -> list[bytes]:
    """Armoured blocks one by one (a reader takes only the first), or the binary whole."""
    if _MARKER not in raw:
        return [raw]
    return [_MARKER + part for part in raw.split(_MARKER)[1:]]


def _certificates(raw: bytes) -> Iterator[Certificate]:
    from pysequoia.packet import PacketPile, Tag

    try:
        packets = list(PacketPile.from_bytes(raw))
    except Exception as error:  # the library raises bare Exception
        raise ValueError(str(error)) from error
    fingerprint = ""
    addresses: list[Address] = []
    for packet in packets:
        if packet.tag == Tag.PublicKey:
            if fingerprint:
                yield Certificate(fingerprint=fingerprint, addresses=tuple(addresses))
            fingerprint, addresses = (packet.fingerprint or "").lower(), []
        elif packet.tag == Tag.UserID:
            email = packet.user_id_email
            if email:
                addresses.append(normalise(email))
    if fingerprint:
        yield Certificate(fingerprint=fingerprint, addresses=tuple(addresses))
