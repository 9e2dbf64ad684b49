"""Logical dumps of a cluster's databases: what of them, how often, where to, how long, and how they are proven."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.config import JsonDict

from ..size import show_size
from .backups import S3
from .declared import Declared
from .shape import Between
from .words import (
    OBJECT_PREFIX,
    TABLES,
    VARIABLE,
    AgeRecipient,
    Bytes,
    Directory,
    Name,
    ResticRepository,
    Several,
    Text,
    Times,
    Truth,
    Whole,
)

Content = Literal["whole", "schema", "data"]
Count = Annotated[Whole, Between(0, 9999)]
Tables = Annotated[tuple[Annotated[str, TABLES], ...], Several]
MIB, TIB = 1 << 20, 1 << 40


class DumpRetention(Declared):
    """Which dumps of a database stay. Each rule keeps some, and what none keeps goes; the last good one and the last
    that was proven by a restore always stay. Days without a dump do not count, and no clock is asked."""

    last: Count = Field(3, examples=[3])
    """The newest ones, whenever they were made."""
    days: Count = Field(0, examples=[14])
    """All of so many days that have one."""
    daily: Count = Field(7, examples=[7])
    """The newest of each day, for so many days that have one."""
    weekly: Count = Field(4, examples=[4])
    """The newest of each week."""
    monthly: Count = Field(12, examples=[12])
    """The newest of each month."""
    yearly: Count = Field(0, examples=[3])
    """The newest of each year."""


class Lock(Declared):
    """How a store keeps everybody, also whoever has the keys, from deleting a dump before its time."""

    mode: Literal["governance", "compliance"] = Field("governance", examples=["governance"])
    """`governance`: those with a special right may lift it; `compliance`: nobody may, not even the account's owner."""
    days: Annotated[Whole, Between(1, 3650)] = Field(examples=[30])
    """For how many days. The target's retention has to keep every dump for so long, too."""


class Bucket(S3):
    """A bucket that takes dumps, sealed; the secrets `<cluster>/<target>/s3_key` and `…/s3_secret` open it."""

    prefix: Annotated[str, OBJECT_PREFIX] = Field("dumps/", examples=["dumps/"])
    """What the names of the objects begin with, before the cluster's name. Two environments that share a bucket, and
    have clusters of one name, need one each."""
    storage_class: Annotated[str, VARIABLE] | None = Field(None, examples=["STANDARD_IA"])
    """The store's class of storage. Without it: the bucket's own. None that has to be thawed before it can be read."""
    server_side_encryption: Literal["AES256", "aws:kms"] | None = Field(None, examples=["AES256"])
    """How the store encrypts besides, where it is to be told."""
    kms_key: Text | None = Field(None, examples=["arn:aws:kms:eu-central-1:111122223333:key/dumps"])
    """The store's key for `aws:kms`. Without it: the account's own."""
    lock: Lock | None = Field(None, examples=[{"mode": "governance", "days": 30}])
    """Object lock, which the bucket was made with. Without it: whoever has the keys may delete."""


class Restic(Declared):
    """A restic repository, encrypted by restic with the secret `<cluster>/<target>/password`."""

    repository: ResticRepository = Field(examples=["s3:https://s3.eu-central-1.amazonaws.com/example-restic"])
    """The repository in restic's own words: a directory, or `s3:…`, `sftp:…`, `rest:…` and the like. One in an object
    store is opened by the secrets `<cluster>/<target>/s3_key` and `…/s3_secret`."""
    credentials: Annotated[tuple[Annotated[str, VARIABLE], ...], Several] = Field(
        (), examples=[["RESTIC_REST_USERNAME", "RESTIC_REST_PASSWORD"]]
    )
    """Variables that restic needs besides; each is the secret `<cluster>/<target>/<VARIABLE>`."""
    authority: Text | None = Field(None, examples=["inventories/tls/store.pem"])
    """The certificate that the store's is verified by, where the system's do not; relative to the project."""

    @property
    def in_store(self) -> bool:
        """Whether it lies in an object store."""
        return self.repository.startswith("s3:")


class Target(Declared):
    """A place off this site that every dump goes to: exactly one of `s3` and `restic`."""

    s3: Bucket | None = Field(None, examples=[{"endpoint": "s3.eu-central-1.amazonaws.com", "bucket": "example-dumps"}])
    """An object store. What goes there is sealed with the cluster's `encryption` before it leaves the host."""
    restic: Restic | None = Field(None, examples=[{"repository": "sftp:backup@vault.example.com:/srv/restic"}])
    """A restic repository."""
    retention: DumpRetention = Field(DumpRetention(), examples=[{"daily": 14, "monthly": 24}])
    """What is kept there."""

    @property
    def opened_by(self) -> tuple[str, ...]:
        """The last parts of the names of its secrets."""
        restic = self.restic
        store = ("s3_key", "s3_secret") if self.s3 or (restic and restic.in_store) else ()
        return (*(("password",) if restic else ()), *store, *(restic.credentials if restic else ()))

    @property
    def authority(self) -> str | None:
        """The file that the store's certificate is verified by, as it was declared."""
        place = self.s3 or self.restic
        return place.authority if place else None


