"""One table out of the past into the running database, beside the one that is there: `restored.<table>`.

It comes through a server beside production, which is removed afterward. Foreign keys stay behind: what they would
refer to is of another time.
"""

import subprocess
from dataclasses import dataclass
from typing import Any

from fleet.problem import Problem, Refused
from fleet.sql import identifier, literal, qualified

from ..cluster import Described
from ..server import SOCKETS, connect, is_primary
from .beside import beside
from .instance import Instance, connection
from .plan import Plan

SCHEMA = "restored"
LIMIT = "choose the primary of the moment: --limit, or `steward restore table` on it"
KEYS = """
    select format('alter table %%s drop constraint %%I', conrelid::regclass, conname) as statement
    from pg_constraint where conrelid = %s::regclass and contype = 'f' and conparentid = 0"""

OWNER = "select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()"


@dataclass(frozen=True)
class Name:
    """A table by its database, schema and name."""

    database: str
    schema: str
    table: str

    @property
    def quoted(self) -> str:
        return qualified(self.schema, self.table)

    @property
    def restored(self) -> str:
        return qualified(SCHEMA, self.table)


@dataclass(frozen=True)
class Restored:
    """A table that came back, its rows, and what is said of where it came from."""

    name: Name
    rows: int
    said: str

    def __str__(self) -> str:
        return f"{self.said}\n{self.rows} rows are in {self.name.restored} of the database {self.name.database}"


def parsed(text: str) -> Name:
    """The name in `database.schema.table`; raises `Refused`."""
    parts = text.split(".")
    if len(parts) != 3 or not all(parts):
        raise Refused(
            "the restore", [Problem("table", f"{text!r} does not say where it is", "write database.schema.table")]
        )
    return Name(*parts)


def table(told: Described, plan: Plan, wanted: Name) -> Restored:
    """Brings a table back as `restored.<table>`; raises `Refused` where one of that name is there already."""
    if not is_primary(told):
        raise Refused("the restore", [Problem(told.node, "is no primary that runs: nothing can be put there", LIMIT)])
    absent(told, wanted)
    found = beside(told, plan, databases=(wanted.database,))
    try:
        with connection(found.instance, wanted.database) as link:
            rows = prepare(link, wanted)
        pour(told, found.instance, wanted)
    finally:
        found.instance.remove()
    with connect(told.port, database=wanted.database) as link:
        row = link.execute(f"select count(*) as rows from {wanted.restored}").fetchone()
    if row is None or row["rows"] != rows:
        raise Refused("the restore", [Problem(str(wanted.restored), "has not all rows", f"{rows} were restored")])
    return Restored(wanted, rows, str(found).splitlines()[0])


def absent(told: Described, wanted: Name) -> None:
    with connect(told.port, database=wanted.database) as link:
        row = link.execute("select to_regclass(%s) is not null as there", (wanted.restored,)).fetchone()
        if row and row["there"]:
            hint = f"drop or rename it: nothing that is there is overwritten; psql -d {wanted.database}"
            raise Refused("the restore", [Problem(wanted.restored, "is there already", hint)])


def prepare(link: Any, wanted: Name) -> int:
    """Moves the table, in the server beside, to the schema that it shall have; returns its rows."""
    row = link.execute("select to_regclass(%s) is not null as there", (wanted.quoted,)).fetchone()
    if not row["there"]:
        raise Refused(
            "the restore", [Problem(wanted.quoted, "was not there then", "name another moment, or the table")]
        )
    for key in link.execute(KEYS, (wanted.quoted,)).fetchall():
        link.execute(key["statement"])
    link.execute(f"create schema if not exists {identifier(SCHEMA)}")
    link.execute(f"alter table {wanted.quoted} set schema {identifier(SCHEMA)}")
    found = link.execute(f"select count(*) as rows from {wanted.restored}").fetchone()
    return int(found["rows"])


def pour(told: Described, instance: Instance, wanted: Name) -> None:
    """pg_dump of the server beside into the running one, in one transaction."""
    with connect(told.port, database=wanted.database) as link:
        row = link.execute(OWNER).fetchone() or {}
        comment = literal("tables that pgsteward brought back; drop them when they are no longer needed")
        link.execute(f"create schema if not exists {identifier(SCHEMA)} authorization {identifier(row['owner'])}")
        link.execute(f"comment on schema {identifier(SCHEMA)} is {comment}")
    programs = told.binaries
    out = [
        f"{programs}/pg_dump",
        "-Fc",
        "-h",
        str(instance.sockets),
        "-p",
        str(instance.port),
        f"--table={wanted.restored}",
    ]
    into = [
        f"{programs}/pg_restore",
        "-h",
        str(SOCKETS),
        "-p",
        str(told.port),
        "--exit-on-error",
        "--single-transaction",
    ]
    dump = subprocess.Popen([*out, wanted.database], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done = subprocess.run(
        [*into, f"--dbname={wanted.database}"], stdin=dump.stdout, capture_output=True, text=True, check=False
    )
    said = (dump.communicate()[1] or b"").decode(errors="replace") + done.stderr
    if dump.returncode or done.returncode:
        lines = said.strip().splitlines() or ["no reason given"]
        raise Refused("the restore", [Problem(wanted.quoted, lines[0], "nothing was changed in the running database")])
