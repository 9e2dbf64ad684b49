"""Databases: names that are free, owners and grantees that exist, and locales that fit the encoding."""

from collections.abc import Iterator

from ...extensions import KNOWN
from ...problem import nearest, path
from ..cluster import Cluster
from ..finding import Finding, Path
from ..model import Environment
from ..rights import Database
from ..shape import shown

TAKEN = {
    "postgres": "is always there",
    "template0": "is PostgreSQL's own",
    "template1": "is PostgreSQL's own",
    **dict.fromkeys(
        ("all", "replication", "sameuser", "samerole", "samegroup"), "is a word of pg_hba.conf, not a name"
    ),
}


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the databases of a cluster."""
    if fault := mismatch(cluster.locale, "UTF8"):
        yield Finding((*place, "locale"), fault, "write a UTF-8 locale, such as C.UTF-8 or de_DE.UTF-8")
    for name, database in cluster.databases.items():
        where: Path = (*place, "databases", name)
        if name in TAKEN:
            yield Finding(where, TAKEN[name], "give the database another name")
        yield from _owner(where, database, cluster)
        yield from _grants(where, database, cluster)
        yield from _schemas(where, database)
        yield from _extensions(where, database)
        own = database.locale or database.encoding != "UTF8"
        if own and (fault := mismatch(database.locale or cluster.locale, database.encoding)):
            key = "locale" if database.locale else "encoding"
            needs = ((*place, "locale"), (*where, "encoding"))
            yield Finding((*where, key), fault, "declare a locale and an encoding that belong together", needs)


def _owner(where: Path, database: Database, cluster: Cluster) -> Iterator[Finding]:
    if database.owner not in cluster.roles and database.owner != "postgres":
        yield undeclared((*where, "owner"), database.owner, cluster, where[:2])


def _grants(where: Path, database: Database, cluster: Cluster) -> Iterator[Finding]:
    for role in database.grants:
        place: Path = (*where, "grants", role)
        if role == database.owner:
            yield Finding(place, "owns the database and may do all in it", "remove the grant", ((*where, "owner"),))
        elif role in ("postgres", "replicator"):
            yield Finding(place, "needs no grant", "remove it")
        elif role not in cluster.roles and role != "monitor":
            yield undeclared(place, role, cluster, where[:2])


def _extensions(where: Path, database: Database) -> Iterator[Finding]:
    for number, name in enumerate(database.extensions):
        if name not in KNOWN:
            near = nearest(name, KNOWN)
            hint = f"did you mean {near}?" if near else "add it, with its package, to fleet/extensions.py"
            yield Finding((*where, "extensions", number), f"{shown(name)} is in no package that is known here", hint)


def undeclared(place: Path, role: str, cluster: Cluster, of_cluster: Path) -> Finding:
    """The finding that `role` is not among the roles of the cluster."""
    near = nearest(role, cluster.roles)
    hint = f"did you mean {near}?" if near else f"declare it: {path(*of_cluster, 'roles', role)}"
    return Finding(place, f"{shown(role)} is not a declared role", hint, ((*of_cluster, "roles", role),))


def _schemas(where: Path, database: Database) -> Iterator[Finding]:
    for index, schema in enumerate(database.schemas):
        if schema.startswith("pg_") or schema in ("information_schema", "pgsteward"):
            owner = "pgsteward's" if schema == "pgsteward" else "PostgreSQL's"
            yield Finding((*where, "schemas", index), f"{shown(schema)} is {owner} own", "remove it")


def mismatch(locale: str, encoding: str) -> str:
    """Why a database of this encoding cannot have this locale; empty if it can."""
    if locale in ("C", "POSIX"):
        return ""
    is_utf8 = locale.lower().split("@")[0].replace("-", "").endswith(".utf8")
    if is_utf8 == (encoding == "UTF8"):
        return ""
    return f"the locale {locale} does not fit the encoding {encoding}"
