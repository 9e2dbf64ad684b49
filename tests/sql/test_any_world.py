"""Whatever is declared: applied once it is so, applied twice nothing is left to do, and another one replaces it."""

import os
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings

from fleet.environment import Cluster
from fleet.rights import wanted_roles

from .server import Server
from .world import Passwords, apply, changes, clear, cluster, drift, quoted, sentences
from .worlds import may, passwords, reach, worlds

slow = settings(
    max_examples=int(os.environ.get("PGSTEWARD_TEST_WORLDS", "4")),  # an example takes a second or two
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@slow
@given(world=worlds(), known=passwords())
def test_a_world_applied_once_leaves_nothing_to_do(
    server: Server, world: dict[str, Any], known: dict[str, str]
) -> None:
    clear(server)
    wanted = cluster(server.version, **world)
    secrets = Passwords(known).of(wanted)
    apply(server, wanted, secrets)
    left = changes(server, wanted, secrets)
    assert (sentences(left), drift(left)) == ([], [])
    fill(server, wanted)
    apply(server, wanted, secrets)
    assert sentences(changes(server, wanted, secrets)) == []
    check(server, wanted)


@slow
@given(first=worlds(), second=worlds(), known=passwords(), other=passwords())
def test_a_second_world_replaces_the_first(
    server: Server, first: dict[str, Any], second: dict[str, Any], known: dict[str, str], other: dict[str, str]
) -> None:
    clear(server)
    one = cluster(server.version, **first)
    apply(server, one, Passwords(known).of(one))
    fill(server, one)
    wanted = cluster(server.version, **second, revoke_undeclared=True)
    secrets = Passwords(other).of(wanted)
    apply(server, wanted, secrets)
    assert sentences(changes(server, wanted, secrets)) == []
    fill(server, wanted)
    apply(server, wanted, secrets)
    assert sentences(changes(server, wanted, secrets)) == []
    check(server, wanted)


def fill(server: Server, wanted: Cluster) -> None:
    """A table with its sequence, a view and a routine in each schema, by the owner and by the superuser."""
    for name, database in wanted.databases.items():
        with server.connect(name) as admin:
            for schema in database.schemas:
                for maker in {"postgres", database.owner}:
                    admin.execute(f"set role {quoted(maker)}; set search_path = {quoted(schema)}")
                    admin.execute("select txid_current()")
                    label = admin.execute("select txid_current()").fetchone()[0]  # type: ignore[index]
                    admin.execute(f'create table "Table {label}" (id serial primary key, note text)')
                    admin.execute(f'create view "view {label}" as select * from "Table {label}"')
                    admin.execute(f"create function routine_{label}(int[]) returns int language sql return 1")
                    admin.execute("reset role")


def check(server: Server, wanted: Cluster) -> None:
    """What PostgreSQL says that roles may do is what the declaration says."""
    for name in wanted.databases:
        with server.connect(name) as admin:
            wrong = [*_wrong_tables(admin, name, wanted), *_wrong_sequences(admin, name, wanted)]
            assert wrong == []
            assert list(_wrong_connections(admin, name, wanted)) == []
    with server.connect() as admin:
        _check_roles(admin, wanted)


def _wrong_tables(admin: psycopg.Connection, name: str, wanted: Cluster) -> list[Any]:
    query = """
        select r.rolname, n.nspname, pg_get_userbyid(c.relowner), p.privilege,
            has_table_privilege(r.oid, c.oid, privilege)
        from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace,
             unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p(privilege)
        where r.oid >= 16384 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'v')
          and c.relname ~* '^(table|view) '"""
    return _wrong(admin.execute(query).fetchall(), name, wanted)


def _wrong_sequences(admin: psycopg.Connection, name: str, wanted: Cluster) -> list[Any]:
    query = """
        select r.rolname, n.nspname, pg_get_userbyid(c.relowner), p.privilege,
            has_sequence_privilege(r.oid, c.oid, privilege)
        from pg_roles r, pg_class c join pg_namespace n on n.oid = c.relnamespace,
             unnest(array['SELECT', 'USAGE']) p(privilege)
        where r.oid >= 16384 and n.nspname !~ '^pg_' and c.relkind = 'S'"""
    return _wrong(admin.execute(query).fetchall(), name, wanted)


def _wrong(rows: list[Any], name: str, wanted: Cluster) -> list[Any]:
    """Those that differ. What the owner may do with the things of others is nobody's business."""
    database = wanted.databases[name]
    rows = [row for row in rows if database.owner not in reach(row[0], wanted.roles)]
    return [row for row in rows if row[-1] != may(row[0], wanted.roles, database, row[1], row[2], row[3])]


def _wrong_connections(admin: psycopg.Connection, name: str, wanted: Cluster) -> list[Any]:
    """Nobody can connect but those with something in the database."""
    query = "select rolname from pg_roles where oid >= 16384 and has_database_privilege(oid, %s, 'CONNECT')"
    able = {role for (role,) in admin.execute(query, [name])}
    database = wanted.databases[name]
    holders = {database.owner, *database.grants, "monitor"}
    able -= {role for role in wanted.roles if holders & _groups(role, wanted)}
    return sorted(able - {"monitor"} - {role for role, one in wanted.roles.items() if one.superuser})


def _groups(role: str, wanted: Cluster) -> set[str]:
    return {role}.union(*(_groups(group, wanted) for group in wanted.roles[role].member_of if group in wanted.roles))


def _check_roles(admin: psycopg.Connection, wanted: Cluster) -> None:
    rows = admin.execute(
        "select rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolinherit, "
        "rolconnlimit from pg_roles where oid >= 16384"
    )
    roles = wanted_roles(wanted)
    for name, *powers, inherit, limit in rows:
        role = roles.get(name)
        if role is None:
            assert not any(powers), f"{name} is not declared"
            continue
        expected = [role.login, role.superuser, role.createdb, role.createrole, role.replication, role.bypassrls]
        assert (name, powers, inherit, limit) == (name, expected, role.inherit, role.connection_limit)
    groups = "select m.rolname, g.rolname from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles g "
    found = set(admin.execute(groups + "on g.oid = a.roleid where m.oid >= 16384"))
    assert found == {(name, group) for name, role in roles.items() for group in role.member_of}
