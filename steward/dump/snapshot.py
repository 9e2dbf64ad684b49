"""What is true of a database at the moment of its dump: one transaction, whose snapshot pg_dump takes over.

It is open until pg_dump has ended, since each of its workers takes it over when it begins. Rows are counted in the
same transaction beside pg_dump, one table after the other and without helpers: dumping is the work, this is its proof.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from fleet.problem import Problem, Refused

from ..cluster import Chosen, Described
from ..rows import counted
from ..server import connect
from ..session import DUMPING, READING
from ..sql import sql
from .patterns import pattern
from .programs import APPLICATION

if TYPE_CHECKING:
    import psycopg

LOCK_WAIT = 300_000  # milliseconds that a table's lock is waited for
PATH = "select pg_catalog.current_schemas(true)::pg_catalog.text[] as path"
SESSION = {**READING, "lock_timeout": str(LOCK_WAIT)}


@dataclass(frozen=True)
class Table:
    """A table whose rows a dump may hold. `extensions`: it belongs to an extension, which fills it when it is made."""

    oid: int
    name: str
    unlogged: bool
    extensions: bool
    wanted: bool


class Snapshot:
    """The open transaction. `facts`: the row of dump_database.sql; `tables`: by their OIDs, largest first. `path`: the
    schemas in which a pattern without one looks."""

    def __init__(self, connection: "psycopg.Connection[dict[str, Any]]", chosen: Chosen, path: "list[str]") -> None:
        self.connection = connection
        self.path = path
        self._given_up = threading.Event()
        connection.execute("select set_config('application_name', %s, false)", (APPLICATION,))
        connection.execute("begin isolation level repeatable read read only")
        self.id = str((connection.execute("select pg_export_snapshot() as id").fetchone() or {})["id"])
        self.facts: dict[str, Any] = connection.execute(sql("dump_database")).fetchone() or {}
        self.tables = {one.oid: one for one in self._tables(chosen)}

    def _tables(self, chosen: Chosen) -> Iterator[Table]:
        kinds = ("tables", "without", "without_rows")
        values = {kind: json.dumps([asdict(pattern(one)) for one in getattr(chosen, kind)]) for kind in kinds}
        for row in self.connection.execute(sql("dump_tables"), {**values, "path": self.path}):
            yield Table(**row)

    @property
    def standby(self) -> bool:
        return bool(self.facts["standby"])

    def reason_against(self, table: Table) -> str:
        """Why the rows of a table cannot be in a dump from here; empty where they can."""
        if table.unlogged and self.standby:
            return "unlogged: a standby does not have it"
        return "an extension's own" if table.extensions else ""

    def count(self, *oids: int) -> dict[int, int]:
        """The rows of these tables."""
        found = {}
        for oid in oids:
            if self._given_up.is_set():
                break
            found[oid] = counted(self.connection, self.tables[oid].name)
        return found

    def give_up(self) -> None:
        """Ends a count that another thread is at."""
        self._given_up.set()
        self.connection.cancel()

    def counted(self) -> dict[int, int]:
        """The rows of all tables that were chosen."""
        wanted = (one for one in self.tables.values() if one.wanted and not self.reason_against(one))
        return self.count(*(one.oid for one in wanted))

    def rows(self, counted: Mapping[int, int], held: Mapping[int, bool]) -> tuple[dict[str, int], dict[str, str]]:
        """Rows by table and, of tables that the dump has without rows, why; `held`: whether it has rows, by OID."""
        rows, left_out = {}, {}
        for oid, table in self.tables.items():
            reason = self.reason_against(table)
            if oid in counted and held.get(oid):
                rows[table.name] = counted[oid]
            elif oid in held:
                left_out[table.name] = reason or "not chosen"
        return dict(sorted(rows.items())), dict(sorted(left_out.items()))


@contextmanager
def snapshot(told: Described, database: str, chosen: Chosen) -> Iterator[Snapshot]:
    """The snapshot, for as long as this lasts; raises `Refused` where the server does not give one."""
    import psycopg

    try:
        with connect(told.port, database=database, session=SESSION) as connection:
            yield Snapshot(connection, chosen, path(told, database))
    except psycopg.Error as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise Refused("the dump", [Problem(f"database {database}", said, hint(said))]) from None


def path(told: Described, database: str) -> list[str]:
    """The schemas that pg_dump's session shows, in their order."""
    with connect(told.port, database=database, session=DUMPING) as connection:
        return list((connection.execute(PATH).fetchone() or {})["path"])


def hint(said: str) -> str:
    """What to do about an error of the server, or of pg_dump, that has these words."""
    if "conflict with recovery" in said:
        return "the standby had to go on; hot_standby_feedback, or a larger max_standby_streaming_delay, prevents it"
    if "lock timeout" in said or "statement timeout" in said:
        return "somebody holds a lock on the table, a migration perhaps; take the dump again when it is over"
    if "does not exist" in said:
        return "does the database exist, and did nobody drop or rename a table of it meanwhile? then take it again"
    if "No space left" in said:
        return "nothing of the dump was kept; make room, or keep fewer: `steward dump expire --dry`"
    return "the server's log may say more; nothing of the dump was kept"
