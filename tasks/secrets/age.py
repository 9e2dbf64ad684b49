"""age: a file that only the holders of its keys can read. Identities of age itself, or SSH keys without passphrase."""

from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import pyrage
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from fleet.problem import Problem, Refused

from .files import guarded, refusal, untracked
from .secret import Secret
from .sheet import sealed

ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
SSH = "-----BEGIN"
HINT = "name a file that age-keygen has written, or an SSH private key (ed25519 or RSA) without passphrase"


def decrypted(content: bytes, identity: Path, source: str) -> Secret:
    """The plain text; raises `Refused` if the identity is not one of the file's recipients."""
    try:
        return sealed(pyrage.decrypt(content, identities(identity)))
    except pyrage.DecryptError:
        hint = f"is {identity} the right file? if it is, ask one of the recipients to add your key"
    raise Refused(source, [Problem("the file", f"cannot be decrypted with {identity}", hint)])


def opened(sealed: IO[bytes], out: IO[bytes], identity: Path, source: str) -> None:
    """Writes the plain text, however long it is; raises `Refused` if the identity is not one of its recipients."""
    try:
        pyrage.decrypt_io(sealed, out, identities(identity))
    except pyrage.DecryptError as error:
        hint = f"is {identity} the identity of one of those it was encrypted to?"
        raise Refused(source, [Problem("the file", f"cannot be decrypted: {error}".lower(), hint)]) from None


def encrypted(plain: Secret, identity: Path, recipients: Sequence[str], armored: bool) -> bytes:
    """The bytes as the identity itself and the declared recipients can decrypt them."""
    keys = [*_own_keys(identity), *(_key(text, index) for index, text in enumerate(recipients))]
    return bytes(pyrage.encrypt(plain.reveal().encode(), keys, armored=armored))


def identities(path: Path) -> list[Any]:
    """The identities in the file; raises `Refused` where there is none, or where others can read it."""
    return _usable(path, _read_identities(_content(path)))


def _own_keys(path: Path) -> list[Any]:
    """The public keys that belong to the identity."""
    return _usable(path, _read_keys(_content(path)))


def _content(identity: Path) -> Secret:
    content = guarded(identity)
    if content is None:
        raise refusal(identity, "does not exist", HINT)
    untracked(identity)
    return sealed(content)


def _usable(path: Path, found: list[Any]) -> list[Any]:
    if not found:
        raise refusal(path, "is no identity that can be used", HINT)
    return found


def _read_identities(content: Secret) -> list[Any]:
    """The identities in a file; empty where it holds something else."""
    text = content.reveal().strip()
    try:
        if text.startswith(SSH):
            return [pyrage.ssh.Identity.from_buffer(f"{text}\n".encode())]
        return [pyrage.x25519.Identity.from_str(line) for line in text.splitlines() if line and line[0] != "#"]
    except pyrage.IdentityError:
        return []


def _read_keys(content: Secret) -> list[Any]:
    text = content.reveal().strip()
    if not text.startswith(SSH):
        return [identity.to_public() for identity in _read_identities(content)]
    try:
        public = serialization.load_ssh_private_key(f"{text}\n".encode(), password=None).public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return []
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return [pyrage.ssh.Recipient.from_str(line.decode())]


def _key(text: str, index: int) -> Any:
    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except pyrage.RecipientError:
        hint = "write an age public key (age1…) or an SSH one (ssh-ed25519 …, ssh-rsa …)"
        raise Refused("secrets", [Problem(f"secrets.recipients[{index}]", "is no public key", hint)]) from None
