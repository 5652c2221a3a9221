"""Bytes to text without loss, by an allow-list of encodings."""

from __future__ import annotations

import contextlib
from typing import Final

FILLERS: Final = "\u115f\u1160\u3164\uffa0"
"""Letters without a shape."""
_LATIN: Final = tuple(str(number) for number in (*range(1, 12), *range(13, 17)))
_WINDOWS: Final = tuple(str(number) for number in range(1250, 1259))
_ALLOWED: Final = frozenset(
    (
        *("utf-8", "utf8", "us-ascii", "ascii", "latin1", "latin-1", "koi8-r", "koi8-u"),
        *("euc-jp", "iso-2022-jp", "shift_jis", "shift-jis", "sjis", "euc-kr"),
        *("gbk", "gb18030", "gb2312", "big5"),
        *(f"iso-8859-{number}" for number in _LATIN),
        *(f"iso8859-{number}" for number in _LATIN),
        *(f"windows-{number}" for number in _WINDOWS),
        *(f"cp{number}" for number in _WINDOWS),
    )
)


def decode(raw: bytes, encoding: str = "") -> str:
    """Text of ``raw``: in the declared encoding where that is allow-listed and fits, else UTF-8.

    What is not UTF-8 either becomes surrogate escapes.
    """
    name = encoding.lower()
    if name in _ALLOWED:
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(name)
    return raw.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes that ``decode`` without an encoding came from."""
    return text.encode("utf-8", "surrogateescape")


def is_allowed_encoding(encoding: str) -> bool:
    """True where the encoding a commit declares is one that may be used to read it."""
    return encoding.lower() in _ALLOWED


def has_raw_bytes(text: str) -> bool:
    """True where the text holds bytes that did not decode."""
    return any("\udc80" <= char <= "\udcff" for char in text)
