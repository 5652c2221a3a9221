"""The index saves work and changes nothing: cold, warm, damaged, shared, killed or absent."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from provenance import audit
from provenance.evidence import changes, line_cases
from provenance.index import store
from provenance.index.history import History
from provenance.index.index import Index
from provenance.index.parsed import parse_facts
from provenance.index.store import DamagedStoreError, Store
from provenance.indexing import build_index
from provenance.repository import Repository
from provenance.repository.shell import Shell
from provenance.settings import Settings, part_of
from sample_repos.build import build
from tests.cli import Outcome, run
from tests.conftest import BuiltSample
from tests.git import git, init, loose_file, write_object

Sampler = Callable[[str], BuiltSample]
COMMANDS = (
    ("audit", "-f", "json"),
    ("check", "main", "-f", "json"),
    ("lines", "--surface", "-f", "json"),
    ("who", "ben@net.example", "-f", "json"),
)


def index_file(cache: Path) -> Path:
    (found,) = cache.glob("*/index.sqlite")
    return found


@pytest.mark.parametrize("name", ["newcomer", "backport-altered", "bad-pull-signature", "clean"])
@pytest.mark.parametrize("words", COMMANDS)
def test_cold_warm_and_no_index_give_the_same_bytes(
    sample: Sampler, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    """Every command, whatever is kept already."""
    command = (*words, "-C", str(sample(name).path))
    without = run(*command, "--no-cache")
    cached = [run(*command, "--cache-dir", str(tmp_path)) for _ in range(3)]
    assert [without.raw] * 3 == [outcome.raw for outcome in cached]
    assert [without.code] * 3 == [outcome.code for outcome in cached]
    assert not (sample(name).path / "index.sqlite").exists()


def test_an_index_grows_with_the_repository(tmp_path: Path) -> None:
    """New commits and refs are read, old ones are not again; the answer is that of a new one."""
    repo = init(tmp_path / "r", commits=30)
    git(repo, "tag", "v1.0")
    cache = ("--cache-dir", str(tmp_path / "cache"))
    run("audit", "v1.0", "--base", "none", "-C", str(repo), *cache)
    git(repo, "checkout", "-q", "-b", "side", "HEAD~5")
    for number in range(5):
        (repo / "side").write_text(f"{number}\n")
        git(repo, "add", "side")
        git(repo, "commit", "-q", "-s", "-m", f"side {number}")
    git(repo, "merge", "-q", "-m", "Merge main", "main")
    git(repo, "tag", "v1.1")
    words = ("audit", "v1.1", "-C", str(repo), "-f", "json")
    assert run(*words, "--no-cache").raw == run(*words, *cache).raw == run(*words, *cache).raw


@pytest.mark.parametrize(("name", "rules"), [("b.c", []), ("b.h", ["large-unverified-addition"])])
def test_a_moved_file_stays_one(tmp_path: Path, name: str, rules: list[str]) -> None:
    """Read from git or from the index: 400 lines that only move are not new."""
    repo = init(tmp_path / "r", commits=1)
    (repo / "a.c").write_text("".join(f"int a{number};\n" for number in range(400)))
    git(repo, "add", "a.c")
    git(repo, "commit", "-q", "-s", "-m", "add a file")
    git(repo, "tag", "v1.0")
    git(repo, "mv", "a.c", name)
    git(repo, "commit", "-q", "-s", "-m", "move it")
    git(repo, "tag", "v1.1")
    words = ("audit", "v1.1", "-C", str(repo), "-f", "json")
    cold, warm = (run(*words, "--cache-dir", str(tmp_path / "c")) for _ in range(2))
    assert cold.raw == warm.raw
    (commit,) = json.loads(cold.stdout)["commits"]
    found = {seen["rule"] for seen in commit["findings"]}
    assert rules == sorted(found & {"large-unverified-addition"})


def test_clones_share_one_index(sample: Sampler, tmp_path: Path) -> None:
    """By the oldest commit of their line, wherever they lie."""
    first = sample("newcomer").path
    second = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--bare", str(first), str(second))
    cache = tmp_path / "cache"
    for path in (first, second):
        words = ("audit", "v1.1", "-C", str(path), "-f", "json")
        assert run(*words, "--no-cache").raw == run(*words, "--cache-dir", str(cache)).raw
    assert index_file(cache)


def test_git_lists_once_while_the_project_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole history at the first run; later, and in another clone, what the index lacks."""
    whole = init(tmp_path / "whole", commits=4)
    git(tmp_path, "clone", "-q", str(whole), str(tmp_path / "clone"))
    git(whole, "tag", "v1.0")
    asked: list[Sequence[str]] = []
    ended: list[subprocess.Popen[bytes]] = []
    start = Shell.start

    def told(shell: Shell, words: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
        process = start(shell, words, **options)
        if words[0] == "rev-list":
            asked.append(words)
            ended.append(process)
        return process

    monkeypatch.setattr(Shell, "start", told)
    for path, expected in (
        ("whole", ["whole", "line"]),
        ("whole", []),
        ("clone", ["whole", "line", "some"]),
    ):
        asked.clear()
        build_index(repo=tmp_path / path, settings=Settings(cache=tmp_path / "cache"))
        kinds = {"--topo-order": "whole", "--first-parent": "line", "--stdin": "some"}
        assert expected == [
            next(kind for word, kind in kinds.items() if word in words) for words in asked
        ]
    assert all(process.returncode is not None for process in ended)


def test_a_clone_that_lacks_a_commit_says_so(tmp_path: Path) -> None:
    """Whatever another clone has put into the index."""
    whole = init(tmp_path / "whole", commits=12)
    git(whole, "tag", "v1.0", "HEAD~2")
    git(whole, "tag", "v1.1")
    damaged = tmp_path / "damaged"
    git(tmp_path, "clone", "-q", str(whole), str(damaged))
    for pack in (damaged / ".git" / "objects" / "pack").glob("*.pack"):
        raw = pack.read_bytes()
        pack.unlink()
        pack.with_suffix(".idx").unlink()
        git(damaged, "unpack-objects", "-q", stdin=raw)
    loose_file(damaged, "HEAD~6").unlink()
    cache = ("--cache-dir", str(tmp_path / "cache"))
    assert 0 == run("audit", "v1.1", "-C", str(whole), *cache).code
    words = ("audit", "v1.1", "-C", str(damaged), "-f", "json")
    without, cached = run(*words, "--no-cache"), run(*words, *cache)
    assert (3, 3, without.raw) == (without.code, cached.code, cached.raw)


def test_a_shallow_clone_keeps_nothing(tmp_path: Path) -> None:
    """What lies before its boundary may come later."""
    whole = init(tmp_path / "whole", commits=6)
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{whole}", str(shallow))
    run("audit", "HEAD", "--base", "none", "-C", str(shallow), "--cache-dir", str(tmp_path / "c"))
    assert [] == list((tmp_path / "c").glob("**/*.sqlite"))


def damage_by(kind: str, path: Path) -> None:
    raw = path.read_bytes()
    if kind == "truncated":
        path.write_bytes(raw[: len(raw) // 2])
    elif kind == "text":
        path.write_text("not a database\n")
    elif kind == "other format":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE meta SET value = 'provenance-index/0'")
        connection.close()
    elif kind == "segment":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE segments SET authors = zeroblob(length(authors))")
        connection.close()
    elif kind == "facts":
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE facts SET value = zeroblob(length(value))")
        connection.close()


@pytest.mark.parametrize("kind", ["truncated", "text", "other format", "segment", "facts"])
def test_a_damaged_index_is_built_anew(sample: Sampler, tmp_path: Path, kind: str) -> None:
    """One line of notice, and the same report; a damaged fact alone is just read again."""
    path = str(sample("newcomer").path)
    words = ("audit", "-C", path, "-f", "json", "--cache-dir", str(tmp_path))
    before = run(*words)
    damage_by(kind, index_file(tmp_path))
    after = run(*words)
    assert before.raw == after.raw
    assert ("is built anew" in after.stderr) == (kind != "facts")
    again = run(*words)
    assert (before.raw, False) == (again.raw, "built anew" in again.stderr)


def test_a_folder_that_cannot_be_written_costs_only_time(sample: Sampler, tmp_path: Path) -> None:
    """Said once, and the report is the same."""
    (tmp_path / "file").write_text("no folder")
    words = ("audit", "-C", str(sample("newcomer").path), "-f", "json")
    outcome = run(*words, "--cache-dir", str(tmp_path / "file" / "below"))
    assert run(*words, "--no-cache").raw == outcome.raw
    assert 1 == outcome.stderr.count("the index cannot be written")


@pytest.mark.parametrize("pages", [1, 4, 6, 8])
def test_a_full_disk_costs_only_time(sample: Sampler, tmp_path: Path, pages: int) -> None:
    """A page that cannot be written ends the keeping, not the audit; later it goes on."""
    words = ("audit", "-C", str(sample("newcomer").path), "-f", "json")
    expected = run(*words, "--no-cache").raw
    original = store._connect

    def limited(path: Path) -> sqlite3.Connection:
        connection = original(path)
        connection.execute(f"PRAGMA max_page_count={pages}")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "_connect", limited)
        outcome = run(*words, "--cache-dir", str(tmp_path))
    assert (expected, 1) == (outcome.raw, outcome.stderr.count("provenance: the index c"))
    again = run(*words, "--cache-dir", str(tmp_path))
    assert (expected, False) == (again.raw, "the index c" in again.stderr)


def test_what_was_saved_before_a_kill_is_not_read_again(sample: Sampler, tmp_path: Path) -> None:
    """A run that ends after a segment leaves it whole; the next one goes on behind it."""
    with Repository(sample("newcomer").path) as repository:
        head = repository.refs.head
        assert head
        raws = list(repository.stream_reachable([head]))
        kept, history = Store(tmp_path / "i.sqlite"), History()
        for raw in raws[:50]:
            history.append(parse_facts(raw.id, raw.raw))
        history.closed = len(history)
        kept.save(history)
        kept.close()
        again = History()
        kept = Store(tmp_path / "i.sqlite")
        kept.load(again)
        kept.close()
        assert (50, list(history.ids)) == (again.saved, list(again.ids))
        assert history.raw_people == again.raw_people
        assert list(history.flat_parents) == list(again.flat_parents)
        left = list(repository.stream_reachable([head], again.positions))
        assert [raw.id for raw in raws[50:]] == [raw.id for raw in left]


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    """``kill -9`` again and again while indexing; the report is the same afterwards."""
    repo = tmp_path / "big"
    git(tmp_path, "init", "-q", "--bare", str(repo))
    stream = "".join(
        f"commit refs/heads/main\nmark :{number}\n"
        f"committer A{number % 50} <a@x.example> {1_600_000_000 + number} +0000\n"
        f"data 5\nstep\n{f'from :{number - 1}' if number > 1 else ''}\n"
        f"M 644 inline f{number % 9}\ndata {len(str(number))}\n{number}\n"
        for number in range(1, 4001)
    )
    git(repo, "fast-import", "--quiet", stdin=stream.encode())
    git(repo, "update-ref", "refs/tags/v1.0", "main~20")
    git(repo, "update-ref", "refs/tags/v1.1", "main")
    cache = str(tmp_path / "cache")
    command = [sys.executable, "-m", "provenance", "index", "-C", str(repo), "--cache-dir", cache]
    generator = random.Random(5)
    for _ in range(8):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.3 + generator.random() * 0.8)
        process.send_signal(signal.SIGKILL)
        process.wait()
    words = ("audit", "v1.1", "-C", str(repo), "-f", "json")
    expected = run(*words, "--no-cache").raw
    assert expected == run(*words, "--cache-dir", cache).raw
    assert b"built anew" not in subprocess.run(command, capture_output=True, check=True).stderr
    assert expected == run(*words, "--cache-dir", cache).raw


def test_two_runs_at_once_are_fine(sample: Sampler, tmp_path: Path) -> None:
    """Both finish, both right."""
    path = str(sample("newcomer").path)
    words = ["audit", "-C", path, "-f", "json", "--cache-dir", str(tmp_path), "-q"]
    runs = [
        subprocess.Popen([sys.executable, "-m", "provenance", *words], stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    outputs = [process.communicate()[0] for process in runs]
    assert [run(*words[:5], "--no-cache", "-q").raw] * 4 == outputs


def test_the_python_api_keeps_nothing_unless_told(sample: Sampler, tmp_path: Path) -> None:
    """A library does not write behind its caller's back."""
    audit(repo=sample("clean").path)
    assert not (Path(os.environ["XDG_CACHE_HOME"]) / "provenance").exists()
    audit(repo=sample("clean").path, settings=Settings(cache=tmp_path))
    assert index_file(tmp_path)


def test_index_reads_everything_ahead(sample: Sampler, tmp_path: Path) -> None:
    """Also what an audit looks for in changed lines; it says how much it has."""
    path = str(sample("newcomer").path)
    outcome = run("index", "-C", path, "--cache-dir", str(tmp_path))
    assert (0, "") == (outcome.code, outcome.stdout)
    assert "128 commits, changed files of 128 of them" in outcome.stderr
    with Repository(Path(path)) as repository, Index(repository, tmp_path) as index:
        assert repository.refs.head
        assert index.present("changes 2", [repository.refs.head])
        assert index.present("surface 4", [repository.refs.head])


def test_a_long_history_is_read_in_stretches(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of any length; what was read and added up is the same."""
    path = str(sample("newcomer").path)
    words = ("lines", "--base", "none", "-C", path, "-f", "json")
    whole = run(*words, "--no-cache").raw
    for length in (1, 7, 127):
        monkeypatch.setattr(changes, "_STRETCH", length)
        cache = str(tmp_path / str(length))
        outcome = run("index", "-C", path, "--cache-dir", cache)
        assert "128 commits, changed files of 128 of them" in outcome.stderr
        assert whole == run(*words, "--no-cache").raw == run(*words, "--cache-dir", cache).raw


def test_a_part_tells_of_a_piece_of_the_whole() -> None:
    """Nothing of nothing is its start."""
    told: list[tuple[str, int, int]] = []
    part = part_of(lambda *words: told.append(words), 200, 300, 1000)
    for done, total in ((0, 50), (25, 50), (50, 50), (0, 0)):
        part("comparing", done, total)
    assert [("comparing", at, 1000) for at in (200, 250, 300, 200)] == told


@pytest.mark.parametrize("name", ["HEAD~1", "HEAD~1:file"])
def test_index_is_not_complete_without_every_object(tmp_path: Path, name: str) -> None:
    """Neither without a commit nor without a file."""
    repo = init(tmp_path / "r", commits=3)
    loose_file(repo, name).unlink()
    outcome = run("index", "-C", str(repo), "--cache-dir", str(tmp_path / "cache"))
    assert 3 == outcome.code
    assert "could not be read, wholly or in part" in outcome.stderr


def test_a_lost_mailmap_is_no_empty_one(tmp_path: Path) -> None:
    """Who is responsible is not told by half of what says it."""
    repo = init(tmp_path / "r", commits=1)
    (repo / "MAINTAINERS").write_text("NET\nM:\tAda <ada@kernel.example>\nF:\tfile\n")
    (repo / ".mailmap").write_text("Ada <ada@new.example> <ada@kernel.example>\n")
    git(repo, "add", "MAINTAINERS", ".mailmap")
    git(repo, "commit", "-q", "-m", "authority")
    assert "ada@new.example" in run("subsystem", "file", "-C", str(repo)).stdout
    loose_file(repo, "HEAD:.mailmap").unlink()
    outcome = run("subsystem", "file", "-C", str(repo))
    assert (2, "") == (outcome.code, outcome.stdout)
    assert "a folder of HEAD cannot be read" in outcome.stderr


def test_a_lost_tree_is_no_empty_one(tmp_path: Path) -> None:
    """What stood in it is not known: neither whose MAINTAINERS it is nor that it had none."""
    repo = init(tmp_path / "r", commits=5)
    words = ("audit", "HEAD~1..HEAD", "--trust-base", "HEAD~3", "-C", str(repo), "--no-cache")
    assert "no MAINTAINERS file at the trust base" in run(*words).stdout
    loose_file(repo, "HEAD~3^{tree}").unlink()
    outcome = run(*words)
    assert 3 == outcome.code
    assert "MAINTAINERS at the trust base cannot be read" in outcome.stdout
    loose_file(repo, "HEAD^{tree}").unlink()
    assert 2 == run("subsystem", "file", "-C", str(repo)).code


def test_a_segment_out_of_place_is_damage(tmp_path: Path) -> None:
    """Segments follow each other without a gap."""
    kept, history = Store(tmp_path / "i.sqlite"), History()
    history.append(parse_facts("1" * 40, b"tree " + b"2" * 40 + b"\n\nodd\n"))
    history.closed = 1
    kept.save(history)
    kept.close()
    with sqlite3.connect(tmp_path / "i.sqlite") as connection:
        connection.execute("UPDATE segments SET first = 7")
    connection.close()
    damaged = Store(tmp_path / "i.sqlite")
    with pytest.raises(DamagedStoreError):
        damaged.load(History())
    damaged.close()


def test_samples_are_not_touched(tmp_path: Path) -> None:
    """Nothing is ever written inside the audited repository."""
    built = tmp_path / "sample"
    build("newcomer", built)
    before = sorted((path, path.stat().st_mtime_ns) for path in built.rglob("*"))
    run("audit", "-C", str(built))
    assert before == sorted((path, path.stat().st_mtime_ns) for path in built.rglob("*"))


@pytest.mark.parametrize("by", ["subsystem", "person", "domain", "directory"])
@pytest.mark.parametrize("damaged", [False, True])
def test_whole_blocks_are_counted_once(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by: str, damaged: bool
) -> None:
    """What was added up for a block serves again, also for another range; damage is seen."""
    monkeypatch.setattr(line_cases, "_BLOCK", 2)
    words = ("lines", "--by", by, "--surface", "-f", "json", "-C", str(sample("newcomer").path))
    cache = ("--cache-dir", str(tmp_path))
    whole, part = ("v1.1", "--base", "none"), ("v1.0..v1.1",)
    run(*words, *whole, *cache)
    with sqlite3.connect(index_file(tmp_path)) as connection:
        kept = "FROM facts WHERE kind LIKE '% lines %'"
        assert connection.execute(f"SELECT count(*) {kept}").fetchone()[0] > 1
        if damaged:
            connection.execute(
                "UPDATE facts SET value = x'00000000' || value WHERE kind LIKE '% lines %'"
            )
        else:  # what is kept is what is used: nothing else is there any more
            connection.execute("DELETE FROM facts WHERE kind = 'changes'")
            connection.execute("DELETE FROM facts WHERE kind = 'surface'")
    connection.close()
    for revision in (whole, part):
        assert run(*words, *revision, *cache).raw == run(*words, *revision, "--no-cache").raw


def test_other_branches_do_not_keep_a_block_from_being_kept(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their commits lie between those of the history that is counted; what is counted differs."""
    monkeypatch.setattr(line_cases, "_BLOCK", 4)
    built = sample("nobody-vouches")
    cache = ("--cache-dir", str(tmp_path))
    line, merged = git(built.path, "rev-parse", "main^1"), git(built.path, "rev-parse", "main^2")
    for revision in (line, merged, "main", line, merged, "main"):
        words = ("lines", revision, "--base", "none", "-f", "json", "-C", str(built.path))
        assert run(*words, *cache).raw == run(*words, "--no-cache").raw
    with sqlite3.connect(index_file(tmp_path)) as connection:
        kept = "SELECT count(*) FROM facts WHERE kind LIKE '% lines %'"
        blocks = connection.execute("SELECT sum(count) / 4 FROM segments").fetchone()[0]
        assert connection.execute(kept).fetchone()[0] > blocks
    connection.close()


def test_a_keyring_leaves_kept_sums_aside(
    sample: Sampler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature can change what an author counts as, so nothing is taken from blocks."""
    monkeypatch.setattr(line_cases, "_BLOCK", 2)
    found = sample("bad-pull-signature")
    words = ("lines", "HEAD", "--base", "none", "-f", "json", "-C", str(found.path))
    run(*words, "--cache-dir", str(tmp_path))
    keys = ("--keyring", str(found.keyring))
    assert (
        run(*words, *keys, "--cache-dir", str(tmp_path)).raw == run(*words, *keys, "--no-cache").raw
    )


def newcomer(repo: Path, number: int, address: str = "") -> str:
    """The commit with a number, of somebody from a mail domain with that number; its id."""
    who, tree = f"Nia N <{address or f'nia@nia-{number}.example'}>", git(repo, "write-tree")
    stamp = 1_600_000_000 + number * 2_000_000
    parents = git(repo, "rev-parse", "-q", "--verify", "HEAD") if number else ""
    lines = [f"tree {tree}", *(f"parent {one}" for one in parents.split())]
    lines += [f"author {who} {stamp} +0000", f"committer {who} {stamp} +0000"]
    raw = "\n".join((*lines, "", f"net: step {number}", "", f"Signed-off-by: {who}", ""))
    commit = write_object(repo, "commit", raw.encode("ascii"))
    git(repo, "update-ref", "HEAD", commit)
    return commit


@pytest.mark.parametrize("change", ["policy", "tag", "people"])
def test_base_rates_are_kept_for_what_they_rest_on(tmp_path: Path, change: str) -> None:
    """A policy's domains and where tags point decide them; who came later does not."""
    repo = init(tmp_path / "r")
    for number in range(8):
        commit = newcomer(repo, number)
        git(repo, "tag", f"v1.{number}", commit)
    policy = tmp_path / "policy.toml"
    policy.write_text("[pattern]\nreleases = 4\n")
    words = ("audit", "v1.7", "--policy", str(policy), "-C", str(repo), "-f", "json")
    cache = ("--cache-dir", str(tmp_path / "cache"))
    before = run(*words, *cache)
    if change == "policy":
        policy.write_text(policy.read_text() + '[domains]\nfree_mail = ["nia-5.example"]\n')
    elif change == "tag":
        git(repo, "tag", "-f", "v1.3", "v1.1")
    else:
        newcomer(repo, 5, "nina@nia-5.example")
    after = run(*words, *cache)
    assert after.raw == run(*words, "--no-cache").raw
    of_newcomers = [rates(outcome) for outcome in (before, after)]
    assert (change == "people") == (of_newcomers[0] == of_newcomers[1])


def test_what_came_after_a_release_is_no_evidence_about_it(tmp_path: Path) -> None:
    """Whoever goes on in the next months has the signals that he had then."""
    repo = init(tmp_path / "r")
    for number in range(4):
        git(repo, "tag", f"v1.{number}", newcomer(repo, number))
    words = ("audit", "v1.3", "-C", str(repo), "-f", "json", "--no-cache")
    before = json.loads(run(*words).stdout)["identities"]
    assert before[0]["signals"]
    for number in range(4, 16):
        (repo / "new.c").write_text("int x;\n" * 60 * number)
        git(repo, "add", "new.c")
        newcomer(repo, number, "nia@nia-3.example")
        newcomer(repo, number, "other@nia-3.example")
    after = json.loads(run(*words).stdout)["identities"]
    assert [one["signals"] for one in before] == [one["signals"] for one in after]


def rates(outcome: Outcome) -> list[str]:
    """The base rates that a report prints."""
    return sorted(set(re.findall(r"\d+ of \d+ newcomers since [0-9-]+", outcome.stdout)))


def test_a_file_is_let_go_of_also_where_nothing_can_be_written(tmp_path: Path) -> None:
    """A connection that lives on in a forked process could damage the file."""
    kept = Store(tmp_path / "i.sqlite")
    kept.add_fact("kind", "1" * 40, b"first")
    kept.rest()
    assert kept._opened_file is None
    assert {"1" * 40: b"first"} == kept.facts("kind", ["1" * 40])
    kept._connection.execute("PRAGMA query_only = ON")
    kept.add_fact("kind", "2" * 40, b"second")
    kept.rest()
    assert not kept.is_writable
    assert kept._opened_file is None
    assert {"1" * 40: b"first"} == kept.facts("kind", ["1" * 40, "2" * 40])
    kept.close()


def keep_one(place: tuple[str, int]) -> list[str]:
    """What a run that opens a file and keeps a fact in it is told."""
    path, number = place
    store = Store(Path(path))
    store.add_fact("kind", f"{number:040x}", b"value")
    store.close()
    return store.notes


def test_first_runs_at_once_share_a_file(tmp_path: Path) -> None:
    """None takes what another is making for damaged, and nothing is lost."""
    runs = 6
    with ProcessPoolExecutor(runs, mp_context=get_context("spawn")) as pool:
        for attempt in range(8):
            path = tmp_path / str(attempt) / "i.sqlite"
            places = [(str(path), number) for number in range(runs)]
            assert [[]] * runs == list(pool.map(keep_one, places))
            kept = Store(path)
            assert runs == len(kept.present("kind", [f"{number:040x}" for number in range(runs)]))
            kept.close()
