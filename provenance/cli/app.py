"""The typer application: one module per command below ``commands``."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

import typer

from provenance.cli import FAILURE, commands
from provenance.cli.groups import flat
from provenance.listing import module_names

_USAGE_ERROR: Any = next(
    kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException"
)
"""What typer raises for a wrong command line: click's class, which newer versions bring along."""


def build(words: Sequence[str] = ()) -> typer.Typer:
    """The application with the command that the words name, or with every command there is."""
    app = typer.Typer(
        name="provenance",
        help=(
            "Audits git history: who wrote what, who let it in, and what is not known."
            " Prints evidence and its limits, never accusations."
        ),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    names = module_names(commands.__path__)
    for name in [words[0]] if words and words[0] in names else names:
        module = importlib.import_module(f"{commands.__name__}.{name}")
        app.command(name=name)(flat(module.command))
    app.callback()(_options)
    return app


def run(words: list[str]) -> int:
    """Runs one command line; the exit code."""
    try:
        code = build(words)(args=words, standalone_mode=False, prog_name="provenance")
    except typer.Abort:
        raise KeyboardInterrupt from None
    except typer.Exit as exit_:
        return exit_.exit_code
    except _USAGE_ERROR as error:
        error.show()
        return FAILURE
    return code if isinstance(code, int) else 0


def _version(value: bool) -> None:
    if value:
        from provenance import __version__

        typer.echo(f"provenance {__version__}")
        raise typer.Exit


def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Audits git history: who wrote what, who let it in, and what is not known.

    Prints evidence and its limits, never accusations: unverified is not malicious.
    Exit codes: 0 clean, 1 findings, 2 failure, 3 incomplete, 130 interrupted, 141 closed pipe.
    """
