"""What is known of a project's history, kept in the user's cache folder.

One SQLite file per project, shared by its clones; never inside an audited repository.  Commits
are kept in segments, each a run of positions with all columns, in an order in which every
segment is complete: whatever moment a run is killed at, the next one goes on after the last
whole segment.  Facts of single commits (changed files and what was seen in them) are kept
by commit id.  Everything carries a checksum; damage of any kind makes the file be built anew.
The cache can be deleted at any time: it only saves work.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import sqlite3
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from provenance.index.history import History, Mention

FORMAT: Final = "provenance-index/3"
_FLUSH: Final = 20_000
_FLUSH_BYTES: Final = 64 << 20
"""Facts, and bytes of them, that are written in one transaction; ids lie all over the file, and
each transaction writes every page that it touches.
"""
_BUSY: Final = 10.0
"""Seconds to wait for another run that is writing."""
_CHUNK: Final = 500
_REMEMBERED: Final = 100
"""Conditions of object stores that are remembered, the newest."""
_FORGET: Final = "DELETE FROM complete WHERE rowid <= (SELECT max(rowid) FROM complete) - ?"
_SCHEMA: Final = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE segments (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, ids BLOB, degrees BLOB,
    parents BLOB, authors BLOB, committers BLOB, author_times BLOB, commit_times BLOB,
    merges BLOB, mergetags BLOB, mentions BLOB, checksum BLOB NOT NULL);
CREATE TABLE sorted (one INTEGER PRIMARY KEY CHECK (one = 1), starts BLOB, ranks BLOB,
    checksum BLOB NOT NULL);
CREATE TABLE people (number INTEGER PRIMARY KEY, raw BLOB NOT NULL);
CREATE TABLE complete (store TEXT PRIMARY KEY, tips BLOB NOT NULL);
CREATE TABLE facts (kind TEXT, id BLOB, value BLOB NOT NULL, PRIMARY KEY (kind, id))
    WITHOUT ROWID;
"""


class DamagedStoreError(Exception):
    """The file is not what was written."""


