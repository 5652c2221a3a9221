"""Records (structs) to and from plain JSON or TOML data, and to JSON Schema, by their types.

One description (the struct) serves writing, reading back, checking and documenting.
Text that holds undecodable bytes becomes ``{"b64": ..., "text": ...}``: JSON cannot carry
such bytes, and replacing them would make two different names equal.
"""

from __future__ import annotations

import base64
import datetime
import types
import typing
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, TypeAlias, TypeGuard, TypeVar, Union, cast, get_args, get_origin

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from provenance.errors import did_you_mean
from provenance.parse.text import encode as to_bytes
from provenance.parse.text import has_raw_bytes

T = TypeVar("T")
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold."""
_WORDS: typing.Final = {int: "a whole number", float: "a number", bool: "true or false"}


class DecodeError(Exception):
    """Data does not have the shape of the record; the message starts with the place."""


def encode(value: object) -> Plain:
    """Plain data of a record, enum, tuple, mapping, text or number."""
    kind = type(value)
    writer = _WRITERS.get(kind)
    if writer is None:
        writer = _WRITERS[kind] = _writer_for(kind)
    return writer(value)


def decode(kind: type[T], data: object, *, strict: bool = False, place: str = "") -> T:
    """The record from plain data.

    ``strict`` refuses unknown keys (a policy); otherwise they are passed over (a report of
    a later version).  Raises ``DecodeError``.
    """
    result: T = _decode(kind, data, strict, place or "the file")
    return result


def schema(kind: type, title: str) -> dict[str, Plain]:
    """A JSON Schema (draft 2020-12) of the record; objects stay open for added fields."""
    definitions: dict[str, Plain] = {}
    root = _schema(kind, definitions)
    assert isinstance(root, dict)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _writer_for(kind: type) -> Callable[[Any], Plain]:
    """How values of one class are written; found once for each class."""
    if issubclass(kind, StrEnum):
        return lambda value: cast("str", value.value)
    if issubclass(kind, str):
        return _encode_text
    if issubclass(kind, bool | int | float | types.NoneType):
        return lambda value: cast("Plain", value)
    if issubclass(kind, datetime.date):
        return lambda value: cast("str", value.isoformat())
    if issubclass(kind, Mapping):
        return lambda value: {str(key): encode(item) for key, item in value.items()}
    if issubclass(kind, list | tuple | frozenset):
        return lambda value: [encode(item) for item in value]
    names = cast("type[Struct]", kind).__struct_fields__
    return lambda value: {name: encode(getattr(value, name)) for name in names}


_WRITERS: dict[type, Callable[[Any], Plain]] = {}


def _encode_text(text: str) -> Plain:
    if text.isascii() or not has_raw_bytes(text):
        return text
    raw = to_bytes(text)
    return {"b64": base64.b64encode(raw).decode("ascii"), "text": raw.decode("utf-8", "replace")}


@cache
def _fields(kind: type[Struct]) -> dict[str, FieldInfo]:
    return {field.name: field for field in fields(kind)}


def _decode(kind: Any, data: object, strict: bool, place: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        return _decode(next(a for a in arguments if a is not type(None)), data, strict, place)
    if origin in (tuple, Collection):
        if not isinstance(data, list):
            raise DecodeError(f"{place}: a list is expected")
        return tuple(
            _decode(arguments[0], item, strict, f"{place}[{number}]")
            for number, item in enumerate(data)
        )
    if origin is dict or origin is Mapping:
        if not isinstance(data, dict):
            raise DecodeError(f"{place}: a table is expected")
        return {
            _decode(arguments[0], key, strict, place): _decode(
                arguments[1], item, strict, f"{place}.{key}"
            )
            for key, item in data.items()
        }
    if _is_record(kind):
        return _decode_record(kind, data, strict, place)
    return _decode_scalar(getattr(kind, "__supertype__", kind), data, place)


def _is_record(kind: Any) -> TypeGuard[type[Struct]]:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _decode_record(kind: type[Struct], data: object, strict: bool, place: str) -> Any:
    if not isinstance(data, dict):
        raise DecodeError(f"{place}: a table is expected")
    known = _fields(kind)
    unknown = sorted(set(data) - set(known))
    if strict and unknown:
        hint = did_you_mean(unknown[0], known, f"known: {', '.join(known)}")
        raise DecodeError(f"{place}: unknown key {unknown[0]!r}; {hint}")
    values = {}
    for name, field in known.items():
        if name in data:
            values[name] = _decode(field.type, data[name], strict, f"{place}.{name}")
        elif field.required:
            raise DecodeError(f"{place}: {name!r} is missing")
    try:
        return kind(**values)
    except ValueError as error:
        raise DecodeError(f"{place}: {error}") from error


def _decode_scalar(kind: type, data: object, place: str) -> Any:
    if kind is object:
        return data
    if kind is str:
        if isinstance(data, str):
            return data
        if isinstance(data, dict) and isinstance(data.get("b64"), str):
            try:
                return base64.b64decode(data["b64"], validate=True).decode(
                    "utf-8", "surrogateescape"
                )
            except ValueError as error:
                raise DecodeError(f"{place}: not base64") from error
        raise DecodeError(f"{place}: text is expected")
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        try:
            return kind(str(data))
        except ValueError as error:
            known = ", ".join(kind)
            raise DecodeError(f"{place}: {data!r} is not one of {known}") from error
    if kind is datetime.date and isinstance(data, str):
        try:
            return datetime.date.fromisoformat(data)
        except ValueError as error:
            raise DecodeError(f"{place}: not a date (YYYY-MM-DD)") from error
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if type(data) is not kind:
        raise DecodeError(f"{place}: {_WORDS.get(kind, kind.__name__)} is expected, not {data!r}")
    return data


def _schema(kind: Any, definitions: dict[str, Plain]) -> Plain:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(argument, definitions) for argument in arguments]}
    if origin in (tuple, Collection):
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is dict or origin is Mapping:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    kind = getattr(kind, "__supertype__", kind)
    if kind is object:
        return {}
    if _is_record(kind):
        _define(kind, definitions)
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    if kind is str:
        definitions["text"] = _TEXT
        return {"$ref": "#/$defs/text"}
    if kind is datetime.date:
        return {"type": "string", "format": "date"}
    names = {bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return {"type": names[kind]}


def _define(kind: type[Struct], definitions: dict[str, Plain]) -> None:
    if kind.__name__ in definitions:
        return
    definitions[kind.__name__] = {}
    properties = {name: _schema(field.type, definitions) for name, field in _fields(kind).items()}
    definitions[kind.__name__] = {
        "type": "object",
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": properties,
        "required": list(properties),
    }


_TEXT: Plain = {
    "description": "Text; an object where the bytes are not valid UTF-8 (b64 is exact).",
    "anyOf": [
        {"type": "string"},
        {
            "type": "object",
            "properties": {"b64": {"type": "string"}, "text": {"type": "string"}},
            "required": ["b64", "text"],
        },
    ],
}
