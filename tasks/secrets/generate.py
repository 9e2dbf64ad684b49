"""New secrets: passwords that nobody has to type, and a small authority for the environment's certificates."""

import string
from datetime import UTC, datetime, timedelta
from secrets import choice

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fleet.secrets import AUTHORITY

from .secret import Secret

LENGTH = 40  # of 62 letters: 238 bits, and nothing that a shell, a URL or a passfile would have to escape
LETTERS = string.ascii_letters + string.digits
LIFETIME = timedelta(days=3653)  # ten years


def generated(name: str, environment: str) -> Secret:
    """A new value for the secret `name` of the environment of that name."""
    return authority(environment, datetime.now(UTC)) if name == AUTHORITY else password()


def password() -> Secret:
    return Secret("".join(choice(LETTERS) for _ in range(LENGTH)))


def authority(environment: str, now: datetime) -> Secret:
    """An ECDSA P-256 key and its own certificate, PEM, good for ten years; it can issue certificates of hosts only."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _certificate(key, environment, now)
    pem, pkcs8, plain = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Secret((key.private_bytes(pem, pkcs8, plain) + certificate.public_bytes(pem)).decode())


def _certificate(key: ec.EllipticCurvePrivateKey, environment: str, now: datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "pgsteward"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{environment[:48]} authority"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # hosts' clocks differ
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _usage() -> x509.KeyUsage:
    """Signs certificates and revocation lists, and nothing else."""
    others = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    return x509.KeyUsage(
        key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False, **dict.fromkeys(others, False)
    )
