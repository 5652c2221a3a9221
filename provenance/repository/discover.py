"""Finds the git directory and notes what in it could change what history looks like."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

from provenance.errors import NotARepositoryError, UnsupportedRepositoryError
from provenance.parse.patch import unquoted
from provenance.parse.text import decode, encode
from provenance.words import Tier, counted

_OWN: Final = "--tier own follows the links and alternates of a clone that is yours"
_COPY: Final = f"copy it with `git clone --no-local` and audit the copy; {_OWN}"
_SMALL_FILE: Final = 1 << 20
_OBJECT_FORMAT: Final = re.compile(
    r"^[^\n#;=]*\bobjectformat\s*=\s*\"?(\w+)", re.MULTILINE | re.IGNORECASE
)
"""A key may stand on the line of its section."""


class GitDirectory(Struct, frozen=True, kw_only=True):
    """Where a repository keeps things.

    ``own`` holds HEAD of this work tree, ``common`` the refs and objects shared by all.
    """

    own: Path
    common: Path

    @property
    def objects(self) -> Path:
        return self.common / "objects"


class RepositoryState(Struct, frozen=True, kw_only=True):
    """What is there that makes git show another history; all of it is ignored and reported.

    A ``partial`` clone has packs of which git fetches the rest only when it is asked for.
    """

    shallow: frozenset[str]
    grafts: bool
    alternates: tuple[Path, ...]
    partial: bool


class Reach(Struct, frozen=True):
    """Where the files of a repository may lead: anywhere for an own clone.

    A foreign one's lead nowhere but below ``allowed``: a path in a ``.git`` file, in ``commondir``
    or in ``alternates`` is the attacker's, and would show another repository of this machine.
    """

    tier: Tier = Tier.FOREIGN
    allowed: Sequence[Path] = ()

    def admits(self, path: Path) -> bool:
        """True for a resolved path that may be followed."""
        if self.tier is Tier.OWN:
            return True
        return any(path.is_relative_to(folder.resolve()) for folder in self.allowed)


def locate(start: Path, reach: Reach) -> GitDirectory:
    """The git directory at ``start`` or of the work tree around it.

    A bare repository is taken only where it is named itself, never found by walking up, so
    one that was committed inside a work tree cannot stand in for it.  Raises
    ``NotARepositoryError`` and ``UnsupportedRepositoryError``.
    """
    if not start.is_dir():
        raise NotARepositoryError(
            f"no such directory: {start}", hint="name a git repository with -C DIR"
        )
    if _is_git_directory(start):
        return _checked(start, reach)
    for folder in (start.resolve(), *start.resolve().parents):
        entry = folder / ".git"
        if entry.is_dir() and _is_git_directory(entry):
            return _checked(_unless_linked(entry, reach), reach)
        if entry.is_file():
            return _checked(_follow(entry, reach), reach)
    raise NotARepositoryError(
        f"no git repository at {start} or above it", hint="name one with -C DIR"
    )


def read_state(directory: GitDirectory, reach: Reach) -> RepositoryState:
    """Shallow boundary, grafts, alternates and promised objects of the repository.

    Raises ``UnsupportedRepositoryError`` where it takes objects from out of reach.
    """
    shallow = read_small(directory.common / "shallow") or ""
    return RepositoryState(
        shallow=frozenset(re.findall(r"^[0-9a-f]{40}$", shallow, re.MULTILINE)),
        grafts=_has_grafts(directory.common / "info" / "grafts"),
        alternates=_alternates(directory.objects, reach),
        partial=any((directory.objects / "pack").glob("*.promisor")),
    )


def _has_grafts(path: Path) -> bool:
    """True where git would find grafts: also behind a link, and whatever the size."""
    if not path.is_file():
        return False
    large = path.stat().st_size > _SMALL_FILE
    return large or path.is_symlink() or bool((read_small(path) or "").strip())


def sweep(stores: Sequence[Path], tier: Tier) -> None:
    """Refuses a store with pipes, sockets or devices in it: reading one would never end.

    A foreign one may hold no links either: they lead to files of this machine that are nobody's
    business.  Raises ``UnsupportedRepositoryError``.
    """
    for store in stores:
        for folder in (store, *sorted(store.glob("??")), store / "pack", store / "info"):
            found = _refused(folder, tier) if folder.is_dir() else None
            if found is not None:
                raise UnsupportedRepositoryError(
                    f"the object store holds {found}, which is no regular file",
                    hint=_COPY,
                )


def _refused(folder: Path, tier: Tier) -> str | None:
    """The name of an entry that is neither a file nor a folder, or a link in a foreign store."""
    if tier is Tier.FOREIGN and folder.is_symlink():
        return folder.name
    with os.scandir(folder) as entries:
        for entry in entries:
            if tier is Tier.FOREIGN and entry.is_symlink():
                return entry.name
            if not entry.is_file() and not entry.is_dir() and Path(entry.path).exists():
                return entry.name
    return None


def read_small(path: Path) -> str | None:
    """Text of a small regular file; None for anything else (links, pipes, large files, none).

    Raises ``OSError`` for one that is there and cannot be read: what it says is not known.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > _SMALL_FILE:
            return None
        return path.read_bytes().decode("utf-8", "surrogateescape")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _is_git_directory(path: Path) -> bool:
    if not (path / "HEAD").is_file():
        return False
    return ((path / "objects").is_dir() and (path / "refs").is_dir()) or (
        path / "commondir"
    ).is_file()


