"""What a store answers, and why one could not be asked, in sentences without secrets."""

import socket
import ssl
from collections.abc import Iterator

from .bucket import Bucket
from .trouble import Trouble

REGION = (
    "refused",
    "is not in the region {region}{elsewhere}",
    "declare the `region` that the bucket is in, and deploy",
)
DENIED = (
    "refused",
    "the store denies {action}",
    "allow this key s3:ListBucket of {name}, and s3:GetObject, s3:PutObject and s3:DeleteObject of {name}/{prefix}*",
)
SKEWED = (
    "refused",
    "the clocks of this host and of the store are too far apart",
    "`timedatectl` shows whether this host's clock is synchronized",
)
UNWELL = ("unreachable", "the store is not well: it answers {code}", "try again; the store's own status says more")
ODD = (
    "unreachable",
    "{endpoint} answers {code}, as no healthy object store does",
    "try again; is the `endpoint` that of an S3-compatible store?",
)
MISSING = (
    "missing",
    "does not exist at {endpoint}",
    "is the name right? Make it, or declare `create: true` of its `s3` and deploy",
)
WRONG_KEY = (
    "refused",
    "the store does not know the key",
    "correct the secret {cluster}/{repository}/s3_key, and deploy",
)
WRONG_SECRET = (
    "refused",
    "the secret does not belong to the key",
    "correct the secret {cluster}/{repository}/s3_secret, and deploy",
)
ANSWERS = {
    "NoSuchBucket": MISSING,
    "AccessDenied": DENIED,
    "AllAccessDisabled": DENIED,
    "AccountProblem": DENIED,
    "403": DENIED,
    "InvalidAccessKeyId": WRONG_KEY,
    "SignatureDoesNotMatch": WRONG_SECRET,
    "RequestTimeTooSkewed": SKEWED,
    "RequestExpired": SKEWED,
    "PermanentRedirect": REGION,
    "TemporaryRedirect": REGION,
    "301": REGION,
    "307": REGION,
    "AuthorizationHeaderMalformed": REGION,
    "IllegalLocationConstraintException": REGION,
    "InvalidLocationConstraint": REGION,
    "InvalidRegion": REGION,
    "BucketAlreadyExists": (
        "refused",
        "belongs to somebody else",
        "bucket names are shared by all of a store: declare another",
    ),
    "InvalidBucketName": ("refused", "the store does not take this name", "declare another `bucket`, and deploy"),
    "TooManyBuckets": ("refused", "this account may have no more buckets", "delete one, or have the limit raised"),
    "SlowDown": UNWELL,
    "ServiceUnavailable": UNWELL,
    "InternalError": UNWELL,
    "500": ODD,
    "502": ODD,
    "503": ODD,
    "504": ODD,
}
OTHER = ("refused", "the store refuses {action}: {code}{said}", "the store's own documentation knows this code")


def answered(bucket: Bucket, action: str, code: str, said: str = "", region: str = "") -> Trouble:
    """What the store's error `code` means for us. `said`: its own words. `region`: the right one, where it told."""
    state, what, hint = ANSWERS.get(code, OTHER)
    elsewhere = f" but in {region}" if region else ""
    own = f", {said}" if said and said != code else ""
    values = dict(vars(bucket), prefix=bucket.prefix, action=action, code=code, said=own, elsewhere=elsewhere)
    return Trouble(state, hidden(what.format(**values), bucket), hint.format(**values), code)


def hidden(text: str, bucket: Bucket) -> str:
    """The text without what opens the bucket, and on one line: a store may repeat what it was sent."""
    for value in (bucket.secret, bucket.key):
        text = text.replace(value, "···")
    return " ".join(text.split())


def unreached(bucket: Bucket, error: BaseException) -> Trouble:
    """Why the store could not be asked, by the first of the exceptions that led to `error` that tells us something."""
    for one in causes(error):
        if trouble := _tls(bucket, one) or _network(bucket, one):
            return trouble
    what = f"{bucket.endpoint} does not answer as an object store does: {type(error).__name__}"
    return Trouble("unreachable", what, "is the `endpoint` that of an S3-compatible store?")


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and those that led to it, the first one first."""
    if error is not None:
        yield from causes(error.__cause__ or error.__context__)
        yield error


def _tls(bucket: Bucket, error: BaseException) -> Trouble | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _unverified(bucket, error)
    if type(error).__name__ == "CertificateError":  # urllib3's own, by which it compares names
        return _misnamed(bucket)
    if isinstance(error, FileNotFoundError | PermissionError):
        what = f"{bucket.authority}, which the store's certificate is verified by, cannot be read: {_reason(error)}"
        return Trouble("unreachable", what, "install ca-certificates, or declare `authority`, and deploy")
    if isinstance(error, ssl.SSLError):
        reason = (getattr(error, "reason", None) or "no reason given").lower().replace("_", " ")
        if "no certificate" in reason:
            return Trouble("unreachable", f"{bucket.authority} holds no certificate", "correct `authority`, and deploy")
        return Trouble("unreachable", f"{bucket.host} does not speak TLS: {reason}", "is its port in `endpoint`?")
    return None


def _network(bucket: Bucket, error: BaseException) -> Trouble | None:
    host = bucket.host
    if isinstance(error, socket.gaierror):
        return Trouble("unreachable", f"the name {host} does not resolve", _style(bucket, "is the `endpoint` right?"))
    if isinstance(error, ConnectionRefusedError):
        return Trouble("unreachable", f"{host} refuses connections", "is the store up, and its port in `endpoint`?")
    if isinstance(error, ConnectionError):
        return Trouble("unreachable", f"{host} breaks off connections", "is it an object store that speaks TLS?")
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
        return Trouble("unreachable", f"{host} does not answer in time", "does a firewall stand between?")
    if isinstance(error, OSError) and error.errno:
        what = f"{host} cannot be reached: {_reason(error)}"
        return Trouble("unreachable", what, "do routes and firewalls let this host out?")
    return None


def _reason(error: OSError) -> str:
    return (error.strerror or "no reason given").lower()


def _unverified(bucket: Bucket, error: ssl.SSLCertVerificationError) -> Trouble:
    if error.verify_code in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, …_IP_ADDRESS_MISMATCH
        return _misnamed(bucket)
    reason = error.verify_message or "no reason given"
    if error.verify_code in (9, 10):  # not yet valid, expired
        hint = "`timedatectl` shows whether this host's clock is right; otherwise the store needs a new certificate"
    else:
        hint = "declare its `authority` in its `s3`, and deploy"
    return Trouble("unreachable", f"the certificate of {bucket.host} is not trusted: {reason}", hint)


def _misnamed(bucket: Bucket) -> Trouble:
    hint = _style(bucket, "is the `endpoint` a name that its certificate bears?")
    return Trouble("unreachable", f"the certificate of the store is not for {bucket.host}", hint)


def _style(bucket: Bucket, hint: str) -> str:
    return hint if bucket.path_style else f"{hint} A store that wants the bucket in the path needs `path_style: true`"
