"""What runs start, connect to, write and read, by the kernel's own account (strace).

``python3 -m tests.hostile.trace [NAME...]`` runs every case of the suite under strace and prints
what was out of bounds; the code is 1 where something was.  It takes a second or two a case.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.cli import Outcome
from tests.hostile.case import Case, build, command
from tests.hostile.process import ROOT, limited
from tests.hostile.world import World

STRACE: Final = shutil.which("strace")
TRACES: Final = (
    STRACE is not None
    and not subprocess.run(
        [STRACE, "-qq", "-o", os.devnull, "true"], capture_output=True, check=False
    ).returncode
)
PROGRAMS: Final = frozenset({"git", "python", "python3", Path(sys.executable).name})
CALLS: Final = (
    "execve,execveat,connect,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,"
    "mkdirat,symlink,symlinkat,link,linkat,truncate,chmod,fchmodat,chown,fchownat,mknodat,"
    "utime,utimes,utimensat,futimesat,setxattr,lsetxattr"
)
WRITES: Final = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC")
SYSTEM: Final = tuple(
    {
        *("/usr/", "/lib", "/etc/ld.so", "/etc/locale", "/etc/localtime", "/proc/", "/sys/"),
        *("/dev/null", "/dev/urandom", str(ROOT), f"{sys.prefix}/", f"{sys.base_prefix}/"),
    }
)
"""Where the system, the interpreter and the program are."""
_PATHS: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_LENT: Final = ("own", "--allow-alternate", "--mainline", "--policy", "--keyring")
"""Words by which the user lets a run read further files of a case's folder."""


@dataclass(frozen=True)
class Trace:
    """A run under strace: what was built, how it ended, and the calls that succeeded."""

    world: World
    folder: Path
    outcome: Outcome
    lines: Sequence[str]

    def trespasses(self) -> Iterator[str]:
        """What no run may do, in words."""
        links: set[str] = set()
        for one in self.lines:
            call = one.split("(", 1)[0].rsplit(" ", 1)[-1]
            paths = [_plain(path) for path in _PATHS.findall(one)]
            if call.startswith("symlink"):
                links.add(paths[-1])
            if call in ("execve", "execveat"):
                if Path(paths[0]).name not in PROGRAMS:
                    yield f"starts {paths[0]}"
            elif call == "connect":
                yield f"connects: {one}"
            elif call.startswith("open") and not WRITES.search(one):
                yield from (f"reads {path}" for path in paths if not self._may_read(path))
            else:
                changed = paths[-1:] if call.startswith("symlink") else paths
                yield from (
                    f"writes {path}"
                    for path in changed
                    if not self._may_write(path) or not links.isdisjoint(_above(path))
                )

    def _may_write(self, path: str) -> bool:
        own = tuple(str(self.folder / name) for name in ("out", "cache", "tmp"))
        return not path.startswith("/") or path.startswith((*own, "/dev/null"))

    def _may_read(self, path: str) -> bool:
        scratch = str(self.folder / "tmp")
        if not path.startswith("/") or path.startswith((*SYSTEM, scratch)) or self._may_write(path):
            return True
        at = self.world.at or self.world.repo
        if any(word in self.world.words for word in _LENT):
            at = self.world.folder
        around = next((folder / ".git" for folder in at.parents if (folder / ".git").is_dir()), at)
        is_above = at.is_relative_to(path)  # listed to look for a git directory
        return is_above or Path(path).is_relative_to(at) or Path(path).is_relative_to(around)


def _above(path: str) -> Iterator[str]:
    """The folders that a path leads through: a link among them would lead it out."""
    return map(str, Path(path).parents)


def _plain(path: str) -> str:
    """A path as strace prints it, without dots and escapes."""
    raw = path.encode("latin-1", "replace").decode("unicode_escape").encode("latin-1", "replace")
    return os.path.normpath(os.fsdecode(raw)) if raw else ""


def traced(case: Case, folder: Path) -> Trace:
    """Runs a case under strace, with an output file, a cache and a scratch folder of its own."""
    world = build(case, folder / "w")
    log = folder / "trace"
    words = [*command(world), "-o", str(folder / "out" / "report.json")]
    words += ["--cache-dir", str(folder / "cache")]
    (folder / "out").mkdir()
    (folder / "tmp").mkdir()
    assert STRACE
    before = [STRACE, "-f", "-qq", "-s", "4096", "-e", f"trace={CALLS}", "-o", str(log)]
    before += ["-E", f"TMPDIR={folder / 'tmp'}", "-E", "PYTHONDONTWRITEBYTECODE=1"]
    outcome = limited(words, before=before, memory=4 << 30, seconds=300)
    lines = log.read_text(errors="replace").split("\n")
    return Trace(world, folder, outcome, [one for one in lines if " = -1 " not in one and one])


def main(names: Sequence[str]) -> int:
    """Prints what was out of bounds, case by case; progress goes to standard error."""
    from tests.hostile.test_suite import entries

    cases = [case for case in entries() if not names or case.id in names]
    wrong = 0
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory(prefix="trace-", ignore_cleanup_errors=True) as name:
            found = traced(case, Path(name))
            told = sorted(set(found.trespasses()))
            told += [f"leaves {path.name}" for path in sorted((Path(name) / "tmp").iterdir())]
            if found.outcome.code not in (0, 1, 2, 3):
                told.append(f"ends with {found.outcome.code}: {found.outcome.stderr[-200:]}")
        wrong += bool(told)
        for one in told:
            print(f"{case.id}: {one}", flush=True)
        print(f"\r{number} of {len(cases)}", end="", file=sys.stderr, flush=True)
    print(f"\n{len(cases)} cases, {wrong} out of bounds")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
