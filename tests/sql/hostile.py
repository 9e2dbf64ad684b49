"""A database that its owner has filled with traps, and who sprang them.

A trap tells the server's log who ran it, which no read-only transaction and no rollback undoes, and tries to make
its owner a superuser. Names are taken from our own SQL: each function, relation and type that it calls has a double in
every schema that the owner has, each operator one for the types that we compare.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg

from .server import Server

HOUSE = Path(__file__).parents[2]
OWNER, PASSWORD = "shop", "of the owner"
SCHEMAS = ("public", "shop", "pgsteward")
"""`shop` is what `$user` stands for once a session has become the owner."""
OPERATORS = ("=", "<>", "<", ">", "<=", ">=", "||", "~", "!~", "~~", "!~~", "->", "->>", "+", "-", "*")
TYPES = ("text", "name", "oid", "bool", '"char"', "int2", "int4", "int8", "float8", "timestamptz", "interval", "jsonb")
SETTINGS = {
    "search_path": 'public, "$user", pgsteward, pg_catalog',
    "role": "shop",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "statement_timeout": "1ms",
    "lock_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
    "idle_session_timeout": "1ms",
    "local_preload_libraries": "nowhere",
    "row_security": "on",
    "constraint_exclusion": "on",
    "quote_all_identifiers": "on",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Tokyo",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "standard_conforming_strings": "off",
    "transform_null_equals": "on",
    "array_nulls": "off",
    "client_min_messages": "error",
}
"""What an owner may have each session of his database begin with."""
LATER = {"transaction_timeout": ("1ms", 17)}
DOUBLES = """
    select p.proname, pg_get_function_arguments(p.oid), pg_get_function_result(p.oid), p.proretset
    from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any (%s) and p.prokind in ('f', 'a', 'w')
    order by p.oid"""


def our_sql() -> str:
    """All SQL that sessions of ours send; of Python the strings."""
    files = [*(HOUSE / "steward" / "sql").glob("*.sql"), *(HOUSE / "templates" / "sql").glob("*.sql")]
    python = [path for path in (HOUSE / "steward").rglob("*.py") if "migrate" not in path.parts]
    return "\n".join(path.read_text(encoding="utf-8") for path in (*files, *python))


def called(text: str) -> set[str]:
    """What looks like the name of a function."""
    return set(re.findall(r"\b([a-z_][a-z0-9_]*)\(", text))


def named(text: str) -> set[str]:
    """What looks like the name of a catalog or a view of it."""
    return set(re.findall(r"\bpg_[a-z_]+\b", text))


def laid(server: Server) -> int:
    """Makes the database `shop` with all of it; how many doubles there are."""
    with server.connect() as admin:
        admin.execute(f"create role {OWNER} login password '{PASSWORD}'")
        admin.execute(f"create database {OWNER} owner {OWNER}")
    with server.connect(OWNER) as admin:
        # as yesterday's deploy and weekly job left it: the migrations' schema is the owner's, and amcheck lies there
        admin.execute("create schema pgsteward authorization shop; create extension amcheck schema pgsteward")
        admin.execute("alter schema public owner to shop")
    with owner(server) as link:
        link.execute((HOUSE / "tests" / "sql" / "hostile.sql").read_text())
        link.execute("create schema shop")
        made = sum(tried(link, statement) for statement in doubles(link))
    with owner(server) as link:
        for name, value in settings(server.version).items():
            link.execute(f"alter database shop set {name} = {value if name == 'search_path' else repr(value)}")
    return made


def owner(server: Server) -> psycopg.Connection:
    return server.connect(OWNER, OWNER, PASSWORD)


def settings(version: int) -> dict[str, str]:
    return SETTINGS | {name: value for name, (value, since) in LATER.items() if version >= since}


def tried(link: psycopg.Connection, statement: str) -> bool:
    """Some cannot be made: plpgsql takes no argument of the type "any"."""
    try:
        link.execute(statement)
    except psycopg.Error:
        return False
    return True


def doubles(link: psycopg.Connection) -> Iterator[str]:
    text = our_sql()
    for schema in SCHEMAS:
        for name, arguments, result, many in link.execute(DOUBLES, (sorted(called(text)),)).fetchall():
            end = "return;" if many or " OUT " in f" {arguments}" or result in ("void", "record") else "return null;"
            body = f"begin perform evil.tick(); {end} end"
            yield f"create function {schema}.{name}({arguments}) returns {result} language plpgsql as '{body}'"
        for name in sorted(named(text)):
            yield f"create view {schema}.{name} as select * from pg_catalog.{name} where evil.tick()"
        yield from operators(link, schema)
    for schema in SCHEMAS:  # last: what stands above means PostgreSQL's own
        for name in ("text", "name", "oid", "regclass", "pg_lsn", "jsonb"):
            yield f"create domain {schema}.{name} as pg_catalog.{name} check (evil.tick())"


def operators(link: psycopg.Connection, schema: str) -> Iterator[str]:
    """Each with a function of its own."""
    query = """
        select o.oprname, format_type(o.oprleft, null), format_type(o.oprright, null), format_type(o.oprresult, null)
        from pg_operator o
        where o.oprname = any (%s) and o.oprleft = any (%s::regtype[]) and o.oprright = any (%s::regtype[])"""
    rows = link.execute(query, (list(OPERATORS), list(TYPES), list(TYPES))).fetchall()
    for number, (name, left, right, result) in enumerate(rows):
        function = f"{schema}.double_{number}"
        body = "begin perform evil.tick(); return null; end"
        yield f"create function {function}({left}, {right}) returns {result} language plpgsql as '{body}'"
        yield f"create operator {schema}.{name} (leftarg = {left}, rightarg = {right}, function = {function})"


def sprung(server: Server, since: int = 0) -> set[str]:
    """As whom traps ran, by what the server's log says behind a position of it."""
    text = server.log.read_bytes()[since:].decode(errors="replace")
    return set(re.findall(r"LOG:  TRAP of (\S+), in a session of", text))
