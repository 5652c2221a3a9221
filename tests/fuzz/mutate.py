"""Bytes that are nearly right: a seed with a few changes that parsers trip over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final, NamedTuple

TOKENS: Final = (
    b"\0", b"\n", b"\n\n", b"\r\n", b"\r", b" ", b"\t", b"<", b">", b"<>", b": ", b"---\n",
    b"\x1b[2J",
    b"\xff", b"\xc3\x28", b"\xed\xa0\x80", "\u202e".encode(), "\u200b".encode(), b"author ",
    b"committer ", b"parent ", b"tree ", b"encoding ", b"gpgsig ", b"mergetag object ",
    b"tagger ",
    b"Signed-off-by: ", b"(cherry picked from commit ", b"From ", b" +0000", b" -9999", b"0", b"-1",
    b"9223372036854775808", b"1" * 40, b"0" * 40, b"utf-16", b"unicode_escape", b"M:\t", b"F:\t*/",
    b"K:\t(a+)+$", b"N:\t[^a]", b"100644 ", b"40000 ", b"@@ -1 +1 @@", b"diff --git a/x b/x",
    b"-----BEGIN PGP SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n", b"ref: ", b"^", b"#",
    b"..",
    b"/", b"\\", b"'", b'"', b"=cmd|", b"a" * 300, b"{", b"}", b"[", b"]", b",",
    b"(", b")", b";", b"@", b"+", b"commit ", b" upstream.\n", b"Reviewed-by: ", b"Fixes: ", b"_",
)  # fmt: skip
"""What formats are made of, and what has been trouble elsewhere."""

Mutation = Callable[[Random, bytes, Sequence[bytes]], bytes]


def _place(random: Random, raw: bytes) -> int:
    return random.randrange(len(raw) + 1)


def _flip(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    if not raw:
        return raw
    at = random.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ 1 << random.randrange(8)]) + raw[at + 1 :]


def _byte(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, raw)
    return raw[:at] + bytes([random.randrange(256)]) + raw[at + random.randrange(2) :]


def _token(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, raw)
    return raw[:at] + random.choice(TOKENS) + raw[at + random.choice((0, 0, 1, 8)) :]


def _drop(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, raw)
    return raw[:at] + raw[at + random.randrange(1, 40) :]


def _cut(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    return raw[: _place(random, raw)]


def _repeat(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    at = _place(random, raw)
    part = raw[at : at + random.randrange(1, 60)]
    return raw[:at] + part * random.choice((2, 2, 3, 40)) + raw[at:]


def _line(random: Random, raw: bytes, _: Sequence[bytes]) -> bytes:
    lines = raw.split(b"\n")
    at = random.randrange(len(lines))
    lines.insert(random.randrange(len(lines) + 1), lines[at])
    if random.random() < 0.5:
        del lines[random.randrange(len(lines))]
    return b"\n".join(lines)


def _splice(random: Random, raw: bytes, seeds: Sequence[bytes]) -> bytes:
    other = random.choice(seeds)
    return raw[: _place(random, raw)] + other[_place(random, other) :]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _flip, _byte, _token, _token, _drop, _cut, _repeat, _line, _splice,
)  # fmt: skip


def mutated(random: Random, seeds: Sequence[bytes], longest: int = 20_000) -> bytes:
    """One of the seeds, changed one to six times; at most so many bytes."""
    raw = random.choice(seeds)
    for _ in range(random.choice((1, 1, 2, 3, 6))):
        raw = random.choice(MUTATIONS)(random, raw, seeds)
    return raw[:longest]


class Stretched(NamedTuple):
    """An input in which one piece is repeated."""

    before: bytes
    piece: bytes
    times: int
    after: bytes

    def __bytes__(self) -> bytes:
        """All of it."""
        return self.before + self.piece * self.times + self.after


def stretched(random: Random, seeds: Sequence[bytes], length: int) -> Stretched:
    """One of the seeds with a piece of it, or a few tokens, repeated to so many bytes."""
    raw = random.choice(seeds)
    at = _place(random, raw)
    if random.random() < 0.5:
        piece = b"".join(random.choices(TOKENS, k=random.choice((1, 1, 2, 3))))
    else:
        piece = raw[at : at + random.choice((1, 2, 4, 16, 60, 200))] or b"\n"
    after = raw[at:] if random.random() < 0.7 else b""
    return Stretched(raw[:at], piece, length // len(piece), after)
