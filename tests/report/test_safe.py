"""What anybody wrote is shown so that it can be seen and does nothing."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provenance.report import safe
from provenance.report.safe import cell, code, excerpt, markdown, sarif, shorten, visible, width


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What earlier tests have asked is asked anew."""
    safe._often.cache_clear()


def test_nothing_is_a_link_or_a_placeholder_in_sarif() -> None:
    """Braces are doubled; of a link the parenthesis is an escape that no text can be."""
    assert r"[a]\x28http://x.example) {{0}} a[0]" == sarif("[a](http://x.example) {0} a[0]")
    assert r"]\\x28" == sarif(r"]\x28")
    assert r"\x1b" == sarif("\x1b")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain ~ text [x] {y}", "plain ~ text [x] {y}"),
        ("a\\b", "a\\\\b"),
        ("\0\t\n\x1b\x7f", r"\x00\x09\x0a\x1b\x7f"),
        ("\x80\x9b\xad\xa0", r"\u0080\u009b\u00ad\u00a0"),
        ("\udc80\udcff", r"\x80\xff"),
        ("\ud800\udc7f\udd00\udfff", r"\ud800\udc7f\udd00\udfff"),
        ("a\u200bb\u202ec\ufeff", r"a\u200bb\u202ec\ufeff"),
        ("\u2028\u2029\u3000\u2003", r"\u2028\u2029\u3000\u2003"),
        ("\u115f\u1160\u3164\uffa0\u2800", r"\u115f\u1160\u3164\uffa0\u2800"),
        ("\U000e0041\U0010ffff\uffff\U00010000", "\\U000e0041\\U0010ffff\\uffff\U00010000"),
        ("\ue000", r"\ue000"),
        ("Jörg X 中 é \u0301", "Jörg X 中 é \u0301"),
    ],
)
def test_every_character_can_be_seen(text: str, shown: str) -> None:
    """Controls, formats, odd blanks, unassigned and private ones, and bytes that are no text."""
    assert shown == visible(text)


@given(st.text(), st.text())
def test_different_texts_never_look_the_same(one: str, two: str) -> None:
    """And nothing is left that a terminal obeys."""
    assert (one == two) == (visible(one) == visible(two))
    assert not {unicodedata.category(char) for char in visible(one)} & {"Cc", "Cf", "Cs", "Zl"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        ("\tx", "'\\x09x"),
        ("\rx", "'\\x0dx"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'x", "'x"),
        ("a=1", "a=1"),
        ("X=1", "X=1"),
        ("\n=1", r"\x0a=1"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, shown: str) -> None:
    """A quote disarms it, and one more what starts with quotes."""
    assert shown == cell(text)


@given(st.text(alphabet="'=+a", max_size=5), st.text(alphabet="'=+a", max_size=5))
def test_different_texts_give_different_cells(one: str, two: str) -> None:
    """Also after a way through CSV."""
    out = io.StringIO()
    csv.writer(out).writerow([cell(one), cell(two)])
    ((left, right),) = csv.reader(io.StringIO(out.getvalue()))
    assert (one == two) == (left == right)


def test_nothing_is_markup_in_markdown() -> None:
    """Every character that could be is behind a backslash; cutting goes before."""
    assert r"\`a\*b\_c\[d\]e\<f\>g\|h\~i\&j" == markdown("`a*b_c[d]e<f>g|h~i&j")
    assert r"\\\\x" == markdown("\\x")
    assert r"\\x00" == markdown("\0")
    assert r"\*\*…" == markdown("***x", 3)
    assert r"\*\*\*" == markdown("***", 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("a b", "a b"),
        ("\t", "→       "),
        ("\t\tx", "→       →       x"),
        ("a\tb", "a→      b"),
        ("1234567\tb", "1234567→b"),
        ("12345678\tb", "12345678→       b"),
        ("中\tb", "中→     b"),
        ("\x1b\tb", r"\x1b→   b"),
        ("→\t→", r"\u2192→ \u2192"),
    ],
)
def test_tabs_in_a_line_of_code(text: str, shown: str) -> None:
    """An arrow up to the next of every eight columns; an arrow that was there is told apart."""
    assert shown == code(text)


@pytest.mark.parametrize(
    ("text", "columns"), [("", 0), ("abc", 3), ("中文", 4), ("e\u0301", 1), ("\x1b", 0)]
)
def test_width_is_in_terminal_columns(text: str, columns: int) -> None:
    """Wide characters take two, marks none; what is not visible text has no width."""
    assert columns == width(text)


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("中文字", 5, "中文…"),
        ("中文字", 4, "中…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),
        ("\x1bx", 4, r"\x1…"),
        ("abc", 1, "…"),
    ],
)
def test_text_is_cut_to_columns(text: str, columns: int, shown: str) -> None:
    """With an ellipsis, no blank before it, and nothing where it fits."""
    assert shown == shorten(text, columns)


@given(
    st.text(alphabet="a\u0301中\t\\ \u2764\ufe0f\u0ba8\u0bbf\u200d\U0001f468"), st.integers(1, 9)
)
def test_cut_text_is_no_wider_than_asked(text: str, columns: int) -> None:
    """Whatever the width of its characters."""
    assert width(shorten(text, columns)) <= columns


def test_what_widens_the_sign_before_it_counts() -> None:
    """Two hearts take four columns, not two."""
    assert "\u2764\ufe0f\u2026" == shorten("\u2764\ufe0f" * 2, 3)


def test_a_page_shows_the_start_of_what_is_very_long() -> None:
    """And how much is left out; CSV has all."""
    fits, long = "\u202e" * 2000, "\u202e" * 3001
    assert "\\u202e" * 2000 == excerpt(fits) == markdown(fits).replace("\\\\", "\\")
    assert "\\u202e" * 2000 + "\u2026 (1,001 more characters)" == excerpt(long)
    assert markdown(long).endswith("\\\\u202e\u2026 (1,001 more characters)")
    assert "\\u202e" * 3001 == cell(long)
    assert "x" * 2000 + "\u2026 (1 more characters)" == code("x" * 2001)


def test_every_tab_of_a_line_goes_to_the_next_stop() -> None:
    """However many there are before it."""
    shown = code("ab\t" + "\t" * 1000 + "c\td")
    assert "ab\u2192" + " " * 5 + ("\u2192" + " " * 7) * 1000 + "c\u2192" + " " * 6 + "d" == shown
