"""Who sends mail: what is counted, where archives are read from, and who that is here."""

from __future__ import annotations

import json
import mailbox
from collections.abc import Callable, Sequence
from email.utils import formatdate
from pathlib import Path

import pytest

from provenance.errors import ProvenanceError, UsageError
from provenance.report.mail_page import Busiest, MailPage, Sender, Senders
from provenance.senders import profile_senders
from provenance.settings import Settings
from provenance.words import Status, Tier
from tests.cli import run
from tests.conftest import BuiltSample
from tests.git import git, init, loose_file

Sampler = Callable[[str], BuiltSample]
ADA, ROB = "Ada Keeper <ada@kernel.example>", "Rob Sable <rob@sable-mail.example>"
DAY = 86_400
START = 1_625_133_600
"""2021-07-01."""
PATCH = "Text.\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"


def mail(number: int, sender: str, subject: str, body: str = "Text.\n", *, day: float = 0) -> bytes:
    date = formatdate(START + int(day * DAY))
    head = f"From: {sender}\nDate: {date}\nMessage-ID: <{number}@x.example>\nSubject: {subject}\n"
    return f"{head}\n{body}".encode()


MAILS = (
    mail(1, ROB, "[PATCH 1/2] net: a", PATCH),
    mail(2, ROB, "[PATCH 2/2] net: b", PATCH, day=1),
    mail(3, ROB, "[PATCH] net: c", PATCH, day=13.9),
    mail(4, ROB, "[PATCH] net: d", PATCH, day=14.5),
    mail(5, "rob@SABLE-mail.example", "Re: lib: x", f"> a\nReviewed-by: {ROB}\n", day=14.9),
    mail(6, ROB, "Re: lib: y", f"> Reviewed-by: {ROB}\nReviewed-by: {ADA}\n", day=300),
    mail(7, ADA, "Re: [PATCH] net: c", PATCH),
    mail(7, ADA, "Re: [PATCH] net: c", PATCH),
    mail(8, "", "nobody"),
    mail(9, "Soon <soon@x.example>", "hello").replace(b"Date:", b"Day:"),
)


def mbox(folder: Path, mails: Sequence[bytes] = MAILS) -> Path:
    path = folder / "list.mbox"
    path.write_bytes(b"".join(b"From x Thu Jul  1 10:00:00 2021\n" + one + b"\n" for one in mails))
    return path


def maildir(folder: Path) -> Path:
    box = mailbox.Maildir(folder / "list")
    for one in MAILS:
        box.add(one)
    (folder / "list" / "cur" / "folder").mkdir()
    return folder / "list"


def inbox(folder: Path, mails: Sequence[bytes] = MAILS) -> Path:
    """public-inbox, version 2: a commit a mail; one was removed again."""
    repo = init(folder)
    for number, one in enumerate(mails):
        (repo / "m").write_bytes(one)
        git(repo, "add", "m")
        git(repo, "commit", "-q", "--allow-empty", "-m", str(number))
    git(repo, "mv", "m", "d")
    git(repo, "commit", "-q", "-m", "removed")
    return repo


def epochs(folder: Path) -> Path:
    """A large list: one repository after the other."""
    inbox(folder / "list" / "git" / "0.git", MAILS[:5])
    inbox(folder / "list" / "git" / "1.git", MAILS[5:])
    (folder / "list" / "git" / "other").mkdir()
    return folder / "list"


