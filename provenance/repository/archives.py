"""Archives of mail on this machine: mailboxes, maildirs, and public-inbox in git, oldest first
where the archive says so.

public-inbox (public-inbox-v2-format, -v1-format): each commit of a list's repository has one mail
as the file ``m``, or as a file of HEAD below folders of two hexadecimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from provenance.errors import NotARepositoryError, UsageError
from provenance.facts import Mail, ObjectId
from provenance.parse.mail import parse_mail
from provenance.parse.mbox import split_mbox
from provenance.parse.objects import compared_by
from provenance.parse.tree import TreeEntry, parse_tree
from provenance.repository.pool import in_batches
from provenance.repository.repository import Repository
from provenance.settings import Progress
from provenance.words import Tier

_ARCHIVES: Final = "name a mailbox (mbox), a maildir, or a public-inbox repository"
"""What to do where there is no archive."""
_LINE: Final = 1 << 16
LARGEST: Final = 1 << 20
"""Bytes of a mail that are read; patches of new drivers have half as many."""
_AT_ONCE: Final = 1000
_TELL_EVERY: Final = 500
_EPOCH: Final = re.compile(r"(\d+)\.git")
_FOLDER: Final = re.compile(rb"[0-9a-f]{2}")
_MAIL: Final = re.compile(rb"[0-9a-f]{38}")
Told = bytes | None
"""A mail, or None for one that cannot be read."""


def read_mails(
    archives: Sequence[Path], *, tier: Tier, allowed: Sequence[Path], progress: Progress
) -> Iterator[tuple[Mail, bytes] | None]:
    """The mails of some archives with what their headers say; None for one that cannot be read.

    Raises ``ProvenanceError``, also for an archive without a mail that somebody sent: it would look
    like a quiet one.
    """
    for archive in archives:
        has_any = False
        for number, raw in enumerate(_read_archive(archive, tier=tier, allowed=allowed), 1):
            found = (parse_mail(raw), raw) if raw is not None else None
            has_any |= found is None or bool(found[0].sender.email)
            yield found
            if number % _TELL_EVERY == 0:
                progress(f"reading {archive.name}", number, 0)
        if not has_any:
            raise UsageError(f"no mail in {archive}", hint=_ARCHIVES)


def _read_archive(path: Path, *, tier: Tier, allowed: Sequence[Path]) -> Iterator[Told]:
    """The mails of an archive, of a very large one the start.

    Raises ``ProvenanceError`` where there is none, or where it cannot be opened.
    """
    try:
        if not path.is_dir():
            yield from _from_mailbox(path)
        elif (path / "cur").is_dir() and (path / "new").is_dir():
            yield from _from_files(path)
        else:
            yield from _from_git(_epochs(path) or [path], tier, allowed)
    except OSError as error:
        raise _no_archive(path, error.strerror or str(error)) from error


def _no_archive(path: Path, reason: str) -> UsageError:
    return UsageError(f"cannot read {path}: {reason}", hint=_ARCHIVES)


def _from_mailbox(path: Path) -> Iterator[Told]:
    with path.open("rb") as file:
        yield from split_mbox(iter(lambda: file.readline(_LINE), b""), LARGEST)


def _from_files(folder: Path) -> Iterator[Told]:
    """A maildir: a mail is a file in ``cur`` or ``new``."""
    paths = (path for part in ("cur", "new") for path in (folder / part).iterdir())
    for path in sorted(paths, key=lambda path: path.name):
        try:
            if path.is_file():
                with path.open("rb") as file:
                    yield file.read(LARGEST)
        except OSError:
            yield None


def _epochs(path: Path) -> list[Path]:
    """The repositories of a large list, in their order: ``0.git``, ``1.git``."""
    folder = path / "git" if (path / "git").is_dir() else path
    found = [(int(match[1]), one) for one in folder.iterdir() if (match := _epoch(one))]
    return [one for _, one in sorted(found)]


def _epoch(path: Path) -> re.Match[str] | None:
    return _EPOCH.fullmatch(path.name) if path.is_dir() else None


def _from_git(paths: Iterable[Path], tier: Tier, allowed: Sequence[Path]) -> Iterator[Told]:
    for path in paths:
        try:
            opened = Repository(path, tier=tier, allowed=allowed)
        except NotARepositoryError as error:
            raise _no_archive(path, "it is no mail archive") from error
        with opened as repository:
            tip = repository.resolve("HEAD").commit
            tree, _ = repository.tree_and_parent(tip)
            named = [entry.name for entry in _entries(repository, [tree] if tree else [])]
            is_log = b"m" in named or b"d" in named
            blobs = _logged(repository, tip) if is_log else _stored(repository, tree)
            yield from _read(repository, blobs)
            yield from (None for _ in repository.lost)


def _logged(repository: Repository, tip: ObjectId) -> Iterator[ObjectId]:
    """Version 2: what each commit has as ``m``."""
    trees = (tree for tree in _trees(repository, tip) if tree)
    for some in in_batches(trees, _AT_ONCE):
        for entry in _entries(repository, some):
            if entry.name == b"m" and entry.is_regular_file:
                yield entry.id


def _trees(repository: Repository, tip: ObjectId) -> Iterator[ObjectId | None]:
    """The tree of each commit; first parents that git did not list are asked for by name."""
    seen: set[str] = set()
    parents: set[ObjectId] = set()
    listed = repository.stream_reachable([tip])
    while True:
        for raw in listed:
            seen.add(raw.id)
            if raw.type == "commit":
                tree, parent = compared_by(raw.raw)
                parents.update(filter(None, (parent,)))
                yield tree
            else:
                repository.lost[raw.id] = raw.problem
        missing = parents.difference(seen)
        if not missing:
            return
        listed = repository.stream_raw(sorted(missing))


def _stored(repository: Repository, tree: ObjectId | None) -> Iterator[ObjectId]:
    """Version 1: the files of a tree that have a name of 40 digits, two of them a folder's."""
    top = _entries(repository, [tree] if tree else [])
    folders = [one.id for one in top if one.is_tree and _FOLDER.fullmatch(one.name)]
    for entry in _entries(repository, folders):
        if entry.is_regular_file and _MAIL.fullmatch(entry.name):
            yield entry.id


def _read(repository: Repository, blobs: Iterable[ObjectId]) -> Iterator[bytes]:
    """Those that can be read; the repository knows the others."""
    for some in in_batches(blobs, _AT_ONCE):
        for raw in repository.stream_raw(some):
            if raw.type == "blob":
                yield raw.raw[:LARGEST]


def _entries(repository: Repository, trees: Iterable[ObjectId]) -> Iterator[TreeEntry]:
    for raw in repository.stream_raw(trees):
        if raw.type == "tree":
            yield from parse_tree(raw.raw)
