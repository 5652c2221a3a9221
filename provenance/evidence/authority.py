"""Who has authority at a commit: what its tree says, read once; what cannot be read is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from provenance.dates import LAST
from provenance.errors import MissingObjectError
from provenance.evidence.account import Account
from provenance.evidence.keyring import read_keyring
from provenance.evidence.trust import TrustBase, build_trust_base
from provenance.facts import ObjectId
from provenance.index.history import History
from provenance.index.ranges import Scope
from provenance.index.track_record import Canonical, TrackRecord
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import (
    CONFIG,
    NAME,
    Maintainers,
    looks_in_folders,
    parse_maintainers,
)
from provenance.repository import Repository
from provenance.settings import Settings

_SCRIPT = "scripts/get_maintainer.pl"


class AuthorityReader:
    """Reads MAINTAINERS, .mailmap and what came before; fills the notes of the ``account``."""

    def __init__(self, repository: Repository, settings: Settings, account: Account) -> None:
        self._repository = repository
        self._settings = settings
        self._account = account
        self._maintainers = MaintainersReader(repository)

    def read_blob(self, blob: ObjectId) -> bytes:
        """A version of MAINTAINERS or .mailmap; empty where it cannot be read."""
        try:
            return self._repository.read_text(blob).raw
        except MissingObjectError as error:
            self._account.lost_authority(
                f"cannot read a version of MAINTAINERS or .mailmap: {error}"
            )
            return b""

    def trust_base(self, scope: Scope) -> TrustBase:
        """What is trusted at the trust base of a scope, nothing where it has none."""
        commit = scope.trust_base
        if commit is None:
            self._account.note("no trust base: the audit starts at the beginning of history")
        mailmap = Mailmap(self.read_file(commit, ".mailmap") or b"") if commit else Mailmap()
        missing = scope.history.boundary(scope.trusted)
        if missing:
            self._account.note(
                f"history before the trust base is incomplete: {len(missing)} commits are missing;"
                " track records and affiliations are a lower bound"
            )
        return build_trust_base(
            commit=commit,
            maintainers=self.maintainers(commit, "the trust base"),
            mailmap=mailmap,
            record=TrackRecord(
                scope.history,
                scope.trusted,
                Canonical(scope.history, mailmap),
                key=commit or "",
                until=committed(scope.history, commit) if commit else LAST,
            ),
            keyring=read_keyring(self._settings.keyring),
            policy=self._settings.policy,
            history_complete=not missing,
        )

    def maintainers(self, commit: ObjectId | None, place: str) -> Maintainers:
        """MAINTAINERS at a commit; ``place`` is what the notes call it."""
        if commit is None:
            return Maintainers(())
        try:
            found = self._maintainers.read(self._tree(commit))
        except MissingObjectError as error:
            self._account.lost_authority(f"MAINTAINERS at {place} cannot be read: {error}")
            return Maintainers(())
        if not found:
            self._account.note(f"no MAINTAINERS file at {place}: no subsystems, no authority")
        for text in found.problems:
            self._account.note(f"MAINTAINERS pattern not usable: {text}")
        return found

    def read_file(self, commit: ObjectId, path: str) -> bytes | None:
        """A file at a commit; None where there is none, or where it cannot be read."""
        try:
            tree = self._tree(commit)
            return self._repository.read_file(tree, path) if tree else None
        except MissingObjectError as error:
            self._account.lost_authority(f"cannot read {path}: {error}")
            return None

    def _tree(self, commit: ObjectId) -> ObjectId | None:
        tree, _ = self._repository.tree_and_parent(commit)
        return tree


def committed(history: History, commit: ObjectId) -> int:
    """When a commit says that it was made, in Unix seconds."""
    return history.commit_times[history.positions[commit]]


class _Text(NamedTuple):
    """What a tree has of MAINTAINERS, and how its script reads that."""

    files: tuple[bytes, ...]
    double_star: bool
    in_folders: bool


class _Compiled(NamedTuple):
    """MAINTAINERS with what it was made of; ``folders`` are paths that are folders or not."""

    text: _Text
    folders: Mapping[str, bool]
    maintainers: Maintainers


class MaintainersReader:
    """Reads MAINTAINERS of trees, as each tree's own script does.

    Where one says what the last one said it is the same object, with all that it remembers: on a
    stable branch trust base and tip mostly agree.
    """

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._last: _Compiled | None = None

    def read(self, tree: ObjectId | None) -> Maintainers:
        """MAINTAINERS of a tree, empty where it has none.

        Raises ``MissingObjectError`` where one is named but cannot be read.
        """
        if tree is None:
            return Maintainers(())
        text, last = self._text(tree), self._last
        if last is None or last.text != text or not self._has(tree, last.folders):
            last = self._last = self._compiled(tree, text)
        return last.maintainers

    def _has(self, tree: ObjectId, folders: Mapping[str, bool]) -> bool:
        """True where a tree has the same folders, as far as they were asked for."""
        is_directory = self._repository.is_directory
        return all(is_directory(tree, path) == was for path, was in folders.items())

    def _text(self, tree: ObjectId) -> _Text:
        """Its text says whether ``**`` is any depth, its options whether files in folders count."""
        repository = self._repository
        in_folders = looks_in_folders(repository.read_file(tree, CONFIG) or b"")
        if in_folders:
            files = repository.read_named(tree, NAME)
        else:
            raw = repository.read_file(tree, NAME)
            files = () if raw is None else (raw,)
        script = repository.read_file(tree, _SCRIPT) or b""
        return _Text(files, b"(?:.*)" in script, in_folders)

    def _compiled(self, tree: ObjectId, text: _Text) -> _Compiled:
        folders: dict[str, bool] = {}

        def is_directory(path: str) -> bool:
            folders[path] = self._repository.is_directory(tree, path)
            return folders[path]

        maintainers = parse_maintainers(
            *text.files,
            is_directory=is_directory,
            double_star=text.double_star,
            in_folders=text.in_folders,
        )
        return _Compiled(text, folders, maintainers)
