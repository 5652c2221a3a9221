"""Which subsystems paths belong to, and who is responsible for them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from provenance.errors import MissingObjectError, NoMaintainersError
from provenance.evidence.authority import MaintainersReader
from provenance.parse.mailmap import Mailmap
from provenance.parse.maintainers import Maintainers
from provenance.parse.tree import TreeEntry
from provenance.report.subsystem_page import PathReport, PersonInRole
from provenance.repository import Repository
from provenance.words import Tier


def responsible(
    paths: Iterable[str],
    *,
    rev: str = "HEAD",
    repo: str | PathLike[str] = ".",
    tier: Tier = Tier.FOREIGN,
    alternates: Sequence[Path] = (),
) -> tuple[PathReport, ...]:
    """MAINTAINERS' answer for each path at a revision.

    Raises ``ProvenanceError``; also where that revision has no MAINTAINERS, or no readable one.
    """
    with Repository(Path(repo), tier=tier, allowed=alternates) as repository:
        tree, _ = repository.tree_and_parent(repository.resolve(rev).commit)
        asked = list(paths)
        try:
            maintainers = MaintainersReader(repository).read(tree)
            mailmap = Mailmap((tree and repository.read_file(tree, ".mailmap")) or b"")
            entries = [repository.find(tree, _relative(path)) if tree else None for path in asked]
        except MissingObjectError as error:
            raise NoMaintainersError(
                f"MAINTAINERS, .mailmap or a folder of {rev} cannot be read: {error}",
                hint="the clone is damaged or partial; fetch it anew",
            ) from error
        if not maintainers:
            raise NoMaintainersError(f"{rev} has no MAINTAINERS file", hint="name another --rev")
        return tuple(
            _answer(path, entry, maintainers, mailmap)
            for path, entry in zip(asked, entries, strict=True)
        )


def _answer(
    path: str, entry: TreeEntry | None, maintainers: Maintainers, mailmap: Mailmap
) -> PathReport:
    """What MAINTAINERS says of a path, which is ``entry`` in the tree."""
    name = _relative(path) + ("/" if entry and entry.is_tree else "")
    return PathReport(
        path=path,
        exists=entry is not None,
        subsystems=tuple(dict.fromkeys(one.name for one in maintainers.sections_for(name))),
        people=tuple(
            PersonInRole(
                name=found.person.name,
                email=found.person.email,
                role=found.role,
                subsystem=found.subsystem,
            )
            for found in maintainers.people_for(name, mailmap)
        ),
        lists=maintainers.lists_for(name),
    )


def _relative(path: str) -> str:
    """A path as the tree has it: no ``./`` in front, no doubled or trailing slash."""
    return posixpath.normpath(path).removeprefix("/")
