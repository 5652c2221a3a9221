"""Makes a repository of any number of commits with ``git fast-import``, for memory at scale.

``python3 -m benchmarks.million COMMITS FOLDER``

Invented people and paths; one merge in twenty commits, a few files each, a MAINTAINERS file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.fast_import import make

_PEOPLE = 5000
_FILES = 2000
_EPOCH = 1_100_000_000


def main() -> int:
    """The command line."""
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        print(__doc__, file=sys.stderr)
        return 2
    count, folder = int(sys.argv[1]), Path(sys.argv[2])
    make(folder, _stream(count))
    return 0


def _stream(count: int) -> Iterator[str]:
    for number in range(1, count + 1):
        author, committer = number * 7919 % _PEOPLE, number * 31 % 40
        message = (
            f"dir{number % 97}: change {number}\n\nSigned-off-by: P{author} <{_mail(author)}>\n"
        )
        yield f"commit refs/heads/main\nmark :{number}\n"
        yield f"author P{author} <{_mail(author)}> {_EPOCH + 300 * number} +0000\n"
        yield f"committer P{committer} <{_mail(committer)}> {_EPOCH + 300 * number + 60} +0000\n"
        yield f"data {len(message)}\n{message}\n"
        if number > 1:
            yield f"from :{number - 1}\n"
        if number % 20 == 0:
            yield f"merge :{number - 10}\n"
        if number == 1:
            text = "".join(f"DIR{n}\nM:\tP{n} <{_mail(n)}>\nF:\tdir{n}/\n\n" for n in range(97))
            yield f"M 644 inline MAINTAINERS\ndata {len(text)}\n{text}\n"
        path = f"dir{number % 97}/file{number * 13 % _FILES}.c"
        text = f"int x{number};\n" * (number % 5 + 1)
        yield f"M 644 inline {path}\ndata {len(text)}\n{text}\n"
    for number in range(1, count // 10_000 + 1):
        yield f"reset refs/tags/v{number // 20 + 1}.{number % 20}\nfrom :{number * 10_000}\n\n"


def _mail(person: int) -> str:
    return f"p{person}@org{person % 300}.example"


if __name__ == "__main__":
    sys.exit(main())
