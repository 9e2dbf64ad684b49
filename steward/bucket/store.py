"""What a repository's bucket can and may be used for."""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

from ..s3.bucket import Bucket
from ..s3.client import Patience, asking, client, sum_of
from ..s3.trouble import Trouble
from .report import NOT_KNOWN, Rule

PATIENCE = Patience(connect=5, read=10, attempts=2)
PROBE = ".pgsteward-probe"


class Store:
    """What a store does with one bucket. Every method raises `Trouble` where it does not do it."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        with asking(self.bucket, "a connection"):
            self._client = client(bucket, PATIENCE)

    def list(self) -> None:
        """The bucket is there, and this key may list it."""
        with asking(self.bucket, "listing"):
            self._client.list_objects_v2(Bucket=self.bucket.name, Prefix=self.bucket.prefix, MaxKeys=1)

    def write(self) -> None:
        """An object comes back as it was written, and goes away again."""
        name, body = self.bucket.name, b"pgsteward looks whether it may write here\n"
        key = f"{self.bucket.prefix}{PROBE}-{secrets.token_hex(4)}"
        # A bucket with a default retention wants the sum, which pgBackRest sends with everything, too.
        with asking(self.bucket, "writing"):
            version = self._client.put_object(Bucket=name, Key=key, Body=body, ContentMD5=sum_of(body)).get("VersionId")
        try:
            with asking(self.bucket, "reading"):
                read = self._client.get_object(Bucket=name, Key=key)["Body"].read()
        finally:
            with asking(self.bucket, "deleting"):
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
        where: dict[str, Any] = {"ObjectLockEnabledForBucket": True} if self.bucket.locked else {}
        where |= {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        with asking(self.bucket, "making it"):
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
