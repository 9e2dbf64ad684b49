"""Who may connect, as whom, and do what: access rules, roles and databases."""

from typing import Annotated, Literal

from pydantic import Field

from .declared import Declared
from .dumps import Dump, MaybeDump, or_false
from .migrations import Migrations
from .shape import Between
from .words import (
    Encoding,
    ExtensionName,
    Identifier,
    Locale,
    SettingName,
    SettingText,
    Several,
    Source,
    Text,
    Truth,
    Whole,
    Why,
)

AuthenticationMethod = Literal["scram-sha-256", "peer", "cert", "md5", "trust", "reject"]
Grant = Literal["read", "write"]

Limit = Annotated[Whole, Between(-1, 10_000)]


class Rule(Declared):
    """Who may connect to what from where; one line of pg_hba.conf for each combination."""

    databases: Annotated[tuple[Text, ...], Several] = Field(min_length=1, examples=[["shop"]])
    """Databases of this cluster, or `all`."""
    roles: Annotated[tuple[Text, ...], Several] = Field(min_length=1, examples=[["shop_app"]])
    """Roles of this cluster, or `all`."""
    sources: Annotated[tuple[Source, ...], Several] = Field(alias="from", min_length=1, examples=[["10.0.0.0/8"]])
    """Networks or single addresses; `local` is the Unix socket."""
    method: AuthenticationMethod = Field("scram-sha-256", examples=["scram-sha-256"])
    """How clients prove who they are. `md5` and `trust` need a `why`; `peer` is for `local`."""
    tls: Truth = Field(True, examples=[True])
    """Whether the connection must be encrypted. `false` over the network needs a `why`."""
    why: Why | None = Field(None, examples=["the old scanner cannot do better; gone by June"])
    """The reason for a rule that would otherwise be refused; a comment in pg_hba.conf."""


class Role(Declared):
    """A PostgreSQL role with no more than it needs."""

    login: Truth = Field(False, examples=[True])
    """Whether it can connect; its password is the secret `<cluster>/<role>`."""
    superuser: Truth = Field(False, examples=[False])
    """Whether no check applies to it."""
    createdb: Truth = Field(False, examples=[False])
    """Whether it may create databases."""
    createrole: Truth = Field(False, examples=[False])
    """Whether it may create roles and hand out memberships."""
    replication: Truth = Field(False, examples=[False])
    """Whether it may copy the whole cluster."""
    bypassrls: Truth = Field(False, examples=[False])
    """Whether it sees all rows, whatever row security says."""
    inherit: Truth = Field(True, examples=[True])
    """Whether it has the rights of the roles it is a member of without SET ROLE."""
    connection_limit: Limit = Field(-1, examples=[50])
    """How many connections it may have at once; -1 is no limit."""
    member_of: Annotated[tuple[Identifier, ...], Several] = Field((), examples=[["pg_read_all_data"]])
    """Roles whose rights it gets: declared ones, or PostgreSQL's own `pg_…`."""
    settings: dict[SettingName, SettingText] = Field({}, examples=[{"statement_timeout": "60s"}])
    """Settings of its sessions."""
    why: Why | None = Field(None, examples=["runs the yearly audit"])
    """The reason for a role that can log in and do more than its own data needs."""


class Database(Declared):
    """A database, its owner, and which roles may read or write in it."""

    owner: Identifier = Field(examples=["shop"])
    """The role that owns it and its schemas, and that migrations run as."""
    grants: dict[Identifier, Grant] = Field({}, examples=[{"shop_app": "write", "shop_ro": "read"}])
    """Roles that may `read` all rows, or `write` them too, also in tables to come. No other can connect."""
    extensions: Annotated[tuple[ExtensionName, ...], Several] = Field((), examples=[["pg_trgm"]])
    """Extensions, besides pg_stat_statements, which is always there."""
    schemas: Annotated[tuple[Identifier, ...], Several] = Field(
        ("public",), min_length=1, examples=[["public", "audit"]]
    )
    """The schemas that the grants are about."""
    migrations: Migrations | None = Field(None, examples=[{"folder": "migrations/shop"}])
    """Where its schema comes from."""
    dump: MaybeDump = Field(Dump(), examples=[{"without_rows": ["public.sessions"]}], json_schema_extra=or_false)
    """What of it is dumped where the cluster declares `dumps`: all, or what is said here; `false` for nothing."""
    locale: Locale | None = Field(None, examples=["de_DE.UTF-8"])
    """Its locale, where it is not the cluster's. It cannot be changed later."""
    encoding: Encoding = Field("UTF8", examples=["UTF8"])
    """Its encoding. It cannot be changed later."""
    connection_limit: Limit = Field(-1, examples=[80])
    """How many connections it may have at once; -1 is no limit."""
