"""Work side by side whose results come in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from threading import Event
from typing import TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_shares(items: Sequence[_Item], most: int, jobs: int) -> Iterator[Sequence[_Item]]:
    """Contiguous parts of at most ``most`` items, as even as gives every job the same share."""
    rounds = max(1, -(-len(items) // (most * jobs)))
    size = max(1, -(-len(items) // (rounds * jobs)))
    return (items[start : start + size] for start in range(0, len(items), size))


def in_batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Items in order, so many at a time."""
    source = iter(items)
    while some := list(islice(source, size)):
        yield some


def in_loads(
    items: Iterable[_Item], weigh: Callable[[_Item], int], most: int
) -> Iterator[tuple[list[_Item], int]]:
    """Items in order, some together, with what they weigh: so many that it is ``most`` or more."""
    load: list[_Item] = []
    weight = 0
    for item in items:
        load.append(item)
        weight += weigh(item)
        if weight >= most:
            yield load, weight
            load, weight = [], 0
    if load:
        yield load, weight


def map_in_order(
    function: Callable[[_Item], _Result],
    items: Iterable[_Item],
    *,
    jobs: int,
    stop: Event | None = None,
) -> Iterator[tuple[_Item, _Result]]:
    """Each item with its result, in order; at most ``jobs + 1`` of them are in memory.

    Whoever stops asking waits for what is being worked out; ``stop`` tells it so.
    """
    waiting: deque[tuple[_Item, Future[_Result]]] = deque()
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            for item in items:
                waiting.append((item, pool.submit(function, item)))
                if len(waiting) > jobs:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            if stop:
                stop.set()
            for _, future in waiting:
                future.cancel()


def _first(waiting: deque[tuple[_Item, Future[_Result]]]) -> tuple[_Item, _Result]:
    item, future = waiting.popleft()
    return item, future.result()