class Store:
    """One open index file.

    ``notes`` says what a user should know (rebuilt, read-only, full); after a failed write
    nothing more is written in this run.
    """

    def __init__(self, path: Path) -> None:
        self.notes: list[str] = []
        self._path = path
        self._pending: dict[tuple[str, str], bytes] = {}
        self._pending_size = 0
        self._writable = True
        self._opened_file: sqlite3.Connection | None = self._open()

    @property
    def is_writable(self) -> bool:
        """False where the file is read only, or a write has failed."""
        return self._writable

    def rest(self) -> None:
        """Writes what was added and lets go of the file until it is needed.

        A connection must not live in two processes (SQLite, How To Corrupt, 2.6).
        """
        is_file = self._writable  # writing what was added may fail
        self.flush()
        if is_file:
            self._connection.close()
            self._opened_file = None

    @property
    def _connection(self) -> sqlite3.Connection:
        """The open file.  Raises ``sqlite3.Error``."""
        if self._opened_file is None:
            self._opened_file = _connect(self._path)
        return self._opened_file

    def _open(self) -> sqlite3.Connection:
        """The file, made where it is missing, damaged or of another format."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return self._read_only(error.strerror or str(error))
        with _alone(self._path):
            return self._opened() if self._path.exists() else self._create()

    def _opened(self) -> sqlite3.Connection:
        try:
            connection = _of_format(_connect(self._path))
            if connection:
                return connection
            self.notes.append("the index was of another format and is built anew")
        except sqlite3.OperationalError as error:
            if "no such table" not in str(error):
                return self._read_only(str(error))
        except sqlite3.DatabaseError:
            self.notes.append("the index was damaged and is built anew")
        return self._create()

    def _create(self) -> sqlite3.Connection:
        try:
            for suffix in ("", "-wal", "-shm", "-journal"):
                Path(f"{self._path}{suffix}").unlink(missing_ok=True)
            connection = _connect(self._path)
            with _closed_on_error(connection), connection:
                connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA}")
                connection.execute("INSERT INTO meta VALUES ('format', ?)", (FORMAT,))
            return connection
        except (sqlite3.Error, OSError) as error:
            return self._read_only(str(error))

    def _read_only(self, reason: str) -> sqlite3.Connection:
        """What is there may be read; else an empty store in memory."""
        self._writable = False
        self.notes.append(f"the index cannot be written ({reason}); this run does without")
        with contextlib.suppress(sqlite3.Error):
            file = _of_format(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True))
            if file:
                return file
        connection = sqlite3.connect(":memory:")
        connection.executescript(_SCHEMA)
        return connection

    def rebuild(self) -> None:
        """Throws away what is there: it was found to be damaged."""
        self.notes.append("the index was damaged and is built anew")
        self._connection.close()
        self._let_go()
        self._opened_file = self._create() if self._writable else self._read_only("damaged")

    def close(self) -> None:
        """Writes what is left and closes the file."""
        self.flush()
        if self._opened_file:
            self._opened_file.close()

    def load(self, history: History) -> None:
        """Fills an empty history.  Raises ``DamagedStoreError``."""
        try:
            for starts, ranks, checksum in self._connection.execute(
                "SELECT starts, ranks, checksum FROM sorted"
            ):
                if _digest(starts, ranks) != checksum:
                    raise DamagedStoreError("the order of the ids")
                history.ids.set_order(starts, ranks)
            people = self._connection.execute("SELECT number, raw FROM people ORDER BY number")
            for number, raw in people:
                if history.person_number(raw) != number:
                    raise DamagedStoreError("people")
            for row in self._connection.execute("SELECT * FROM segments ORDER BY first"):
                _load_segment(history, row)
        except (sqlite3.Error, ValueError, AssertionError) as error:
            raise DamagedStoreError(str(error)) from error
        history.closed = history.saved = len(history)

    def save(self, history: History) -> None:
        """Adds the closed commits that are not kept yet; another run may have been faster."""
        if not self._writable:
            return
        try:
            with self._transaction():
                (first,) = self._connection.execute(
                    "SELECT coalesce(max(first + count), 0) FROM segments"
                ).fetchone()
                (people,) = self._connection.execute(
                    "SELECT coalesce(max(number), 0) FROM people"
                ).fetchone()
                if first >= history.closed or first != history.saved:
                    return
                self._connection.executemany(
                    "INSERT INTO people VALUES (?, ?)",
                    [(n, history.raw_people[n]) for n in range(people + 1, len(history.people))],
                )
                row = _segment(history, first, history.closed)
                marks = ",".join("?" * len(row))
                self._connection.execute(f"INSERT INTO segments VALUES ({marks})", row)  # noqa: S608
            history.saved = history.closed
        except sqlite3.Error as error:
            self._give_up(error)

    def save_order(self, history: History) -> None:
        """Keeps the order of the ids, so that nobody has to sort them again."""
        starts, ranks = history.ids.order()
        row = (1, starts, ranks, _digest(starts, ranks))
        self._write("INSERT OR REPLACE INTO sorted VALUES (?, ?, ?, ?)", [row])

    def complete_tips(self, store: str) -> frozenset[str]:
        """Tips whose whole history was seen in an object store in this condition."""
        row = self._connection.execute(
            "SELECT tips FROM complete WHERE store = ?", (store,)
        ).fetchone()
        return frozenset(_ids(row[0])) if row else frozenset()

    def mark_complete(self, store: str, tips: Iterable[str]) -> None:
        """Remembers that an object store has all that these tips reach."""
        raw = bytes.fromhex("".join(sorted(tips)))
        self._write("INSERT OR REPLACE INTO complete VALUES (?, ?)", [(store, raw)])
        self._write(_FORGET, [(_REMEMBERED,)])

    def facts(self, kind: str, ids: Sequence[str]) -> dict[str, bytes]:
        """Kept facts of one kind by commit id; a damaged one is as good as absent."""
        return {
            name.hex(): value[4:]
            for name, value in self._select("id, value", kind, ids)
            if zlib.crc32(value[4:]).to_bytes(4, "big") == value[:4]
        }

    def present(self, kind: str, ids: Sequence[str]) -> frozenset[str]:
        """Those of some ids for which a fact of a kind is kept."""
        return frozenset(name.hex() for (name,) in self._select("id", kind, ids))

    def has_all(self, kind: str, ids: Sequence[str]) -> bool:
        """True where a fact of a kind is kept for each of some ids, no two the same."""
        found: int = sum(count for (count,) in self._select("count(*)", kind, ids))
        return found == len(ids)

    def _select(self, columns: str, kind: str, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        for start in range(0, len(ids), _CHUNK):
            keys = [bytes.fromhex(name) for name in ids[start : start + _CHUNK]]
            marks = ",".join("?" * len(keys))
            question = f"SELECT {columns} FROM facts WHERE kind = ? AND id IN ({marks})"  # noqa: S608
            try:
                yield from self._connection.execute(question, (kind, *keys)).fetchall()
            except sqlite3.Error:
                return

    def add_fact(self, kind: str, object_id: str, value: bytes) -> None:
        """Keeps a fact; written with others in one go."""
        if self._writable:
            self._pending[(kind, object_id)] = zlib.crc32(value).to_bytes(4, "big") + value
            self._pending_size += len(value)
            if len(self._pending) >= _FLUSH or self._pending_size >= _FLUSH_BYTES:
                self.flush()

    def flush(self) -> None:
        """Writes the facts that were added."""
        pending = sorted(self._pending.items())
        rows = [(kind, bytes.fromhex(name), value) for (kind, name), value in pending]
        self._let_go()
        if rows:
            self._write("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", rows)

    def _let_go(self) -> None:
        self._pending.clear()
        self._pending_size = 0

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        if not self._writable:
            return
        try:
            with self._transaction():
                self._connection.executemany(statement, rows)
        except sqlite3.Error as error:
            self._give_up(error)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield

    def _give_up(self, error: sqlite3.Error) -> None:
        self._writable = False
        self._let_go()
        self.notes.append(f"the index could not be written ({error}); the report is complete")


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One run at a time opens a file: each would take a half-made one for damaged and remove it.

    Where the file system has no locks, or nothing can be written, the run goes on without.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            lock = held.enter_context(path.with_suffix(".lock").open("wb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY, isolation_level=None)
    with _closed_on_error(connection):
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
    return connection


def _of_format(connection: sqlite3.Connection) -> sqlite3.Connection | None:
    """A connection to an index of this format; another one is closed.

    Raises ``sqlite3.Error`` where it is no index.
    """
    with _closed_on_error(connection):
        if connection.execute("SELECT value FROM meta").fetchone() == (FORMAT,):
            return connection
    connection.close()
    return None


@contextlib.contextmanager
def _closed_on_error(connection: sqlite3.Connection) -> Iterator[None]:
    """Closes a connection that turns out to be of no use; Python complains of one left open."""
    try:
        yield
    except sqlite3.Error:
        connection.close()
        raise


class _Columns(NamedTuple):
    """One segment's columns as bytes; ``degrees`` counts each commit's readable parents."""

    ids: bytes
    degrees: bytes
    parents: bytes
    authors: bytes
    committers: bytes
    author_times: bytes
    commit_times: bytes
    merges: bytes
    mergetags: bytes
    mentions: bytes

    def checksum(self, first: int) -> bytes:
        """Over everything, and the place where it belongs."""
        return _digest(str(first).encode(), *self)


def _digest(*parts: bytes) -> bytes:
    """Over some byte strings and the borders between them."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def _segment(history: History, first: int, end: int) -> tuple[object, ...]:
    """The positions from ``first`` up to ``end`` as one row."""
    starts = history.starts
    mentions = [
        f"{mention.position} {mention.kind} {mention.prefix}"
        for found in history.mentions.values()
        for mention in found
        if first <= mention.position < end
    ]
    columns = _Columns(
        ids=history.ids.raw(first, end),
        degrees=array("I", (starts[at + 1] - starts[at] for at in range(first, end))).tobytes(),
        parents=history.flat_parents[starts[first] : starts[end]].tobytes(),
        authors=history.authors[first:end].tobytes(),
        committers=history.committers[first:end].tobytes(),
        author_times=history.author_times[first:end].tobytes(),
        commit_times=history.commit_times[first:end].tobytes(),
        merges=bytes(history.merges[first:end]),
        mergetags=array(
            "I", sorted(at for at in history.with_mergetag if first <= at < end)
        ).tobytes(),
        mentions="\n".join(sorted(mentions)).encode("ascii"),
    )
    return (first, end - first, *columns, columns.checksum(first))


