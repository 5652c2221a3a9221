"""Signatures: nothing counts but one clean signature, by a given key, over every other byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sample_repos.keys import Certificate, armor, packet, person_key, signature
from tests.hostile.case import Case, cases, check, fine, odd
from tests.hostile.world import (
    ADA,
    MONTH,
    START,
    World,
    folded,
    key_text,
    octets,
    signed_off,
)

Recipe = Callable[[World], object]
MADE: Final = START + MONTH
FORMS: Final = {
    "nul": lambda head, field, body: head + field + body + b"\0more\n",
    "in-the-message": lambda head, field, body: head + body + field,
    "in-a-second-header": lambda head, field, body: head + b"\n" + field + body,
    "longer-key": lambda head, field, body: (
        head + field.replace(b"gpgsig ", b"gpgsigNote: ") + body
    ),
    "encoding-key": lambda head, field, body: (
        head + field.replace(b"gpgsig ", b"gpgsigencoding ") + body
    ),
    "twice": lambda head, field, body: head + field + field + body,
    "other-hash-only": lambda head, field, body: (
        head + field.replace(b"gpgsig ", b"gpgsig-sha256 ") + body
    ),
    "empty": lambda head, field, body: head + b"gpgsig \n" + body,
    "no-value": lambda head, field, body: head + b"gpgsig\n" + body,
    "other-message": lambda head, field, body: head + field + b"\nother\n",
    "other-author": lambda head, field, body: (
        head.replace(b"Ada Keeper", b"Ada Kneper") + field + body
    ),
    "other-date": lambda head, field, body: head.replace(b" +0000", b" +0100") + field + body,
    "header-added": lambda head, field, body: head + b"change-id x\n" + field + body,
    "header-added-behind": lambda head, field, body: head + field + b"change-id x\n" + body,
    "two-armours": lambda head, field, body: head + field.rstrip() + b"\n " + field[7:] + body,
    "junk-behind": lambda head, field, body: head + field + b" junk\n" + body,
    "junk-before": lambda head, field, body: (
        head + field.replace(b"gpgsig ", b"gpgsig junk\n ") + body
    ),
    "cut-armour": lambda head, field, body: head + field[:120] + b"\n" + body,
    "key-armour": lambda head, field, body: (
        head + field.replace(b"SIGNATURE", b"PUBLIC KEY BLOCK") + body
    ),
    "clear-signed": lambda head, field, body: (
        head + field.replace(b"gpgsig ", b"gpgsig -----BEGIN PGP SIGNED MESSAGE-----\n ") + body
    ),
    "no-blank-line": lambda head, field, body: head + field.rstrip(),
}


def parts(world: World, by: str = "ada", **options: Any) -> tuple[bytes, bytes, bytes]:
    """Header, signature field and the rest of a genuinely signed commit."""
    head = octets(world.plain_head())
    body = octets("\n" + signed_off("net: signed", ADA))
    armour = signature(person_key(by), head + body, **{"made": MADE, **options})
    return head, folded("gpgsig", armour), body


def form(build: Callable[[bytes, bytes, bytes], bytes]) -> Recipe:
    """A commit put together from the parts of a genuine one."""

    def recipe(world: World) -> None:
        world.keyring("ada", "ben")
        world.raw("tip", build(*parts(world)))

    return recipe


def genuine(by: str = "ada", *, keys: tuple[str, ...] = ("ada", "ben"), **options: Any) -> Recipe:
    """A commit that claims to be Ada's, signed by somebody."""

    def recipe(world: World) -> None:
        if keys:
            world.keyring(*keys)
        world.raw("tip", b"".join(parts(world, by, **options)))

    return recipe


def special(**options: Any) -> Recipe:
    """The signer's certificate is special."""

    def recipe(world: World) -> None:
        world.raw("tip", b"".join(parts(world)))
        path = world.folder / "keyring.asc"
        path.write_bytes(Certificate(person_key("ada"), [ADA], **options).armored())
        world.words += ["--keyring", str(path)]

    return recipe


