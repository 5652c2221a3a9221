"""One module per output format, found by its place in this package.

A module defines ``write(result, out, options)``, which writes text to a stream.  One that can
show nothing but findings also says ``FINDINGS_ONLY = True``.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Protocol, TextIO, cast

from msgspec import Struct

from provenance.listing import module_names
from provenance.report.document import Printable


class FormatOptions(Struct, frozen=True, kw_only=True):
    """How to draw: ``columns`` is the width of a terminal page, ``colour`` what a person sees."""

    columns: int = 100
    colour: bool = False


class Format(Protocol):
    """A format module."""

    def write(self, result: Printable, out: TextIO, options: FormatOptions) -> None: ...


@cache
def format_names() -> tuple[str, ...]:
    """Names of all formats."""
    return module_names(__path__)


def is_for_findings(name: str) -> bool:
    """True for a format that shows nothing else."""
    return getattr(load_format(name), "FINDINGS_ONLY", False)


def load_format(name: str) -> Format:
    """The format module of that name."""
    return cast("Format", importlib.import_module(f"{__name__}.{name}"))
