"""What proves that a recovery was one: claims, each tried whatever became of the others; the last stops the server."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from fleet.drill import Proof
from fleet.problem import Refused
from fleet.size import about

from ..cluster import Described
from ..isolated.asked import NO_PASSWORDS
from ..restore.instance import control
from ..restore.plan import Plan
from ..restore.proof import Proof as Landing
from ..restore.proof import proof as landing
from ..server import connect
from ..session import ASSERTING
from ..sql import sql
from .known import DATABASES, Known, named, rows
from .order import Assertion


class Server(Protocol):
    """A server that is to prove itself, beside production or on a spare host."""

    @property
    def told(self) -> Described: ...
    @property
    def directory(self) -> Path: ...
    @property
    def port(self) -> int: ...
    @property
    def sockets(self) -> Path: ...

    def stop(self) -> None: ...


SHOWN = 3  # of what is wrong, so many are named
ALONE = {"LC_ALL": "C", "PGPASSFILE": NO_PASSWORDS}
LONGEST = 400  # characters of what a program said


def connection(server: Server, database: str = "postgres") -> Any:
    return connect(server.port, server.sockets, database)


def names(server: Server) -> list[str]:
    """The databases that can be connected to."""
    with connection(server) as link:
        return [row["name"] for row in link.execute(DATABASES)]


def landed(server: Server, plan: Plan) -> tuple[Proof, "Landing | None"]:
    """The heartbeat's rows around the target are there, and not there, as they should be."""
    what = "it is where it was wanted, by the heartbeat"
    try:
        with connection(server) as link:
            found = landing(link, plan)
    except Refused as refused:
        return Proof(what, False, "; ".join(problem.what for problem in refused.problems)), None
    return Proof(what, True, str(found)), found


def compared(server: Server, production: Known) -> Iterator[Proof]:
    """Rows and names are production's at the position that both are at."""
    if not production.lsn:
        return
    different, seen = [], set()
    for database in names(server):
        with connection(server, database) as link:
            seen |= set(named(link))
            different += list(differing(link, database, production))
    here = {database for database, _ in production.rows}
    different += [f"database {name} is not there" for name in sorted(here - set(names(server)))]
    known = f"{len(production.rows)} of {production.tables} tables"
    counted = f"{sum(production.rows.values())} rows in {known}, at {production.lsn}"
    yield Proof("every table has the rows that production had", not different, shown(different) or counted)
    gone, new = sorted(production.names - seen), sorted(seen - production.names)
    said = [*(f"{name} is not there" for name in gone), *(f"{name} is there" for name in new)]
    fine = f"{len(seen)} of them"
    yield Proof("roles, databases and extensions are production's", not said, shown(said) or fine)


def differing(link: Any, database: str, production: Known) -> Iterator[str]:
    """The tables of one database that have other rows than they had there."""
    import psycopg

    for (name, table), wanted in production.rows.items():
        if name != database:
            continue
        try:
            found = rows(link, table)
        except psycopg.Error as error:
            yield f"{name}: {table} cannot be counted: {line(str(error))}"
            continue
        if found != wanted:
            yield f"{name}: {table} has {found} rows, and production had {wanted}"


def indexes(server: Server) -> Proof:
    """Every index is one that PostgreSQL uses."""
    wrong = []
    for database in names(server):
        with connection(server, database) as link:
            wrong += [f"{database}: {row['name']}" for row in link.execute(sql("invalid_indexes"))]
    return Proof("every index is valid", not wrong, shown(wrong))


def assertion(server: Server, one: Assertion, past: bool = False) -> Proof:
    """What the user declared: a query that returns no rows. It may read, and no more.

    `past`: the server is of a time in which what it asks for may not have been made yet.
    """
    import psycopg

    what = f"{one.name} returns no rows in {one.database}"
    try:
        with connect(server.port, server.sockets, one.database, session=ASSERTING) as link:
            found = returned(link.execute(one.sql))
    except psycopg.Error as error:
        missing = isinstance(error, psycopg.errors.UndefinedTable | psycopg.errors.UndefinedColumn)
        return Proof(what, past and missing, f"{'not of that time: ' * (past and missing)}{line(str(error))}")
    return Proof(what, not found, f"{len(found)} rows: {shown(found)}" if found else "")


def returned(cursor: Any) -> list[str]:
    """The rows of every statement of a file."""
    found = []
    while True:
        if cursor.description:
            found += [", ".join(f"{name} {value}" for name, value in row.items()) for row in cursor]
        if not cursor.nextset():
            return found


def sound(server: Server) -> Proof:
    """Every table and index, with each row in every index of its table, by pg_amcheck."""
    command = [str(server.told.binaries / "pg_amcheck"), "--all", "--heapallindexed", "--install-missing"]
    where = [f"--host={server.sockets}", f"--port={server.port}", "--maintenance-db=postgres", "--no-password"]
    done = run([*command, *where])
    said = "" if done.returncode == 0 else gist(done.stdout + done.stderr)
    return Proof("every table and index is sound, by pg_amcheck with every row looked up", done.returncode == 0, said)


def checksums(server: Server) -> Proof:
    """Every page as it lies on disk, by pg_checksums; the server is stopped for it, and stays so."""
    what = "every page has its checksum"
    server.stop()
    if control(server.told, server.directory).get("Data page checksum version") == "0":
        return Proof(what, True, "the cluster was made without checksums: there is nothing to compare")
    done = run([str(server.told.binaries / "pg_checksums"), "--check", f"--pgdata={server.directory}"])
    if done.returncode:
        return Proof(what, False, gist(done.stderr or done.stdout))
    blocks = next((int(text.split()[-1]) for text in done.stdout.splitlines() if text.startswith("Blocks scanned")), 0)
    return Proof(what, True, f"{blocks} pages, {about(blocks * 8192)}")


def run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=ALONE)


def shown(found: list[str]) -> str:
    """The first of what was found, and how many more there are."""
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return ("; ".join(found[:SHOWN]) + more)[:LONGEST]


def gist(said: str) -> str:
    """The first lines of what a program said."""
    lines = [text.strip() for text in said.splitlines() if text.strip()]
    return " ".join(lines[:SHOWN])[:LONGEST] or "it does not say why"


def line(said: str) -> str:
    return (said.strip().splitlines() or ["no reason given"])[0][:LONGEST]
