"""SCRAM-SHA-256 verifiers, as PostgreSQL keeps them in place of passwords.

A verifier is computed here, so that a password never travels; the salt comes in as an argument. Whether a password is
the one in use is told from the salt, the iterations and the SHA-256 of the verifier: no verifier travels back either.
Sources: RFC 5802 section 3, RFC 7677, RFC 4013 (SASLprep); PostgreSQL's scram-common.c and saslprep.c.
"""

import hashlib
import hmac
import stringprep
import unicodedata
from base64 import b64decode, b64encode
from dataclasses import dataclass

ITERATIONS = 4096
_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,  # unassigned in Unicode 3.2: emoji, among others
)


@dataclass(frozen=True)
class SeenPassword:
    """What a snapshot tells of a stored password.

    `salt` is base64 as in the verifier, `sha256` the hex digest of the whole verifier. For a password that is not
    stored as SCRAM-SHA-256 both are empty and `iterations` is 0.
    """

    salt: str
    iterations: int
    sha256: str


def verifier(password: str, salt: bytes, iterations: int = ITERATIONS) -> str:
    """`SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey`; raises ValueError for an empty password or a NUL."""
    if not password:
        raise ValueError("a password cannot be empty")
    if "\0" in password:
        raise ValueError("a password cannot hold a NUL character")
    salted = hashlib.pbkdf2_hmac("sha256", prepared(password), salt, iterations)
    stored = hashlib.sha256(_hmac(salted, b"Client Key")).digest()
    server = _hmac(salted, b"Server Key")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored)}:{_base64(server)}"


def matches(password: str, seen: SeenPassword) -> bool:
    """Whether `password` is the one that was seen."""
    if not seen.iterations:
        return False
    wanted = verifier(password, b64decode(seen.salt), seen.iterations)
    return hmac.compare_digest(hashlib.sha256(wanted.encode()).hexdigest(), seen.sha256)


def prepared(password: str) -> bytes:
    """The bytes that are hashed: after SASLprep or, where that is not defined, as they are."""
    if password.isascii():
        return password.encode()
    mapped = "".join(map(_mapped, password))
    if not mapped or any(prohibited(letter) for letter in mapped for prohibited in _PROHIBITED) or not _bidi(mapped):
        return password.encode()
    return unicodedata.normalize("NFKC", mapped).encode()


def _mapped(letter: str) -> str:
    if stringprep.in_table_c12(letter):  # first: the zero width space is in both tables, and PostgreSQL's is a space
        return " "
    return "" if stringprep.in_table_b1(letter) else letter


def _bidi(text: str) -> bool:
    """Whether right-to-left text is as RFC 3454 section 6 wants it. Like PostgreSQL, before it is normalised."""
    if not any(map(stringprep.in_table_d1, text)):
        return True
    ends = stringprep.in_table_d1(text[0]) and stringprep.in_table_d1(text[-1])
    return ends and not any(map(stringprep.in_table_d2, text))


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
