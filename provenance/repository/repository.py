"""A repository opened for reading: refs, objects, trees, and names of revisions."""

from __future__ import annotations

import os
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from msgspec import Struct

from provenance.errors import (
    MissingObjectError,
    UnknownRevisionError,
    did_you_mean,
)
from provenance.facts import Commit, ObjectId, Tag
from provenance.limits import MAX_TEXT
from provenance.parse.objects import compared_by, parse_commit, parse_tag
from provenance.parse.patch import Changed, Look
from provenance.parse.releases import Release, parse_releases
from provenance.parse.remerge import Remerged
from provenance.parse.text import encode
from provenance.parse.tree import TreeEntry, parse_tree
from provenance.repository.changes import Tell, read_changes
from provenance.repository.discover import Reach, RepositoryState, locate, read_state, sweep
from provenance.repository.genuine import Genuineness
from provenance.repository.letters import Letter, open_letter
from provenance.repository.merges import read_merges
from provenance.repository.named import read_named
from provenance.repository.objects import (
    Ahead,
    ObjectDatabase,
    RawObject,
    expand_id,
    first_commit,
    git_version,
    is_hex_id,
    list_ahead,
    list_commits,
    stream_objects,
    stream_reachable,
    stream_told,
)
from provenance.repository.peel import MAX_TAG_DEPTH, commits_of, follow, is_too_long
from provenance.repository.refs import Refs, read_refs
from provenance.repository.shell import Shell
from provenance.repository.workshop import Workshop
from provenance.words import Tier

_SUFFIX: Final = re.compile(r"(.+?)((?:\^\{(?:commit|tree|tag|object|)\}|\^\d*|~\d*)*)", re.DOTALL)
_T = TypeVar("_T")
_STEP: Final = re.compile(r"\^\{(\w*)\}|\^(\d*)|~(\d*)")


class ResolvedRevision(Struct, frozen=True, kw_only=True):
    """A revision as typed, the commit it leads to, and the tag objects on the way.

    ``tag_name`` is the short name of the tag ref that was named, None for anything else.
    """

    name: str
    commit: ObjectId
    tag_name: str | None
    tags: tuple[Tag, ...]


