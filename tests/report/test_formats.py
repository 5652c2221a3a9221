"""Each format draws a page and its rows, whatever text is in them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import Struct, field
from msgspec.structs import replace

from provenance.codec import encode
from provenance.errors import UsageError
from provenance.report import streamed
from provenance.report.document import Column, Document, More, Section, Table
from provenance.report.formats import (
    FormatOptions,
    format_names,
    is_for_findings,
    load_format,
    markdown,
    table,
)
from provenance.report.formats import json as json_format
from provenance.report.spool import Block, Spool
from provenance.words import Severity


class Data(Struct, frozen=True):
    """What JSON writes, field by field."""

    name: str = "n\u00e9\udcff"
    empty: tuple[str, ...] = ()
    one: tuple[str, ...] = ("\u00e9",)
    two: tuple[int, ...] = (1, 2)
    spool: Spool[str] = field(default_factory=Spool)


class Page(Struct, frozen=True):
    """A printable page."""

    page: Document = field(default_factory=lambda: Document(title="t"))
    found: object = None

    def document(self) -> Document:
        return self.page

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        return ("a", "b"), iter([["x,y", '"'], ["=1", "\x1b\udcff"]])

    def data(self) -> object:
        return self.found


def written(name: str, page: Page, **options: object) -> str:
    out = io.StringIO(newline="")
    load_format(name).write(page, out, FormatOptions(**options))  # type: ignore[arg-type]
    return out.getvalue()


def drawn(name: str, *sections: Section, title: str = "t", **options: object) -> str:
    text = written(name, Page(Document(title=title, sections=sections)), **options)
    return re.sub(r"\|[-:]+\|[-:]+\|\n", "|-|-|\n", text)


def test_formats_are_found_by_their_place() -> None:
    """Sorted, and a name that is none is no module."""
    assert ("csv", "html", "json", "markdown", "sarif", "table") == format_names()
    assert ["sarif"] == [name for name in format_names() if is_for_findings(name)]
    with pytest.raises(ModuleNotFoundError):
        load_format("xml")


def test_csv_is_rfc_4180_with_formulas_disarmed() -> None:
    """CRLF, quotes doubled, every character visible."""
    assert 'a,b\r\n"x,y",""""\r\n\'=1,\\x1b\\xff\r\n' == written("csv", Page())


def test_json_of_a_record_is_streamed_field_by_field() -> None:
    """ASCII only; a long list has an item a line; bytes that are no text are kept."""
    data = Data()
    data.spool.add(Block(["a", "b"], 1))
    data.spool.add(Block(["c"], 1))
    text = written("json", Page(found=data))
    assert text.isascii()
    assert (
        '{\n "name": {"b64":"bsOp/w==","text":"n\\u00e9\\ufffd"},\n "empty": [],\n'
        ' "one": [\n  "\\u00e9"\n ],\n'
        ' "two": [\n  1,\n  2\n ],\n "spool": [\n  "a",\n  "b",\n  "c"\n ]\n}\n'
    ) == text
    assert ["a", "b", "c"] == json.loads(text)["spool"]


@pytest.mark.parametrize("blocks", [0, 1, 3])
def test_json_has_all_of_a_spool(blocks: int) -> None:
    """None of its items is lost or twice there."""
    data = Data()
    items = [f"\u00e9 {number}" for number in range(blocks * 150)]
    for at in range(0, len(items), 150):
        data.spool.add(Block(items[at : at + 150], 1))
    assert items == json.loads(written("json", Page(found=data)))["spool"]


