"""Certificates: what the environment's authority issues, and what is refused of what others supply."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from fleet.problem import Refused
from tasks.authority import Authority, fault, supplied_fault
from tasks.secrets import generate

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NAMES = ("pg1", "db.example.com", "192.0.2.11", "2001:db8::11")


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(generate.authority("test", NOW).reveal())


@pytest.fixture(scope="module")
def issued(authority: Authority) -> tuple[str, str]:
    return authority.issue("pg1", NAMES, 365, NOW)


def test_what_was_issued_need_not_be_replaced(authority: Authority, issued: tuple[str, str]) -> None:
    assert fault(issued[0], authority.certificate, NAMES, NOW) == ""
    assert fault(issued[0], authority.certificate, NAMES, NOW + timedelta(days=334)) == ""


@pytest.mark.parametrize(
    ("names", "later", "why"),
    [
        (NAMES, timedelta(days=336), "ends on 2027-11-21"),
        ((*NAMES, "new.example.com"), timedelta(), "is for other names"),
        (NAMES[:-1], timedelta(), "is for other names"),
    ],
)
def test_a_certificate_is_replaced_in_time_and_for_new_names(
    authority: Authority, issued: tuple[str, str], names: tuple[str, ...], later: timedelta, why: str
) -> None:
    assert fault(issued[0], authority.certificate, names, NOW + later) == why


def test_a_short_lived_certificate_is_replaced_in_its_last_third(authority: Authority) -> None:
    certificate, _ = authority.issue("pg1", NAMES, 9, NOW)
    assert fault(certificate, authority.certificate, NAMES, NOW + timedelta(days=5)) == ""
    assert fault(certificate, authority.certificate, NAMES, NOW + timedelta(days=7)).startswith("ends on")


def test_none_a_broken_one_and_a_strangers_are_replaced(authority: Authority, issued: tuple[str, str]) -> None:
    stranger = Authority(generate.authority("stranger", NOW).reveal())
    assert fault("", authority.certificate, NAMES, NOW) == "is not there yet"
    assert fault("nonsense", authority.certificate, NAMES, NOW) == "is not of this environment's authority"
    assert fault(issued[0], stranger.certificate, NAMES, NOW) == "is not of this environment's authority"


def test_an_authority_that_cannot_issue_is_refused_without_repeating_it() -> None:
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    one, other = (generate.authority(name, NOW).reveal() for name in ("one", "other"))
    end = "-----END PRIVATE KEY-----\n"
    mixed = one.split(end)[0] + end + other.split(end)[1]
    for pem in ("nonsense", one.replace("M", "N"), key.decode() + one.split(end)[1], mixed):
        with pytest.raises(Refused, match="HINT:") as refusal:
            Authority(pem)
        assert all(line not in str(refusal.value) for line in pem.splitlines()[1:])


def test_what_an_owner_supplies_has_to_fit_the_node(authority: Authority, issued: tuple[str, str]) -> None:
    certificate, key = issued
    _, foreign = authority.issue("pg2", ("pg2",), 365, NOW)
    assert supplied_fault(certificate, key, "pg1", NOW) == ""
    assert supplied_fault(certificate, key, "pg2", NOW) == "the certificate is not for pg2: standbys verify that name"
    assert supplied_fault(certificate, foreign, "pg1", NOW) == "the key is not the certificate's"
    assert supplied_fault("nonsense", key, "pg1", NOW) == "the certificate or its key cannot be read as PEM"
    assert supplied_fault(certificate, key, "pg1", NOW + timedelta(days=400)) == "the certificate ended on 2027-11-21"


def test_a_wildcard_covers_the_names_below_it(authority: Authority) -> None:
    certificate, key = authority.issue("any", ("*.example.com",), 365, NOW)
    assert supplied_fault(certificate, key, "pg1.example.com", NOW) == ""
    assert supplied_fault(certificate, key, "pg1.other.com", NOW) != ""
