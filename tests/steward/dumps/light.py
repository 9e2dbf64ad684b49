"""A restic repository whose password is quick to check: restic's own choice costs half a second at each of its runs.

The key file is written anew with scrypt at its least, N = 2: the master key in it and all else are restic's own.
Source: restic's design document, "Keys, Encryption and MAC" (AES-256-CTR, Poly1305-AES over the ciphertext).
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.poly1305 import Poly1305

BLOCK = 16
LEAST = {"N": 2, "r": 8, "p": 1}


def copy_repository(target: Path, password: str) -> None:
    """An empty repository, at `target`."""
    shutil.copytree(empty_repository(password), target)


@cache
def empty_repository(password: str) -> Path:
    """One that is made once for all tests of a process."""
    directory = Path(mkdtemp(prefix="restic-light-"))
    environment = os.environ | {"RESTIC_REPOSITORY": str(directory), "RESTIC_PASSWORD": password}
    subprocess.run(["restic", "--no-cache", "init"], env=environment, capture_output=True, check=True)
    lighten(directory, password)
    return directory


def lighten(repository: Path, password: str) -> None:
    """Replaces the repository's only key."""
    [path] = (repository / "keys").iterdir()
    document = json.loads(path.read_text(encoding="utf-8"))
    salt, data = (base64.b64decode(document[name]) for name in ("salt", "data"))
    master = decrypted(derived(password, salt, document), data)
    document |= LEAST
    sealed = encrypted(derived(password, salt, document), master)
    text = json.dumps(document | {"data": base64.b64encode(sealed).decode()}).encode()
    path.unlink()
    (path.parent / hashlib.sha256(text).hexdigest()).write_bytes(text)


def derived(password: str, salt: bytes, document: dict[str, int]) -> bytes:
    """Three keys in 64 bytes: 32 for AES-256, 16 for AES-128 of the nonce, 16 for Poly1305."""
    cost = {"n": document["N"], "r": document["r"], "p": document["p"]}
    return hashlib.scrypt(password.encode(), salt=salt, **cost, maxmem=1 << 30, dklen=64)


def decrypted(key: bytes, data: bytes) -> bytes:
    nonce, body, seal = data[:BLOCK], data[BLOCK:-BLOCK], data[-BLOCK:]
    assert mac(key, nonce, body) == seal
    return counted(key, nonce, body)


def encrypted(key: bytes, text: bytes) -> bytes:
    nonce = os.urandom(BLOCK)
    body = counted(key, nonce, text)
    return nonce + body + mac(key, nonce, body)


def counted(key: bytes, nonce: bytes, text: bytes) -> bytes:
    """AES-256 in counter mode, which is its own inverse."""
    return Cipher(algorithms.AES(key[:32]), modes.CTR(nonce)).encryptor().update(text)


def mac(key: bytes, nonce: bytes, body: bytes) -> bytes:
    pad = Cipher(algorithms.AES(key[32:48]), modes.ECB()).encryptor().update(nonce)
    return Poly1305.generate_tag(key[48:] + pad, body)