class Item(Struct, frozen=True):
    """Something of every kind that a report holds."""

    text: str
    word: Severity = Severity.HIGH
    number: int = 0
    rate: float = 0.5
    words: tuple[str, ...] = ()
    by_word: Mapping[Severity, int] = field(default_factory=dict)
    inner: Item | None = None


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=[]) | st.sampled_from("\udc80\udcff")),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=False, allow_infinity=False),
)
@example('\x7f\x1f\u2028</script>\\"', 2**64, 1e22)
def test_json_is_ascii_and_exact(text: str, number: int, rate: float) -> None:
    """Whichever writer does it: control characters, bytes that are no text, large numbers."""
    item = Item(text, number=number, rate=rate, words=(text, "a"), by_word={Severity.LOW: 2})
    found = streamed.dumps(replace(item, inner=item))
    assert found.isascii()
    assert not re.search(r"[\x00-\x1f]", found)
    assert encode(replace(item, inner=item)) == json.loads(found)


def test_json_of_a_long_list_is_made_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    """No piece is longer than is held at once, and an item more."""
    monkeypatch.setattr(streamed, "_TOGETHER", 9)
    pieces: list[str] = []

    class Out(io.StringIO):
        def write(self, text: str) -> int:
            pieces.append(text)
            return super().write(text)

    data = Data(two=tuple(range(100, 108)))
    json_format.write(Page(found=data), Out(), FormatOptions())
    assert ["100,\n  101,\n  102", "103,\n  104,\n  105", "106,\n  107"] == [
        piece for piece in pieces if piece.startswith("10")
    ]


def test_other_json_is_indented() -> None:
    """A list of plain values, for one."""
    assert '[\n "\\u00e9",\n 1\n]\n' == written("json", Page(found=("\u00e9", 1)))


COLUMNS = (Column(title="N", right=True), Column(title="Text", limit=6))
TABLE = Table(columns=COLUMNS, rows=[["1", "a|b\x1b"], ["22", "longer text"]])
EVERYTHING = Section(
    title="S*",
    facts=[("Name_", "x" * 73 + " yyy zzz"), ("Long name that is one", "v\x1b")],
    lines=["one", "w" * 71 + " # two"],
    table=TABLE,
    diff=["-a\tb", "+c\x1b", " d"],
)


def test_markdown_of_everything() -> None:
    """Headings, lists with continued lines, a table apart from them, and a diff."""
    assert (
        "# t\\_\n\n## S\\*\n\n"
        f"- Name\\_:\n  {'x' * 73}\n  yyy zzz\n- Long name that is one: v\\\\x1b\n"
        f"- one\n- {'w' * 71}\n  \\# two\n\n"
        "|   N | Text     |\n|-|-|\n|   1 | a\\|b\\\\x… |\n|  22 | longe…   |\n"
        "\n```diff\n-a→     b\n+c\\x1b\n d\n```\n"
    ) == drawn("markdown", EVERYTHING, title="t_")


def test_markdown_of_little() -> None:
    """No heading, list or blank line that nothing needs."""
    assert "# t\n" == drawn("markdown")
    text = "|   N | Text   |\n|-|-|\n|   1 | 2      |\n"
    plain = Table(columns=COLUMNS, rows=[["1", "2"]])
    assert f"# t\n\n{text}" == drawn("markdown", Section(table=plain))
    assert f"# t\n\n- a: b\n\n{text}" == drawn("markdown", Section(facts=[("a", "b")], table=plain))
    assert f"# t\n\n- a\n\n{text}" == drawn("markdown", Section(lines=["a"], table=plain))
    assert "# t\n\n- a\n\n- b\n" == drawn("markdown", Section(lines=["a"]), Section(lines=["b"]))


@pytest.mark.parametrize(
    ("start", "shown"),
    [
        ("#", "\\#"),
        ("+", "\\+"),
        ("-", "\\-"),
        ("=", "\\="),
        ("1.", "\\1."),
        ("12)", "\\12)"),
        ("12", "12"),
        ("x", "x"),
    ],
)
def test_a_wrapped_line_starts_no_block(start: str, shown: str) -> None:
    """What wrapping puts first is behind a backslash; in the first line it is text already."""
    words = "w" * (71 - len(start))
    out = drawn("markdown", Section(lines=[f"{start} {words} {start} x"]))
    assert f"# t\n\n- {start} {words}\n  {shown} x\n" == out


