"""How related two subsystems are: by the established people who work in both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

_ENOUGH: Final = 3
"""People in a subsystem below which nothing can be said of it."""
_SHARE: Final = 0.05
"""Share of the smaller subsystem's people who work in both, below which two are unrelated."""


class Affinity:
    """Who works where, by person numbers; subsystems that are not in it are unknown."""

    def __init__(self, people: Mapping[str, Sequence[int]]) -> None:
        self._people = {name: frozenset(numbers) for name, numbers in people.items()}

    def unrelated(self, left: str, right: str) -> bool:
        """True where hardly anybody who works in one of them works in the other.

        False where too few people are known: then it cannot be told.
        """
        one, other = self._people.get(left, frozenset()), self._people.get(right, frozenset())
        fewer = min(len(one), len(other))
        return fewer >= _ENOUGH and len(one & other) <= _SHARE * fewer

    def data(self) -> dict[str, list[int]]:
        """The people of each subsystem, to be kept."""
        return {name: sorted(numbers) for name, numbers in sorted(self._people.items())}


def affinity_of(work: Iterable[tuple[int, Iterable[str]]]) -> Affinity:
    """From pairs of a person and the subsystems of one commit."""
    people: dict[str, set[int]] = defaultdict(set)
    for person, names in work:
        for name in names:
            people[name].add(person)
    return Affinity({name: sorted(numbers) for name, numbers in people.items()})


def unrelated_groups(names: Sequence[str], unrelated: Callable[[str, str], bool]) -> list[str]:
    """The first subsystem of each group that is unrelated to all earlier ones, in order."""
    chosen: list[str] = []
    for name in names:
        if all(unrelated(name, other) for other in chosen):
            chosen.append(name)
    return chosen