def certificate(raw: bytes) -> Recipe:
    """The keyring holds these bytes."""

    def recipe(world: World) -> None:
        world.raw("tip", b"".join(parts(world)))
        path = world.folder / "keyring.asc"
        path.write_bytes(raw)
        world.words += ["--keyring", str(path)]

    return recipe


def replayed(world: World) -> None:
    """The signature of one commit stands in another."""
    world.keyring("ada")
    head, field, body = parts(world)
    world.raw("one", head + field + body)
    world.raw("tip", octets(world.plain_head()) + field + body)


def commented(world: World) -> None:
    """A comment in the armour makes another commit with the same signature."""
    world.keyring("ada")
    head, field, body = parts(world)
    line = b"-----BEGIN PGP SIGNATURE-----\n"
    world.raw("tip", head + field.replace(line, line + b" Comment: another object\n", 1) + body)


def foreign(text: str) -> Recipe:
    """The signature is of another format."""

    def recipe(world: World) -> None:
        world.keyring("ada")
        field = folded("gpgsig", octets(text))
        message = signed_off("net: tip", ADA)
        world.commit("tip", message, author=ADA, committer=ADA, headers=field)

    return recipe


SSH: Final = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n"
SUPPORTED: Final[dict[str, Any]] = {"signature": {"tip": "good"}, "author": {"tip": "attested"}}
BAD: Final[dict[str, Any]] = {
    "code": 1,
    "signature": {"tip": "bad"},
    "author": {"tip": "listed"},
    "rules": {"tip": "bad-signature"},
}
UNSIGNED: Final = ("in-the-message", "in-a-second-header", "longer-key", "encoding-key")
EXTRA: Final = {
    "nul": " malformed-commit",
    "longer-key": "malformed-commit",
    "encoding-key": "malformed-commit",
    "in-the-message": "trailer-outside-block",
    "other-message": " missing-author-sign-off",
    "no-blank-line": " missing-author-sign-off",
}


def forged(name: str) -> Case:
    """A form that must not be verified: none where no signature is in the header, else bad."""
    absent = name in UNSIGNED
    rules = ("" if absent else "bad-signature") + EXTRA.get(name, "")
    return odd(
        f"form-{name}",
        47 if name in ("empty", "no-value") else 46,
        "a signed commit was changed",
        form(FORMS[name]),
        code=0 if absent else 1,
        signature={"tip": "none" if absent else "bad"},
        author={"tip": "listed"},
        rules={"tip": rules},
    )


