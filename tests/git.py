"""Small repositories made with the real git, for what recipes cannot say."""

from __future__ import annotations

import subprocess
from pathlib import Path

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Tess Author",
    "GIT_AUTHOR_EMAIL": "tess@author.example",
    "GIT_COMMITTER_NAME": "Tess Author",
    "GIT_COMMITTER_EMAIL": "tess@author.example",
    "GIT_AUTHOR_DATE": "2021-08-01T10:00:00+0000",
    "GIT_COMMITTER_DATE": "2021-08-01T10:00:00+0000",
    "HOME": "/nonexistent",
}


def git_bytes(repo: Path, *words: str, stdin: bytes = b"", **variables: str) -> bytes:
    """Runs git in a repository; what it printed."""
    return subprocess.run(
        ["git", "-C", str(repo), *words],
        input=stdin,
        capture_output=True,
        check=True,
        env=ENVIRONMENT | variables,
    ).stdout


def git(repo: Path, *words: str, stdin: bytes = b"", **variables: str) -> str:
    """Runs git in a repository, with some other variables; what it printed, stripped."""
    found = git_bytes(repo, *words, stdin=stdin, **variables)
    return found.decode("utf-8", "surrogateescape").strip()


def init(path: Path, *, commits: int = 0) -> Path:
    """A repository with a work tree and so many commits, each changing ``file``."""
    path.mkdir(parents=True)
    git(path, "init", "-q", "-b", "main")
    for number in range(1, commits + 1):
        (path / "file").write_text(f"{number}\n" * number)
        git(path, "add", "file")
        git(path, "commit", "-q", "-m", f"step {number}", "-s")
    return path


def loose_file(repo: Path, name: str) -> Path:
    """Where an object of a repository with a work tree lies on its own."""
    found = git(repo, "rev-parse", name)
    return repo / ".git" / "objects" / found[:2] / found[2:]


def write_object(repo: Path, kind: str, raw: bytes) -> str:
    """Stores any bytes as an object; its id."""
    return git(repo, "hash-object", "-t", kind, "-w", "--stdin", "--literally", stdin=raw)
