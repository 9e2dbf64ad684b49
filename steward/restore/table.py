"""One table out of the past into the running database, beside the one that is there: `restored.<table>`.

It comes through a server beside production, which is removed afterward. Foreign keys stay behind: what they would
refer to is of another time. In production its constraints, defaults and indexes run as whom it belongs to.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fleet.problem import Problem, Refused
from fleet.sql import identifier, literal, qualified

from .. import rows
from ..cluster import Described
from ..restorer import Restorer, restorer
from ..server import connect, is_primary
from ..session import DUMPING, WRITING, Session, options
from ..sql import sql
from .beside import beside
from .instance import Instance, connection
from .plan import Plan

SCHEMA = "restored"
LIMIT = "choose the primary of the moment: --limit, or `steward restore table` on it"
KEYS = """
    select format('alter table %%s drop constraint %%I', conrelid::regclass, conname) as statement
    from pg_constraint where conrelid = %s::regclass and contype = 'f' and conparentid = 0"""

OWNER = "select pg_get_userbyid(datdba) as owner from pg_database where datname = current_database()"
TABLES = "select pg_get_userbyid(relowner) as owner, relkind = 'r' as plain from pg_class where oid = %s::regclass"


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
            expected, was = prepare(link, wanted)
        arrived = poured(told, found.instance, wanted, was)
    finally:
        found.instance.remove()
    if arrived != expected:
        raise Refused("the restore", [Problem(str(wanted.restored), "has not all rows", f"{expected} were restored")])
    return Restored(wanted, expected, str(found).splitlines()[0])


def absent(told: Described, wanted: Name) -> None:
    with connect(told.port, database=wanted.database) as link:
        row = link.execute("select to_regclass(%s) is not null as there", (wanted.restored,)).fetchone()
        if row and row["there"]:
            hint = f"drop or rename it: nothing that is there is overwritten; psql -d {wanted.database}"
            raise Refused("the restore", [Problem(wanted.restored, "is there already", hint)])


def prepare(link: Any, wanted: Name) -> tuple[int, str]:
    """Moves the table, in the server beside, to the schema that it shall have; returns its rows, and whose it is."""
    row = link.execute("select to_regclass(%s) is not null as there", (wanted.quoted,)).fetchone()
    if not row["there"]:
        raise Refused(
            "the restore", [Problem(wanted.quoted, "was not there then", "name another moment, or the table")]
        )
    found = link.execute(TABLES, (wanted.quoted,)).fetchone()
    if not found["plain"]:
        hint = "name its partitions one by one, or bring the database back beside: --database"
        raise Refused("the restore", [Problem(wanted.quoted, "is no plain table, and has no rows of its own", hint)])
    for key in link.execute(KEYS, (wanted.quoted,)).fetchall():
        link.execute(key["statement"])
    link.execute(f"create schema if not exists {identifier(SCHEMA)}")
    link.execute(f"alter table {wanted.quoted} set schema {identifier(SCHEMA)}")
    return rows.counted(link, wanted.restored), str(found["owner"])


def poured(told: Described, instance: Instance, wanted: Name, was: str) -> int:
    """Pours the table into the running database; returns the rows that have arrived."""
    with connect(told.port) as admin, connect(told.port, database=wanted.database) as link:
        owner = str((link.execute(OWNER).fetchone() or {})["owner"])
        comment = literal("tables that pgsteward brought back; drop them when they are no longer needed")
        link.execute(f"create schema if not exists {identifier(SCHEMA)} authorization {identifier(owner)}")
        link.execute(f"comment on schema {identifier(SCHEMA)} is {comment}")
        role = whose(told, admin, owner, was)
        with making(link, role), restorer(admin, wanted.database, role) as mine:
            pour(told, instance, wanted, mine, role)
        return rows.counted(link, wanted.restored)


def whose(told: Described, admin: Any, owner: str, was: str) -> str:
    """Whose the table will be, and as whom it is made: as it was if that role is declared, else the database's owner.

    Raises `Refused` where that is a superuser.
    """
    seen = {row["name"]: row for row in admin.execute(sql("restore_roles"))}
    if was in told.owners and was in seen and not seen[was]["powerful"]:
        return was
    if seen[owner]["superuser"]:
        hint = "what a table brings along never runs as a superuser: alter database … owner to a role of its own"
        raise Refused("the restore", [Problem("owner", f"the table would be {owner}'s, who can do everything", hint)])
    return owner


@contextmanager
def making(link: Any, role: str) -> Iterator[None]:
    """The role may make something in the schema, whosever that is, for as long as this lasts."""
    schema, who = identifier(SCHEMA), identifier(role)
    row = link.execute("select nspowner = %s::regrole as own from pg_namespace where nspname = %s", (who, SCHEMA))
    own = (row.fetchone() or {})["own"]
    if not own:
        link.execute(f"grant usage, create on schema {schema} to {who}")
    try:
        yield
    finally:
        if not own:
            link.execute(f"revoke create on schema {schema} from {who}")


def pour(told: Described, instance: Instance, wanted: Name, mine: Restorer, role: str) -> None:
    """pg_dump of the server beside into the running one, in one transaction, as the table's owner."""

    def begun_with(session: Session) -> dict[str, str]:
        """What the program's sessions begin with, whatever is declared for those of the database."""
        return {**os.environ, "PGOPTIONS": options(session), "PGAPPNAME": "pgsteward"}

    programs = told.binaries
    beside = ["-h", str(instance.sockets), "-p", str(instance.port)]
    out = [f"{programs}/pg_dump", "-Fc", *beside, f"--table={wanted.restored}", wanted.database]
    flags = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-tablespaces", f"--role={role}"]
    into = [f"{programs}/pg_restore", *flags, *mine.at(wanted.database)]
    dump = subprocess.Popen(out, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=begun_with(DUMPING))
    done = subprocess.run(into, stdin=dump.stdout, capture_output=True, text=True, env=begun_with(WRITING), check=False)
    said = (dump.communicate()[1] or b"").decode(errors="replace") + done.stderr
    if dump.returncode or done.returncode:
        lines = said.strip().splitlines() or ["no reason given"]
        raise Refused("the restore", [Problem(wanted.quoted, lines[0], "nothing was changed in the running database")])