def _load_segment(history: History, row: tuple[int, int, *tuple[bytes, ...]]) -> None:
    first, count, *rest = row
    columns = _Columns(*rest[:-1])
    if first != len(history) or columns.checksum(first) != rest[-1]:
        raise DamagedStoreError("a segment does not match its checksum")
    if len(columns.ids) != count * 20:
        raise DamagedStoreError("a segment does not match its count")
    history.ids.load(columns.ids)
    total = history.starts[-1]
    degrees = _numbers("I", columns.degrees)
    history.starts.extend(islice(accumulate(degrees, initial=total), 1, None))
    history.flat_parents.extend(_numbers("I", columns.parents))
    history.authors.extend(_numbers("I", columns.authors))
    history.committers.extend(_numbers("I", columns.committers))
    history.author_times.extend(_numbers("q", columns.author_times))
    history.commit_times.extend(_numbers("q", columns.commit_times))
    history.merges.extend(columns.merges)
    history.with_mergetag.update(_numbers("I", columns.mergetags))
    for line in columns.mentions.decode("ascii").split("\n") if columns.mentions else ():
        position, kind, prefix = line.split(" ")
        history.add_mention(Mention(int(position), kind, prefix))


def _numbers(kind: Literal["I", "q"], raw: bytes) -> array[int]:
    found = array(kind)
    found.frombytes(raw)
    return found


def _ids(raw: bytes) -> list[str]:
    text = raw.hex()
    return [text[at : at + 40] for at in range(0, len(text), 40)]
