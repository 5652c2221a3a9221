"""One module per pattern; a new file with ``plan(rng, world)`` here is a new pattern."""

from __future__ import annotations

import importlib
import pkgutil
import random
from collections.abc import Callable
from typing import TypeAlias

from benchmarks.detection.plan import PlannedCommit
from benchmarks.detection.world import World

Planner: TypeAlias = Callable[[random.Random, World], list[PlannedCommit]]
"""Plans a campaign.  Raises ``NoPlaceError`` where the repository has no place for it."""


def patterns() -> dict[str, Planner]:
    """Every pattern by the name of its module."""
    found: dict[str, Planner] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda one: one.name):
        found[module.name] = importlib.import_module(f"{__name__}.{module.name}").plan
    return found
