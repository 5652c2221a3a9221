"""What is wrong with the trees in which commits change something, and with what they call files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from provenance.errors import MissingObjectError
from provenance.facts import FileChange, ObjectId
from provenance.parse.patch import Changed, TreeChange
from provenance.parse.tree import TreeDefect, TreeProblem, tree_problems
from provenance.repository import Repository

KIND: Final = "trees 2"
_FILE_MODES: Final = ("10", "12")
"""How the modes of files and symbolic links start."""


class TreeReader:
    """Looks at new trees, each once; one in which nothing is wrong is not read again."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._clean: set[ObjectId] = set()
        self._unread: set[ObjectId] = set()

    def problems(self, commits: Iterable[Changed[Any]]) -> dict[ObjectId, tuple[TreeProblem, ...]]:
        """What is wrong with the trees and files of each commit and was not before it.

        A commit of which a tree cannot be read is left out.
        """
        commits = list(commits)
        if not commits:
            return {}
        every = (tree.new_id for commit in commits for tree in commit.trees if tree.new_id)
        odd = self._odd([name for name in dict.fromkeys(every) if name not in self._clean])
        files = [file.new_id for commit in commits for file in _files(commit)]
        types = self._repository.types(list(dict.fromkeys(files)))
        found = {}
        for commit in commits:
            with suppress(MissingObjectError):
                found[commit.id] = (
                    *(self._new(commit.id, commit.trees, odd) if odd or self._unread else ()),
                    *(
                        TreeProblem(file.path, TreeDefect.WRONG_TYPE)
                        for file in _files(commit)
                        if types.get(file.new_id, "blob") != "blob"
                    ),
                )
        return found

    def _odd(self, trees: Iterable[ObjectId]) -> dict[ObjectId, tuple[TreeProblem, ...]]:
        """Problems by tree, where there are any."""
        found = {}
        for raw in self._repository.stream_raw(trees):
            problems = tree_problems(raw.raw) if raw.type == "tree" else ()
            if problems:
                found[ObjectId(raw.id)] = problems
            elif raw.problem:
                self._unread.add(ObjectId(raw.id))
            else:
                self._clean.add(ObjectId(raw.id))
        return found

    def _new(
        self,
        commit: ObjectId,
        trees: Sequence[TreeChange],
        odd: Mapping[ObjectId, Sequence[TreeProblem]],
    ) -> tuple[TreeProblem, ...]:
        """Those of one commit.  Raises ``MissingObjectError`` where a tree cannot be read."""
        found: list[TreeProblem] = []
        for path, old, new in trees:
            problems = odd.get(new, ())
            self._expect_read(new)
            if problems:
                before = old or (ObjectId("") if path else self._root_before(commit))
                known = self._odd([before]).get(before, ()) if before else ()
                self._expect_read(before)
                found += [
                    problem._replace(path=f"{path}/{problem.path}" if path else problem.path)
                    for problem in problems
                    if problem not in known
                ]
        return tuple(found)

    def _expect_read(self, tree: ObjectId) -> None:
        if tree in self._unread:
            raise MissingObjectError(tree, "could not be read")

    def _root_before(self, commit: ObjectId) -> ObjectId:
        """The root of the first parent; empty where there is none."""
        _, parent = self._repository.tree_and_parent(commit)
        tree, _ = self._repository.tree_and_parent(parent) if parent else (None, None)
        return tree or ObjectId("")


def _files(commit: Changed[Any]) -> Iterable[FileChange]:
    """What a commit adds or changes and calls a file or a symbolic link."""
    return (file for file in commit.files if file.new_mode.startswith(_FILE_MODES))


def pack_problems(problems: Sequence[TreeProblem]) -> bytes:
    """Problems as bytes for the index."""
    return json.dumps(problems).encode("ascii")


def unpack_problems(raw: bytes) -> tuple[TreeProblem, ...]:
    """The problems.  Raises ``ValueError`` or ``TypeError`` on other bytes."""
    return tuple(TreeProblem(path, TreeDefect(word)) for path, word in json.loads(raw))
