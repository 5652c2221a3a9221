"""Refs read from their files: loose ones over packed ones (gitrepository-layout).

git and libgit2 leave out refs they cannot read and believe the peeled ids in
packed-refs; here every ref is either read or named as a problem, and peeling is done on
the objects themselves.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from msgspec import Struct

from provenance.facts import ObjectId
from provenance.listing import walk
from provenance.repository.discover import GitDirectory, read_small

_ID: Final = re.compile(r"[0-9a-f]{40}")
_NAME: Final = re.compile(r"refs(?:/(?!\.)(?:(?!\.\.|@\{)[^\x00-\x20\x7f~^:?*\[\\/])+)+")
"""What git takes for the name of a ref below ``refs`` (git-check-ref-format), and little more."""
_MAX_PACKED: Final = 1 << 28
_SYMBOLIC_DEPTH: Final = 5


class Refs(Struct, frozen=True, kw_only=True):
    """All refs by full name, HEAD's id, and what could not be read.

    ``packed_elsewhere`` holds the id in packed-refs where a loose ref overrides it.
    """

    by_name: dict[str, ObjectId]
    packed_elsewhere: dict[str, ObjectId]
    head: ObjectId | None
    problems: tuple[str, ...]

    def below(self, prefix: str) -> dict[str, ObjectId]:
        """Refs under a prefix such as ``refs/tags/``, by the rest of their name."""
        return {
            name.removeprefix(prefix): target
            for name, target in self.by_name.items()
            if name.startswith(prefix)
        }

    def lookup(self, name: str) -> ObjectId | None:
        """A name by git's rules (gitrevisions): HEAD, full name, tag, branch, remote."""
        if name in ("HEAD", "@"):
            return self.head
        for pattern in ("{}", "refs/{}", "refs/tags/{}", "refs/heads/{}", "refs/remotes/{}"):
            found = self.by_name.get(pattern.format(name))
            if found:
                return found
        return self.by_name.get(f"refs/remotes/{name}/HEAD")


def read_refs(directory: GitDirectory) -> Refs:
    """A snapshot of all refs.  Raises ``OSError`` where their files cannot be read.

    Loose ones are read first, as git does: `git pack-refs` removes them after it has packed them.
    """
    problems: list[str] = []
    loose = _loose(directory.common / "refs", problems)
    packed = _packed(directory.common / "packed-refs", problems)
    raw = {**packed, **loose}
    by_name: dict[str, ObjectId] = {}
    for name in sorted(raw):
        target = _resolve(raw[name], raw)
        if target:
            by_name[name] = target
        elif not raw[name].startswith("ref:"):
            problems.append(f"{name}: not a readable ref")
    head = _resolve((read_small(directory.own / "HEAD") or "").strip(), raw)
    elsewhere = {
        name: ObjectId(target) for name, target in packed.items() if by_name.get(name) != target
    }
    return Refs(by_name=by_name, packed_elsewhere=elsewhere, head=head, problems=tuple(problems))


def _packed(path: Path, problems: list[str]) -> dict[str, str]:
    """Refs of the packed-refs file; a file or lines that are none are named as a problem."""
    if not path.exists() and not path.is_symlink():
        return {}
    if not path.is_file() or path.is_symlink() or path.stat().st_size > _MAX_PACKED:
        problems.append("packed-refs: no regular file, or larger than 256 MiB")
        return {}
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    found, odd = {}, 0
    for line in text.split("\n"):
        target, _, name = line.rstrip("\r").partition(" ")
        if _ID.fullmatch(target) and _NAME.fullmatch(name):
            found[name] = target
        elif line and line[0] not in "#^":
            odd += 1
    if odd:
        problems.append(f"packed-refs: {odd} lines name no ref")
    return found


def _loose(refs: Path, problems: list[str]) -> dict[str, str]:
    """Refs by the files below ``refs``; a link to a folder, which git would enter, is a problem."""
    found = {}
    for parent, folders, files in walk(refs):
        base = Path(parent).relative_to(refs.parent).as_posix()
        linked = [name for name in folders if (Path(parent) / name).is_symlink()]
        problems.extend(f"{base}/{name}: a link to a folder" for name in linked)
        for path in (Path(parent) / name for name in files if not name.endswith(".lock")):
            text = read_small(path)
            if text is not None or os.path.lexists(path):
                found[f"{base}/{path.name}"] = (text or "").strip()
    return found


def _resolve(text: str, raw: dict[str, str]) -> ObjectId | None:
    for _ in range(_SYMBOLIC_DEPTH):
        if _ID.fullmatch(text):
            return ObjectId(text)
        if not text.startswith("ref:"):
            return None
        text = raw.get(text.removeprefix("ref:").strip(), "")
    return None
