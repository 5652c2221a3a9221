"""How much of one object is read, whatever a policy says."""

from __future__ import annotations

from typing import Final

MAX_OBJECT: Final = 64 << 20
"""Bytes of any object that is held in memory."""
MAX_TEXT: Final = 8 << 20
"""Bytes of a tag or of a file that is taken apart; MAINTAINERS of Linux has one million."""
MAX_NAME: Final = 10_000
"""Bytes of a name, and of an address: those of 600,000 real commits have up to 59 and 64.

People are remembered for a whole run, so that a longer one costs more than the commit it is in.
"""
MAX_COMMIT: Final = 4 << 20
"""Bytes of a commit that are taken apart: thirty times the largest of 1.26 million real ones."""
