"""`steward amcheck <cluster>`: every table and index of this node's own data directory is proven sound by PostgreSQL.

A damaged index with valid checksums is seen by nothing else: not by backups, dumps or verification. It runs on
standbys, too, since each has a disk of its own; the extension amcheck is made where the primary runs. It lies in
pg_catalog: pg_amcheck calls, as a superuser, what it finds in the extension's schema, and in any other schema its owner
could have made a function of that name.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from .cluster import Described, Job, described
from .dump.programs import conninfo
from .records import recorded
from .server import SOCKETS, connect, is_primary
from .session import READING, WRITING, options
from .sql import sql

DAMAGED = 2
DATABASES = """
    select datname from pg_database where datallowconn and datconnlimit <> -2 and datname <> 'template0'
    order by datname"""  # -2: what an interrupted DROP DATABASE leaves
MAKING = {**WRITING, "synchronous_commit": "local", "lock_timeout": "10s"}
"""Neither a standby that is away nor a stranger's lock is waited for."""
FIRST = "create extension amcheck with schema pg_catalog"
MOVED = "alter extension amcheck set schema pg_catalog"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: steward amcheck <cluster>", file=sys.stderr)
        return 1
    told = described(arguments[0])
    with recorded(told, Job("amcheck", "", "", "", 0)) as outcome:
        outcome.exit, outcome.more = look(told)
    if outcome.exit:
        print(outcome.more.get("reason", ""), file=sys.stderr)
    return outcome.exit


def look(told: Described) -> tuple[int, dict[str, Any]]:
    """The worst exit code of pg_amcheck's, and what is wrong. One database that cannot be looked at hides no other."""
    primary = is_primary(told)
    with connect(told.port, session=READING) as connection:
        names = [row["datname"] for row in connection.execute(DATABASES)]
    found = [wrong for name in names for wrong in checked(told, name, primary)]
    if not found:
        return 0, {}
    return max(code for code, _ in found), {"reason": "; ".join(said for _, said in found)[:400]}


def checked(told: Described, name: str, primary: bool) -> Iterator[tuple[int, str]]:
    """What is wrong with one database, with an exit code: 2 for damage, 1 where it cannot be looked at."""
    import psycopg

    try:
        if primary:
            prepare(told, name)
        reason = against(told, name)
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
    if reason:
        yield 1, f"database {name} was not checked: {reason}"
        return
    done = run(told, name)
    if done.returncode:
        said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        what = "found damage in" if done.returncode == DAMAGED else "could not look at"
        yield done.returncode, f"pg_amcheck {what} {name}: {' '.join(said[:2])}"


def run(told: Described, name: str) -> "subprocess.CompletedProcess[str]":
    """pg_amcheck of one database, with every row looked up in every index."""
    where = [f"--host={SOCKETS}", f"--port={told.port}", "--no-password", conninfo(name)]
    command = [str(told.binaries / "pg_amcheck"), "--heapallindexed", *where]
    begun = {**os.environ, "PGOPTIONS": options(READING, told.version)}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", env=begun)


def prepare(told: Described, name: str) -> None:
    """The extension, where there is none; one that lies where others can make functions is moved."""
    with connect(told.port, database=name, session=MAKING) as connection:
        there = connection.execute("select from pg_extension where extname = 'amcheck'").fetchone() is not None
        row = connection.execute(sql("amcheck")).fetchone()
        if not there:
            connection.execute(FIRST)
        elif row and not row["ours"]:
            connection.execute(MOVED)


def against(told: Described, name: str) -> str:
    """Why amcheck of this database is not to be called; empty where it may."""
    with connect(told.port, database=name, session=READING) as connection:
        row = connection.execute(sql("amcheck")).fetchone()
    if row is None:
        return "it has no amcheck of a superuser's yet; `steward amcheck` makes it where the primary runs"
    if not row["ours"]:
        where = f"amcheck lies in the schema {row['schema']}, where others than superusers can make functions"
        return f"{where}; `steward amcheck` moves it where the primary runs"
    return ""
