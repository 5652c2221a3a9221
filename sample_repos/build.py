"""Builds the sample repositories from their text recipes; the same object ids everywhere.

``python3 sample_repos/build.py NAME FOLDER`` writes the sample ``NAME`` as a bare
repository.  Needs nothing but Python, and `cryptography` for samples with signatures:
objects are written as git stores them (gitrepository-layout, "loose" objects), so also ones
that git itself refuses to make.

A recipe (``recipe.toml``) continues the history of ``prelude.toml`` with ``[[commit]]``
tables, in order:

``author``, ``committer``  people by their key in ``[people]``, or ``Name <addr>``
``date``                   committer date; ``author_date`` where the author's differs
``message``                the whole message, {id:NAME} for the id of an earlier commit;
                           ``encode`` names its encoding if not UTF-8
``files``                  path to content; a number makes so many lines, "" deletes
``entries``                [mode, name, lines] of the root's tree, written after its sorted files
``parents``                names of earlier commits (default: the one before); [] is a root
``name``                   a name for ``parents`` and ``tag``
``header``                 lines to add after the committer line
``raw``                    the whole object, with {tree}, {parent} and {person} filled in
``signed_by``              who signs the commit; ``tamper`` changes it afterwards
``mergetag``               a list of signed tags to embed, each a table as under ``[[tag]]``
``tree_of``                the name of a commit whose files are taken as they are
``repeat``                 writes the commit so often, each file a line longer
``minutes``                between these (default: a day)
``expect``                 rules that must fire on this commit, and no others

``[[tag]]`` takes ``name``, ``on``, ``tagger``, ``date``, ``message``, ``object_name`` (where the
object calls itself otherwise), ``signed_by``, ``tamper``, ``around`` (a tag of that tag),
``packed`` (an older target that packed-refs still has) and ``expect``.  ``keyring`` lists the
people whose certificates are written to ``keyring.asc`` in the repository's folder, and
``[keys.NAME]`` says what is special about one: ``lifetime_days``, ``revoked`` (reason, date).
``[[mail]]`` tables are written to ``mail.mbox`` there: ``from``, ``date``, ``subject``, ``id``,
``reply_to``, ``text``; ``of`` names the commit whose change it carries, ``files`` what that leaves
in some files instead.
``[[career]]`` adds to those of the prelude; ``[identities]`` has, by address, the rules that must
fire on an identity, and no others.
"""

from __future__ import annotations

import datetime
import difflib
import email.utils
import hashlib
import sys
import tomllib
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

HERE: Final = Path(__file__).resolve().parent
Recipe: TypeAlias = dict[str, Any]


