"""Invented names, addresses and words: no person, no registered domain."""

from __future__ import annotations

import random
from dataclasses import dataclass

_HEADS = "ba bri da dor el fa gor ha il jo ka lor ma nor o pe ra si ta ul".split()  # noqa: SIM905
_TAILS = "bek dan dra fin gar kel lan len mir nak nis rak ras rin sa tek ton vik".split()  # noqa: SIM905
_SURNAMES = "bakken dorvel eskin farlow grint hollim jarvec kestrin lomber".split()  # noqa: SIM905
_ENDINGS = "en er as ov el in ard ik ow ane".split()  # noqa: SIM905
_HOUSES = "box code dev hub labs mail net node soft systems".split()  # noqa: SIM905
_ZONES = "{}.example {}.org.example {}.net.example {}.mail.example {}.io.example".split()  # noqa: SIM905


@dataclass(frozen=True, order=True)
class Person:
    """A name with an address, as a commit claims it."""

    name: str
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


def word(rng: random.Random) -> str:
    """A word that means nothing."""
    return rng.choice(_HEADS) + rng.choice(_TAILS)


def chip(rng: random.Random) -> str:
    """A name for a piece of hardware that nobody makes."""
    return f"{word(rng)[:4]}{rng.randrange(10, 9999)}"


def domain(rng: random.Random) -> str:
    """A domain below a reserved one (RFC 2606)."""
    name = word(rng) + rng.choice(["", "-"]) + rng.choice(_HOUSES)
    return rng.choice(_ZONES).format(name)


def invented(rng: random.Random, at: str | None = None) -> Person:
    """Somebody who does not exist, at a domain that cannot."""
    first = word(rng)
    last = rng.choice(_SURNAMES)[: rng.randrange(3, 7)] + rng.choice(_ENDINGS)
    local = rng.choice([f"{first}.{last}", f"{first[0]}{last}", f"{first}{rng.randrange(99)}"])
    shown = rng.choice([f"{first} {last}".title(), f"{first} {last}".title(), local])
    return Person(shown, f"{local}@{at or domain(rng)}")
