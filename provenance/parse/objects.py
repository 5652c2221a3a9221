"""Commit and tag objects from their raw bytes.

Source of the format: git's commit.c and tag.c, gitformat-signature.  The header is
everything before the first empty line; a line that starts with a blank continues the
field above it.  Whatever git itself would never write is kept as a named anomaly.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from provenance.facts import (
    BrokenIdent,
    Commit,
    Ident,
    ObjectId,
    RawSignature,
    SignatureFormat,
    Tag,
)
from provenance.limits import MAX_COMMIT
from provenance.parse.identity import parse_ident
from provenance.parse.text import decode, is_allowed_encoding
from provenance.parse.trailers import parse_message

_OBJECT_ID: Final = re.compile(rb"[0-9a-fA-F]{40}")
"""Git reads ids in either case of letters, and follows them."""
_LINKS: Final = re.compile(rb"[^\n]*+(?:\n|\Z)(?:(?:parent)? [^\n]*+(?:\n|\Z))*+")
"""The first line of a header and the parents after it, all with their further lines."""
_ORDER: Final = {b"tree": 0, b"parent": 1, b"author": 2, b"committer": 3}
_ARMOR: Final = (
    (b"-----BEGIN PGP SIGNATURE-----", SignatureFormat.OPENPGP),
    (b"-----BEGIN PGP MESSAGE-----", SignatureFormat.OPENPGP),
    (b"-----BEGIN SSH SIGNATURE-----", SignatureFormat.SSH),
    (b"-----BEGIN SIGNED MESSAGE-----", SignatureFormat.X509),
)
_ONE_BLOCK: Final = re.compile(
    rb"\s*-----BEGIN ([A-Z ]+)-----[ \t\r]*\n.*\n-----END \1-----\s*", re.DOTALL
)
_SIGNATURE_FIELDS: Final = frozenset({b"gpgsig", b"gpgsig-sha256"})
_KNOWN_FIELDS: Final = frozenset(
    {*_ORDER, b"encoding", b"mergetag", *_SIGNATURE_FIELDS, b"change-id", b"HG:extra"}
)


class Field(NamedTuple):
    """One header field: its key, its value with continuation lines joined, its raw lines."""

    key: bytes
    value: bytes
    raw: bytes


def split_header(raw: bytes) -> tuple[list[Field], bytes]:
    """The header fields in order and the body (what follows the first empty line)."""
    head, separator, body = raw.partition(b"\n\n")
    fields: list[Field] = []
    lines: list[bytes] = []

    def close() -> None:
        if lines:
            key, _, value = lines[0].partition(b" ")
            value = b"\n".join([value, *(line[1:] for line in lines[1:])])
            fields.append(Field(key, value, b"".join(line + b"\n" for line in lines)))
            lines.clear()

    for line in head.removesuffix(b"\n").split(b"\n") if head else []:
        if not line.startswith(b" "):
            close()
        lines.append(line)
    close()
    return fields, body if separator else b""


def parse_commit(object_id: ObjectId, raw: bytes) -> Commit:
    """The claims of one commit object; never raises on any bytes.

    Of one over ``MAX_COMMIT`` only the start is read, with all parents: what comes later, the
    trailers and the signature are left out.
    """
    is_cut = len(raw) > MAX_COMMIT
    if is_cut:
        raw = raw[: max(MAX_COMMIT, _end_of_links(raw))]
    fields, body = split_header(raw)
    anomalies = _header_anomalies(fields, raw)
    declared = _values(fields, b"encoding")
    encoding = decode(declared[0]) if declared else ""
    if encoding and not is_allowed_encoding(encoding):
        anomalies.append("unknown-encoding")
    message = parse_message(body, encoding)
    mergetags = tuple(
        parse_tag(_tag_id(value + b"\n"), value + b"\n") for value in _values(fields, b"mergetag")
    )
    return Commit(
        id=object_id,
        tree=_one_id(_values(fields, b"tree")),
        parents=tuple(
            ObjectId(value.decode("ascii").lower())
            for value in _leading_parents(fields)
            if _OBJECT_ID.fullmatch(value)
        ),
        author=_one_ident(_values(fields, b"author"), "author", encoding),
        committer=_one_ident(_values(fields, b"committer"), "committer", encoding),
        encoding=encoding,
        subject=message.subject,
        message=message.text,
        trailers=() if is_cut else message.trailers,
        signature=None if is_cut else _commit_signature(fields, body, raw),
        mergetags=mergetags,
        anomalies=tuple(anomalies),
    )


def _tag_id(raw: bytes) -> ObjectId:
    """The id that a tag object with these bytes has."""
    whole = b"tag %d\0%b" % (len(raw), raw)
    return ObjectId(hashlib.sha1(whole, usedforsecurity=False).hexdigest())


def parse_tag(object_id: ObjectId, raw: bytes) -> Tag:
    """The claims of one tag object (also one embedded in a merge); never raises."""
    fields, body = split_header(raw)
    anomalies = []
    if [field.key for field in fields] not in (
        [b"object", b"type", b"tag", b"tagger"],
        [b"object", b"type", b"tag"],
    ):
        anomalies.append("unexpected-header")
    if b"\0" in raw:
        anomalies.append("nul-byte")
    target = _one_id(_values(fields, b"object"))
    types = _values(fields, b"type")
    names = _values(fields, b"tag")
    taggers = _values(fields, b"tagger")
    message, signature = _tag_signature(raw, body)
    return Tag(
        id=object_id,
        object=target or ObjectId("0" * 40),
        object_type=decode(types[0]) if len(types) == 1 else "",
        name=decode(names[0]) if len(names) == 1 else "",
        tagger=_one_ident(taggers, "tagger", "") if taggers else None,
        message=decode(message),
        signature=signature,
        anomalies=tuple(anomalies),
    )


def _end_of_links(raw: bytes) -> int:
    links = _LINKS.match(raw)
    assert links, "any bytes have a first line"
    return links.end()


def compared_by(raw: bytes) -> tuple[ObjectId | None, ObjectId | None]:
    """The tree and the first parent of a raw commit, as git reads them."""
    fields, _ = split_header(raw[: _end_of_links(raw)])
    tree = _one_id([field.value for field in fields[:1] if field.key == b"tree"])
    return tree, _one_id(_leading_parents(fields)[:1])


def _values(fields: Sequence[Field], key: bytes) -> list[bytes]:
    return [field.value for field in fields if field.key == key]


def _leading_parents(fields: Sequence[Field]) -> list[bytes]:
    """Parents where git reads them: directly after the tree, before anything else."""
    parents = []
    for field in fields[1:]:
        if field.key != b"parent":
            break
        parents.append(field.value)
    return parents


def _one_id(values: Sequence[bytes]) -> ObjectId | None:
    if len(values) == 1 and _OBJECT_ID.fullmatch(values[0]):
        return ObjectId(values[0].decode("ascii").lower())
    return None


def _one_ident(values: Sequence[bytes], role: str, encoding: str) -> Ident | BrokenIdent:
    if len(values) == 1:
        return parse_ident(values[0], encoding)
    reason = f"no {role} line" if not values else f"{len(values)} {role} lines"
    return BrokenIdent(raw=decode(b"\n".join(values)), reason=reason)


def _header_anomalies(fields: Sequence[Field], raw: bytes) -> list[str]:
    found = []
    keys = [field.key for field in fields]
    ranks = [_ORDER.get(key, 4) for key in keys]
    if ranks != sorted(ranks):
        found.append("misordered-header")
    if any(keys.count(key) > 1 for key in (b"tree", b"author", b"committer", b"encoding")):
        found.append("duplicate-header")
    if b"tree" not in keys or _one_id(_values(fields, b"tree")) is None:
        found.append("no-tree")
    parents = _values(fields, b"parent")
    if any(not _OBJECT_ID.fullmatch(value) for value in parents):
        found.append("unreadable-parent")
    if any(_OBJECT_ID.fullmatch(value) and value != value.lower() for value in parents):
        found.append("capital-parent")
    if len(set(parents)) != len(parents):
        found.append("duplicate-parent")
    if any(key not in _KNOWN_FIELDS for key in keys):
        found.append("unknown-header")
    if b"\0" in raw:
        found.append("nul-byte")
    if any(key.endswith(b"\r") or key == b"" for key in keys):
        found.append("malformed-header-line")
    return found


def _signature_format(armor: bytes) -> SignatureFormat:
    for marker, name in _ARMOR:
        if armor.lstrip().startswith(marker):
            return name
    return SignatureFormat.NONE


def _commit_signature(fields: Sequence[Field], body: bytes, raw: bytes) -> RawSignature | None:
    """Exactly one ``gpgsig`` of the header, over the commit without its signature fields."""
    signatures = [field for field in fields if field.key in _SIGNATURE_FIELDS]
    if not signatures:
        return None
    kept = b"".join(field.raw for field in fields if field.key not in _SIGNATURE_FIELDS)
    current = [field.value for field in signatures if field.key == b"gpgsig"]
    problem = ""
    if len(current) > 1:
        problem = f"{len(current)} signature headers"
    elif b"\0" in raw:
        problem = "a NUL byte stands in the commit"
    elif b"\n\n" not in raw:
        problem = "no empty line ends the header"
    elif not current:
        problem = "only a signature over the SHA-256 form of the commit"
    armor = current[0] if current else signatures[0].value
    kind = _signature_format(armor)
    problem = problem or _armor_problem(armor)
    return RawSignature(format=kind, armor=armor, payload=kept + b"\n" + body, problem=problem)


def _armor_problem(armor: bytes) -> str:
    """What is wrong with a field that should hold one armoured block and nothing else."""
    if _signature_format(armor) is SignatureFormat.NONE:
        return "the signature holds no known armour"
    if armor.count(b"-----BEGIN ") != 1 or not _ONE_BLOCK.fullmatch(armor):
        return "more than one armoured block, or something around it"
    return ""


def _tag_signature(raw: bytes, body: bytes) -> tuple[bytes, RawSignature | None]:
    """The message and the signature: the armour that starts a line and runs to the end."""
    starts = [at + 1 for marker, _ in _ARMOR if (at := (b"\n" + body).rfind(b"\n" + marker)) >= 0]
    if not starts:
        return body, None
    start = max(starts) - 1
    armor = body[start:]
    payload = raw[: len(raw) - len(armor)]
    problem = "a NUL byte stands in the signed text" if b"\0" in raw else _armor_problem(armor)
    return body[:start], RawSignature(
        format=_signature_format(armor), armor=armor, payload=payload, problem=problem
    )
