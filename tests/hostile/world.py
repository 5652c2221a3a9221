"""A small invented project, written object by object, and what a case does to it."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sample_repos.build import Writer
from sample_repos.keys import Certificate, person_key, signature

ADA: Final = "Ada Keeper <ada@kernel.example>"
"""Listed for everything."""
BEN: Final = "Ben Torres <ben@net.example>"
"""Listed for net/."""
NEW: Final = "Nia Newcomer <nia@newcomer.example>"
"""Unknown to the project."""
MALLORY: Final = "Mallory Grey <mallory@grey.example>"
"""Unknown too, and up to something."""
MONTH: Final = 2_592_000
START: Final = 1_600_000_000
MAINTAINERS: Final = """List of maintainers

NETWORKING
M:	Ben Torres <ben@net.example>
S:	Maintained
F:	net/

THE REST
M:	Ada Keeper <ada@kernel.example>
S:	Supported
F:	*
F:	*/
"""
MAILMAP: Final = "Ben Torres <ben@net.example> <ben@old-host.example>\n"


def octets(text: str | bytes) -> bytes:
    """Text as UTF-8; bytes as they are."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def signed_off(subject: str, *people: str) -> str:
    """A message with a sign-off by each."""
    return f"{subject}\n\n" + "".join(f"Signed-off-by: {who}\n" for who in people)


def key_text(*names: str) -> bytes:
    """Armoured certificates of invented people, each with their address in this project."""
    people = {"ada": ADA, "ben": BEN, "mallory": MALLORY, "nia": NEW}
    return b"".join(Certificate(person_key(name), [people[name]]).armored() for name in names)


def folded(field_name: str, value: bytes) -> bytes:
    """A header field of several lines."""
    return octets(field_name) + b" " + value.rstrip(b"\n").replace(b"\n", b"\n ") + b"\n"


