"""Whether a store's objects have the bytes that their ids say, for what git does not check.

``git log`` checks no object against its id: it takes whatever a forged loose file or a pack's
index gives it, and where there are several copies of an object nobody can say which it took.
So every copy is looked at: object by object for a few commits, and for many, which is cheaper,
by reading each pack once from its start to its end.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from provenance.facts import ObjectId
from provenance.repository.objects import ABSENT, list_objects, stream_objects
from provenance.repository.packs import INDEX_ENTRY, index_of, packs_in
from provenance.repository.pool import in_batches, map_in_order
from provenance.repository.shell import Shell

_CHUNK: Final = 20_000
_PAYS_OFF: Final = 40
"""Objects of a store for each commit to compare, up to which reading all of them is cheaper."""
_MANY: Final = 2_000
"""Commits; for fewer nothing is worth starting."""

_State = tuple[tuple[str, int, int, int, int, int], ...]


class Genuineness:
    """What is known of the stores of one repository as a whole.

    Nothing at first, unless they are ``trusted``: what git fetches it checks on the way.
    ``recall`` and ``remember`` keep from one run to the next in which condition a pack, or the
    loose objects of a store, was found genuine, as a text that changes with any of its files.
    """

    def __init__(self, stores: Sequence[Path], *, trusted: bool = False) -> None:
        self._trusted = trusted
        self._stores = tuple(stores)
        self._own: set[ObjectId] = set()
        self._checked: _State | None = None
        self._tried = False
        self._alone: dict[Path, Shell] = {}
        self._closing = ExitStack()
        self._lock = threading.Lock()
        self.recall: Callable[[str], bool] = lambda condition: False
        self.remember: Callable[[str], None] = lambda condition: None

    def close(self) -> None:
        """Removes what was made to read each pack alone; it is made again where it is needed."""
        self._alone.clear()
        self._closing.close()

    def vouch(self, ids: Iterable[ObjectId]) -> None:
        """Takes objects that were written here, not in the stores, for what their ids say."""
        self._own.update(ids)

    def expect(self, commits: int, *, jobs: int) -> None:
        """Checks everything that is not known to be genuine, where so many commits are to be
        compared that it pays off.
        """
        if not commits or self.is_known:
            return
        state = self._state()
        conditions = {place: repr(_state_of(_files(place))) for place in self._places()}
        unknown = [place for place in conditions if not self.recall(conditions[place])]
        if unknown and (self._tried or commits < _MANY or commits * _PAYS_OFF < _size(unknown)):
            return
        self._tried = True
        for place in unknown:
            if not _is_sound(self._alone_with(place), jobs):
                return
            self.remember(conditions[place])
        self._checked = state

    @property
    def is_known(self) -> bool:
        """True where every object is trusted, or was found genuine and no file has changed."""
        return self._trusted or (self._checked is not None and self._checked == self._state())

    def sound(self, ids: Iterable[ObjectId]) -> frozenset[ObjectId]:
        """Those of which there is a copy, and no copy with other bytes than the id says."""
        wanted = list(ids)
        found: set[str] = set(self._own.intersection(wanted))
        unfit: set[str] = set()
        for place in self._places():
            for raw in stream_objects(self._alone_with(place), wanted):
                if raw.type:
                    found.add(raw.id)
                elif raw.problem != ABSENT:
                    unfit.add(raw.id)
        return frozenset(ObjectId(name) for name in found - unfit)

    def _places(self) -> list[Path]:
        """Each pack, and each store that has loose objects."""
        places = [pack for store in self._stores for pack in sorted(packs_in(store))]
        return places + [store for store in self._stores if any(_loose(store))]

    def _alone_with(self, place: Path) -> Shell:
        """A repository with one place on its own."""
        with self._lock:
            if place not in self._alone:
                alone = self._alone[place] = self._closing.enter_context(Shell(()))
                alone.link(_parts(place))
            return self._alone[place]

    def _state(self) -> _State:
        """What would change with any file of the stores."""
        folders = [path for store in self._stores for path in (store, store / "pack")]
        folders += [folder for store in self._stores for folder in sorted(store.glob("??"))]
        return _state_of([*folders, *(path for place in self._places() for path in _files(place))])


def _state_of(paths: Iterable[Path]) -> _State:
    found = [(path, path.stat()) for path in paths if path.exists()]
    return tuple(
        (str(path), one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns)
        for path, one in found
    )


def _files(place: Path) -> list[Path]:
    return [place, index_of(place)] if _is_pack(place) else sorted(_loose(place))


def _size(places: Iterable[Path]) -> int:
    """About how many objects there are."""
    return sum(
        index_of(place).stat().st_size // INDEX_ENTRY if _is_pack(place) else len(_files(place))
        for place in places
    )


def _is_pack(place: Path) -> bool:
    return place.name.endswith(".pack")


def _loose(store: Path) -> Iterator[Path]:
    return store.glob("[0-9a-f][0-9a-f]/*")


def _parts(place: Path) -> dict[str, Path]:
    """What has to be linked below ``objects`` to have a pack, or a store's loose objects."""
    if _is_pack(place):
        return {f"pack/{path.name}": path for path in (place, index_of(place))}
    return {folder.name: folder for folder in place.glob("[0-9a-f][0-9a-f]")}


def _is_sound(alone: Shell, jobs: int) -> bool:
    """True where each object that is listed has the bytes that its id says."""
    found = map_in_order(
        lambda chunk: all(raw.type for raw in stream_objects(alone, chunk)),
        in_batches(list_objects(alone), _CHUNK),
        jobs=jobs,
    )
    return all(sound for _, sound in found)