class Writer:
    """Writes objects and refs of one bare repository."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in ("objects/info", "objects/pack", "refs/heads", "refs/tags"):
            (folder / name).mkdir(parents=True)
        (folder / "HEAD").write_text("ref: refs/heads/main\n")
        (folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")

    def store(self, kind: str, raw: bytes) -> str:
        """Writes a loose object; its id."""
        whole = f"{kind} {len(raw)}\0".encode() + raw
        name = hashlib.sha1(whole).hexdigest()
        path = self._folder / "objects" / name[:2] / name[2:]
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(zlib.compress(whole, 1))
        return name

    def ref(self, name: str, target: str) -> None:
        """Writes a loose ref."""
        path = self._folder / "refs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{target}\n")

    def packed(self, name: str, target: str) -> None:
        """Writes a packed ref, which a loose one of the same name overrides."""
        (self._folder / "packed-refs").write_text(f"{target} {name}\n")

    def tree(self, files: dict[str, str], more: Sequence[tuple[str, str, str]] = ()) -> str:
        """Writes the trees for a mapping of path to blob id; the root's id.

        ``more`` are entries (mode, name, id) that stand after the others of the root.
        """
        here: dict[bytes, tuple[str, str]] = {}
        below: dict[str, dict[str, str]] = {}
        for path, blob in files.items():
            folder, slash, rest = path.partition("/")
            if slash:
                below.setdefault(folder, {})[rest] = blob
            else:
                here[path.encode()] = ("100644", blob)
        for folder, inner in below.items():
            here[folder.encode()] = ("40000", self.tree(inner))
        entries = sorted(here.items(), key=lambda item: _sort_key(*item))
        raw = b"".join(
            f"{mode} ".encode() + name + b"\0" + bytes.fromhex(blob)
            for name, (mode, blob) in (
                *entries,
                *((name.encode(), (mode, blob)) for mode, name, blob in more),
            )
        )
        return self.store("tree", raw)


class Sample:
    """A sample while it grows: commits by name, and what the rules must say of each."""

    def __init__(self, writer: Writer, people: dict[str, str]) -> None:
        self._writer = writer
        self._people = people
        self._trees: dict[str, dict[str, str]] = {}
        self._parent: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._last = ""
        self._tags: dict[str, str] = {}
        self.expected: dict[str, list[str]] = {}

    def add(self, entry: Recipe) -> None:
        """Writes one commit and remembers it."""
        parents = self._parents(entry)
        files = dict(self._trees[parents[0]]) if parents else {}
        if "tree_of" in entry:
            files = dict(self._trees[self._named[entry["tree_of"]]])
        for path, content in entry.get("files", {}).items():
            files.pop(path, None)
            if content != "":
                files[path] = self._blob(path, content)
        more = [
            (mode, name, self._writer.store("blob", _content(name, lines)))
            for mode, name, lines in entry.get("entries", ())
        ]
        raw = self._raw(entry, self._writer.tree(files, more), parents)
        commit = self._writer.store("commit", raw)
        self._trees[commit] = files
        self._parent[commit] = parents[0] if parents else ""
        self._last = commit
        if "name" in entry:
            self._named[entry["name"]] = commit
        if "expect" in entry:
            self.expected[commit] = sorted(entry["expect"])

    def _blob(self, path: str, content: str | int) -> str:
        raw = _content(path, content)
        name = self._writer.store("blob", raw)
        self._texts[name] = raw.decode("utf-8", "replace")
        return name

    def mail(self, entry: Recipe) -> str:
        """A mail as a mailbox has it, with the change of a commit where it carries one."""
        moment = datetime.datetime.fromisoformat(entry["date"])
        lines = [
            "From mboxrd@z Thu Jan  1 00:00:00 1970",
            f"From: {self._person(entry['from'])}",
            f"Date: {email.utils.format_datetime(moment)}",
            f"Subject: {entry['subject']}",
            f"Message-ID: <{entry['id']}>",
        ]
        if "reply_to" in entry:
            lines.append(f"In-Reply-To: <{entry['reply_to']}>")
        text = entry["text"].format(**{key: self._person(key) for key in self._people})
        change = self._change(entry) if "of" in entry else ""
        return "\n".join(lines) + f"\n\n{text}{change}\n"

    def _change(self, entry: Recipe) -> str:
        """The patch of a commit, as git writes it in mails."""
        commit = self._named[entry["of"]]
        before, after = self._trees[self._parent[commit]], dict(self._trees[commit])
        for path, content in entry.get("files", {}).items():
            after[path] = self._blob(path, content)
        return "---\n" + "".join(
            self._file_change(path, before.get(path), after.get(path))
            for path in sorted(before.keys() | after.keys())
            if before.get(path) != after.get(path)
        )

    def _file_change(self, path: str, before: str | None, after: str | None) -> str:
        old, new = (self._texts[one].splitlines(True) if one else [] for one in (before, after))
        names = (f"a/{path}" if before else "/dev/null", f"b/{path}" if after else "/dev/null")
        kind = "" if before and after else f"{'deleted' if before else 'new'} file mode 100644\n"
        head = f"diff --git a/{path} b/{path}\n{kind}"
        return head + "".join(difflib.unified_diff(old, new, *names))

    def tag(self, entry: Recipe) -> None:
        """Writes a tag: annotated, or lightweight where it has no tagger."""
        target = self._target(entry)
        if "tagger" in entry:
            target = self._writer.store("tag", self._tag_object(entry))
        self._tags[entry["name"]] = target
        self._writer.ref(f"tags/{entry['name']}", target)
        if "packed" in entry:
            self._writer.packed(f"refs/tags/{entry['name']}", self._named[entry["packed"]])
        if "expect" in entry:
            self.expected[f"refs/tags/{entry['name']}"] = sorted(entry["expect"])

    def _target(self, entry: Recipe) -> str:
        if "around" in entry:
            return self._tags[entry["around"]]
        return self._named[entry["on"]] if "on" in entry else self._last

    def _tag_object(self, entry: Recipe) -> bytes:
        tagger = f"{self._person(entry['tagger'])} {_stamp(entry['date'])}"
        kind = "tag" if "around" in entry else "commit"
        inner = entry.get("object_name", entry["name"])
        text = f"object {self._target(entry)}\ntype {kind}\ntag {inner}\ntagger {tagger}\n\n"
        raw = f"{text}{entry['message']}".encode()
        if "signed_by" in entry:
            signed = _signed(entry["signed_by"], raw, entry["date"])
            raw += signed
        if entry.get("tamper"):
            raw = raw.replace(entry["message"].encode(), entry["message"].swapcase().encode())
        return raw

    def finish(self) -> None:
        """Writes the branch."""
        self._writer.ref("heads/main", self._last)

    def _parents(self, entry: Recipe) -> list[str]:
        if "parents" in entry:
            return [self._named[name] for name in entry["parents"]]
        return [self._last] if self._last else []

    def _with_ids(self, message: str) -> str:
        for name, commit in self._named.items():
            message = message.replace(f"{{id:{name}}}", commit)
        return message

    def _person(self, text: str) -> str:
        return self._people.get(text, text)

    def _raw(self, entry: Recipe, tree: str, parents: list[str]) -> bytes:
        encoding = entry.get("encode", "utf-8")
        if "raw" in entry:
            people = {key: self._person(key) for key in self._people}
            text = entry["raw"].format(tree=tree, parent=parents[0] if parents else "", **people)
            return str(text).encode(encoding)
        author = self._person(entry["author"])
        committer = self._person(str(entry.get("committer", entry["author"])))
        lines = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
        lines.append(f"author {author} {_stamp(str(entry.get('author_date', entry['date'])))}")
        lines.append(f"committer {committer} {_stamp(entry['date'])}")
        pulled = (self._tag_object(tag) for tag in entry.get("mergetag", []))
        lines.extend(f"mergetag {_folded(raw)}" for raw in pulled)
        lines.extend(entry.get("header", []))
        message = "".join(
            line.format(**{key: self._person(key) for key in self._people})
            if line.rstrip().endswith("}")
            else line
            for line in self._with_ids(entry["message"]).splitlines(keepends=True)
        )
        head, body = "\n".join(lines).encode(encoding), message.encode(encoding)
        if "signed_by" in entry:
            signed = _signed(entry["signed_by"], head + b"\n\n" + body, entry["date"])
            head += b"\ngpgsig " + _folded(signed).encode()
        return head + b"\n\n" + (body.swapcase() if entry.get("tamper") else body)


def build(name: str, folder: Path) -> dict[str, list[str]]:
    """Builds a sample into a new folder; the rules expected for each commit that says so."""
    prelude = tomllib.loads((HERE / "prelude.toml").read_text(encoding="utf-8"))
    recipe = tomllib.loads((HERE / name / "recipe.toml").read_text(encoding="utf-8"))
    people = {**prelude["people"], **recipe.get("people", {})}
    sample = Sample(Writer(folder), people)
    careers = [*prelude["career"], *recipe.get("career", [])]
    for entry in _history({**prelude, "career": careers}):
        sample.add(entry)
    for tag in prelude["tag"]:
        sample.tag(tag)
    for entry in recipe["commit"]:
        for step in _repeated(entry):
            sample.add(step)
    for address, rules in recipe.get("identities", {}).items():
        sample.expected[f"<{address}>"] = sorted(rules)
    sample.finish()
    for tag in recipe.get("tag", []):
        sample.tag(tag)
    if "keyring" in recipe:
        _write_keyring(recipe, people, folder)
    if "mail" in recipe:
        (folder / "mail.mbox").write_text("".join(map(sample.mail, recipe["mail"])))
    return sample.expected


def _signed(person: str, payload: bytes, date: str) -> bytes:
    from sample_repos.keys import person_key, signature

    return signature(person_key(person), payload, made=int(_stamp(date).split()[0]))


def _folded(raw: bytes) -> str:
    """A header value of several lines: each after the first starts with a blank."""
    return raw.decode().removesuffix("\n").replace("\n", "\n ")


def _write_keyring(recipe: Recipe, people: dict[str, str], folder: Path) -> None:
    from sample_repos.keys import Certificate, person_key

    blocks = []
    for name in recipe["keyring"]:
        special = recipe.get("keys", {}).get(name, {})
        revoked = special.get("revoked")
        certificate = Certificate(
            key=person_key(name),
            user_ids=[people[name]],
            lifetime=special.get("lifetime_days", 0) * 86_400,
            revoked=(revoked[0], int(_stamp(revoked[1]).split()[0])) if revoked else None,
        )
        blocks.append(certificate.armored())
    (folder / "keyring.asc").write_bytes(b"".join(blocks))


def names() -> list[str]:
    """Every sample, by folder name."""
    return sorted(path.parent.name for path in HERE.glob("*/recipe.toml"))


def _history(prelude: Recipe) -> list[Recipe]:
    """The prelude's own commits first, then everybody's careers in the order of their dates."""
    steps: list[Recipe] = []
    for career in prelude["career"]:
        start = datetime.datetime.fromisoformat(career["start"])
        author, committer, path = career["author"], career["committer"], career["path"]
        for number in range(1, career["commits"] + 1):
            moment = start + datetime.timedelta(days=career["every_days"] * (number - 1))
            steps.append(
                {
                    "author": author,
                    "committer": committer,
                    "date": moment.isoformat(),
                    "message": f"{path}: step {number}\n\nSigned-off-by: {{{author}}}\n"
                    f"Signed-off-by: {{{committer}}}\n",
                    "files": {path: number},
                }
            )
    steps.sort(key=lambda step: (step["date"], step["message"]))
    return [*prelude["commit"], *steps]


def _repeated(entry: Recipe) -> list[Recipe]:
    """The commit once, or as often as it says."""
    found = []
    for number in range(entry.get("repeat", 1)):
        step = dict(entry)
        if number:
            start = datetime.datetime.fromisoformat(entry["date"])
            moment = start + number * datetime.timedelta(minutes=entry.get("minutes", 24 * 60))
            step["date"] = moment.isoformat()
            step["files"] = {
                path: content + number if isinstance(content, int) else content
                for path, content in entry["files"].items()
            }
        found.append(step)
    return found


def _sort_key(name: bytes, entry: tuple[str, str]) -> bytes:
    """git sorts folders as if their names ended in a slash."""
    return name + b"/" if entry[0] == "40000" else name


def _content(path: str, content: str | int) -> bytes:
    if isinstance(content, int):
        stem = Path(path).stem.replace("-", "_")
        return "".join(f"int {stem}_{number};\n" for number in range(1, content + 1)).encode()
    return content.encode()


def _stamp(text: str) -> str:
    """An ISO 8601 date as git writes it; ``@seconds zone`` is taken as it stands."""
    if text.startswith("@"):
        return text[1:]
    moment = datetime.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return f"{int(moment.timestamp())} {moment.strftime('%z')}"


def main() -> int:
    """The command line."""
    if len(sys.argv) != 3 or sys.argv[1] not in names():
        print(f"usage: build.py NAME FOLDER\nsamples: {', '.join(names())}", file=sys.stderr)
        return 2
    folder = Path(sys.argv[2])
    if folder.exists():
        print(f"{folder} already exists", file=sys.stderr)
        return 2
    build(sys.argv[1], folder)
    print(folder)
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    sys.exit(main())