def _follow(entry: Path, reach: Reach) -> Path:
    """The directory that a ``.git`` file of a linked work tree or submodule names."""
    text = (read_small(entry) or "").strip()
    target = _joined(entry.parent, text.removeprefix("gitdir:").strip())
    if not text.startswith("gitdir:") or target is None or not _is_git_directory(target):
        raise NotARepositoryError(
            f"{entry} does not lead to a git directory", hint="name the repository with -C DIR"
        )
    return _within(entry, target, reach)


def _within(entry: Path, target: Path, reach: Reach) -> Path:
    """A folder that ``entry`` leads to; refused where it is out of reach."""
    if reach.admits(target):
        return target
    raise UnsupportedRepositoryError(
        f"{decode(os.fsencode(entry))} leads to another folder: {decode(os.fsencode(target))}",
        hint=f"name that one with -C DIR, allow it with --allow-alternate DIR; {_OWN}",
    )


def _unless_linked(folder: Path, reach: Reach) -> Path:
    """A folder of the repository; refused where it is a link to one out of reach."""
    return _within(folder, folder.resolve(), reach) if folder.is_symlink() else folder


def _checked(own: Path, reach: Reach) -> GitDirectory:
    shared = read_small(own / "commondir")
    common = _joined(own, shared.strip() if shared else "")
    if common is None or not (common / "objects").is_dir():
        raise NotARepositoryError(
            f"{common or 'the common directory of ' + str(own)} has no objects folder",
            hint="name the main repository with -C DIR",
        )
    if shared:
        _within(own / "commondir", common, reach)
    for name in ("refs", "info"):
        _unless_linked(common / name, reach)
    config = read_small(common / "config") or ""
    found = _OBJECT_FORMAT.search(config)
    if found and found[1].lower() != "sha1":
        raise UnsupportedRepositoryError(
            f"the repository uses object format {found[1]}",
            hint="only SHA-1 repositories can be read",
        )
    if (common / "reftable").exists():
        raise UnsupportedRepositoryError(
            "the repository keeps its refs as a reftable",
            hint="`git refs migrate --ref-format=files` in a copy makes it readable",
        )
    return GitDirectory(own=own.resolve(), common=common)


def _alternates(objects: Path, reach: Reach) -> tuple[Path, ...]:
    """Every object store that this one borrows from, directly or through another."""
    found: list[Path] = []
    waiting = [objects]
    refused: list[Path] = []
    while waiting and len(found) < 64:
        store = waiting.pop()
        for line in (read_small(store / "info" / "alternates") or "").split("\n"):
            path = _joined(store, _named(line)) if line.strip() and line[0] != "#" else None
            if not path or not path.is_dir() or path in found:
                continue
            if reach.admits(path):
                found.append(path)
                waiting.append(path)
            elif path not in refused:
                refused.append(path)
    if refused:
        raise UnsupportedRepositoryError(
            f"it takes objects from {counted(len(refused), 'other folder')}"
            f" (objects/info/alternates): {decode(os.fsencode(refused[0]))}",
            hint=f"allow it with --allow-alternate DIR, or {_COPY}",
        )
    return tuple(found)


def _named(line: str) -> str:
    """The path on an alternates line, which git may have quoted (quote.c)."""
    text = line.strip()
    if len(text) > 1 and text.startswith('"') and text.endswith('"'):
        return decode(unquoted(encode(text[1:-1])))
    return text


def _joined(folder: Path, name: str) -> Path | None:
    """A path by its name in a file; None where none can have that name or links go in circles."""
    try:
        path = (folder / name).resolve()
        path.exists()
    except (OSError, ValueError, RuntimeError):
        return None
    return path