@dataclass
class World:
    """A bare repository that a case fills, and the words its command line gets."""

    folder: Path
    named: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    asked: Sequence[str] = ("v1.1",)
    """The revision to audit."""
    last: str = ""
    at: Path | None = None
    """Where the command line is pointed, if not at the repository itself."""

    def __post_init__(self) -> None:
        self.repo = self.folder / "repo.git"
        self.writer = Writer(self.repo)
        self.files: dict[str, bytes] = {
            "MAINTAINERS": octets(MAINTAINERS),
            ".mailmap": octets(MAILMAP),
            "net/core.c": b"int core;\n",
        }

    @property
    def marker(self) -> Path:
        """What the trap makes when it is run."""
        return self.folder / "trap-was-run"

    def trap(self) -> Path:
        """A program that leaves a mark and no answer."""
        path = self.folder / "trap"
        path.write_text(f"#!/bin/sh\n: > '{self.marker}'\nexit 1\n")
        path.chmod(0o755)
        return path

    def store(self, kind: str, raw: str | bytes) -> str:
        return self.writer.store(kind, octets(raw))

    def tree(self, files: Mapping[str, str | bytes] | None = None) -> str:
        """The project's files with some added, changed or (empty) removed."""
        for path, content in (files or {}).items():
            self.files.pop(path, None)
            if content:
                self.files[path] = octets(content)
        blobs = {path: self.store("blob", raw) for path, raw in self.files.items()}
        return self.writer.tree(blobs)

    def raw_tree(self, *entries: tuple[str, bytes, str]) -> str:
        """A tree of (mode, name, id) exactly as given."""
        return self.store(
            "tree",
            b"".join(
                octets(mode) + b" " + name + b"\0" + bytes.fromhex(target)
                for mode, name, target in entries
            ),
        )

    def head(self, tree: str, parents: Sequence[str], author: str, committer: str) -> str:
        """The first lines of a commit object; people come with their dates."""
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        return "\n".join([*lines, f"author {author}", f"committer {committer}", ""])

    def now(self) -> str:
        """A date a month after the last one."""
        return f"{START + MONTH * (len(self.named) + 1)} +0000"

    def commit(
        self,
        name: str = "tip",
        message: str | bytes | None = None,
        *,
        files: Mapping[str, str | bytes] | None = None,
        tree: str = "",
        parents: Sequence[str] | None = None,
        author: str = BEN,
        committer: str = BEN,
        dates: tuple[str, str] | None = None,
        headers: str | bytes = "",
    ) -> str:
        """Adds a commit; ``dates`` are the author's and the committer's."""
        authored, committed = dates or (self.now(), self.now())
        if message is None:
            message = signed_off(f"net: {name}", BEN)
        tree = tree or self.tree(files or {f"net/{name}.c": f"int {name};\n"})
        people = f"{author} {authored}", f"{committer} {committed}"
        head = self.head(tree, self.parents(parents), *people)
        return self.raw(name, octets(head) + octets(headers) + b"\n" + octets(message))

    def parents(self, names: Sequence[str] | None = None) -> list[str]:
        if names is None:
            return [self.last] if self.last else []
        return [self.named.get(name, name) for name in names]

    def raw(self, name: str, raw: str | bytes) -> str:
        """Adds a commit object of exactly these bytes."""
        self.last = self.named[name] = self.store("commit", raw)
        return self.last

    def signed(self, name: str, by: str, *, author: str = ADA, field_name: str = "gpgsig") -> None:
        """Adds a commit with a genuine signature in a header field."""
        head = octets(self.plain_head(author))
        body = octets("\n" + signed_off(f"net: {name}", author))
        armor = signature(person_key(by), head + body, made=START + MONTH)
        self.raw(name, head + folded(field_name, armor) + body)

    def plain_head(self, author: str = ADA) -> str:
        """Header lines of a commit on top of the last one."""
        who = f"{author} {START + MONTH} +0000"
        return self.head(self.tree({"net/signed.c": "int x;\n"}), self.parents(), who, who)

    def ref(self, name: str, target: str) -> None:
        self.writer.ref(name, target)

    def append(self, name: str, text: str | bytes) -> None:
        """Adds to a file of the git directory, making it where it is not there."""
        path = self.repo / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as out:
            out.write(octets(text))

    def loose(self, object_id: str) -> Path:
        """The file of a loose object."""
        return self.repo / "objects" / object_id[:2] / object_id[2:]

    def rewrite(self, object_id: str, kind: str, raw: bytes) -> None:
        """Puts other bytes into the file of an object."""
        whole = f"{kind} {len(raw)}\0".encode() + raw
        self.loose(object_id).write_bytes(zlib.compress(whole, 1))

    def settle(self) -> None:
        """Points the branch and the release tag at the last commit unless a case has."""
        for name in ("heads/main", "tags/v1.1"):
            if not (self.repo / "refs" / name).exists():
                self.ref(name, self.last)

    def keyring(self, *names: str) -> None:
        """Gives the command line a keyring."""
        path = self.folder / "keyring.asc"
        path.write_bytes(key_text(*names))
        self.words += ["--keyring", str(path)]

    def policy(self, text: str) -> None:
        """Gives the command line a policy."""
        path = self.folder / "policy.toml"
        path.write_text(text)
        self.words += ["--policy", str(path)]

    def copy(self, name: str) -> Path:
        """Another clone with the same objects and refs."""
        target = self.folder / name
        shutil.copytree(self.repo, target, symlinks=True)
        return target


def start(folder: Path) -> World:
    """The project with its first two commits, the second of them released as v1.0."""
    folder.mkdir(parents=True, exist_ok=True)
    world = World(folder)
    world.commit("root", signed_off("Start", ADA), author=ADA, committer=ADA)
    world.commit("base", files={"net/core.c": "int core;\nint more;\n"})
    world.ref("tags/v1.0", world.last)
    return world
