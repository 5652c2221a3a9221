"""The trusted keyring: OpenPGP certificates that the user names with ``--keyring``.

Files hold certificates, binary or armoured, one or many; a folder is read in full (a kernel
pgpkeys checkout keeps them in ``keys/``).  The user's own GnuPG home is never touched and no
key is fetched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from provenance.errors import KeyringError
from provenance.evidence.certificates import Certificate, lone_revocations, parse_certificates
from provenance.facts import Address
from provenance.listing import walk
from provenance.parse.openpgp import Packet, PacketError, PublicKey, dearmor_all, split_packets

_SUFFIXES: Final = frozenset({".asc", ".gpg", ".pgp", ".key", ".cert", ".pub", ".pgp-key", ""})
_VERSION_6: Final = 64
"""Digits of a version 6 fingerprint, whose key id is its start; older ones end in it."""
_MARKER: Final = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"


class Keyring:
    """Certificates by address and by key; an empty one holds nothing."""

    def __init__(
        self,
        certificates: Iterable[Certificate] = (),
        revocations: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        self._by_fingerprint: dict[str, Certificate] = {}
        for found in certificates:
            known = self._by_fingerprint.setdefault(found.fingerprint, found)
            if known is not found:
                known.merge(found)
        by_key_id = {found.primary.key_id: found for found in self._by_fingerprint.values()}
        for key_id, body in revocations:
            if key_id in by_key_id:
                by_key_id[key_id].revoke(body)
        self._by_address: dict[Address, list[Certificate]] = defaultdict(list)
        self._by_key: dict[str, list[tuple[Certificate, PublicKey]]] = defaultdict(list)
        for certificate in self._by_fingerprint.values():
            for address in certificate.claimed_addresses:
                self._by_address[address].append(certificate)
            for key in certificate.keys:
                self._by_key[key.key_id].append((certificate, key))

    def __len__(self) -> int:
        return len(self._by_fingerprint)

    def fingerprint_of(self, address: Address) -> str | None:
        """The fingerprint of a certificate that carries the address."""
        for certificate in self._by_address.get(address, ()):
            if address in certificate.addresses:
                return certificate.fingerprint
        return None

    def keys_of(self, key_id: str, fingerprint: str) -> list[tuple[Certificate, PublicKey]]:
        """Keys with this id (16 hex digits), and with the fingerprint where one is given."""
        if len(fingerprint) == _VERSION_6:
            key_id = fingerprint[:16]
        elif fingerprint:
            key_id = fingerprint[-16:]
        found = self._by_key.get(key_id, [])
        return [pair for pair in found if fingerprint in ("", pair[1].fingerprint)]

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Every address that some certificate names, sorted."""
        return tuple(sorted(self._by_address))


def read_keyring(paths: Iterable[Path]) -> Keyring:
    """All certificates below the paths.

    Raises ``KeyringError`` where a path cannot be read or holds no certificate, ``OSError`` where
    a folder cannot be listed: an empty keyring that passes would look like a check that was made.
    """
    certificates: list[Certificate] = []
    revocations: list[tuple[str, bytes]] = []
    for path in paths:
        blocks = list(_read_path(path))
        found = [one for block in blocks for one in parse_certificates(block)]
        lone = [one for block in blocks for one in lone_revocations(block)]
        revocations.extend(lone)
        if not found and not lone:
            raise KeyringError(
                f"no OpenPGP certificate in {path}",
                hint="name a file or folder of public keys, e.g. a kernel pgpkeys checkout",
            )
        certificates.extend(found)
    return Keyring(certificates, revocations)


def _read_path(path: Path) -> Iterator[list[Packet]]:
    """The packets of each block of each file."""
    if not path.exists():
        raise KeyringError(f"no such keyring: {path}", hint="check the path given to --keyring")
    if path.is_file():
        yield from _read_file(path, named=True)
        return
    for parent, folders, names in walk(path):
        folders[:] = [name for name in folders if name != ".git"]
        for entry in (Path(parent) / name for name in names):
            if entry.is_file() and not entry.is_symlink() and entry.suffix in _SUFFIXES:
                yield from _read_file(entry, named=False)


def _read_file(path: Path, *, named: bool) -> Iterator[list[Packet]]:
    """Packets of one file; what is no certificate is an error only in a named file."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise KeyringError(
            f"cannot read {path}: {error.strerror}", hint="check its permissions"
        ) from error
    try:
        blocks = dearmor_all(raw) if _MARKER in raw else [raw]
        for block in blocks:
            yield list(split_packets(block))
    except PacketError as error:
        if named:
            raise KeyringError(
                f"{path} holds no readable OpenPGP certificate: {error}",
                hint="export the keys anew with `gpg --export`",
            ) from error