def test_words_are_not_broken_at_hyphens() -> None:
    """A name of a rule stays whole, in both."""
    line = "x" * 60 + " a-word-with-hyphens"
    assert "\n  a-word-with-hyphens\n" in drawn("markdown", Section(lines=[line]))
    assert "\n  a-word-with-hyphens\n" in drawn("table", Section(lines=[line]), columns=76)


def test_a_table_of_everything() -> None:
    """Labels in one column, continued lines below their start, a table, a diff."""
    assert (
        "t\\x1b\n\nS*\n"
        f"Name_                  {'x' * 73} yyy\n                       zzz\n"
        "Long name that is one  v\\x1b\n"
        f"  one\n  {'w' * 71} # two\n"
        "  N  Text\n---  ------\n  1  a|b\\x…\n 22  longe…\n"
        "  -a→     b\n  +c\\x1b\n   d\n"
    ) == drawn("table", EVERYTHING, title="t\x1b")


def test_a_narrow_table() -> None:
    """Lines are wrapped to what is asked, at twenty columns or more."""
    section = Section(facts=[("a", "one two three four five")], lines=["one two three four five"])
    fact = "t\n\na             one two three four\n              five\n"
    assert f"{fact}one two three four\n  five\n" == drawn("table", section, columns=10)
    assert f"{fact}one two three four five\n" == drawn("table", section, columns=25)
    assert f"{fact}one two three four\n  five\n" == drawn("table", section, columns=24)
    assert "t\n\nS\n  one two three four\n    five six\n" == drawn(
        "table", Section(title="S", lines=["one two three four five six"]), columns=24
    )
    assert "t\n\na             \n" == drawn("table", Section(facts=[("a", "")]))


def test_colours_are_for_changed_lines_only() -> None:
    """Red and green, where a person reads."""
    section = Section(diff=["-a", "+b", " c", ""])
    coloured = "t\n\n  \x1b[31m-a\x1b[0m\n  \x1b[32m+b\x1b[0m\n   c\n  \n"
    assert coloured == drawn("table", section, colour=True)
    assert "t\n\n  -a\n  +b\n   c\n  \n" == drawn("table", section)


def fitted(columns: int, *rows: Sequence[str], limits: Sequence[int] = (0, 30, 30)) -> list[str]:
    titles = zip("abc", limits, strict=True)
    shown = tuple(Column(title=title, limit=limit) for title, limit in titles)
    return table.draw_table(Table(columns=shown, rows=rows), columns, "plain").splitlines()[1:]


def test_the_widest_column_gives_way_first() -> None:
    """A column without a limit keeps its width, and none gets narrower than its title."""
    row = ["k" * 10, "x" * 20, "y" * 10]
    assert ["  ".join(row)] == fitted(44, row)
    assert ["  ".join([row[0], "x" * 18 + "…", row[2]])] == fitted(43, row)
    assert ["  ".join([row[0], "x" * 10 + "…", row[2]])] == fitted(35, row)
    assert [20 + max(width - 20, 0) for width in range(18, 45)] == [
        len(fitted(width, row)[0]) for width in range(18, 45)
    ]
    assert ["  ".join([row[0], "xx…", "yy…"])] == fitted(1, row)


def test_a_column_as_narrow_as_its_title_is_left_alone() -> None:
    """The next one gives way then."""
    columns = (Column(title="a" * 12, limit=30), Column(title="b", limit=30))
    shown = table.draw_table(Table(columns=columns, rows=[["x" * 14, "y" * 12]]), 20, "plain")
    assert f"{'x' * 14}  yyy…" == shown.splitlines()[1]


@pytest.mark.parametrize("name", ["markdown", "table"])
def test_cells_are_text(name: str) -> None:
    """What looks like a number is not written as one."""
    columns = (Column(title="A"), Column(title="B"))
    shown = drawn(name, Section(table=Table(columns=columns, rows=[["1e5", "007"]])))
    assert ["1e5", "007"] == shown.replace("|", " ").split()[-2:]


