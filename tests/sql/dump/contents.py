"""What is in a database, by hashes: equal where nothing was lost or changed."""

from typing import Any

from ..server import Server

TABLES = """
    select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname !~ '^(pg_|information_schema)' order by 1"""
DEFINED = """
    select pg_get_indexdef(indexrelid) from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_namespace n on n.oid = c.relnamespace where n.nspname !~ '^(pg_|information_schema)' union all
    select conrelid::regclass || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid <> 0 union all
    select viewname || definition from pg_views where schemaname !~ '^(pg_|information_schema)' union all
    select 'function ' || oid::regprocedure from pg_proc where pronamespace = 'public'::regnamespace union all
    select 'extension ' || extname from pg_extension union all
    select 'policy ' || polname from pg_policy union all
    select 'publication ' || pubname from pg_publication order by 1"""
OBJECTS = "select md5(string_agg(md5(lo_get(oid)), '' order by md5(lo_get(oid)))) from pg_largeobject_metadata"


def contents(server: Server, database: str, schema: str = "") -> dict[str, Any]:
    """Rows and their hash by table, sequences, large objects and definitions; of one schema the tables alone."""
    with server.connect(database) as admin:
        names = [name for (name,) in admin.execute(TABLES) if not schema or name.startswith(f"{schema}.")]
        found: dict[str, Any] = {name: hashed(admin, name) for name in names}
        if not schema:
            found["sequences"] = admin.execute(
                "select schemaname, sequencename, last_value from pg_sequences order by 1, 2"
            ).fetchall()
            found["objects"] = admin.execute(OBJECTS).fetchone()
            found["definitions"] = [text for (text,) in admin.execute(DEFINED)]
        return found


def hashed(admin: Any, table: str) -> tuple[int, str]:
    """How many rows, and the hash of all of them."""
    text = f"select count(*), md5(string_agg(md5(t::text), '' order by md5(t::text))) from only {table} t"
    found: tuple[int, str] = admin.execute(text).fetchone()
    return found
