"""Mails taken apart by git (git-mailsplit, git-mailinfo): what it takes for the author, the message
and the patch.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Final, NamedTuple

from provenance.errors import GitError
from provenance.facts import Mail, Person, RawSignature
from provenance.parse.mail import attached_changes, has_change, parse_mail
from provenance.parse.mail_signature import Taken, parse_developer_signature
from provenance.parse.mailed import with_plain_ends
from provenance.parse.text import decode
from provenance.repository.log import ask
from provenance.repository.shell import Shell

_FOLDER: Final = "series"
_INFO: Final = re.compile(rb"^(Author|Email|Subject|Date): ?(.*)$", re.MULTILINE)


class Letter(NamedTuple):
    """A mail taken apart by git: the author as ``git am`` has it, the message and the patch, which
    is all that follows a line ``---``.

    ``attached`` are the parts of a mail of several that change a file, each for itself: ``patch``
    has all of them, one behind the other.
    """

    mail: Mail
    signature: RawSignature | None
    author: Person
    date: str
    message: bytes
    patch: bytes
    attached: tuple[bytes, ...]

    @property
    def has_patch(self) -> bool:
        """True where a file is changed."""
        return has_change(self.patch)


def split_mails(shell: Shell, raw: bytes) -> list[bytes]:
    """The mails of a mailbox (mbox), or the only one.  Raises ``GitError`` where there is none."""
    folder = _folder(shell, anew=True)
    told = ask(shell, ["mailsplit", "-b", "-d8", f"-o{folder}"], raw)
    if told is None or not told.strip().isdigit():
        raise GitError(
            "git cannot split it into mails", hint="save the patches with `git format-patch`"
        )
    names = [folder / f"{number:08}" for number in range(1, int(told) + 1)]
    return [name.read_bytes() for name in names]


def open_letter(shell: Shell, raw: bytes) -> Letter | None:
    """A mail taken apart; None where git cannot do so."""
    folder = _folder(shell)
    told = ask(shell, ["mailinfo", str(folder / "message"), str(folder / "patch")], raw)
    if told is None:
        return None
    info: dict[bytes, bytes] = {}
    for match in _INFO.finditer(told):
        key, value = match[1], match[2]
        info[key] = info[key] + b"\n" + value if key in info and key == b"Subject" else value
    body, patch = ((folder / name).read_bytes() for name in ("message", "patch"))
    author, email, subject = (info.get(name, b"") for name in (b"Author", b"Email", b"Subject"))
    taken = Taken(author=author, email=email, subject=subject, text=body + patch)
    return Letter(
        mail=parse_mail(raw),
        signature=parse_developer_signature(raw, taken),
        author=Person(name=decode(author), email=decode(email)),
        date=decode(info.get(b"Date", b"")),
        message=_tidied(subject + b"\n\n" + body),
        patch=patch,
        attached=tuple(map(with_plain_ends, attached_changes(raw))),
    )


def _folder(shell: Shell, *, anew: bool = False) -> Path:
    """The folder for the mails of this process, empty where it is asked for ``anew``."""
    folder = shell.path / _FOLDER / str(os.getpid())
    if anew:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _tidied(message: bytes) -> bytes:
    """A message as git tidies it (git-stripspace): no blanks at line ends, no empty lines at its
    start and end, one between paragraphs.
    """
    kept: list[bytes] = []
    for line in (line.rstrip() for line in message.split(b"\n")):
        if line or (kept and kept[-1]):
            kept.append(line)
    return b"\n".join(kept).rstrip(b"\n") + b"\n"
