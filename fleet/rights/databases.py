"""Databases: created, handed to their owner, closed to PUBLIC, opened to those with something in them.

None is ever dropped or made again: what cannot be changed later (locale, encoding) is shown where it differs.
"""

import re
from collections.abc import Iterable, Iterator

from ..environment import Cluster, Database
from ..sql import identifier, literal
from .privilege import PUBLIC, Surplus, missing, reowned, spelled, surplus, who
from .seen import Globals, SeenDatabase, new_database
from .statement import Changes, Drift, Statement, shown
from .wanted import database_rights, wanted_databases

TEMPLATE = "template1"
INVALID = -2  # the connection limit of a database whose DROP was interrupted
PROVIDERS = {"i": "ICU", "b": "builtin"}
MEANING = {"CONNECT": "connect to", "TEMPORARY": "create temporary tables in", "CREATE": "create schemas in"}
Found = Iterator[Statement | Drift]


def database_statements(cluster: Cluster, seen: Globals, revoke_undeclared: bool) -> Changes:
    """What makes the databases of a server the declared ones. The roles have to exist by then."""
    return Changes.of(_databases(cluster, seen, revoke_undeclared))


def _databases(cluster: Cluster, seen: Globals, revoke: bool) -> Found:
    wanted = wanted_databases(cluster)
    for name, database in wanted.items():
        before = seen.databases.get(name)
        if before is None:
            yield _created(name, database, cluster)
            before = _as_created(database)
        elif before.connection_limit == INVALID:
            yield Drift(f"database {shown(name)} is what an interrupted DROP DATABASE left; drop it by hand")
            continue
        elif name in cluster.databases:
            yield from _altered(name, database, before, cluster)
        yield from _rights(name, database, before, cluster, revoke)
    yield from _template(seen)
    for name in sorted(seen.databases.keys() - wanted.keys() - {TEMPLATE}):
        yield Drift(f"database {shown(name)} is not declared")


def _created(name: str, database: Database, cluster: Cluster) -> Statement:
    """From template0, whose content is known; with the C library's locale, which every version has."""
    provider = " LOCALE_PROVIDER libc" if cluster.postgresql >= 15 else ""
    command = (
        f"CREATE DATABASE {identifier(name)} OWNER {identifier(database.owner)} TEMPLATE template0 "
        f"ENCODING {literal(database.encoding)}{provider} LOCALE {literal(database.locale or cluster.locale)} "
        f"CONNECTION LIMIT {database.connection_limit};"
    )
    return Statement(f"database {shown(name)}: create, owned by {shown(database.owner)}", command, alone=True)


def _as_created(database: Database) -> SeenDatabase:
    return SeenDatabase(database.owner, "", "", "", "c", None, -1, True, new_database(database.owner))


def _altered(name: str, database: Database, seen: SeenDatabase, cluster: Cluster) -> Found:
    if database.owner != seen.owner:
        arrow = f"{shown(seen.owner)} → {shown(database.owner)}"
        command = f"ALTER DATABASE {identifier(name)} OWNER TO {identifier(database.owner)};"
        yield Statement(f"database {shown(name)}: owner {arrow}", command)
    if database.connection_limit != seen.connection_limit:
        arrow = f"{seen.connection_limit} → {database.connection_limit}"
        command = f"ALTER DATABASE {identifier(name)} CONNECTION LIMIT {database.connection_limit};"
        yield Statement(f"database {shown(name)}: connection limit {arrow}", command)
    if not seen.connectable:
        yield Drift(f"database {shown(name)} allows no connections, which is not declared")
    yield from _unchangeable(name, database, seen, cluster)


def _unchangeable(name: str, database: Database, seen: SeenDatabase, cluster: Cluster) -> Iterator[Drift]:
    differences: dict[str, tuple[str, str]] = {"encoding": (seen.encoding, database.encoding)}
    wanted = database.locale or cluster.locale
    if seen.provider in PROVIDERS:
        differences["locale"] = (f"{seen.locale} of {PROVIDERS[seen.provider]}", wanted)
    else:
        differences["collation"] = (seen.collate, wanted)
        differences["character type"] = (seen.ctype, wanted)
    for what, (before, after) in differences.items():
        if _canonical(before) != _canonical(after):
            sentence = f"database {shown(name)}: {what} is {before}, declared {after}; it can only be made anew"
            yield Drift(f"{sentence}, from a dump")


def _canonical(name: str) -> str:
    """A locale's or encoding's name as all its spellings have it: en_US.UTF-8 is en_US.utf8."""
    return re.sub(r"[^a-z0-9@_.]", "", name.lower())


def _rights(name: str, database: Database, seen: SeenDatabase, cluster: Cluster, revoke: bool) -> Found:
    wanted = database_rights(database, cluster)
    held = reowned(seen.acl, seen.owner, database.owner)
    for one in surplus(database.owner, wanted, held):
        if one.grantee == PUBLIC or (revoke and not one.foreign):
            yield _revoked(name, one)
        elif not revoke:
            yield Drift(f"{who(one.grantee)} may {_meaning(one)} {shown(name)}, which is not declared")
    for role, privileges in missing(database.owner, wanted, held).items():
        command = f"GRANT {spelled(privileges)} ON DATABASE {identifier(name)} TO {identifier(role)};"
        yield Statement(f"{shown(role)} may {_verbs(privileges)} {shown(name)}", command)


def _template(seen: Globals) -> Iterator[Statement]:
    """What everybody may connect to, everybody could fill with things that new databases are then made of."""
    template = seen.databases.get(TEMPLATE)
    for one in surplus(template.owner, {}, template.acl) if template else ():
        if one.grantee == PUBLIC:
            yield _revoked(TEMPLATE, one)


def _revoked(name: str, one: Surplus) -> Statement:
    command = one.revoke(f"DATABASE {identifier(name)}")
    return Statement(f"{who(one.grantee)} may no longer {_meaning(one)} {shown(name)}", command)


def _meaning(one: Surplus) -> str:
    return f"{'let others ' if one.option else ''}{_verbs(one.privileges)}"


def _verbs(privileges: Iterable[str]) -> str:
    return " and ".join(MEANING[privilege] for privilege in sorted(privileges))