def test_blanks_at_the_start_of_a_cell_stay() -> None:
    """As they stand."""
    plain = Table(columns=(Column(title="A"), Column(title="B")), rows=[["  x", "y"]])
    assert "  x  y" == table.draw_table(plain, 80, "plain").splitlines()[1]


def test_a_word_longer_than_the_page_is_broken() -> None:
    """At twenty columns where the page is narrower."""
    shown = drawn("table", Section(lines=["x" * 25]), columns=10)
    assert f"t\n\n{'x' * 20}\n  xxxxx\n" == shown


def test_what_cannot_be_cut_stays_wide() -> None:
    """Also where nothing has a limit."""
    assert ["k" * 30 + "  x    y"] == fitted(10, ["k" * 30, "x", "y"], limits=(0, 0, 0))


def test_wide_characters_are_cut_by_columns() -> None:
    """Two columns each, no blank before the ellipsis."""
    assert ["k    中文…  y"] == fitted(15, ["k", "中文字字", "y"])
    assert ["k    ab…  y"] == fitted(14, ["k", "ab cdefg", "y"])


@pytest.mark.parametrize(
    ("line", "fence"), [(" ```", "````"), ("+`````x", "``````"), ("-`", "```")]
)
def test_no_line_of_a_diff_ends_its_block(line: str, fence: str) -> None:
    """The fence is longer than what a file or a name may hold."""
    out = io.StringIO()
    markdown.write_document(Document(title="t", sections=[Section(diff=[line, "# x"])]), out)
    assert f"\n{fence}diff\n{line}\n# x\n{fence}\n" in out.getvalue()


def test_sarif_of_what_has_no_findings_is_refused() -> None:
    """Also where no command asks."""
    with pytest.raises(UsageError, match="sarif is for findings"):
        written("sarif", Page())


def body(*sections: Section, more: More | None = None) -> str:
    """What a browser shows, without blank lines."""
    text = written("html", Page(Document(title="<t>", sections=sections, more=more)))
    assert "<title>&lt;t&gt;</title>" in text
    inner = text.partition("<body>\n")[2].partition("</body>")[0]
    return "".join(f"{line}\n" for line in inner.splitlines() if line)


def test_html_of_everything() -> None:
    """Labels, lines and their depth, a table with its numbers, a diff; all of it text."""
    section = Section(
        title="S&",
        facts=[("<b>", "v\x1b")],
        lines=["one", "   deeper 'x'"],
        table=TABLE,
        diff=["-a\tb", "+</span>", " d"],
    )
    assert (
        "<h1>&lt;t&gt;</h1>\n<h2>S&amp;</h2>\n"
        "<dl>\n<dt>&lt;b&gt;</dt><dd>v\\x1b</dd>\n</dl>\n"
        '<ul>\n<li>one</li>\n<li class="deeper">deeper &#39;x&#39;</li>\n</ul>\n'
        '<div>\n<table>\n<thead><tr>\n<th class="number">N</th>\n<th class="text">Text</th>\n'
        '</tr></thead>\n<tbody>\n<tr><td class="number">1</td><td class="text">a|b\\x1b</td></tr>\n'
        '<tr><td class="number">22</td><td class="text">longer text</td></tr>\n'
        "</tbody>\n</table>\n</div>\n"
        '<pre>\n<span class="gone">-a→     b</span>\n<span class="new">+&lt;/span&gt;</span>\n'
        "<span> d</span>\n</pre>\n"
    ) == body(section)


def test_html_has_more_than_a_terminal() -> None:
    """Each section that is left out elsewhere, closed; elsewhere they are not even made."""
    more = More(title="M", sections=(Section(title=f"<{at}>", lines=["x"]) for at in (1, 2)))
    assert "t\n" == written("table", Page(Document(title="t", more=more)))
    one = "<details>\n<summary>&lt;{}&gt;</summary>\n<ul>\n<li>x</li>\n</ul>\n</details>\n"
    assert f"<h1>&lt;t&gt;</h1>\n<h2>M</h2>\n{one.format(1)}{one.format(2)}" == body(more=more)
