"""Writes a campaign into a repository of its own that borrows all real objects.

Release by release: the real release, what earlier releases of the campaign left, and a branch
for each place that the campaign's commits of this release start from, merged by somebody who
really merges there. The real commits stay what they are, and keep their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import pygit2

from benchmarks.detection.people import Person
from benchmarks.detection.plan import PlannedCommit
from benchmarks.detection.releases import pairs
from benchmarks.detection.world import Window, World

Overlay: TypeAlias = Mapping[str, Any]
"""Path to the id of what is in it."""


@dataclass
class Injected:
    """A repository with a campaign in it.

    ``commits`` are the campaign's by id, ``scaffold`` the ids of merges and releases that were
    written around them, ``tips`` what each release's tag now names.
    """

    path: Path
    commits: dict[str, PlannedCommit] = field(default_factory=dict)
    scaffold: set[str] = field(default_factory=set)
    tips: dict[str, str] = field(default_factory=dict)
    windows: list[Window] = field(default_factory=list)


def inject(world: World, plan: Sequence[PlannedCommit], folder: Path) -> Injected:
    """Writes the planned commits and every release from the first of them on."""
    writer = _Writer(world, folder)
    if plan[0].window.is_stable:
        writer.add_stable(plan[0].window, plan)
        return writer.done
    ends = [commit.window.end for commit in plan]
    row = [one for one in world.mainline if min(ends) <= one.end <= max(ends)]
    for window in row:
        own = [commit for commit in plan if commit.window == window]
        writer.add_mainline(window, own)
    return writer.done


def show(world: World, injected: Injected, window: Window) -> None:
    """Points the refs as they were on the day of a release: nothing later is known."""
    tags = {name: commit for name, (commit, time) in world.tags.items() if time <= window.end}
    tags |= {
        name: commit
        for name, commit in injected.tips.items()
        if name == window.tag or world.tags[name][1] < window.end
    }
    finals = [after for _, after in pairs(tags)[0]]
    newest = max(finals, key=lambda name: world.tags[name][1], default=window.tag)
    head = newest if window.is_stable else window.tag
    lines = [f"{commit} refs/tags/{name}" for name, commit in tags.items()]
    lines.append(f"{tags[head]} refs/heads/master")
    text = "\n".join(sorted(lines, key=lambda line: line.split()[1]))
    (injected.path / "packed-refs").write_text(f"{text}\n")


class _Writer:
    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._repo: Any = pygit2.init_repository(str(folder), bare=True)
        (folder / "objects" / "info").mkdir(exist_ok=True)
        (folder / "objects" / "info" / "alternates").write_text(f"{world.objects}\n")
        (folder / "HEAD").write_text("ref: refs/heads/master\n")
        self._repo = pygit2.Repository(str(folder))
        self._overlay: dict[str, Any] = {}
        self._before: str | None = None
        self.done = Injected(folder)

    def add_mainline(self, window: Window, own: Sequence[PlannedCommit]) -> None:
        """One release: the real one, the campaign's past, its branches."""
        head, when = window.tip, window.end
        mergers = self._world.mergers(window)
        if self._before is not None:
            head = self._merge([head, self._before], mergers[0], when, "Merge branch 'master'")
        for number, (base, commits) in enumerate(_branches(own)):
            tip = base
            for commit in commits:
                tip = self._write(commit, tip)
            when += 60
            merger = mergers[number % len(mergers)]
            head = self._merge([head, tip], merger, when, f"Merge branch 'for-next-{number}'")
        self._finish(window, head)

    def add_stable(self, window: Window, own: Sequence[PlannedCommit]) -> None:
        """A stable release: in a row after the real commits, before the one that names it."""
        real = self._repo[window.tip]
        head = str(real.parent_ids[0])
        for commit in sorted(own, key=lambda one: one.commit_time):
            head = self._write(commit, head)
        tree = self._laid_over(real.tree.id)
        parents = [head, *(str(parent) for parent in real.parent_ids[1:])]
        made = self._repo.create_commit(
            None, real.author, real.committer, real.message, tree, parents
        )
        self.done.scaffold.add(str(made))
        self._finish(window, str(made))

    def _finish(self, window: Window, head: str) -> None:
        self._before = head
        self.done.tips[window.tag] = head
        self.done.windows.append(window)

    def _write(self, commit: PlannedCommit, parent: str) -> str:
        changes = {
            path: self._repo.create_blob(content) for path, content in commit.changes.items()
        }
        self._overlay.update(changes)
        tree = _overlaid(self._repo, self._repo[parent].tree, changes)
        made = self._repo.create_commit(
            None,
            _signature(commit.author, commit.author_time, commit.author_zone),
            _signature(commit.committer, commit.commit_time, commit.commit_zone),
            commit.message,
            tree,
            [parent],
        )
        self.done.commits[str(made)] = commit
        return str(made)

    def _merge(self, parents: list[str], who: Person, when: int, message: str) -> str:
        """A merge whose tree is the first parent's with what the campaign changed so far."""
        tree = self._laid_over(self._repo[parents[0]].tree.id)
        made = self._repo.create_commit(
            None, _signature(who, when), _signature(who, when), f"{message}\n", tree, parents
        )
        self.done.scaffold.add(str(made))
        return str(made)

    def _laid_over(self, tree: Any) -> Any:
        return _overlaid(self._repo, self._repo[tree], self._overlay)


def _branches(own: Sequence[PlannedCommit]) -> Iterable[tuple[str, list[PlannedCommit]]]:
    """The commits of a release by the real commit that they start from, in time's order."""
    ordered = sorted(own, key=lambda commit: (commit.base, commit.commit_time))
    for base, commits in groupby(ordered, key=lambda commit: commit.base):
        yield base, list(commits)


def _overlaid(repo: Any, tree: Any, changes: Overlay) -> Any:
    """The id of a tree with other files in it."""
    builder = repo.TreeBuilder(tree) if tree is not None else repo.TreeBuilder()
    below: dict[str, dict[str, Any]] = {}
    for path, blob in changes.items():
        folder, slash, rest = path.partition("/")
        if slash:
            below.setdefault(folder, {})[rest] = blob
        else:
            mode = pygit2.GIT_FILEMODE_BLOB
            if tree is not None and folder in tree:
                mode = tree[folder].filemode
            builder.insert(folder, blob, mode)
    for folder, inner in below.items():
        old = tree[folder] if tree is not None and folder in tree else None
        if not isinstance(old, pygit2.Tree):
            old = None
        builder.insert(folder, _overlaid(repo, old, inner), pygit2.GIT_FILEMODE_TREE)
    return builder.write()


def _signature(who: Person, when: int, zone: int = 0) -> Any:
    return pygit2.Signature(who.name, who.email, when, zone)
