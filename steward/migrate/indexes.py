"""Invalid indexes: what a CREATE INDEX CONCURRENTLY that failed leaves behind.

Dropped is only what the failing statement made: an index that was not there before it began, on its table, of its name,
and that nobody is building now. Others are shown.
"""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row, tuple_row

from .kinds import NewIndex
from .texts import text


@dataclass(frozen=True)
class Invalid:
    """Names are quoted where they must be; `name` and `table` have their schema, `index` and `bare_table` have none."""

    oid: int
    name: str
    table: str
    index: str
    bare_table: str
    building: bool


def invalid_indexes(connection: psycopg.Connection[Any]) -> list[Invalid]:
    rows = connection.cursor(row_factory=dict_row).execute(text("invalid")).fetchall()
    return [Invalid(**row) for row in rows]


def left_by(made: NewIndex, now: Collection[Invalid], before: Collection[int]) -> list[Invalid]:
    """Which of the invalid indexes of `now` the statement left; `before` are the OIDs of those that are not its."""
    return [
        one
        for one in now
        if one.oid not in before
        and not one.building
        and same(made.table, one.table, one.bare_table)
        and same(made.name, one.name, one.index)
    ]


def is_valid(connection: psycopg.Connection[Any], made: NewIndex) -> bool:
    """Whether the index that a statement makes is there, on its table, and complete."""
    rows = connection.cursor(row_factory=tuple_row).execute(text("valid"), {"name": _plain(made.name)}).fetchall()
    return any(same(made.table, qualified, bare) for qualified, bare in rows)


def same(written: str, qualified: str, bare: str) -> bool:
    """Whether a name as a script has it is this relation; without a schema, its own name decides."""
    return _plain(written) in (_plain(qualified), _plain(bare))


def _plain(name: str) -> str:
    return ".".join(map(_unquoted, name.split(".")))


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') and part.endswith('"') and len(part) > 1 else part


def drop(connection: psycopg.Connection[Any], index: Invalid, lock_timeout: int) -> None:
    """Drops it concurrently: others go on meanwhile. Raises psycopg.Error."""
    connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{lock_timeout}ms"])
    try:
        connection.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}")
    finally:
        with contextlib.suppress(psycopg.Error):
            connection.execute("SET lock_timeout = 0")