class Repository:
    """One repository, read-only; a context manager.

    ``place`` names the object stores that are read, ``condition`` changes with their packs and
    folders.  ``mainline`` may be the path of another repository: its objects are then readable
    too, and the path is a name for what its HEAD leads to.  A ref of that name goes before.
    ``allowed`` are folders that a foreign repository may lead to or borrow objects from.
    ``genuineness`` says of which objects the bytes were compared with their ids.
    ``lost`` has what somebody asked for and could not be read, by id with the reason, so that no
    answer rests on it in silence; history and names of revisions tell of theirs by themselves.
    """

    def __init__(
        self,
        path: Path,
        *,
        mainline: str | None = None,
        tier: Tier = Tier.FOREIGN,
        allowed: Sequence[Path] = (),
    ) -> None:
        self.tier = tier
        self._reach = Reach(tier, allowed)
        directory = locate(path, self._reach)
        self.state: RepositoryState = read_state(directory, self._reach)
        self.refs: Refs = read_refs(directory)
        self.lost: dict[str, str] = {}
        self._ahead: Ahead | None = None
        self._directory = directory
        self._borrowed: dict[str, ObjectId] = {}
        stores = (directory.objects, *self.state.alternates)
        if mainline and not self.refs.lookup(mainline) and Path(mainline).is_dir():
            stores += self._borrow(mainline)
        sweep(stores, tier)
        self.place = "\n".join(os.fsdecode(store.resolve()) for store in stores)
        self.condition = "\n".join(_condition(store) for store in stores)
        self._closing = ExitStack()
        self._shell = self._closing.enter_context(Shell(stores))
        self.genuineness = Genuineness(stores, trusted=tier is Tier.OWN)
        self._closing.callback(self.genuineness.close)
        self._objects = ObjectDatabase(stores, self._shell)
        self._closing.callback(self._objects.close)
        self._tree = lru_cache(maxsize=4096)(self._read_tree)
        self._peeled: dict[ObjectId, ObjectId] = {}
        self.resolve = lru_cache(maxsize=4096)(self._resolve)
        """A revision by git's rules for names, ``^``, ``~`` and ``^{commit}``.

        Raises ``UnknownRevisionError``.
        """

    def resolve_tag(self, name: str) -> ResolvedRevision:
        """A tag, also where a branch has its name.  Raises the same."""
        return self.resolve(f"refs/tags/{name}")

    def moved_refs(self) -> tuple[str, ...]:
        """Refs that lead elsewhere by now, are gone, or are new; everything here is as it was."""
        before, now = self.refs.by_name, read_refs(self._directory).by_name
        return tuple(
            name for name in sorted(before.keys() | now.keys()) if before.get(name) != now.get(name)
        )

    @cached_property
    def releases(self) -> dict[str, Release]:
        """Releases by tag name; tags that lead to no commit are left out."""
        return {name: release for name, (release, _) in self._released.items()}

    def released(self, tag: str) -> ObjectId:
        """The commit of a release."""
        return self._released[tag][1]

    @cached_property
    def _released(self) -> dict[str, tuple[Release, ObjectId]]:
        """Each release with its commit."""
        found = parse_releases(self.refs.below("refs/tags/"))
        commits = self.commits_of_refs(f"refs/tags/{name}" for name in found)
        return {
            name: (release, commit)
            for name, release in found.items()
            if (commit := commits.get(f"refs/tags/{name}"))
        }

    def tags_of(self, releases: Iterable[str]) -> Iterator[tuple[str, Tag]]:
        """The outermost tag object of each of some releases that has one."""
        names = list(releases)
        ids = [self.refs.by_name[f"refs/tags/{name}"] for name in names]
        for name, found in zip(names, self.stream_named(ids), strict=True):
            if found.type == "tag":
                yield name, parse_tag(ObjectId(found.id), found.raw)

    def commits_of_refs(self, names: Iterable[str]) -> dict[str, ObjectId]:
        """The commit that each ref leads to, by its full name; without those that lead to none."""
        ids = {name: self.refs.by_name[name] for name in names}
        asked = set(ids.values()) - self._peeled.keys()
        self._peeled.update(commits_of(sorted(asked), self.stream_named))
        return {name: self._peeled[one] for name, one in ids.items() if one in self._peeled}

    def _borrow(self, name: str) -> tuple[Path, ...]:
        """The stores of another repository; its HEAD gets the name."""
        other = locate(Path(name), self._reach)
        head = read_refs(other).head
        if head is None:
            raise UnknownRevisionError(
                f"HEAD of {name} leads to no commit", hint="name another --mainline"
            )
        self._borrowed[name] = head
        return (other.objects, *read_state(other, self._reach).alternates)

    def shown(self, name: str | None) -> str | None:
        """A revision's name for a report: of another repository only the folder's name."""
        borrowed = self._borrowed.get(name or "")
        return f"{Path(name).name} at {borrowed[:12]}" if name and borrowed else name

    def __enter__(self) -> Repository:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    def rest(self) -> None:
        """Ends every process, and removes what can be made again, until something is asked."""
        self._objects.close()
        self.genuineness.close()

    def read(self, object_id: ObjectId) -> RawObject:
        """One object.  Raises ``MissingObjectError``."""
        with self._noting():
            return self._objects.read(object_id)

    def read_text(self, object_id: ObjectId) -> RawObject:
        """One object that is taken apart.

        Raises ``MissingObjectError``, also for a tag or a file over ``MAX_TEXT``.
        """
        with self._noting():
            return self._read_text(object_id)

    def _read_text(self, object_id: ObjectId) -> RawObject:
        found = self._objects.read(object_id)
        if is_too_long(found):
            raise MissingObjectError(object_id, f"larger than {MAX_TEXT >> 20} MiB")
        return found

    @contextmanager
    def _noting(self) -> Iterator[None]:
        """Notes an object that cannot be read."""
        try:
            yield
        except MissingObjectError as error:
            self.lost[error.object_id] = error.reason
            raise

    def read_commit(self, object_id: ObjectId) -> Commit:
        """One commit.  Raises ``MissingObjectError`` also where the object is none."""
        return parse_commit(object_id, self._raw_commit(object_id))

    def tree_and_parent(self, commit: ObjectId) -> tuple[ObjectId | None, ObjectId | None]:
        """The tree and the first parent of a commit, as git reads them.  Raises the same."""
        return compared_by(self._raw_commit(commit))

    def _raw_commit(self, object_id: ObjectId) -> bytes:
        found = self.read(object_id)
        if found.type != "commit":
            raise MissingObjectError(object_id, f"a {found.type}, not a commit")
        return found.raw

    def stream_reachable(
        self,
        tips: Iterable[ObjectId],
        known: Container[str] = (),
        below: Iterable[ObjectId] = (),
    ) -> Iterator[RawObject]:
        """Raw commits reachable from the tips as far as git walks (see ``objects``)."""
        ahead, self._ahead = self._ahead, None
        return stream_reachable(self._shell, list(tips), known, list(below), ahead)

    @contextmanager
    def listing_ahead(self, tips: Sequence[ObjectId]) -> Iterator[None]:
        """Has git begin to list what a ``stream_reachable`` of these tips will ask for."""
        with list_ahead(self._shell, tips) as ahead:
            self._ahead = ahead
            yield

    def list_commits(self, tips: Iterable[ObjectId], without: Iterable[ObjectId]) -> frozenset[str]:
        """Ids that git lists below the tips; fewer than there are where one is missing."""
        excluded = [ObjectId(f"^{tip}") for tip in without]
        return frozenset(list_commits(self._shell, [*tips, *excluded]))

    def first_commit(self) -> str | None:
        """The oldest commit on the line of HEAD, or of the first ref where HEAD leads nowhere."""
        start = self.refs.head or next(iter(self.refs.by_name.values()), None)
        return first_commit(self._shell, start) if start else None

    def git_version(self) -> str:
        """What the git that merges and compares calls itself."""
        return git_version(self._shell)

    def stream_raw(self, ids: Iterable[ObjectId]) -> Iterator[RawObject]:
        """Raw objects in the order asked for."""
        for found in self.stream_named(ids):
            if found.problem:
                self.lost[found.id] = found.problem
            yield found

    def stream_named(self, ids: Iterable[ObjectId]) -> Iterator[RawObject]:
        """The same for history, which tells what it could not read."""
        return stream_objects(self._shell, ids)

    def stream_commits(self, ids: Iterable[ObjectId]) -> Iterator[Commit | None]:
        """Commits in the order asked for; None for what is none or cannot be read."""
        for raw in self.stream_raw(ids):
            is_read = raw.type == "commit" and raw.is_whole
            yield parse_commit(ObjectId(raw.id), raw.raw) if is_read else None

    def types(self, ids: Sequence[ObjectId]) -> dict[ObjectId, str]:
        """The types of those objects that git finds."""
        found = zip(ids, stream_told(self._shell, "objecttype", ids), strict=False)
        return {name: kind for name, kind in found if kind}

    def read_changes(
        self,
        ids: Sequence[ObjectId],
        *,
        look: Look[_T] | None,
        jobs: int,
        with_trees: bool = True,
        tell: Tell = lambda done: None,
    ) -> Iterator[tuple[ObjectId, Changed[_T] | None]]:
        """Changed files per commit against its first parent (see ``changes.read_changes``)."""
        read = read_changes(
            self._shell,
            self.genuineness,
            ids,
            look=look,
            jobs=jobs,
            with_trees=with_trees,
            tell=tell,
        )
        for name, found in read:
            if found is None:
                self.lost[name] = "its changes could not be read"
            yield name, found

    def read_merges(
        self, merges: Iterable[tuple[ObjectId, Sequence[ObjectId]]], *, jobs: int
    ) -> Iterator[tuple[ObjectId, Remerged | None]]:
        """What each merge (id and parents) changed that merging its parents does not give."""
        return read_merges(self._shell, self.genuineness, merges, jobs=jobs)

    def open_letter(self, raw: bytes) -> Letter | None:
        """A mail taken apart by git; None where it cannot do so."""
        return open_letter(self._shell, raw)

    def workshop(self) -> Workshop:
        """Where git may write; a context manager."""
        return Workshop(self._shell.stores, self.genuineness)

    def take_in(self, workshop: Workshop) -> None:
        """Has the objects that git wrote there here, until this is closed."""
        self.genuineness.vouch(self._shell.take(workshop.shell))

    def find(self, tree: ObjectId, path: str) -> TreeEntry | None:
        """The entry at a path below a tree; None where there is none.

        Raises ``MissingObjectError`` where a tree on the way cannot be read.
        """
        entry: TreeEntry | None = None
        for part in encode(path).rstrip(b"/").split(b"/"):
            if entry is not None:
                if not entry.is_tree:
                    return None
                tree = entry.id
            entry = self._tree(tree).get(part)
            if entry is None:
                return None
        return entry

    def read_file(self, tree: ObjectId, path: str) -> bytes | None:
        """Content of a regular file below a tree; None where it is absent or no regular file.

        Raises ``MissingObjectError`` where it is named but cannot be read.
        """
        entry = self.find(tree, path)
        if entry is None or not entry.is_regular_file:
            return None
        return self.read_text(entry.id).raw

    def read_named(self, tree: ObjectId, name: str) -> tuple[bytes, ...]:
        """The regular files of a name in a tree and all its folders (see ``named``)."""
        with self._noting():
            return read_named(self.stream_named, tree, name)

    def is_directory(self, tree: ObjectId, path: str) -> bool:
        """True where the path is a folder below the tree.  Raises as ``find`` does."""
        entry = self.find(tree, path) if path else None
        return entry is not None and entry.is_tree

    def _resolve(self, name: str) -> ResolvedRevision:
        match = _SUFFIX.fullmatch(name)
        base, steps = (match[1], match[2]) if match else (name, "")
        start = self._lookup(base)
        tags, commit = self._peel(base, start)
        for step in _STEP.finditer(steps):
            commit = self._step(name, commit, step)
        short = base.removeprefix("refs/tags/").removeprefix("tags/")
        is_tag = not steps and self.refs.by_name.get(f"refs/tags/{short}") == start
        named = short if is_tag else None
        return ResolvedRevision(name=name, commit=commit, tag_name=named, tags=tags)

    def expand(self, prefix: str) -> list[ObjectId]:
        """Every object whose id starts with the prefix."""
        return expand_id(self._shell, prefix)

    def _lookup(self, name: str) -> ObjectId:
        ref = self.refs.lookup(name) or self._borrowed.get(name)
        if ref:
            return ref
        if is_hex_id(name.lower()):
            ids = self.expand(name.lower())
            commits = [found for found in ids if len(ids) == 1 or self._is_commit(found)]
            if len(commits) == 1:
                return commits[0]
            if len(commits) > 1:
                shown = ", ".join(commits[:4])
                raise UnknownRevisionError(
                    f"{name} is the start of {len(commits)} commits: {shown}",
                    hint="give more digits",
                )
        raise UnknownRevisionError(f"unknown revision: {name}", hint=self._suggestion(name))

    def _is_commit(self, object_id: ObjectId) -> bool:
        try:
            return self._objects.read(object_id).type in ("commit", "tag")
        except MissingObjectError:
            return False

    def _suggestion(self, name: str) -> str:
        names = [full.split("/", 2)[-1] for full in self.refs.by_name]
        if not names:
            return "the repository has no refs; fetch some first"
        return did_you_mean(
            name,
            names,
            "`git tag` and `git branch -a` list the names; `git fetch --tags` brings more",
        )

    def _peel(self, name: str, start: ObjectId) -> tuple[tuple[Tag, ...], ObjectId]:
        tags: list[Tag] = []
        current = start
        while len(tags) <= MAX_TAG_DEPTH:
            try:
                found = self._read_text(current)
            except MissingObjectError as error:
                raise UnknownRevisionError(
                    f"{name} leads to {error}",
                    hint="the clone is damaged or partial; fetch it anew",
                ) from error
            tag = follow(name, found, tags[-1].object_type if tags else None)
            if tag is None:
                return tuple(tags), current
            tags.append(tag)
            current = tag.object
        raise UnknownRevisionError(
            f"{name} is a tag nested more than {MAX_TAG_DEPTH} deep", hint="name the commit itself"
        )

    def _step(self, name: str, commit: ObjectId, step: re.Match[str]) -> ObjectId:
        braces, caret, tilde = step.groups()
        if braces is not None:
            if braces not in ("", "commit"):
                raise UnknownRevisionError(
                    f"{name} does not name a commit", hint="leave the ^{...} away"
                )
            return commit
        if caret is not None:
            return self._parent(name, commit, int(caret or 1))
        for _ in range(int(tilde or 1)):
            commit = self._parent(name, commit, 1)
        return commit

    def _parent(self, name: str, commit: ObjectId, number: int) -> ObjectId:
        if number == 0:
            return commit
        try:
            parents = self.read_commit(commit).parents
        except MissingObjectError as error:
            raise UnknownRevisionError(
                f"{name} leads to {error}", hint="a shallow clone ends here; fetch more"
            ) from error
        if number > len(parents):
            raise UnknownRevisionError(
                f"{name}: commit {commit[:12]} has {len(parents)} parents",
                hint="`git log --graph` shows the parents",
            )
        return parents[number - 1]

    def _read_tree(self, tree: ObjectId) -> dict[bytes, TreeEntry]:
        found = self.read(tree)
        if found.type != "tree":
            raise MissingObjectError(tree, f"a {found.type}, not a tree")
        return {entry.name: entry for entry in parse_tree(found.raw)}


def _condition(store: Path) -> str:
    """The packs of a store, and when its folders last changed."""
    words = [store.name, str(store.stat().st_ino)]
    folders = [path for path in sorted(store.glob("??")) if path.is_dir()]
    words += [f"{path.name} {path.stat().st_mtime_ns}" for path in folders]
    packs = sorted((store / "pack").glob("*.pack")) if (store / "pack").is_dir() else []
    words += [f"{path.name} {path.stat().st_size}" for path in packs]
    return " ".join(words)
