"""The index of one repository: history that was read before, and facts of single commits.

Everything in it could be read again; where there is no cache folder nothing is kept and all
answers are the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from os import PathLike
from pathlib import Path

from provenance.facts import ObjectId
from provenance.index.history import History, positions_in, read_history, without
from provenance.index.store import DamagedStoreError, Store
from provenance.repository import Repository
from provenance.settings import Settings
from provenance.words import Tier

_NAME = "index.sqlite"
_GENUINE = "genuine"
"""The kind under which it is kept that every object of a store was found genuine."""


class Index:
    """What is kept for a repository; a context manager.

    ``folder`` is the cache folder, None for none.  A shallow repository keeps nothing: what
    lies before its boundary may come later.  A clone that lacks commits which the index knows
    gets none of it.  Facts of single commits are shared between own clones; of a foreign
    repository nobody knows whether the objects behind them are there, so it has its own.
    """

    def __init__(self, repository: Repository, folder: Path | None) -> None:
        self._repository = repository
        self._folder = None if repository.state.shallow else folder
        self._is_off = False
        self._guests: frozenset[str] = frozenset()
        self._place = _digest(repository.place)
        self._apart = "" if repository.tier is Tier.OWN else f" {self._place[:16]}"
        self._condition = _digest(f"{repository.place}\0{repository.condition}")
        genuineness = repository.genuineness
        genuineness.recall = lambda state: bool(self.facts(_GENUINE, [_digest(state)]))
        genuineness.remember = lambda state: self.keep(_GENUINE, _digest(state), b"1")

    @cached_property
    def _store(self) -> Store | None:
        """What is kept on disk; None for a repository of which nothing is."""
        family = self._folder and (self._named_family() or self._find_family())
        return Store(self._folder / family / _NAME) if self._folder and family else None

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        if "_store" in self.__dict__ and self._store:
            self._store.close()

    @property
    def keeps(self) -> bool:
        """True where what is read now need not be read again in this run."""
        return self._store is not None and not self._is_off and self._store.is_writable

    def rest(self) -> None:
        """Writes what is kept; no file or process of it and of the repository stays open, until
        something is asked again.
        """
        if self._store:
            self._store.rest()
        self._repository.rest()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know about the index."""
        return tuple(self._store.notes) if self._store else ()

    def history(self, tips: Sequence[ObjectId], progress: Callable[[int], None]) -> History:
        """All that the tips reach; only what is new is read."""
        if self._folder is None or self._named_family():
            return self._history(tips, progress)
        with self._repository.listing_ahead(tips):  # while the family is looked for
            return self._history(tips, progress)

    def _history(self, tips: Sequence[ObjectId], progress: Callable[[int], None]) -> History:
        if self._store is None:
            return read_history(self._repository, tips, progress=progress)
        history = self._load()
        known = history.ids.sorted
        if not self._is_complete(history, tips):
            self._store.notes.append("commits of the index are missing here; this run does without")
            self._is_off = True
            return read_history(self._repository, tips, progress=progress)
        read_history(
            self._repository, tips, history=history, progress=progress, grown=self._store.save
        )
        if not history.unreadable and not set(tips) <= self._store.complete_tips(self._condition):
            self._store.mark_complete(self._condition, tips)
        if history.ids.sorted != known and history.saved == len(history):
            self._store.save_order(history)
        if history.saved == len(history):  # else another run has given out these positions
            history.recall, history.remember = self.recall, self.remember
        return history

    def admit(self, history: History, tip: ObjectId, above: ObjectId) -> None:
        """Adds commits that are no part of the repository to its history, for this run: what the
        tip reaches and ``above``, which is known, does not.  Nothing is kept of them.
        """
        history.close_to_guests()
        known = len(history)
        read_history(self._repository, [tip, above], history=history)
        self._guests = frozenset(history.ids[at] for at in range(known, len(history)))

    def recall(self, kind: str, key: str) -> bytes | None:
        """What was kept with ``remember``; positions and people never change while a file lives."""
        found = self.facts(kind, [key]).get(key)
        with contextlib.suppress(zlib.error):
            return zlib.decompress(found) if found else None
        return None

    def remember(self, kind: str, key: str, value: bytes) -> None:
        """Keeps something large, compressed, under 40 hexadecimal digits."""
        self.keep(kind, key, zlib.compress(value, 1))

    def facts(self, kind: str, ids: Sequence[str]) -> dict[str, bytes]:
        """Kept facts of one kind by commit id."""
        if self._store is None or self._is_off:
            return {}
        return self._store.facts(kind + self._apart, ids)

    def present(self, kind: str, ids: Sequence[str]) -> frozenset[str]:
        """Those of some ids for which a fact of a kind is kept."""
        if self._store is None or self._is_off:
            return frozenset()
        return self._store.present(kind + self._apart, ids)

    def has_all(self, kind: str, ids: Sequence[str]) -> bool:
        """True where a fact of a kind is kept for each of some ids, no two the same."""
        if self._store is None or self._is_off:
            return not ids
        return self._store.has_all(kind + self._apart, ids)

    def keep(self, kind: str, object_id: str, value: bytes) -> None:
        """Keeps a fact for the next run."""
        if self._store is not None and not self._is_off and object_id not in self._guests:
            self._store.add_fact(kind + self._apart, object_id, value)

    def _load(self) -> History:
        assert self._store is not None
        history = History()
        try:
            self._store.load(history)
        except DamagedStoreError:
            self._store.rebuild()
            history = History()
        return history

    def _is_complete(self, history: History, tips: Iterable[str]) -> bool:
        """True where this repository has every commit that the index knows below the tips.

        Clones share an index; one of them may lack objects that another one has.
        """
        assert self._store is not None
        known = [tip for tip in tips if tip in history.positions]
        before = self._store.complete_tips(self._condition)
        if before.issuperset(known):
            return True
        seen = history.ancestors(before & set(known))
        fresh = [tip for tip in known if not seen[history.positions[tip]]]
        if not fresh:
            return True
        expected = positions_in(without(history.ancestors(fresh), seen))
        listed = self._repository.list_commits(
            map(ObjectId, fresh), [ObjectId(tip) for tip in before & set(known)]
        )
        return {history.ids[position] for position in expected} <= listed

    @cached_property
    def _note(self) -> Path:
        """The file that names the family of the repository."""
        assert self._folder is not None
        return self._folder / "repositories" / self._place

    def _named_family(self) -> str:
        """The family as an earlier run noted it; empty where none did."""
        try:
            family = self._note.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return ""
        return family if len(family) == 40 and family.isalnum() else ""

    def _find_family(self) -> str:
        """The project that the repository is a clone of, by the oldest commit of its line."""
        family = self._repository.first_commit() or ""
        with contextlib.suppress(OSError):  # it is looked for again next time
            self._note.parent.mkdir(parents=True, exist_ok=True)
            self._note.write_text(f"{family}\n", encoding="ascii")
        return family


@contextlib.contextmanager
def open_indexed(
    repo: str | PathLike[str], settings: Settings
) -> Iterator[tuple[Repository, Index]]:
    """A repository with its index; what is to be said of the index is said at the end."""
    with Repository(
        Path(repo),
        mainline=settings.mainline,
        tier=settings.tier,
        allowed=settings.alternates,
    ) as repository:
        with Index(repository, settings.cache) as index:
            yield repository, index
        for note in index.notes:
            settings.warn(note)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
