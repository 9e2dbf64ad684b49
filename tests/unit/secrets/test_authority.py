"""The authority that is generated issues certificates that PostgreSQL's clients verify."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from fleet.secrets import fault
from tasks.authority import Authority
from tasks.secrets.generate import authority, generated, password

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)


def test_its_text_is_what_certificates_are_issued_from(tmp_path: Path) -> None:
    text = generated("authority", "prod").reveal()
    assert not fault("authority", text)
    mine = Authority(text)
    certificate, _ = mine.issue("pg1", ("pg1", "192.0.2.11"), 365, datetime.now(UTC))
    (tmp_path / "ca.pem").write_text(mine.pem)
    (tmp_path / "pg1.pem").write_text(certificate)
    verify = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "pg1"]
    done = subprocess.run([*verify, "-CAfile", "ca.pem", "pg1.pem"], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "pg1.pem: OK\n", done.stderr


def test_it_names_its_environment_and_lasts_ten_years() -> None:
    certificate = x509.load_pem_x509_certificate(authority("prod", NOW).reveal().encode())
    assert "prod" in certificate.subject.rfc4514_string()
    assert certificate.not_valid_after_utc - NOW >= timedelta(days=3650)
    assert certificate.not_valid_before_utc < NOW
    constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical and constraints.value.ca and constraints.value.path_length == 0


def test_a_password_is_long_random_and_needs_no_quotes() -> None:
    passwords = {password().reveal() for _ in range(50)}
    assert len(passwords) == 50
    assert all(len(one) == 40 and one.isascii() and one.isalnum() for one in passwords)
