"""`steward amcheck <cluster>`: every table and index of this node's own data directory is proven sound by PostgreSQL.

A damaged index with valid checksums is seen by nothing else: not by backups, dumps or verification. It runs on
standbys, too, since each has a disk of its own; the extension amcheck, in our schema, is made where the primary runs.
"""

import subprocess
import sys
from typing import Any

from fleet.sql import identifier

from .cluster import Described, Job, described
from .records import recorded
from .server import SOCKETS, connect, is_primary

DAMAGED = 2


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
    """pg_amcheck's exit code, and its first words where it found something."""
    if is_primary(told):
        prepare(told)
    command = [str(told.binaries / "pg_amcheck"), "--all", "--heapallindexed", "--no-password"]
    where = [f"--host={SOCKETS}", f"--port={told.port}", "--maintenance-db=postgres"]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False, cwd="/")
    if done.returncode == 0:
        return 0, {}
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return done.returncode, {"reason": f"pg_amcheck found damage: {' '.join(said[:2])[:400]}"}


def prepare(told: Described) -> None:
    """The extension in every database that has none."""
    with connect(told.port) as connection:
        rows = connection.execute("select datname from pg_database where datallowconn and datname <> 'template0'")
        names = [row["datname"] for row in rows]
    for name in names:
        with connect(told.port, database=name) as connection:
            if not connection.execute("select 1 from pg_extension where extname = 'amcheck'").fetchone():
                schema = identifier("pgsteward")
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create extension amcheck with schema {schema}")
