"""One bucket by boto3. Old ones must do: Ubuntu 22.04 has 1.20, Debian 12 has 1.26."""

import hashlib
import os
import secrets
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from .configuration import Bucket
from .report import NOT_KNOWN, Rule
from .sentences import answered, unreached
from .trouble import Trouble

CONNECT, READ, ATTEMPTS = 5, 10, 2
"""Seconds for a connection, seconds for an answer, and how often either is tried."""
PROBE = ".pgsteward-probe"


class Elsewhere(Exception):
    """botocore has found the bucket in another region and would go there; pgBackRest would not."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class Store:
    """What a store does with one bucket. Every method raises `Trouble` where it does not do it."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        with self._asking("a connection"):
            self._client = _client(bucket)

    def list(self) -> None:
        """The bucket is there, and this key may list it."""
        with self._asking("listing"):
            self._client.list_objects_v2(Bucket=self.bucket.name, Prefix=self.bucket.prefix, MaxKeys=1)

    def write(self) -> None:
        """An object comes back as it was written, and goes away again."""
        name, body = self.bucket.name, b"pgsteward looks whether it may write here\n"
        key = f"{self.bucket.prefix}{PROBE}-{secrets.token_hex(4)}"
        # A bucket with a default retention wants the sum, which pgBackRest sends with everything, too.
        digest = b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
        with self._asking("writing"):
            version = self._client.put_object(Bucket=name, Key=key, Body=body, ContentMD5=digest).get("VersionId")
        try:
            with self._asking("reading"):
                read = self._client.get_object(Bucket=name, Key=key)["Body"].read()
        finally:
            with self._asking("deleting"):
                self._delete(key, version)
        if read != body:
            hint = "what stands between this host and the store? A repository there would be damaged"
            raise Trouble("refused", "gives back other bytes than were written", hint)

    def make(self) -> bool:
        """The bucket is there; whether it was made by this."""
        try:
            self.list()
        except Trouble as trouble:
            if trouble.state != "missing":
                raise
        else:
            return False
        region = self.bucket.region
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        with self._asking("making it"):
            try:
                self._client.create_bucket(Bucket=self.bucket.name, **where)
            except self._client.exceptions.BucketAlreadyOwnedByYou:
                return False
        return True

    def versioning(self) -> str:
        found = self._told(self._client.get_bucket_versioning)
        status = (found or {}).get("Status", "off")
        return NOT_KNOWN if found is None else {"Enabled": "on"}.get(status, status.lower())

    def lock(self) -> str:
        found = self._told(self._client.get_object_lock_configuration, "ObjectLockConfigurationNotFoundError")
        status = (found or {}).get("ObjectLockConfiguration", {}).get("ObjectLockEnabled")
        return "off" if found == {} else "on" if status == "Enabled" else NOT_KNOWN

    def rules(self) -> Sequence[Rule] | None:
        """The bucket's lifecycle; None where the store does not say."""
        found = self._told(self._client.get_bucket_lifecycle_configuration, "NoSuchLifecycleConfiguration")
        rules: Sequence[Rule] | None = () if found == {} else (found or {}).get("Rules")
        return rules

    def _told(self, ask: Callable[..., Any], none: str = "") -> Any:
        """What the store says of a feature; {} where its error `none` says that there is none, None where nothing does.

        Many stores do not have these calls, and many keys may not make them: that is no trouble.
        """
        try:
            return ask(Bucket=self.bucket.name)
        except Exception as error:  # and some answer something else altogether
            answer = getattr(error, "response", None)
            code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else None
            return {} if none and code == none else None

    def _delete(self, key: str, version: str | None) -> None:
        """For good in a bucket with versions, where this key may do that and no lock forbids it."""
        from botocore.exceptions import ClientError

        if version:
            try:
                self._client.delete_object(Bucket=self.bucket.name, Key=key, VersionId=version)
                return
            except ClientError:
                pass
        self._client.delete_object(Bucket=self.bucket.name, Key=key)

    @contextmanager
    def _asking(self, action: str) -> Iterator[None]:
        """Whatever boto3 raises becomes `Trouble`."""
        try:
            yield
        except (Trouble, ImportError, Elsewhere) as error:
            raise _own(self.bucket, action, error) from None
        except Exception as error:  # an operator never sees a traceback, whatever boto3 comes up with
            answer = getattr(error, "response", None)
            if not isinstance(answer, dict):
                raise unreached(self.bucket, error) from None
            told = answer.get("Error", {})
            code, said, region = (str(told.get(key, "")) for key in ("Code", "Message", "Region"))
            raise answered(self.bucket, action, code, said, region) from None


def _own(bucket: Bucket, action: str, error: Exception) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, Elsewhere):
        return answered(bucket, action, "PermanentRedirect", region=error.region)
    return Trouble("unknown", "boto3 is not installed", "deploy again: pgsteward installs python3-boto3")


def _client(bucket: Bucket) -> Any:
    """A client that knows what pgBackRest knows, and nothing of what this user or machine may have of AWS."""
    _forget()
    import boto3

    session = boto3.Session(bucket.key, bucket.secret, region_name=bucket.region)
    endpoint = f"https://{bucket.endpoint}"
    client = session.client("s3", endpoint_url=endpoint, verify=bucket.authority, config=_config(bucket))
    client.meta.events.register("before-sign.s3", _stay)
    return client


def _forget() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def _config(bucket: Bucket) -> Any:
    from botocore.config import Config

    options = {
        "signature_version": "s3v4",
        "connect_timeout": CONNECT,
        "read_timeout": READ,
        "retries": {"total_max_attempts": ATTEMPTS, "mode": "standard"},
        "proxies": {},  # pgBackRest uses none
        "s3": {"addressing_style": "path" if bucket.path_style else "virtual"},
    }
    try:  # from 1.36 on it sends sums that many stores do not understand, unless told not to
        return Config(**options, request_checksum_calculation="when_required")
    except TypeError:
        return Config(**options)


def _stay(request: Any, **_: Any) -> None:
    """Raises `Elsewhere` where botocore follows a redirection to another region."""
    context = request.context
    if context.get("s3_redirected") or context.get("s3_redirect", {}).get("redirected"):
        raise Elsewhere(context.get("signing", {}).get("region", ""))
