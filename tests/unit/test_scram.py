"""Verifiers as the RFCs and PostgreSQL have them. That PostgreSQL agrees on any text is proven in `tests/sql`."""

import hashlib
import hmac
from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.scram import SeenPassword, matches, prepared, verifier

SALT = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")


def seen(password: str, salt: bytes = SALT, iterations: int = 4096) -> SeenPassword:
    text = verifier(password, salt, iterations)
    return SeenPassword(text.split("$")[1].split(":")[1], iterations, hashlib.sha256(text.encode()).hexdigest())


def test_the_example_of_rfc_7677_is_verified() -> None:
    nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    message = f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={nonce}".encode()
    keys = verifier("pencil", SALT).split("$")[2].split(":")
    stored, server = (b64decode(key) for key in keys)
    assert hmac.digest(server, message, "sha256") == b64decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")
    proof = b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    signature = hmac.digest(stored, message, "sha256")
    client = bytes(one ^ other for one, other in zip(proof, signature, strict=True))
    assert hashlib.sha256(client).digest() == stored


def test_a_verifier_says_how_it_was_made() -> None:
    assert verifier("x", SALT, 5000).startswith("SCRAM-SHA-256$5000:W22ZaJ0SNY7soEsUEjb6gQ==$")


@pytest.mark.parametrize(
    ("password", "bytes_hashed"),
    [
        ("plain \x01", b"plain \x01"),
        ("I\u00adX", b"IX"),
        ("\u00aa", b"a"),
        ("\u2168", b"IX"),
        ("a\u00a0b\u200bc", b"a b c"),
        ("Zoe\u0308", "Zo\u00eb".encode()),
        ("\u00ad", "\u00ad".encode()),
        ("\ue000", "\ue000".encode()),
        ("\U0001f511", "\U0001f511".encode()),
        ("\u0627\u0031", "\u0627\u0031".encode()),
        ("\u0627\u0031\u0628", "\u0627\u0031\u0628".encode()),
        ("\u0627\u00aa\u0628", "\u0627\u00aa\u0628".encode()),
    ],
    ids=ascii,
)
def test_a_password_is_prepared_as_rfc_4013_says_and_else_taken_as_it_is(password: str, bytes_hashed: bytes) -> None:
    assert prepared(password) == bytes_hashed


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1), st.binary(min_size=8))
def test_a_password_matches_itself_and_no_other(password: str, salt: bytes) -> None:
    assert matches(password, seen(password, salt, 1))
    assert not matches(password + "x", seen(password, salt, 1))


def test_a_password_that_is_not_stored_as_scram_matches_nothing() -> None:
    assert not matches("x", SeenPassword("", 0, ""))


@pytest.mark.parametrize("password", ["", "a\0b"])
def test_what_postgresql_cannot_take_is_refused_without_being_repeated(password: str) -> None:
    with pytest.raises(ValueError, match=r"a password cannot (be empty|hold a NUL)") as error:
        verifier(password, SALT)
    assert "a\0b" not in str(error.value)
