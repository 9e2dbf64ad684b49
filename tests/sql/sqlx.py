"""What sqlx does to a PostgreSQL database, step by step, restated from its source (launchbadge/sqlx at 0.8.6).

sqlx-core/src/migrate/migrator.rs `run_direct` and `undo`, sqlx-core/src/migrate/source.rs `resolve_blocking`,
sqlx-postgres/src/migrate.rs. An application's `sqlx::migrate!().run(&pool)` is `run` below.
"""

import hashlib
import time
from pathlib import Path
from typing import Any

import psycopg

LEDGER = """
CREATE TABLE IF NOT EXISTS _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
    success BOOLEAN NOT NULL,
    checksum BYTEA NOT NULL,
    execution_time BIGINT NOT NULL
);
"""


class SqlxError(Exception):
    """What sqlx calls MigrateError, with its words."""


class Found:
    """A file, resolved."""

    def __init__(self, path: Path) -> None:
        before, rest = path.name.split("_", 1)
        self.version = int(before)
        suffix = next(one for one in (".up.sql", ".down.sql", ".sql") if rest.endswith(one))
        while rest.endswith(suffix):  # trim_end_matches
            rest = rest[: -len(suffix)]
        self.description = rest.replace("_", " ")
        self.is_down = suffix == ".down.sql"
        self.sql = path.read_bytes().decode()  # read_to_string: strict, and newlines as they are
        self.no_tx = self.sql.startswith("-- no-transaction")
        self.checksum = hashlib.sha384(self.sql.encode()).digest()


def resolve(folder: Path) -> list[Found]:
    paths = [path for path in folder.iterdir() if path.is_file() and "_" in path.name and path.name.endswith(".sql")]
    return sorted(map(Found, paths), key=lambda one: one.version)


def lock_id(database: str) -> int:
    crc = 0xFFFFFFFF
    for byte in database.encode():
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return 0x3D32AD9E * (crc ^ 0xFFFFFFFF)


def start(connection: "psycopg.Connection[Any]", found: list[Found]) -> dict[int, bytes]:
    """Lock, table, dirty version, missing versions: every check before the first migration."""
    database = connection.execute("SELECT current_database()").fetchone()
    connection.execute("SELECT pg_advisory_lock(%s)", [lock_id(database[0] if database else "")])
    connection.execute(LEDGER)
    dirty = connection.execute(
        "SELECT version FROM _sqlx_migrations WHERE success = false ORDER BY version LIMIT 1"
    ).fetchone()
    if dirty:
        raise SqlxError(f"migration {dirty[0]} is partially applied; fix and remove row from `_sqlx_migrations` table")
    applied = dict(connection.execute("SELECT version, checksum FROM _sqlx_migrations ORDER BY version").fetchall())
    for version in applied.keys() - {one.version for one in found}:
        raise SqlxError(f"migration {version} was previously applied but is missing in the resolved migrations")
    return applied


def run(connection: "psycopg.Connection[Any]", folder: Path) -> list[int]:
    """The versions that it applied. The connection is in autocommit mode."""
    found, done = resolve(folder), []
    try:
        applied = start(connection, found)
        for one in found:
            if one.is_down:
                continue
            if one.version not in applied:
                apply(connection, one)
                done.append(one.version)
            elif applied[one.version] != one.checksum:
                raise SqlxError(f"migration {one.version} was previously applied but has been modified")
    finally:
        connection.execute("SELECT pg_advisory_unlock_all()")
    return done


def apply(connection: "psycopg.Connection[Any]", one: Found) -> None:
    began = time.perf_counter_ns()
    if one.no_tx:
        execute(connection, one)
    else:
        with connection.transaction():
            execute(connection, one)
    spent = time.perf_counter_ns() - began
    connection.execute("UPDATE _sqlx_migrations SET execution_time = %s WHERE version = %s", [spent, one.version])


def execute(connection: "psycopg.Connection[Any]", one: Found) -> None:
    connection.execute(one.sql.encode())
    connection.execute(
        "INSERT INTO _sqlx_migrations ( version, description, success, checksum, execution_time ) "
        "VALUES ( %s, %s, TRUE, %s, -1 )",
        [one.version, one.description, one.checksum],
    )


def undo(connection: "psycopg.Connection[Any]", folder: Path, target: int) -> list[int]:
    """The versions that it reverted."""
    found = resolve(folder)
    try:
        applied = start(connection, found)
        chosen = [one for one in reversed(found) if one.is_down and one.version in applied and one.version > target]
        for one in chosen:
            with connection.transaction():
                connection.execute(one.sql.encode())
                connection.execute("DELETE FROM _sqlx_migrations WHERE version = %s", [one.version])
    finally:
        connection.execute("SELECT pg_advisory_unlock_all()")
    return [one.version for one in chosen]
