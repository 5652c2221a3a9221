"""Packs, their indexes and commit-graphs, written by git and then changed."""

from __future__ import annotations

import hashlib
import struct
import subprocess
from pathlib import Path

from tests.git import ENVIRONMENT, git
from tests.hostile.world import World


def pack(world: World, *, keep_loose: bool = False) -> Path:
    """Puts everything into one pack; the pack's path."""
    world.settle()
    git(world.repo, "-c", "pack.compression=0", "repack", "-aqf" if keep_loose else "-adqf")
    (path,) = (world.repo / "objects" / "pack").glob("*.pack")
    for one in path.parent.iterdir():
        one.chmod(0o644)
    return path


def sealed(raw: bytes | bytearray) -> bytes:
    """A file whose last twenty bytes are the digest of what stands before them."""
    body = bytes(raw[:-20])
    return body + hashlib.sha1(body).digest()


def index_of(path: Path) -> tuple[Path, bytearray, list[str]]:
    """A pack's index: its path, its bytes, and the ids in the order it has them."""
    name = path.with_suffix(".idx")
    raw = bytearray(name.read_bytes())
    (count,) = struct.unpack_from(">I", raw, 8 + 255 * 4)
    start = 8 + 1024
    ids = [raw[start + 20 * at : start + 20 * at + 20].hex() for at in range(count)]
    return name, raw, ids


def offsets_at(count: int) -> int:
    """Where an index of so many objects has its offsets."""
    return 8 + 1024 + 24 * count


def swap_offsets(path: Path, one: str, other: str) -> None:
    """Makes the index of a pack give two objects for one another."""
    name, raw, ids = index_of(path)
    left, right = (offsets_at(len(ids)) + 4 * ids.index(who) for who in (one, other))
    raw[left : left + 4], raw[right : right + 4] = raw[right : right + 4], raw[left : left + 4]
    name.write_bytes(sealed(raw))


def move_offset(path: Path, who: str, offset: int) -> None:
    """Makes the index of a pack lead elsewhere for one object."""
    name, raw, ids = index_of(path)
    struct.pack_into(">I", raw, offsets_at(len(ids)) + 4 * ids.index(who), offset)
    name.write_bytes(sealed(raw))


def write_graph(world: World) -> tuple[Path, bytearray, list[str], int]:
    """A commit-graph by git: its path, its bytes, its ids, and where its commit data starts."""
    world.settle()
    words = ["-c", "commitGraph.generationVersion=1", "commit-graph", "write", "--reachable"]
    subprocess.run(
        ["git", "-C", str(world.repo), *words],
        env=ENVIRONMENT,
        capture_output=True,
        check=True,
    )
    path = world.repo / "objects" / "info" / "commit-graph"
    path.chmod(0o644)
    raw = bytearray(path.read_bytes())
    places: dict[bytes, int] = {}
    for number in range(raw[6] + 1):
        key, place = struct.unpack_from(">4sQ", raw, 8 + 12 * number)
        places[key] = place
    names, data = places[b"OIDL"], places[b"CDAT"]
    count = (data - names) // 20
    ids = [raw[names + 20 * at : names + 20 * at + 20].hex() for at in range(count)]
    return path, raw, ids, data


def forge_parent(world: World, child: str, parent: str | int) -> None:
    """Makes the commit-graph name another first parent (or any number) for a commit."""
    path, raw, ids, data = write_graph(world)
    value = parent if isinstance(parent, int) else ids.index(world.named[parent])
    struct.pack_into(">I", raw, data + 36 * ids.index(world.named[child]) + 20, value)
    path.write_bytes(sealed(raw))
