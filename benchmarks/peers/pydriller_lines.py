"""Lines of the commits on standard input, counted by PyDriller: ``ADDED REMOVED``.

``python3 pydriller_lines.py REPO < IDS``, with an interpreter that has PyDriller.

Commits are named one by one: its own tag ranges leave some out.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any


def main() -> int:
    """Prints both totals."""
    driller: Any = importlib.import_module("pydriller")
    repository = driller.Git(sys.argv[1])
    added = removed = 0
    for name in sys.stdin.read().split():
        for file in repository.get_commit(name).modified_files:
            added += file.added_lines
            removed += file.deleted_lines
    print(added, removed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
