"""Small repositories that are large, deep or endless for whoever reads them."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from collections.abc import Callable
from typing import Final

from tests.git import git
from tests.hostile.ref_recipes import tag_text
from tests.hostile.world import ADA, BEN, MALLORY, World, octets, signed_off

Recipe = Callable[[World], object]
MIB: Final = 1 << 20
PERSON: Final = f"{BEN} 1610000000 +0000"


def large_object(world: World, kind: str, head: bytes, size: int, fill: bytes = b"\0") -> str:
    """A loose object of so many bytes, most of them the same, written without holding them."""
    digest, pack = hashlib.sha1(), zlib.compressobj(1)
    parts = [octets(f"{kind} {len(head) + size}\0") + head]
    parts += [fill * (MIB // len(fill))] * (size // MIB)
    raw = b""
    for part in parts:
        digest.update(part)
        raw += pack.compress(part)
    name = digest.hexdigest()
    path = world.loose(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw + pack.flush())
    return name


def long_commit(size: int, *, on_top: bool) -> Recipe:
    """A commit with a message of so many bytes, at the tip or below it."""

    def recipe(world: World) -> None:
        head = world.head(world.tree({"net/x.c": "int x;\n"}), world.parents(), PERSON, PERSON)
        world.last = world.named["long"] = large_object(
            world, "commit", octets(head + "\nlong\n"), size, b"x"
        )
        if on_top:
            world.commit("tip")

    return recipe


def repeating(text: str) -> Recipe:
    """A commit with this text between its subject and its sign-off, and again at its end."""
    return lambda world: world.commit(message=f"net: s\n\n{text}\n\nSigned-off-by: {BEN}\n\n{text}")


def numbered(line: str, size: int) -> str:
    """Lines that count, of so many bytes."""
    return "".join(line.format(n=n) for n in range(size // len(line.format(n=0))))


def many_fixes(world: World) -> None:
    """Each of many commits says that it mends all that came before it."""
    names: list[str] = []
    for number in range(270):
        lines = "".join(f'Fixes: {name[:12]} ("x")\n' for name in names)
        names.append(world.commit(f"c{number}", f"net: s\n\n{lines}Signed-off-by: {BEN}\n"))


def long_tag(size: int) -> Recipe:
    """A release tag with a message of so many bytes."""

    def recipe(world: World) -> None:
        world.commit()
        world.ref("tags/v1.1", world.store("tag", tag_text(world.last) + "x" * size))

    return recipe


def large_file(size: int, fill: bytes) -> Recipe:
    """A file of so many bytes."""

    def recipe(world: World) -> None:
        blob = large_object(world, "blob", b"", size, fill)
        net = world.raw_tree(("100644", b"large", blob))
        world.commit(
            tree=world.raw_tree(("40000", b"net", net)),
            message=signed_off("tip", ADA),
            author=ADA,
            committer=ADA,
        )

    return recipe


def sparse_object(world: World) -> None:
    """The file of a loose object is four gigabytes of nothing behind the object."""
    world.commit("below")
    world.commit("tip")
    os.truncate(world.loose(world.named["below"]), 4 << 30)


def sparse_tip(world: World) -> None:
    """The same for the tip."""
    world.commit("tip")
    os.truncate(world.loose(world.last), 4 << 30)


def sparse_file(name: str) -> Recipe:
    """A file of the git directory is four gigabytes long."""

    def recipe(world: World) -> None:
        world.commit()
        world.append(name, "")
        os.truncate(world.repo / name, 4 << 30)

    return recipe


def swollen(name: str) -> Recipe:
    """A loose object's stream goes on for 256 MiB behind what its header says."""

    def recipe(world: World) -> None:
        world.commit("below")
        world.commit("tip")
        path = world.loose(world.named[name])
        pack = zlib.compressobj(1)
        raw = pack.compress(zlib.decompress(path.read_bytes()))
        for _ in range(256):
            raw += pack.compress(bytes(MIB))
        path.write_bytes(raw + pack.flush())

    return recipe