COMMITS: Final = [
    *(forged(name) for name in FORMS),
    fine("genuine", 46, "a signature by the author", genuine(), **SUPPORTED),
    fine(
        "other-hash-beside",
        46,
        "a signature for the other object format beside it, as git writes it",
        form(
            lambda head, field, body: (
                head + field.replace(b"gpgsig ", b"gpgsig-sha256 ") + field + body
            )
        ),
        **SUPPORTED,
    ),
    fine(
        "message-armour",
        46,
        "the armour's other name, which git knows too",
        form(lambda head, field, body: head + field.replace(b"SIGNATURE", b"MESSAGE") + body),
        **SUPPORTED,
    ),
    odd(
        "armour-not-base64",
        46,
        "the armour holds other characters",
        form(lambda head, field, body: head + field.replace(b"w", b"!") + body),
        signature={"tip": "unsupported"},
        author={"tip": "listed"},
    ),
    fine("comment", 48, "a comment in the armour", commented, **SUPPORTED),
    odd(
        "unknown-key",
        50,
        "the key was not given",
        genuine("mallory"),
        signature={"tip": "unknown-key"},
        author={"tip": "listed"},
    ),
    odd(
        "no-keyring",
        50,
        "no key was given",
        genuine(keys=()),
        signature={"tip": "unknown-key"},
        author={"tip": "listed"},
    ),
    odd(
        "another-persons-key",
        49,
        "a given key without the author's address",
        genuine("ben"),
        signature={"tip": "good"},
        author={"tip": "listed"},
    ),
    odd(
        "strangers-key-given",
        49,
        "a stranger's key is in the keyring",
        genuine("mallory", keys=("ada", "mallory")),
        signature={"tip": "good"},
        author={"tip": "listed"},
    ),
    odd(
        "md5",
        50,
        "an MD5 signature",
        genuine(digest="md5"),
        signature={"tip": "weak"},
        author={"tip": "listed"},
    ),
    odd(
        "sha1",
        50,
        "a SHA-1 signature",
        genuine(digest="sha1"),
        signature={"tip": "weak"},
        author={"tip": "listed"},
    ),
    odd(
        "future",
        50,
        "a signature of the year 2040",
        genuine(made=2_208_988_800),
        signature={"tip": "weak"},
        author={"tip": "listed"},
    ),
    odd(
        "before-the-key",
        50,
        "a signature from before its key",
        genuine(made=1_000_000_000),
        code=1,
        signature={"tip": "bad"},
        author={"tip": "listed"},
        rules={"tip": "bad-signature"},
    ),
    odd(
        "text-kind",
        50,
        "a signature of another kind",
        genuine(kind=0x10),
        code=1,
        signature={"tip": "bad"},
        author={"tip": "listed"},
        rules={"tip": "bad-signature"},
    ),
    odd(
        "expired",
        50,
        "the key had expired",
        special(lifetime=86_400),
        signature={"tip": "weak"},
        author={"tip": "listed"},
    ),
    odd(
        "revoked",
        50,
        "the key is revoked as stolen",
        special(revoked=(2, MADE + 1)),
        code=1,
        signature={"tip": "revoked-key"},
        author={"tip": "listed"},
        rules={"tip": "bad-signature"},
    ),
    odd(
        "stray-address",
        49,
        "the address on the key is not signed by it",
        certificate(
            Certificate(person_key("ada"), ["Someone <someone@x.example>"], stray=[ADA]).armored()
        ),
        signature={"tip": "good"},
        author={"tip": "listed"},
    ),
    odd(
        "key-cut",
        50,
        "the certificate is cut",
        certificate(key_text("ada")[:150]),
        error="certificate",
    ),
    odd(
        "key-garbage",
        50,
        "the keyring holds anything",
        certificate(bytes(range(256)) * 20),
        error="certificate",
    ),
    odd(
        "key-is-a-signature",
        50,
        "the keyring holds a signature",
        certificate(signature(person_key("ada"), b"x", made=MADE)),
        error="certificate",
    ),
    odd(
        "key-bare",
        50,
        "a key without any address",
        certificate(armor("PUBLIC KEY BLOCK", packet(6, person_key("ada").body))),
        signature={"tip": "unsupported"},
        author={"tip": "listed"},
    ),
    odd(
        "replayed",
        53,
        "the signature of another commit",
        replayed,
        **{
            **BAD,
            "author": {"tip": "listed", "one": "attested"},
            "signature": {"tip": "bad", "one": "good"},
        },
    ),
    odd(
        "ssh",
        50,
        "an SSH signature and no file of allowed signers",
        foreign(SSH),
        signature={"tip": "unsupported"},
        author={"tip": "listed"},
    ),
    odd(
        "x509",
        50,
        "an X.509 signature",
        foreign("-----BEGIN SIGNED MESSAGE-----\nMIIB\n-----END SIGNED MESSAGE-----\n"),
        signature={"tip": "unsupported"},
        author={"tip": "listed"},
    ),
]


@cases(COMMITS)
def test_a_commit_is_attested_by_its_own_signature_only(case: Case, tmp_path: Path) -> None:
    """``attested`` needs a verified signature by a key with the author's address."""
    check(case, tmp_path, twice=True)
