"""What production knew at one position of its log: its names, and the rows of its tables.

Two looks at the position with nothing between them but the snapshots of all databases: where both say the same, and
nothing was written a little while before and after, the snapshots are of that position. A server that is written to
without a pause has no such moment, and then nothing is known. Tables are counted smallest first, for a while only:
production is to serve its clients.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from ..cluster import Described
from ..rows import counted as rows_of
from ..server import ask, connect
from ..session import READING
from ..sql import sql

POSITION = """
    select case when pg_is_in_recovery() then pg_last_wal_replay_lsn()
                else pg_current_wal_insert_lsn() end::text as lsn"""
DATABASES = "select datname as name from pg_database where datallowconn and datname <> 'template0' order by datname"
STILL = 0.002  # seconds without a record before and after the snapshots
TRIES = 500
PATIENCE = 60.0  # seconds that production counts for

Table = tuple[str, str]
"""A database, and a table in it as PostgreSQL writes its name."""


@dataclass(frozen=True)
class Known:
    """`lsn` is empty where nothing is known. `tables`: how many there are, whether counted or not. `names`: roles,
    databases and extensions."""

    lsn: str = ""
    rows: Mapping[Table, int] = field(default_factory=dict)
    tables: int = 0
    names: frozenset[str] = frozenset()


def known(told: Described) -> Known:
    """What the server of this node knows now."""
    import psycopg

    if ask(told, "select 1") is None:
        return Known()
    with ExitStack() as stack, suppress(psycopg.Error):
        main = stack.enter_context(connect(told.port, session=READING))
        names = [row["name"] for row in main.execute(DATABASES)]
        opened = (connect(told.port, database=name, session=READING) for name in names)
        links = {name: stack.enter_context(link) for name, link in zip(names, opened, strict=True)}
        lsn = still(main, links)
        return counted(lsn, links) if lsn else Known()
    return Known()


def still(main: Any, links: Mapping[str, Any]) -> str:
    """Begins a transaction with a snapshot of one position in every database, and returns it; empty where none was."""
    for _ in range(TRIES):
        before = position(main)
        time.sleep(STILL)
        for link in links.values():
            link.execute("begin transaction isolation level repeatable read read only")
            link.execute("select 1")
        time.sleep(STILL)
        if position(main) == before:
            return before
        for link in links.values():
            link.execute("rollback")
        time.sleep(STILL)
    return ""


def position(link: Any) -> str:
    return str(link.execute(POSITION).fetchone()["lsn"])


def counted(lsn: str, links: Mapping[str, Any]) -> Known:
    """The names, and the rows of as many tables as there is time for."""
    import psycopg

    found: dict[Table, int] = {}
    wanted = sorted(
        (row["bytes"], name, row["table"]) for name, link in links.items() for row in link.execute(sql("tables"))
    )
    names = {name for link in links.values() for name in named(link)}
    deadline = time.monotonic() + PATIENCE
    for _, name, table in wanted:
        left = int((deadline - time.monotonic()) * 1000)
        if left <= 0:
            break
        try:
            links[name].execute(f"set local statement_timeout = {left}")
            found[name, table] = rows_of(links[name], table)
        except psycopg.Error:  # no time is left, or this is a standby that has to go on replaying
            break
    return Known(lsn, found, len(wanted), frozenset(names))


def rows(link: Any, table: str) -> int:
    """In a copy. `table` comes from PostgreSQL, quoted as it has to be."""
    return int(link.execute(f"select count(*) as rows from only {table}").fetchone()["rows"])


def named(link: Any) -> Iterator[str]:
    """What there is by name in one database and around it."""
    for row in link.execute(sql("names")):
        yield row["name"]
