"""Archiving and backups of a cluster: where to, how long, how often."""

from typing import Annotated, Literal

from pydantic import Field

from .declared import Declared
from .shape import Between
from .words import Directory, HostName, Name, Seconds, Text, Times, Truth, Whole


class Retention(Declared):
    """How many backups a repository keeps. What is older goes when a newer one is there."""

    full: Annotated[Whole, Between(1, 999)] = Field(2, examples=[2])
    """Full backups: their number, or, where `by` is days, for how many days a full one is kept that is needed to reach
    back so far."""
    by: Literal["number", "days"] = Field("number", examples=["number"])
    """What `full` counts."""
    differential: Annotated[Whole, Between(1, 999)] | None = Field(None, examples=[6])
    """Differential backups. Without it: all since the oldest full one."""
    archive: Annotated[Whole, Between(1, 999)] | None = Field(None, examples=[2])
    """Full backups behind which every moment can be recovered; older ones keep only the WAL that they themselves need.
    Without it: all that are kept."""


class S3(Declared):
    """A bucket of an S3-compatible store; the secrets `<cluster>/<repository>/s3_key` and `…/s3_secret` open it."""

    endpoint: Text = Field(examples=["s3.eu-central-1.amazonaws.com"])
    """The name of the store."""
    bucket: Text = Field(examples=["example-backups"])
    """The bucket."""
    create: Truth = Field(False, examples=[False])
    """Whether a missing bucket is made. Without it, one that is missing is refused."""
    region: Text = Field("us-east-1", examples=["eu-central-1"])
    """The region."""
    path_style: Truth = Field(False, examples=[False])
    """Whether the bucket stands in the path and not in the host's name, as most stores but AWS want it."""
    authority: Text | None = Field(None, examples=["inventories/tls/store.pem"])
    """The certificate that the store's is verified by, where the system's do not; relative to the project."""


class Repository(Declared):
    """A place for backups and the archive: exactly one of `host`, `path` and `s3`."""

    host: HostName | None = Field(None, examples=["backup1"])
    """A node of this cluster with duty `repository`."""
    path: Directory | None = Field(None, examples=["/srv/backups"])
    """A directory: of the `host`, or, where no host is named, of each server (a mounted share)."""
    s3: S3 | None = Field(None, examples=[{"endpoint": "s3.eu-central-1.amazonaws.com", "bucket": "example-backups"}])
    """An object store."""
    retention: Retention = Field(Retention(), examples=[{"full": 2, "differential": 6}])
    """What is kept."""
    encryption: Truth = Field(True, examples=[True])
    """Whether what lies there is encrypted, with the secret `<cluster>/<repository>/cipher`."""


class Schedule(Declared):
    """When backups are taken, in UTC: `daily 01:30`, `sunday 01:30`, `every 4h`."""

    full: Times = Field("sunday 01:00", examples=["sunday 01:00"])
    """Full backups."""
    differential: Times | None = Field("daily 01:00", examples=["daily 01:00"])
    """What has changed since the last full one; skipped where a full one is due at the same time."""
    incremental: Times | None = Field(None, examples=["every 4h"])
    """What has changed since the last of any kind."""
    verify: Times | None = Field("wednesday 03:00", examples=["wednesday 03:00"])
    """Every file of every repository is read again, and compared with what was written."""
    expiry: Times | None = Field("daily 06:00", examples=["daily 06:00"])
    """What the retention no longer keeps goes, also when no backup succeeded; each backup does the same."""
    amcheck: Times | None = Field("saturday 03:00", examples=["saturday 03:00"])
    """Every table and index on every server is proven sound: what backups, dumps and verification do not see."""


class Backups(Declared):
    """pgBackRest: every WAL segment goes to every repository, from the first start."""

    repositories: dict[Name, Repository] = Field(min_length=1, examples=[{"near": {"host": "backup1"}}])
    """The places, by name; pgBackRest numbers them in this order."""
    rpo: Seconds = Field(60, examples=["60s"])
    """How much time of writes may be lost with the whole cluster: WAL is archived at least so often."""
    read_only: Truth = Field(False, examples=[False])
    """Whether this is a copy of another cluster, which reads that one's repositories and writes nothing into them: it
    archives nothing, takes no backups, and lets none expire. Commands of pgBackRest that write know no repository."""
    schedule: Schedule = Field(Schedule(), examples=[{"full": "sunday 01:00", "differential": "daily 01:00"}])
    """When backups are taken."""
