"""From a declaration to a server that is as declared: what the tasks of a deploy do, without pyinfra."""

from collections.abc import Mapping
from typing import Any

import psycopg

from fleet import rights
from fleet.environment import Cluster
from fleet.rights import Changes

from .server import Server

NODES = {"pg1": {"address": "192.0.2.11", "duty": "primary"}, "pg2": {"address": "192.0.2.12", "duty": "standby"}}
SALT = bytes(range(16))


class Passwords(dict[str, str]):
    """A password for everybody who is not given one."""

    def __missing__(self, name: str) -> str:
        return f"the password of {name}"

    def of(self, cluster: Cluster) -> dict[str, str]:
        return {name: self[name] for name, role in rights.wanted_roles(cluster).items() if rights.passworded(role)}


def cluster(version: int, **declared: Any) -> Cluster:
    """A cluster with what is `declared` of it."""
    return Cluster.model_validate({"postgresql": version, "nodes": NODES} | declared)


def shop(version: int, **declared: Any) -> Cluster:
    """One database with an owner, a writer and a reader."""
    roles = {"shop_owner": {}, "shop_app": {"login": True}, "shop_ro": {"login": True}}
    databases = {"shop": {"owner": "shop_owner", "grants": {"shop_app": "write", "shop_ro": "read"}}}
    return cluster(version, **{"roles": roles, "databases": databases} | declared)


def role_changes(server: Server, wanted: Cluster, passwords: Mapping[str, str] | None = None) -> Changes:
    seen = rights.globals_seen(server.snapshot("roles"), wanted.postgresql)
    roles = rights.wanted_roles(wanted)
    known = passwords if passwords is not None else Passwords().of(wanted)
    return rights.role_statements(roles, seen, known, dict.fromkeys(roles, SALT), wanted.revoke_undeclared)


def database_changes(server: Server, wanted: Cluster) -> Changes:
    seen = rights.globals_seen(server.snapshot("roles"), wanted.postgresql)
    return rights.database_statements(wanted, seen, wanted.revoke_undeclared)


def content_changes(server: Server, wanted: Cluster, database: str) -> Changes:
    seen = rights.content_seen(server.snapshot("database", database), wanted.postgresql)
    return rights.content_statements(wanted, database, seen, wanted.revoke_undeclared)


def changes(server: Server, wanted: Cluster, passwords: Mapping[str, str] | None = None) -> Changes:
    """All that differs now, without doing anything."""
    found = role_changes(server, wanted, passwords) + database_changes(server, wanted)
    for database in rights.wanted_databases(wanted):
        found += content_changes(server, wanted, database)
    return found


def apply(server: Server, wanted: Cluster, passwords: Mapping[str, str] | None = None) -> Changes:
    """Makes the server as declared, step by step with fresh snapshots; what was done and what was only shown."""
    done = role_changes(server, wanted, passwords)
    server.script(rights.script(done.statements, "postgres"))
    found = database_changes(server, wanted)
    server.script(rights.script(found.statements, "postgres"))
    done += found
    for database in rights.wanted_databases(wanted):
        found = content_changes(server, wanted, database)
        server.script(rights.script(found.statements, database), database)
        done += found
    return done


def sentences(found: Changes) -> list[str]:
    return [one.sentence for one in found.statements]


def drift(found: Changes) -> list[str]:
    return [one.sentence for one in found.drift]


def as_owner(server: Server, sql: str) -> None:
    """Runs `sql` in the shop as a migration does."""
    as_superuser(server, f"set role shop_owner; {sql}")


def as_superuser(server: Server, sql: str, database: str = "shop") -> None:
    """Runs `sql` as somebody does by hand."""
    with server.connect(database) as admin:
        admin.execute(sql)


def login(server: Server, user: str, database: str = "shop") -> psycopg.Connection:
    """A session of a role with the password that `Passwords` gives it."""
    return server.connect(database, user, Passwords()[user])


def clear(server: Server) -> None:
    """No database and no role but those of initdb."""
    with server.connect() as admin:
        for (name,) in admin.execute(
            "select datname from pg_database where not datistemplate and datname <> 'postgres'"
        ):
            admin.execute(f"drop database {quoted(name)} with (force)")
        roles = [name for (name,) in admin.execute("select rolname from pg_roles where oid >= 16384")]
        for name in roles:
            admin.execute(f"drop owned by {quoted(name)} cascade")
        if roles:
            admin.execute(f"drop role {', '.join(map(quoted, roles))}")
        owner, rights_of_all = ("postgres", "usage, create") if server.version < 15 else ("pg_database_owner", "usage")
        admin.execute(f"drop schema public cascade; create schema public authorization {owner}")
        admin.execute(f"grant {rights_of_all} on schema public to public")
        admin.execute("grant connect, temporary on database postgres to public")
        admin.execute("grant connect on database template1 to public")


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