def nest(depth: int, width: int = 1, mode: str = "40000") -> Recipe:
    """Folders in folders; with a width, each holds the next so many times."""

    def recipe(world: World) -> None:
        tree = world.raw_tree(("100644", b"f", world.store("blob", "int f;\n")))
        for _ in range(depth):
            tree = world.raw_tree(*((mode, octets(f"d{number}"), tree) for number in range(width)))
        world.commit("bomb", tree=tree, message=signed_off("bomb", ADA), author=ADA, committer=ADA)
        world.commit("tip")

    return recipe


def few(recipe: Recipe) -> Recipe:
    """The same under a budget of a thousand files a commit."""

    def limited_recipe(world: World) -> None:
        recipe(world)
        world.policy("[budgets]\nfiles = 1000\n")

    return limited_recipe


def wide(count: int) -> Recipe:
    """A folder of so many files."""

    def recipe(world: World) -> None:
        blob = world.store("blob", "int f;\n")
        net = world.raw_tree(
            *(("100644", octets(f"f{number:07}"), blob) for number in range(count))
        )
        world.commit(
            "wide",
            tree=world.raw_tree(("40000", b"net", net)),
            message=signed_off("wide", ADA),
            author=ADA,
            committer=ADA,
        )
        world.commit("tip")

    return recipe


def authority(path: str, text: Callable[[], str]) -> Recipe:
    """The base has a large file that gives authority."""

    def recipe(world: World) -> None:
        world.commit(
            "large", signed_off("large", ADA), author=ADA, committer=ADA, files={path: text()}
        )
        world.ref("tags/v1.0", world.last)
        world.commit("tip", signed_off("net: tip", MALLORY, BEN), author=MALLORY)

    return recipe


def scattered(count: int, maintainers: Callable[[], str]) -> Recipe:
    """The tip adds so many files, each in a folder of its own."""

    def recipe(world: World) -> None:
        world.commit(
            "large",
            signed_off("large", ADA),
            author=ADA,
            committer=ADA,
            files={"MAINTAINERS": maintainers()},
        )
        world.ref("tags/v1.0", world.last)
        files = {f"d{number}/f": "x\n" for number in range(count)}
        world.commit("tip", signed_off("net: tip", MALLORY, BEN), author=MALLORY, files=files)

    return recipe


def parents(count: int) -> Recipe:
    """A commit that names its parent so many times."""

    def recipe(world: World) -> None:
        tree = world.tree({"net/tip.c": "int tip;\n"})
        head = world.head(tree, [world.last] * count, PERSON, PERSON)
        world.raw("tip", head + "\n" + signed_off("net: tip", BEN))

    return recipe


def long_identity(name: str, email: str) -> Recipe:
    """An author with a long name or address."""
    author = f"{name} <{email}>"
    return lambda world: world.commit(author=author, message=signed_off("net: tip", author, BEN))


def size_of(number: int) -> bytes:
    """A size as deltas have it."""
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def packed_object(kind: int, size: int, body: bytes) -> bytes:
    """An object in a pack: its head (gitformat-pack) and its compressed body."""
    first, size = size & 15, size >> 4
    head = [kind << 4 | first | (128 if size else 0)]
    while size:
        rest = size >> 7
        head.append(size & 127 | (128 if rest else 0))
        size = rest
    return bytes(head) + body


def delta_bomb(world: World) -> None:
    """A pack of few bytes whose last object says two thousand times: copy the first."""
    base, copies = b"\n" * 65_536, 2048
    name = hashlib.sha1(octets(f"blob {len(base)}\0") + base).digest()
    delta = size_of(len(base)) + size_of(len(base) * copies) + b"\x80" * copies
    objects = packed_object(3, len(base), zlib.compress(base))
    objects += packed_object(7, len(delta), name + zlib.compress(delta))
    body = b"PACK" + struct.pack(">II", 2, 2) + objects
    path = world.repo / "objects" / "pack" / "pack-1.pack"
    path.write_bytes(body + hashlib.sha1(body).digest())
    git(world.repo, "index-pack", str(path))
    digest = hashlib.sha1(octets(f"blob {len(base) * copies}\0"))
    for _ in range(copies):
        digest.update(base)
    net = world.raw_tree(("100644", b"large", digest.hexdigest()))
    tree = world.raw_tree(("40000", b"net", net))
    world.commit("bomb", signed_off("bomb", ADA), tree=tree, author=ADA, committer=ADA)
    world.commit("tip")