class Encryption(Declared):
    """To whom dumps are sealed before they leave the host, which cannot open them again: exactly one of `age` and
    `gpg`. Keep the private halves off every host, and more than one of them."""

    age: Annotated[tuple[AgeRecipient, ...], Several] = Field(
        (), examples=[["age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"]]
    )
    """Public keys of age; `age-keygen` makes one."""
    gpg: Annotated[tuple[Text, ...], Several] = Field((), examples=[["inventories/keys/dumps.asc"]])
    """Files with public keys of GnuPG, as `gpg --export --armor` writes them; relative to the project."""


class DumpSchedule(Declared):
    """When dumps are taken and proven, in UTC: `daily 02:00`, `sunday 04:00`, `every 4h`."""

    take: Times = Field("daily 02:00", examples=["daily 02:00"])
    """Dumps of every database that has no schedule of its own."""
    verify: Times | None = Field("sunday 04:00", examples=["sunday 04:00"])
    """The newest dump of each database is restored beside production and compared; null turns it off."""


class DumpVerification(Declared):
    """What a verification may take of the host: a server of its own restores the dump there, and is removed."""

    memory: Annotated[Bytes, Between(256 * MIB, TIB, show_size)] = Field(
        1 << 30, examples=["1GB"], json_schema_extra={"default": "1GB"}
    )
    """Memory; the kernel lets it have no more."""
    jobs: Annotated[Whole, Between(1, 64)] = Field(1, examples=[2])
    """Tables that are restored at once."""


class Dumps(Declared):
    """`pg_dump` of every database that does not say otherwise, from a standby where one is healthy."""

    directory: Directory = Field("/var/backups/pgsteward", examples=["/var/backups/pgsteward"])
    """Where dumps lie on the servers, in the clear, readable by postgres alone."""
    reserve: Annotated[Bytes, Between(0, 1024 * TIB, show_size)] = Field(
        1 << 30, examples=["10GB"], json_schema_extra={"default": "1GB"}
    )
    """What has to stay free there: a dump that would need more is not begun."""
    form: Literal["directory", "custom"] = Field("directory", alias="format", examples=["directory"])
    """`directory`: a file for each table, made by several jobs. `custom`: one file."""
    jobs: Annotated[Whole, Between(1, 64)] | None = Field(None, examples=[4])
    """Tables that are dumped at once. Without it: 2; in the custom format 1, which knows no more."""
    passwords: Truth = Field(False, examples=[False])
    """Whether the roles are dumped with what their passwords are verified by."""
    schedule: DumpSchedule = Field(DumpSchedule(), examples=[{"take": "daily 02:00", "verify": "sunday 04:00"}])
    """When they are taken and proven."""
    retention: DumpRetention = Field(DumpRetention(), examples=[{"last": 3, "daily": 7}])
    """What is kept on the servers."""
    verify: DumpVerification = Field(DumpVerification(), examples=[{"memory": "2GB", "jobs": 2}])
    """What a verification may take."""
    encryption: Encryption | None = Field(
        None, examples=[{"age": ["age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"]}]
    )
    """To whom they are sealed on their way into object stores, which are refused without it."""
    targets: dict[Name, Target] = Field(
        {}, examples=[{"offsite": {"s3": {"endpoint": "s3.eu-central-1.amazonaws.com", "bucket": "example-dumps"}}}]
    )
    """The places off this site, by name. Every dump goes to each."""


class Dump(Declared):
    """What of a database is dumped, and when. `false` or null in its place: nothing."""

    content: Content = Field("whole", examples=["whole"])
    """`whole`, only the `schema`, or only the `data`."""
    tables: Tables = Field((), examples=[["public.orders", "stock.*"]])
    """These tables and no others: `schema.table`, where `*` stands for anything."""
    without: Tables = Field((), examples=[["public.import_*"]])
    """Tables that are left out."""
    without_rows: Tables = Field((), examples=[["public.sessions"]])
    """Tables whose rows are left out."""
    schedule: Times | None = Field(None, examples=["every 4h"])
    """When. Without it: as the cluster's `dumps` say."""


def declined(value: object) -> object:
    """`false` says in one word that there is to be none."""
    return None if value is False else value


def or_false(schema: JsonDict) -> None:
    """The JSON Schema knows that word, too."""
    choices = schema["anyOf"]
    assert isinstance(choices, list)
    schema["anyOf"] = [*choices[:-1], {"const": False}, choices[-1]]


MaybeDump = Annotated[Dump | None, BeforeValidator(declined)]
