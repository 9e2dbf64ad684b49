"""What a store answers becomes a sentence with a hint, and never shows what opens the bucket."""

import socket
import ssl

import pytest

from steward.s3.sentences import ANSWERS, answered, unreached

from .buckets import configured


@pytest.mark.parametrize(
    ("code", "state", "what", "hint"),
    [
        ("NoSuchBucket", "missing", "does not exist at s3.example.com", "declare `create: true`"),
        ("AccessDenied", "refused", "the store denies listing", "s3:PutObject and s3:DeleteObject of backups/main/*"),
        ("403", "refused", "the store denies listing", "s3:ListBucket of backups"),
        ("InvalidAccessKeyId", "refused", "does not know the key", "main/far/s3_key,"),
        ("SignatureDoesNotMatch", "refused", "the secret does not belong to the key", "main/far/s3_secret,"),
        ("RequestTimeTooSkewed", "refused", "clocks", "timedatectl"),
        ("PermanentRedirect", "refused", "is not in the region eu-central-1", "declare the `region`"),
        ("AuthorizationHeaderMalformed", "refused", "is not in the region eu-central-1", "declare the `region`"),
        ("BucketAlreadyExists", "refused", "belongs to somebody else", "declare another"),
        ("SlowDown", "unreachable", "it answers SlowDown", "try again"),
    ],
)
def test_an_answer_becomes_a_sentence(code: str, state: str, what: str, hint: str) -> None:
    trouble = answered(configured(), "listing", code)
    assert trouble.state == state
    assert what in trouble.what
    assert hint in trouble.hint


@pytest.mark.parametrize("code", [*ANSWERS, "SomethingNew", ""])
def test_every_sentence_is_whole(code: str) -> None:
    trouble = answered(configured(), "listing", code)
    assert "{" not in trouble.what + trouble.hint
    assert trouble.what[0].islower()
    assert trouble.hint


def test_the_right_region_is_told_where_the_store_tells_it() -> None:
    assert answered(configured(), "listing", "301", region="us-west-2").what.endswith("eu-central-1 but in us-west-2")


def test_what_a_store_repeats_does_not_show_secrets() -> None:
    said = "you sent AKIAEXAMPLE\nand a#secret=with/signs== {state}"
    what = answered(configured(), "writing", "Strange", said).what
    assert what == "the store refuses writing: Strange, you sent ··· and ··· {state}"


def verification(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, f"certificate verify failed: {message}")
    error.verify_code, error.verify_message = code, message
    return error


class CertificateError(ValueError):
    """As urllib3 has one."""


class ReadTimeoutError(Exception):
    """As urllib3 has one."""


@pytest.mark.parametrize(
    ("cause", "what", "hint"),
    [
        (socket.gaierror(-2, "Name or service not known"), "the name s3.example.com does not resolve", "`endpoint`"),
        (ConnectionRefusedError(111, "Connection refused"), "s3.example.com refuses connections", "is the store up"),
        (verification(20, "unable to get issuer"), "is not trusted: unable to get issuer", "declare its `authority`"),
        (verification(10, "certificate has expired"), "is not trusted: certificate has expired", "timedatectl"),
        (verification(62, "Hostname mismatch"), "is not for s3.example.com", "its certificate bears"),
        (CertificateError("hostname 'x' doesn't match"), "is not for s3.example.com", "its certificate bears"),
        (FileNotFoundError(2, "No such file"), "/etc/pgsteward/main/far-store.crt", "declare `authority`"),
        (ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER]"), "does not speak TLS", "port"),
        (TimeoutError(), "does not answer in time", "firewall"),
        (ReadTimeoutError(), "does not answer in time", "firewall"),
        (ConnectionResetError(104, "reset"), "breaks off connections", "TLS"),
        (OSError(113, "No route to host"), "cannot be reached: no route to host", "routes"),
        (ValueError("anything"), "does not answer as an object store does", "S3-compatible"),
    ],
)
def test_why_a_store_was_not_reached_is_told_by_the_first_cause(cause: Exception, what: str, hint: str) -> None:
    try:
        try:
            raise cause
        except Exception as first:
            raise RuntimeError("as botocore wraps it") from first
    except RuntimeError as error:
        trouble = unreached(configured(), error)
    assert what in trouble.what
    assert hint in trouble.hint
    assert (trouble.state, trouble.code) == ("unreachable", 2)


def test_the_style_is_suspected_where_the_name_begins_with_the_bucket() -> None:
    error = socket.gaierror(-2, "Name or service not known")
    assert "path_style: true" in unreached(configured(s3_uri_style="host"), error).hint
    assert "path_style" not in unreached(configured(), error).hint
