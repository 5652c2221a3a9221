"""HTML for a browser: one file that loads nothing and runs nothing, whatever text is in it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TextIO

from provenance.report.document import Printable
from provenance.report.formats import FormatOptions
from provenance.report.safe import code, excerpt

if TYPE_CHECKING:
    from jinja2 import Template


def write(result: Printable, out: TextIO, options: FormatOptions) -> None:
    """Writes the result's page, and what only a page without end has."""
    out.writelines(_template().generate(page=result.document()))


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("provenance", "data"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(shown=excerpt, diffed=code)
    return environment.get_template("page.html")
