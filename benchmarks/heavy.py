"""Small repositories that once took gigabytes: what an audit of each takes now.

``python3 -m benchmarks.heavy FOLDER [NAME...]``

Each is made with ``git fast-import`` in a new folder below FOLDER: long messages, many people,
many files, a MAINTAINERS for everything; its first commit is v1.0, its last v1.1.  Prints a
Markdown table.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks.fast_import import make
from benchmarks.measure import measure
from benchmarks.model import Command

_EPOCH: Final = 1_700_000_000
_MIB: Final = 1 << 20
_ROOM: Final = 400
"""Bytes of a commit that are not its trailers."""
_Stream = Callable[[], Iterator[str]]


def main() -> int:
    """The command line."""
    if len(sys.argv) < 2 or {*sys.argv[2:]} - {*CASES}:
        print(f"{__doc__}\nNames: {', '.join(CASES)}", file=sys.stderr)
        return 2
    folder, names = Path(sys.argv[1]).resolve(), sys.argv[2:] or list(CASES)
    print("| `provenance audit --no-cache` of | objects KiB | seconds | peak MiB |")
    print("|---|---:|---:|---:|")
    for name in names:
        what, stream = CASES[name]
        repo = folder / name
        make(repo, stream())
        objects = (path for path in (repo / "objects").rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in objects) >> 10
        run = measure(_audit(repo))
        print(f"| {what} | {size:,} | {run.wall:.0f} | {run.peak:.0f} |", flush=True)
    return 0


def _audit(repo: Path) -> Command:
    words = (sys.executable, "-m", "provenance", "audit", "v1.0..v1.1", "--repo", str(repo))
    return Command("audit", (*words, "--no-cache", "-q", "-f", "json"), allowed=(0, 1))


def _commit(number: int, message: str) -> str:
    when = f"{_EPOCH + 100 * number} +0000"
    start = f"commit refs/heads/main\nmark :{number + 1}\ncommitter A <a@x.example> {when}\n"
    return f"{start}data {len(message)}\n{message}\n"


def _file(path: str, text: str) -> str:
    return f"M 100644 inline {path}\ndata {len(text)}\n{text}\n"


def _tags(last: int) -> str:
    return "".join(
        f"reset refs/tags/{tag}\nfrom :{number + 1}\n\n"
        for tag, number in (("v1.0", 0), ("v1.1", last))
    )


def _messages(commits: int, size: int, line: Callable[[int], str]) -> _Stream:
    """Commits of a size whose messages are full of trailers."""

    def stream() -> Iterator[str]:
        block = _filled(size - _ROOM, line)
        yield _commit(0, "one") + _file("f", "x")
        for number in range(1, commits + 1):
            yield _commit(number, f"net: fix {number}\n\nBody.\n\n{block}")
            yield _file("f", str(number))
        yield _tags(commits)

    return stream


def _filled(size: int, line: Callable[[int], str]) -> str:
    """As many lines as have the size."""
    lines: list[str] = []
    for text in map(line, count()):
        size -= len(text)
        if size < 0:
            break
        lines.append(text)
    return "".join(lines)


def _files(commits: int, files: int) -> _Stream:
    """Commits that change every file, from one text to the other and back."""

    def stream() -> Iterator[str]:
        for mark, text in ((1_000_000, "a\n"), (1_000_001, "b\n")):
            yield f"blob\nmark :{mark}\ndata {len(text)}\n{text}\n"
        for number in range(commits + 1):
            yield _commit(number, "net:\n")
            mark = 1_000_000 + number % 2
            for name in range(files):
                yield f"M 100644 :{mark} d{name // 1000}/file{name}.c\n"
            yield "\n"
        yield _tags(commits)

    return stream


def _maintainers(sections: int, files: int) -> _Stream:
    """Sections that match every path, and a commit with files in as many folders."""

    def stream() -> Iterator[str]:
        text = "".join(f"S{number}\nM:\tA <a@x.example>\nF:\t*/\n" for number in range(sections))
        yield _commit(0, "one") + _file("MAINTAINERS", text)
        yield _commit(1, "two")
        yield from (_file(f"d{number}/f", "x\n") for number in range(files))
        yield _tags(1)

    return stream


def _sign_off(_: int) -> str:
    return "Signed-off-by: A <a@x.example>\n"


def _review(number: int) -> str:
    return f"Reviewed-by: N{number} <n{number}@x{number}.example>\n"


CASES: Final[dict[str, tuple[str, _Stream]]] = {
    "sign-offs": ("100 commits of 1 MiB of sign-offs", _messages(100, _MIB, _sign_off)),
    "reviews": ("100 of 1 MiB with the same reviewers", _messages(100, _MIB, _review)),
    "files": ("40 that change 50,000 files each", _files(40, 50_000)),
    "more-files": ("80 that change 50,000 files each", _files(80, 50_000)),
    "maintainers": ("one of 9,000 files, 50,000 sections for each", _maintainers(50_000, 9_000)),
}

if __name__ == "__main__":
    sys.exit(main())
