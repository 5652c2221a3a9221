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

from provenance.parse.text import FILLERS

_PLAIN: Final = re.compile(r"[ -\[\]-~]*")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_TAB: Final = "\u2192"
_STOP: Final = 8
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST: Final = 2000
"""Characters of one text on a page; JSON and CSV have all."""


def visible(text: str) -> str:
    """One line of text in which every character can be seen."""
    return _often(text) if len(text) <= _LONGEST else _all_shown(text)


def _all_shown(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return "".join(_shown(char) for char in text)


_often: Final = lru_cache(maxsize=65536)(_all_shown)


def excerpt(text: str) -> str:
    """Visible text for a page: of what is very long the start, and how much is left out."""
    return visible(text[:_LONGEST]) + _more(text)


def _more(text: str) -> str:
    left = len(text) - _LONGEST
    return f"\u2026 ({left:,} more characters)" if left > 0 else ""


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
    return unicodedata.category(char) == "Zs" or char in FILLERS + "\u2800"


def cell(text: str) -> str:
    """A CSV cell: visible text that no spreadsheet runs as a formula.

    A text that already starts with the disarming quote gets one more, so that two
    different texts never give the same cell.
    """
    return f"'{visible(text)}" if text.lstrip("'").startswith(_FORMULA) else visible(text)


def markdown(text: str, columns: int = 0) -> str:
    """Text inside Markdown prose or a table cell, cut to ``columns``; nothing in it is markup."""
    shown = shorten(text, columns) if columns else excerpt(text)
    return re.sub(r"([\\`*_\[\]<>|~&])", r"\\\1", shown)


def sarif(text: str) -> str:
    """Text inside a SARIF message: nothing to fill in (SARIF 2.1.0, 3.11.5), no link (3.11.6).

    What would be taken for a link has its parenthesis as an escape.
    """
    return excerpt(text).replace("](", r"]\x28").replace("{", "{{").replace("}", "}}")


def code(text: str) -> str:
    """A line of program text with its tabs shown as arrows up to the next tab stop."""
    first, *rest = (visible(part).replace(_TAB, "\\u2192") for part in text[:_LONGEST].split("\t"))
    out, at = [first], width(first)
    for part in rest:
        blanks = _STOP - 1 - at % _STOP
        out += (_TAB, " " * blanks, part)
        at += 1 + blanks + width(part)
    return "".join(out) + _more(text)


def width(text: str) -> int:
    """Terminal columns that visible text takes."""
    from wcwidth import wcswidth  # its tables are large, and an error message needs none

    return max(wcswidth(text), 0)


def shorten(text: str, columns: int) -> str:
    """Visible text in at most so many columns; an ellipsis says that some is left out."""
    shown = visible(text)
    if width(shown) <= columns:
        return shown
    sizes = range(len(shown) + 1)
    too_long = bisect_left(sizes, columns, key=lambda size: width(shown[:size]))
    return shown[: too_long - 1].rstrip() + "…"
