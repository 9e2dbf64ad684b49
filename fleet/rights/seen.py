"""What was found on a server: its roles and databases, and what is in one database.

Both are read from the JSON of `templates/sql/roles.sql` and `templates/sql/database.sql`. Where there is no server or
no database yet, they are what a new one holds, so that a plan can name every change before the first run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ..scram import SeenPassword
from .privilege import PUBLIC, Acl, Entry, acl
from .statement import MAINTENANCE

ADMINISTRATOR = "postgres"
Kind = Literal["table", "sequence", "routine"]


@dataclass(frozen=True)
class Membership:
    """One row of pg_auth_members; `inherit` and `set` are None before PostgreSQL 16, which knows no such options."""

    group: str
    grantor: str
    admin: bool
    inherit: bool | None
    set: bool | None


@dataclass(frozen=True)
class SeenSetting:
    """A setting of a role's sessions; `database` is None where it holds in all.

    Where the name has a dot, `value` is the SHA-256 of the value, in hex.
    """

    database: str | None
    name: str
    value: str


@dataclass(frozen=True)
class SeenRole:
    """A role. `attributes` are its powers by the names of `fleet.environment.Role`."""

    attributes: Mapping[str, bool]
    inherit: bool
    connection_limit: int
    valid_until: str | None
    password: SeenPassword | None
    memberships: tuple[Membership, ...]
    settings: tuple[SeenSetting, ...]


@dataclass(frozen=True)
class SeenDatabase:
    """A database; `locale` is that of an ICU or builtin provider, `provider` one of c, i, b as in pg_database."""

    owner: str
    encoding: str
    collate: str
    ctype: str
    provider: str
    locale: str | None
    connection_limit: int
    connectable: bool
    acl: Acl


@dataclass(frozen=True)
class Globals:
    """What all databases of a server share. `administrator` is the superuser that initdb made."""

    version: int
    administrator: str
    roles: Mapping[str, SeenRole]
    databases: Mapping[str, SeenDatabase]


@dataclass(frozen=True)
class Extension:
    """An installed extension; `available` is None where its package has gone."""

    version: str
    available: str | None
    schema: str
    requires: tuple[str, ...]


@dataclass(frozen=True)
class Schema:
    owner: str
    acl: Acl


@dataclass(frozen=True)
class Objects:
    """Objects alike in schema, kind, owner and rights. A routine's name is SQL; `definer`: it runs as its owner."""

    schema: str
    kind: Kind
    owner: str
    acl: Acl
    names: tuple[str, ...]
    definer: bool = False


@dataclass(frozen=True)
class Column:
    schema: str
    table: str
    column: str
    owner: str
    acl: Acl


@dataclass(frozen=True)
class Defaults:
    """Rights in objects to come of one owner; `kind` as in pg_default_acl, `schema` None for all."""

    owner: str
    schema: str | None
    kind: str
    acl: Acl


@dataclass(frozen=True)
class Content:
    """What is in one database. `fixed` are extensions that can be made in one schema only, and that schema."""

    version: int
    administrator: str = ADMINISTRATOR
    extensions: Mapping[str, Extension] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    schemas: Mapping[str, Schema] = field(default_factory=dict)
    objects: tuple[Objects, ...] = ()
    columns: tuple[Column, ...] = ()
    defaults: tuple[Defaults, ...] = ()


def globals_seen(document: Mapping[str, Any] | None, version: int) -> Globals:
    """The answer of roles.sql; for None, what initdb of that major `version` makes."""
    if document is None:
        database = SeenDatabase(ADMINISTRATOR, "UTF8", "", "", "c", None, -1, True, new_database(ADMINISTRATOR))
        template = replace(database, acl=(Entry(ADMINISTRATOR, PUBLIC, "CONNECT"),))
        return Globals(version, ADMINISTRATOR, {}, {MAINTENANCE: database, "template1": template})
    return Globals(
        document["version"],
        document["administrator"],
        {name: _role(role) for name, role in document["roles"].items()},
        {
            name: SeenDatabase(**database | {"acl": acl(database["acl"])})
            for name, database in document["databases"].items()
        },
    )


def content_seen(document: Mapping[str, Any] | None, version: int) -> Content:
    """The answer of database.sql; for None, what CREATE DATABASE of that major `version` makes from template0."""
    if document is None:
        return Content(
            version, extensions={"plpgsql": Extension("1.0", "1.0", "pg_catalog", ())}, schemas=_new_schemas(version)
        )
    return Content(
        document["version"],
        document["administrator"],
        {name: Extension(**one | {"requires": tuple(one["requires"])}) for name, one in document["extensions"].items()},
        document["fixed"],
        {name: Schema(one["owner"], acl(one["acl"])) for name, one in document["schemas"].items()},
        tuple(Objects(**one | {"acl": acl(one["acl"]), "names": tuple(one["names"])}) for one in document["objects"]),
        tuple(Column(**one | {"acl": acl(one["acl"])}) for one in document["columns"]),
        tuple(Defaults(**one | {"acl": acl(one["acl"])}) for one in document["defaults"]),
    )


def new_database(owner: str) -> Acl:
    """The rights in a new database: PostgreSQL lets everybody connect and make temporary tables."""
    own = (Entry(owner, owner, privilege) for privilege in ("CREATE", "TEMPORARY", "CONNECT"))
    return (*own, *(Entry(owner, PUBLIC, privilege) for privilege in ("TEMPORARY", "CONNECT")))


def _new_schemas(version: int) -> Mapping[str, Schema]:
    """Before PostgreSQL 15, everybody may create in `public`."""
    owner = ADMINISTRATOR if version < 15 else "pg_database_owner"
    everybody = ("USAGE", "CREATE") if version < 15 else ("USAGE",)
    own = (Entry(owner, owner, privilege) for privilege in ("USAGE", "CREATE"))
    return {"public": Schema(owner, (*own, *(Entry(owner, PUBLIC, privilege) for privilege in everybody)))}


def _role(role: Mapping[str, Any]) -> SeenRole:
    password = role["password"]
    return SeenRole(
        {name: role[name] for name in ("login", "superuser", "createdb", "createrole", "replication", "bypassrls")},
        role["inherit"],
        role["connection_limit"],
        role["valid_until"],
        SeenPassword(**password) if password else None,
        tuple(Membership(**one) for one in role["memberships"]),
        tuple(SeenSetting(**one) for one in role["settings"]),
    )