def old_inbox(folder: Path) -> Path:
    """public-inbox, version 1: a file a mail, two folders deep."""
    repo = init(folder / "list")
    for number, one in enumerate(MAILS):
        (repo / f"{number % 3:02x}").mkdir(exist_ok=True)
        (repo / f"{number % 3:02x}" / f"{number:038x}").write_bytes(one)
    (repo / "README").write_text("none\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "all")
    return repo


def by_address(found: Senders) -> dict[str, Sender]:
    return {one.email: one for one in found.senders}


@pytest.mark.parametrize("archive", [mbox, maildir, lambda at: inbox(at / "l"), epochs, old_inbox])
def test_what_senders_sent(
    sample: Sampler, tmp_path: Path, archive: Callable[[Path], Path]
) -> None:
    """The same from every kind of archive."""
    found = profile_senders([archive(tmp_path)], repo=sample("newcomer").path)
    assert (found.mails.read, found.mails.copies, found.mails.without_sender) == (10, 1, 1)
    assert found.is_complete
    assert [one.mails for one in found.senders] == [6, 1, 1]
    rob = by_address(found)["rob@sable-mail.example"]
    assert (rob.patches, rob.series, rob.replies, rob.reviewed) == (4, 3, 2, 1)
    assert (rob.first, rob.last) == ("2021-07-01", "2022-04-27")
    assert rob.busiest == Busiest(mails=4, days=14, since="2021-07-02")
    assert (rob.name, rob.names, rob.commits) == ("Rob Sable", ("", "Rob Sable"), 4)
    ada = by_address(found)["ada@kernel.example"]
    assert (ada.status, ada.patches, ada.replies, ada.reviewed) == (Status.LISTED, 0, 1, 0)
    soon = by_address(found)["soon@x.example"]
    assert (soon.status, soon.first, soon.busiest) == (Status.UNVERIFIED, None, None)


def test_addresses_of_one_person_are_joined(tmp_path: Path) -> None:
    """By the .mailmap of the trust base."""
    repo = init(tmp_path / "repo")
    (repo / ".mailmap").write_text("Ada Keeper <ada@kernel.example> <rob@sable-mail.example>\n")
    git(repo, "add", ".")
    git(repo, "commit", "-q", "-m", "one")
    found = profile_senders([mbox(tmp_path), mbox(tmp_path)], repo=repo)
    assert [(one.email, one.mails) for one in found.senders] == [
        ("ada@kernel.example", 7),
        ("soon@x.example", 1),
    ]
    assert found.senders[0].reviewed == 1
    assert found.mails.copies == 11


def test_authority_is_where_it_is_asked_for(sample: Sampler, tmp_path: Path) -> None:
    """Commits are all that there are; standing is that of the trust base."""
    early = profile_senders(
        [mbox(tmp_path)], repo=sample("newcomer").path, settings=Settings(trust_base="v1.0~40")
    )
    assert early.trust_base_id == git(sample("newcomer").path, "rev-parse", "v1.0~40")


def test_a_mail_that_is_gone(sample: Sampler, tmp_path: Path) -> None:
    """It is counted as not read; the exit code says so."""
    repo = inbox(tmp_path / "list")
    loose_file(repo, "HEAD~2:m").unlink()
    found = profile_senders([repo], repo=sample("newcomer").path)
    assert (found.mails.read, found.mails.unreadable, found.is_complete) == (9, 1, False)
    words = ("mail", str(repo), "-C", str(sample("newcomer").path))
    outcome = run(*words)
    assert outcome.code == 3
    assert "1 that could not be read" in outcome.stdout


@pytest.mark.parametrize("what", ["HEAD~2^{tree}", "HEAD~2"])
def test_what_leads_to_a_mail_is_gone(sample: Sampler, tmp_path: Path, what: str) -> None:
    """A tree or a commit of a list: it is not a list with fewer mails."""
    repo = inbox(tmp_path / "list")
    loose_file(repo, what).unlink()
    found = profile_senders([repo], repo=sample("newcomer").path)
    assert found.mails.unreadable >= 1
    assert not found.is_complete


def test_a_commit_of_a_list_that_is_another(sample: Sampler, tmp_path: Path) -> None:
    """Its bytes are not what its id says: it is not read, and neither are those before it."""
    repo = inbox(tmp_path / "list")
    path = loose_file(repo, "HEAD~2")
    path.chmod(0o644)
    path.write_bytes(loose_file(repo, "HEAD~1").read_bytes())
    found = profile_senders([repo], repo=sample("newcomer").path)
    assert found.mails.unreadable >= 1
    assert not found.is_complete


def test_a_list_that_was_cut_off(sample: Sampler, tmp_path: Path) -> None:
    """A shallow clone lacks what came before."""
    repo = inbox(tmp_path / "list")
    git(tmp_path, "clone", "-q", "--bare", "--depth", "3", f"file://{repo}", str(tmp_path / "s"))
    found = profile_senders([tmp_path / "s"], repo=sample("newcomer").path)
    assert (found.mails.read, found.mails.unreadable) == (2, 1)
    assert not found.is_complete


def test_a_file_of_a_maildir_that_cannot_be_read(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that is gone."""
    box = maildir(tmp_path)
    denied = next((box / "new").iterdir())
    is_file = Path.is_file

    def asks(path: Path) -> bool:
        if path == denied:
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", asks)
    assert profile_senders([box], repo=sample("newcomer").path).mails.unreadable == 1


@pytest.mark.parametrize("made", ["", "folder"])
def test_what_is_no_archive(
    sample: Sampler, tmp_path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clear error, and no report."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "archive"
    if made == "folder":
        path.mkdir()
    with pytest.raises(UsageError, match="cannot read") as caught:
        profile_senders([path], repo=sample("newcomer").path)
    assert "public-inbox" in caught.value.hint


@pytest.mark.parametrize("what", ["text", "empty", "source"])
def test_an_archive_without_mails(sample: Sampler, tmp_path: Path, what: str) -> None:
    """It would look like a quiet list: a text, an empty file, a folder of some repository."""
    repo = init(tmp_path / "repo", commits=1)
    (repo / "docs").mkdir()
    (tmp_path / "text").write_text("no mail\n")
    (tmp_path / "empty").write_bytes(b"")
    path = repo / "docs" if what == "source" else tmp_path / what
    for archives in ([path], [mbox(tmp_path), path]):
        with pytest.raises(UsageError, match="no mail in"):
            profile_senders(archives, repo=sample("newcomer").path)


def test_an_inbox_without_commits(sample: Sampler, tmp_path: Path) -> None:
    """It cannot be opened."""
    with pytest.raises(ProvenanceError):
        profile_senders([init(tmp_path / "list")], repo=sample("newcomer").path)


def test_a_foreign_archive_leads_nowhere_else(sample: Sampler, tmp_path: Path) -> None:
    """An inbox that borrows objects is refused, unless it is your own."""
    repo = inbox(tmp_path / "list")
    git(tmp_path, "clone", "-q", "--shared", "--bare", str(repo), str(tmp_path / "1.git"))
    with pytest.raises(ProvenanceError, match="objects"):
        profile_senders([tmp_path / "1.git"], repo=sample("newcomer").path)
    own = Settings(tier=Tier.OWN)
    found = profile_senders([tmp_path / "1.git"], repo=sample("newcomer").path, settings=own)
    assert found.mails.read == 10


def test_the_command(sample: Sampler, tmp_path: Path) -> None:
    """The page begins with whom nobody knows; the other formats have everybody."""
    words = ("mail", str(mbox(tmp_path)), "-C", str(sample("newcomer").path))
    page = run(*words)
    assert page.code == 0
    assert page.stdout.index("rob@sable-mail.example") < page.stdout.index("ada@kernel.example")
    assert "10, 1 of a Message-ID that was there already, 1 without a sender" in page.stdout
    data = json.loads(run(*words, "-f", "json").stdout)
    assert data["schema"] == "provenance-mail/1"
    assert len(run(*words, "-f", "csv").stdout.splitlines()) == 4
    nobody = run("mail", str(mbox(tmp_path, MAILS[6:7])), "-C", str(sample("newcomer").path))
    assert "nobody" in nobody.stdout


def test_a_long_list_is_cut_on_a_page(sample: Sampler, tmp_path: Path) -> None:
    """The report has them all."""
    mails = [mail(at, f"A{at} <a{at}@x.example>", "hello") for at in range(50)]
    found = profile_senders([mbox(tmp_path, mails)], repo=sample("newcomer").path)
    section = MailPage(found=found).document().sections[1]
    assert section.lines == ("10 more in the JSON report",)
    assert section.table
    assert len(section.table.rows) == 40
