"""A client of one bucket by boto3. Old ones must do: Ubuntu 22.04 has 1.20, Debian 12 has 1.26."""

import hashlib
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from .bucket import Bucket
from .sentences import answered, unreached
from .trouble import Trouble


@dataclass(frozen=True)
class Patience:
    """Seconds for a connection, seconds for an answer, and how often either is tried."""

    connect: float
    read: float
    attempts: int


class Elsewhere(Exception):
    """botocore has found the bucket in another region and would go there; pgBackRest would not."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        self.region = region


class Client:
    """One bucket, asked in boto3's words. Whatever goes wrong is `Trouble`."""

    def __init__(self, bucket: Bucket, patience: Patience) -> None:
        self.bucket = bucket
        with asking(bucket, "a connection"):
            self._client = client(bucket, patience)

    def ask(self, action: str, method: str, **words: Any) -> Any:
        """The answer; `action` says what for."""
        with asking(self.bucket, action):
            return getattr(self._client, method)(Bucket=self.bucket.name, **words)

    def pages(self, action: str, method: str, key: str, **words: Any) -> Iterator[Any]:
        """What the pages of an answer hold under `key`."""
        with asking(self.bucket, action):
            for answer in self._client.get_paginator(method).paginate(Bucket=self.bucket.name, **words):
                yield from answer.get(key, ())

    def read(self, action: str, body: Any, size: "int | None" = None) -> bytes:
        """Up to so many bytes of an object's body, or all. Never -1: old urllib3 waits until the store hangs up."""
        with asking(self.bucket, action):
            data: bytes = body.read(size)
            return data


@contextmanager
def asking(bucket: Bucket, action: str) -> Iterator[None]:
    """Whatever boto3 raises becomes `Trouble`."""
    try:
        yield
    except (Trouble, ImportError, Elsewhere) as error:
        raise _own(bucket, action, error) from None
    except Exception as error:  # an operator never sees a traceback, whatever boto3 comes up with
        answer = getattr(error, "response", None)
        if not isinstance(answer, dict):
            raise unreached(bucket, error) from None
        told = answer.get("Error", {})
        code, said, region = (str(told.get(key, "")) for key in ("Code", "Message", "Region"))
        raise answered(bucket, action, code, said, region) from None


def sum_of(body: bytes) -> str:
    """The sum that a store compares with what has arrived (`Content-MD5`): the one that every store understands."""
    return b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()


def _own(bucket: Bucket, action: str, error: Exception) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, Elsewhere):
        return answered(bucket, action, "PermanentRedirect", region=error.region)
    return Trouble("unknown", "boto3 is not installed", "deploy again: pgsteward installs python3-boto3")


def client(bucket: Bucket, patience: Patience) -> Any:
    """A client that knows what was declared, and nothing of what this user or machine may have of AWS.

    May raise whatever boto3 does: call it within `asking`.
    """
    _forget()
    import boto3
    from botocore.session import get_session

    core = get_session()
    core.register_component("data_loader", _loader())
    session = boto3.Session(bucket.key, bucket.secret, region_name=bucket.region, botocore_session=core)
    endpoint = f"https://{bucket.endpoint}"
    made = session.client("s3", endpoint_url=endpoint, verify=bucket.authority, config=_config(bucket, patience))
    made.meta.events.register("before-sign.s3", _stay)
    return made


@cache
def _loader() -> Any:
    """What knows botocore's description of S3, which takes a third of a second to read: once for all clients."""
    from botocore.loaders import create_loader

    return create_loader()


def _forget() -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull


def _config(bucket: Bucket, patience: Patience) -> Any:
    from botocore.config import Config

    options = {
        "signature_version": "s3v4",
        "connect_timeout": patience.connect,
        "read_timeout": patience.read,
        "retries": {"total_max_attempts": patience.attempts, "mode": "standard"},
        "proxies": {},  # pgBackRest uses none
        "s3": {"addressing_style": "path" if bucket.path_style else "virtual"},
    }
    sums = dict.fromkeys(("request_checksum_calculation", "response_checksum_validation"), "when_required")
    try:  # from 1.36 on it sends and wants sums that many stores do not understand, unless told not to
        return Config(**options, **sums)
    except TypeError:
        return Config(**options)


def _stay(request: Any, **_: Any) -> None:
    """Raises `Elsewhere` where botocore follows a redirection to another region."""
    context = request.context
    if context.get("s3_redirected") or context.get("s3_redirect", {}).get("redirected"):
        raise Elsewhere(context.get("signing", {}).get("region", ""))
