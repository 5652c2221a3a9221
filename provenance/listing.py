"""Folders listed strictly: one that cannot be listed is an error, not an empty one.

``os.walk``, ``Path.glob`` and ``pkgutil.iter_modules`` pass over what they cannot list; a ref, a
key, an evidence source or a rule would be missing from a report that says nothing of it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator


def module_names(places: Iterable[str]) -> tuple[str, ...]:
    """Names of the modules of a package by its ``__path__``, sorted.  Raises ``OSError``."""
    names: list[str] = []
    for place in places:
        with os.scandir(place) as entries:
            names += [entry.name for entry in entries]
    return tuple(
        sorted(
            name.removesuffix(".py")
            for name in names
            if name.endswith(".py") and not name.startswith("_")
        )
    )


def walk(folder: str | os.PathLike[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Like ``os.walk``, sorted.  A folder that is not there is empty; else raises ``OSError``."""
    for parent, folders, files in os.walk(folder, onerror=_unless_gone):
        folders.sort()
        yield parent, folders, sorted(files)


def _unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error
