"""A long sequence comes back as it went in, whatever part of it is in memory, packed or on disk."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Sequence

import pytest
from msgspec import Struct
from msgspec.structs import replace

from provenance.report import spool as module
from provenance.report.spool import Block, Spool
from provenance.words import Severity

WORDS = [f"{number} \udcff" for number in range(20)]


class Record(Struct, frozen=True, kw_only=True):
    """As those of a report."""

    text: str
    number: int
    word: Severity | None = None
    inner: tuple[Record, ...] = ()


def spooled(words: Sequence[str], size: int, *, packed: bool = False) -> Spool[str]:
    found = Spool[str]()
    for at in range(0, len(words), size):
        block = Block(words[at : at + size], size)
        found.add(pickle.loads(pickle.dumps(block)) if packed else block)
    return found


def test_a_block_is_packed_once() -> None:
    """And reads the same before and after, here and in another process."""
    block = Block(WORDS, 7)
    packed = block.packed()
    assert (WORDS, False, 20) == (block.records(), block.is_packed, block.count)
    block.pack()
    assert (WORDS, True, packed) == (block.records(), block.is_packed, block.packed())
    sent: Block[str] = pickle.loads(pickle.dumps(Block(WORDS, 7)))
    assert (WORDS, True, 20, 7) == (sent.records(), sent.is_packed, sent.count, sent.size)


@pytest.mark.parametrize(
    ("text", "number"), [("a", 1), ("\u00e9\0", -1), ("\udcff", 1), ("a", 1 << 64)]
)
def test_records_are_packed_exactly(text: str, number: int) -> None:
    """Also those that msgpack cannot hold."""
    inner = Record(text=text, number=number, word=Severity.LOW)
    records = [inner, replace(inner, word=None, inner=(inner, inner))]
    block = Block(records, 1)
    block.pack()
    assert records == block.records()
    assert type(records[1].inner) is type(block.records()[1].inner)
    assert block.records()[0].word is Severity.LOW


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(("live", "in_memory"), [(20, 1 << 20), (7, 1 << 20), (7, 60), (0, 0)])
def test_records_come_in_order_as_often_as_they_are_asked(
    live: int, in_memory: int, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they are, packed in memory, in a file, or some of each."""
    monkeypatch.setattr(module, "_AS_THEY_ARE", live)
    monkeypatch.setattr(module, "_IN_MEMORY", in_memory)
    found = spooled(WORDS, 3, packed=packed)
    assert 20 == len(found)
    assert WORDS == list(found) == list(found)
    assert WORDS[4] in found
    assert "20" not in found
    more = [*WORDS, "more"]
    found.add(Block(["more"], 1))
    assert more == list(found)


def test_what_fits_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """So a full disk costs nothing there."""

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert WORDS == list(spooled(WORDS, 3)) == list(spooled(WORDS, 3, packed=True))
    monkeypatch.setattr(module, "_AS_THEY_ARE", 0)
    monkeypatch.setattr(module, "_IN_MEMORY", 0)
    with pytest.raises(OSError, match="No space"):
        spooled(WORDS, 3)
