r"""Makes untrusted text safe for each medium; the only place that does.

Everything a reader cannot see, or a terminal would obey, is shown as an escape: control
and format characters as ``\x1b`` and ``\u202e``, bytes that are not UTF-8 as ``\xff``
with a doubled backslash wherever the text itself holds one, so that two different texts
never look the same.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from functools import lru_cache
from typing import Final

from wcwidth import wcswidth

_PLAIN: Final = re.compile(r"[ -\[\]-~]*")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TAB: Final = "\u2192"
_STOP: Final = 8
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@lru_cache(maxsize=65536)
def visible(text: str) -> str:
    """One line of text in which every character can be seen."""
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    code = ord(char)
    if char == "\\":
        return "\\\\"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if char != " " and (unicodedata.category(char) in _HIDDEN or _is_odd_space(char)):
        if code < 0x100:
            return f"\\u{code:04x}" if code > 0x7F else f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char


def _is_odd_space(char: str) -> bool:
    return unicodedata.category(char) == "Zs" or char in "\u115f\u1160\u3164\uffa0\u2800"


def cell(text: str) -> str:
    """A CSV cell: visible text that no spreadsheet runs as a formula.

    A text that already starts with the disarming quote gets one more, so that two
    different texts never give the same cell.
    """
    return f"'{visible(text)}" if text.lstrip("'").startswith(_FORMULA) else visible(text)


def markdown(text: str, columns: int = 0) -> str:
    """Text inside Markdown prose or a table cell, cut to ``columns``; nothing in it is markup."""
    shown = shorten(text, columns) if columns else visible(text)
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", shown)


def code(text: str) -> str:
    """A line of program text with its tabs shown as arrows up to the next tab stop."""
    parts = text.split("\t")
    out = visible(parts[0]).replace(_TAB, "\\u2192")
    for part in parts[1:]:
        out += _TAB + " " * (_STOP - 1 - width(out) % _STOP)
        out += visible(part).replace(_TAB, "\\u2192")
    return out


def width(text: str) -> int:
    """Terminal columns that visible text takes."""
    return max(wcswidth(text), 0)


def shorten(text: str, columns: int) -> str:
    """Visible text in at most so many columns; an ellipsis says that some is left out."""
    shown = visible(text)
    if width(shown) <= columns:
        return shown
    sizes = range(len(shown) + 1)
    too_long = bisect_left(sizes, columns, key=lambda size: width(shown[:size]))
    return shown[: too_long - 1].rstrip() + "…"
