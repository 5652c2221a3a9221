"""Patch mails as commits of our own: what ``git am`` would make of them, in a repository that
goes with the run.

git takes mails apart and applies patches.  One that does not apply becomes the commit that it
describes: of the files that it changes, its parent has what the patch shows of them.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from typing import Final, NamedTuple

from provenance.errors import UnreadableCommitError
from provenance.facts import Ident, Mail, ObjectId, Person, RawSignature
from provenance.parse.mail import parse_time
from provenance.parse.mailed import PatchError, with_plain_ends
from provenance.parse.preimage import Preimage, parse_preimages
from provenance.parse.text import decode, encode
from provenance.repository.letters import Letter
from provenance.repository.log import ask
from provenance.repository.workshop import Workshop
from provenance.settings import Progress, no_progress

NO_SENDER: Final = "it names no sender"
_ENOUGH: Final = 16 << 20
"""Bytes that are free where git did not fail for want of them: twice its index of Linux."""
_CRUD: Final = ".,:;<>\"\\'" + "".join(map(chr, range(33)))
"""What git takes off the ends of a name (ident.c)."""
_NOBODY: Final = Person(name="provenance", email="provenance@localhost")


class Made(NamedTuple):
    """A mail with the commit that was made of it; ``id`` is None where none was, for a ``reason``.

    It is ``alone`` where the patch did not apply, and was taken by what it says itself.  It is
    ``mended`` where the text of the mail is none that fits, and without carriage returns, or in the
    only attachment, it is.
    ``signature`` is a developer's own over the mail.
    """

    mail: Mail
    signature: RawSignature | None
    id: ObjectId | None
    reason: str = ""
    alone: bool = False
    mended: bool = False


class _Fitted(NamedTuple):
    """The tree after a patch, what it was applied to, and how it was taken."""

    tree: str
    parent: ObjectId
    alone: bool
    mended: bool


def make_commits(
    workshop: Workshop,
    base: ObjectId,
    since: int,
    letters: Sequence[Letter],
    progress: Progress = no_progress,
) -> list[Made]:
    """A commit for each patch, one on the other, the first on ``base``, which is of ``since``.

    Raises ``UnreadableCommitError`` where the base cannot be read, or not be believed.
    """
    maker = _Maker(workshop, base, since)
    made: list[Made] = []
    for letter in letters:
        made.append(maker.make(letter))
        progress("applying patches", len(made), len(letters))
    if not maker.is_sound:
        raise _unfit(base)
    return made


def _unfit(base: ObjectId) -> UnreadableCommitError:
    return UnreadableCommitError(
        f"the patches cannot be applied to {base[:12]}: its files cannot be read",
        hint="name another commit with --base, or fetch the repository anew",
    )


class _Maker:
    """Makes commits; git's index has the tree of the last one."""

    def __init__(self, workshop: Workshop, base: ObjectId, since: int) -> None:
        self._workshop = workshop
        self._watched = workshop.watch()
        self._base = base
        self._since = since
        self._last = base
        self._tree = self._answer("rev-parse", "--verify", f"{base}^{{tree}}")
        if not self._tree or not self._reset():
            raise _unfit(base)

    @property
    def is_sound(self) -> bool:
        """True where git took no object with other bytes than its id says."""
        return self._workshop.is_sound(self._watched, [self._base])

    def make(self, letter: Letter) -> Made:
        """The commit of one patch."""
        mail, signature = letter.mail, letter.signature
        if not mail.sender.email:
            return Made(mail, signature, None, NO_SENDER)
        try:
            found = self._fitted(letter)
            self._last = self._commit(found.tree, found.parent, letter)
        except PatchError as error:
            self._reset()
            return Made(mail, signature, None, str(error))
        self._tree = found.tree
        return Made(mail, signature, self._last, alone=found.alone, mended=found.mended)

    def _fitted(self, letter: Letter) -> _Fitted:
        """The text of a mail, or what it was before mail programs broke its lines.

        Raises ``PatchError``.
        """
        only = letter.attached if len(letter.attached) == 1 else ()
        plain = with_plain_ends(letter.patch)
        for text in dict.fromkeys((letter.patch, plain, *only)):
            if whole := self._applied(text, self._last):
                return _Fitted(*whole, alone=False, mended=text is not letter.patch)
        problems: list[PatchError] = []
        for text in dict.fromkeys((plain, *only)):
            try:
                return _Fitted(*self._alone(text), alone=True, mended=text is not letter.patch)
            except PatchError as error:
                self._reset()
                problems.append(error)
        raise problems[0]

    def _applied(self, patch: bytes, parent: ObjectId) -> tuple[str, ObjectId] | None:
        """The tree after a patch, and what it was applied to; None where it does not apply."""
        if self._run("apply", "--cached", "--whitespace=nowarn", "-", given=patch) is None:
            return None
        tree = self._write_tree()
        return (tree, parent) if tree else None

    def _alone(self, patch: bytes) -> tuple[str, ObjectId]:
        """The same, applied to files of which there is only what the patch shows.

        Raises ``PatchError``.
        """
        shown = parse_preimages(patch)
        lines = [self._entry(one) for one in shown if not (one.unseen and self._has(one.path))]
        told = self._run("update-index", "-z", "--add", "--index-info", given=b"".join(lines))
        tree = self._write_tree() if told is not None else None
        if not tree:
            raise PatchError("its files have no place in the tree")
        nobody = self._ident(_NOBODY, None)
        parent = self._written(tree, self._last, (nobody, nobody), b"the files of a patch\n")
        found = self._applied(patch, parent)
        if not found:
            raise PatchError("the patch does not apply, not even to the files that it shows")
        return found

    def _write_tree(self) -> str:
        """The tree of git's index, of which a partial clone need not have every file."""
        return self._answer("write-tree", "--missing-ok")

    def _has(self, path: bytes) -> bool:
        """True where the last tree has something at a path."""
        return bool(self._answer("rev-parse", "--verify", "-q", f"{self._tree}:{decode(path)}"))

    def _entry(self, one: Preimage) -> bytes:
        """A file before a patch as a line for git's index; none of that path where it is new."""
        if one.content is None:
            return b"0 %b\t%b\0" % (b"0" * 40, one.path)
        blob = self._answer("hash-object", "-w", "--stdin", given=one.content)
        if not blob:
            raise PatchError("a file of the patch cannot be written")
        return b"%b %b\t%b\0" % (one.mode.encode("ascii"), blob.encode("ascii"), one.path)

    def _commit(self, tree: str, parent: ObjectId, letter: Letter) -> ObjectId:
        """The commit of a patch; who sent it is its committer.  Raises ``PatchError``."""
        mail = letter.mail
        written = parse_time(letter.date, letter.author) or mail.time
        lines = (self._ident(letter.author, written), self._ident(mail.sender, mail.time))
        return self._written(tree, parent, lines, letter.message)

    def _written(
        self, tree: str, parent: ObjectId, lines: tuple[str, str], message: bytes
    ) -> ObjectId:
        """A commit object by its author and its committer line.

        Raises ``PatchError`` where git refuses it.
        """
        author, committer = lines
        head = f"tree {tree}\nparent {parent}\nauthor {author}\ncommitter {committer}\n\n"
        given = encode(head) + message
        name = self._answer("hash-object", "-t", "commit", "-w", "--stdin", given=given)
        if not name:
            raise PatchError("git makes no commit of it")
        return ObjectId(name)

    def _ident(self, person: Person, time: Ident | None) -> str:
        """An identity line as git writes it; where no time is known it is the base's."""
        name, email = _cleaned(person.name), _cleaned(person.email)
        seconds, zone = (time.seconds, time.zone) if time else (self._since, "+0000")
        return f"{name or email} <{email}> {seconds} {zone}"

    def _reset(self) -> bool:
        """Puts the last tree into the index."""
        return self._run("read-tree", self._tree) is not None

    def _answer(self, *arguments: str, given: bytes = b"") -> str:
        """What git prints on one line; empty where it fails."""
        return (self._run(*arguments, given=given) or b"").decode("ascii", "replace").strip()

    def _run(self, *arguments: str, given: bytes = b"") -> bytes | None:
        """As the function of that name.  Raises ``OSError`` where git fails on a full disk."""
        told = ask(self._watched, arguments, given)
        if told is None and shutil.disk_usage(self._workshop.shell.path).free < _ENOUGH:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return told


def _cleaned(text: str) -> str:
    """A name or an address as git puts it into an identity line (ident.c)."""
    return "".join(char for char in text.strip(_CRUD) if char not in "\n<>\0")
