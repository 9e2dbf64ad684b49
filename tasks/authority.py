"""The environment's own small certificate authority: what it issues, and what is wrong with what was issued."""

from datetime import datetime, timedelta
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fleet.problem import Problem, Refused

RENEW_BEFORE = timedelta(days=30)


class Authority:
    """An authority, from the PEM text that holds its key and its certificate."""

    def __init__(self, pem: str) -> None:
        """Raises `Refused` where `pem` does not hold a key and its certificate; nothing of it is repeated."""
        try:
            self.certificate = x509.load_pem_x509_certificate(pem.encode())
            key = serialization.load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise unusable("holds no key and certificate that can be read") from None
        if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            raise unusable("is neither an elliptic curve's key nor RSA's")
        if key.public_key() != self.certificate.public_key():
            raise unusable("holds a certificate that is not its key's")
        self._key = key

    @property
    def pem(self) -> str:
        """Its certificate alone, which is no secret."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, name: str, names: tuple[str, ...], days: int, now: datetime) -> tuple[str, str]:
        """(certificate, key), both PEM, for the node `name`; good for all of `names`, for so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        certificate = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))  # hosts' clocks differ
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.SubjectAlternativeName(general_names(names)), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(purposes, critical=False)
            .add_extension(issuer, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM).decode(), private_pem(key)


def unusable(what: str) -> Refused:
    hint = "restore it from where it is kept; a new one means new certificates everywhere (make secrets makes one)"
    return Refused("the secrets", [Problem("secrets: authority", what, hint)])


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def general_names(names: tuple[str, ...]) -> list[x509.GeneralName]:
    """DNS names and IP addresses as a certificate holds them."""
    return [general_name(name) for name in names]


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def fault(pem: str, authority: x509.Certificate, names: tuple[str, ...], now: datetime) -> str:
    """Why the certificate in `pem` has to be replaced; empty when it need not be."""
    if not pem:
        return "is not there yet"
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError):
        return "is not of this environment's authority"
    lifetime = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    if certificate.not_valid_after_utc - now < min(RENEW_BEFORE, lifetime / 3):
        return f"ends on {certificate.not_valid_after_utc:%Y-%m-%d}"
    seen = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return "" if list(seen) == general_names(names) else "is for other names"


def supplied_fault(pem: str, key: str, name: str, now: datetime) -> str:
    """What is wrong with a certificate and a key that their owner supplies for the node `name`; empty if nothing."""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        private = serialization.load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return "the certificate or its key cannot be read as PEM"
    if private.public_key() != certificate.public_key():
        return "the key is not the certificate's"
    if certificate.not_valid_after_utc <= now:
        return f"the certificate ended on {certificate.not_valid_after_utc:%Y-%m-%d}"
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return "the certificate is for no name (no subjectAltName)"
    known = names.get_values_for_type(x509.DNSName)
    covered = name in known or any(one == "*." + name.partition(".")[2] for one in known)
    return "" if covered else f"the certificate is not for {name}: standbys verify that name"
