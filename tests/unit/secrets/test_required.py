"""Which secrets an environment needs, and how their values look."""

import pytest

from fleet.environment import load
from fleet.secrets import can_generate, fault, required, variable

from .conftest import CLUSTERS, NAMES

KEY = "-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----\n"
CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"


def test_an_environment_needs_its_authority_and_a_password_for_each_login() -> None:
    assert required(load(f"secrets: {{from: environment}}\n{CLUSTERS}", "x")) == NAMES


def test_supplied_certificates_need_their_keys_instead_of_the_authority() -> None:
    tls = "tls: {from: files, authority: ca.pem, certificate: 'tls/{node}.pem'}"
    text = f"secrets: {{from: environment}}\n{tls}\n{CLUSTERS}"
    repository = "      pg2: {address: 192.0.2.12, duty: standby}\n      b1: {address: 192.0.2.21, duty: repository}\n"
    text = text.replace("      pg2: {address: 192.0.2.12, duty: standby}\n", repository)
    assert required(load(text, "x")) == ("tls/pg1", "tls/pg2", *NAMES[1:])
    assert not can_generate("tls/pg1")


def test_a_variable_has_letters_digits_and_underscores_only() -> None:
    assert variable("main/shop-app.2", "PROD_") == "PROD_MAIN_SHOP_APP_2"


@pytest.mark.parametrize("password", ["x", "it's", 'a"b', "a\\b", " a b ", "pässwört", "a:b", "😀"])
def test_a_password_may_be_any_line(password: str) -> None:
    assert not fault("main/app", password)


@pytest.mark.parametrize(("value", "reason"), [("", "is empty"), ("a\nb", "more than one line"), ("a\x00", "control")])
def test_a_password_that_could_not_be_typed_is_refused(value: str, reason: str) -> None:
    assert reason in fault("main/app", value)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("authority", KEY + CERTIFICATE, ""),
        ("authority", KEY, "no certificate"),
        ("authority", CERTIFICATE, "no private key"),
        ("tls/pg1", KEY, ""),
        ("tls/pg1", " \n", "is empty"),
        ("tls/pg1", KEY.replace("BEGIN", "BEGIN ENCRYPTED"), "passphrase"),
    ],
)
def test_a_key_must_be_one(name: str, value: str, reason: str) -> None:
    assert bool(fault(name, value)) == bool(reason)
    assert reason in fault(name, value)
