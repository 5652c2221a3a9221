"""Changed files of a commit as bytes for the index, and back."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Final

from provenance.facts import FileChange, ObjectId
from provenance.parse.text import decode, encode

KIND: Final = "changes 2"
_NOT_KEPT: Final = ObjectId("")


def pack_changes(files: Sequence[FileChange], *, with_ids: Container[str]) -> bytes:
    """One record a file.  Blob ids are kept for binary files and for the paths ``with_ids``."""
    return b"\0".join(_packed(file, file.binary or file.path in with_ids) for file in files)


def unpack_changes(raw: bytes) -> tuple[FileChange, ...]:
    """The files; ids that were not kept are empty.  Raises ``ValueError`` on other bytes."""
    return tuple(_unpacked(record) for record in raw.split(b"\0")) if raw else ()


def _packed(file: FileChange, with_ids: bool) -> bytes:
    kind = f"{file.change}{'b' if file.binary else '-'}"
    ids = f"{file.old_id} {file.new_id}" if with_ids else " "
    modes = "" if file.old_mode == file.new_mode == "100644" else f"{file.old_mode} {file.new_mode}"
    head = f"{kind}\t{file.added}\t{file.removed}\t{modes}\t{ids}\t"
    return head.encode("ascii") + encode(file.path)


def _unpacked(record: bytes) -> FileChange:
    kind, added, removed, modes, ids, path = record.split(b"\t", 5)
    old_mode, new_mode = modes.decode("ascii").split(" ") if modes else ("100644", "100644")
    old_id, new_id = ids.decode("ascii").split(" ") if ids != b" " else (_NOT_KEPT, _NOT_KEPT)
    return FileChange(
        decode(path),
        chr(kind[0]),
        int(added),
        int(removed),
        kind[1:] == b"b",
        old_mode,
        new_mode,
        ObjectId(old_id),
        ObjectId(new_id),
    )
