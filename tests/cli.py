"""Runs the command line in this process, as a user would see it."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from unittest import mock

from provenance.cli import main


@dataclass(frozen=True)
class Outcome:
    """What a command line gave."""

    code: int
    stdout: str
    stderr: str
    raw: bytes


def run(*words: str) -> Outcome:
    """One command line; standard output is captured as bytes, as a pipe would get it."""
    buffer = io.BytesIO()
    out = io.TextIOWrapper(buffer, encoding="utf-8", newline="", write_through=True)
    err = io.StringIO()
    code = 0
    with mock.patch.object(sys, "stdout", out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as exit_:
            code = int(exit_.code or 0)
    raw = buffer.getvalue()
    return Outcome(code, raw.decode("utf-8"), err.getvalue(), raw)
