"""The connections of a run: the main one, and a second that keeps books and looks on while the first waits.

Both are in autocommit mode: between statements they are idle, and hold no snapshot that others would have to wait for.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from fleet.problem import Problem, Refused
from fleet.sql import identifier, literal, qualified

from . import trouble
from .connecting import connect
from .pooler import refuse_transaction_pooler
from .texts import text

OLDEST = 140000
BOUNDS_TRANSACTIONS = 170000  # the first with transaction_timeout
LEDGER = "_sqlx_migrations"
# a migrator that was killed must not leave a backend at work that nobody waits for
ALWAYS = {"client_connection_check_interval": "1s", "lock_timeout": "0", "statement_timeout": "0"}
# a waiter is idle, and so is a connection that looks on; neither is to be thrown out for that
WAITING = {"idle_session_timeout": "0", "idle_in_transaction_session_timeout": "0"}


@dataclass(frozen=True)
class Facts:
    """What is known of the server and the session. `server_version` is PostgreSQL's number, such as 170002.

    `ledger_schema` is where the ledger is: in the schema that was `remembered`, or in `path_schema`, where search_path
    finds one. Any of them is None where there is none.
    """

    database: str
    session_role: str
    acting_role: str
    pid: int
    standby: bool
    server_version: int
    ledger_schema: str | None
    has_history: bool
    first_schema: str | None
    path_schema: str | None
    remembered: str | None


class Session:
    """A database, connected. `role` is whom to act as; None is whoever connects."""

    def __init__(self, dsn: str, role: str | None = None, read_only: bool = False) -> None:
        self.dsn = dsn
        self.role = role
        self.read_only = read_only
        self.main = connect(dsn)
        self._second: psycopg.Connection[Any] | None = None
        try:
            # before anything is set: what is set through such a pooler stays with a backend that others use next
            refuse_transaction_pooler(self.main, dsn)
            self.prepare(self.main)
            self.facts = self.look()
            self._refuse_old()
        except psycopg.Error as error:
            self.close()
            raise trouble.refusal(error, "session") from None
        except BaseException:
            self.close()
            raise

    def prepare(self, connection: psycopg.Connection[Any]) -> None:
        try:
            connection.execute(self.settings(**WAITING))
        except psycopg.Error as error:
            raise trouble.refusal(error, f"role {self.role}" if self.role else "session") from None

    def settings(self, **more: str) -> str:
        """The statements that bring a session back to what a migration may expect, whatever the last one set."""
        values = ALWAYS | ({"default_transaction_read_only": "on"} if self.read_only else {}) | more
        if self.main.info.server_version >= BOUNDS_TRANSACTIONS:
            values = {"transaction_timeout": "0"} | values
        role = f"SET ROLE {identifier(self.role)}" if self.role else "RESET ROLE"
        lines = ["SET SESSION AUTHORIZATION DEFAULT", role, "RESET ALL"]
        return "; ".join(lines + [f"SET {name} = {literal(value)}" for name, value in values.items()])

    def look(self) -> Facts:
        """Asks anew what can change while one waits: whether there is a ledger."""
        cursor = self.main.cursor(row_factory=dict_row)
        row = cursor.execute(text("facts")).fetchone() or {}
        place = cursor.execute(text("place")).fetchone() if row.pop("has_place") else None
        remembered = place["schema"] if place else None
        there = remembered if place and place["there"] else row["path_schema"]
        return Facts(**row, remembered=remembered, ledger_schema=there)

    def _refuse_old(self) -> None:
        if self.facts.server_version < OLDEST:
            what = f"the server is PostgreSQL {self.facts.server_version // 10000}"
            raise Refused("database", [Problem("server", what, f"{OLDEST // 10000} is the oldest that is supported")])

    @property
    def second(self) -> psycopg.Connection[Any]:
        """The other connection; made when it is first needed. Raises psycopg.Error, or Refused."""
        if self._second is None or self._second.closed:
            self._second = connect(self.dsn)
            self.prepare(self._second)
        return self._second

    @property
    def ledger(self) -> str:
        """The ledger's quoted name. Where there is none yet: as sqlx would make it, in the first schema of the path."""
        schema = self.facts.ledger_schema or self.facts.first_schema
        if schema is None:
            hint = "create the schema that search_path names, or set search_path for this user"
            raise Refused("database", [Problem("search_path", "it names no schema that exists", hint)])
        return qualified(schema, LEDGER)

    def close(self) -> None:
        for connection in (self.main, self._second):
            if connection is not None:
                with contextlib.suppress(psycopg.Error):
                    connection.close()


@contextlib.contextmanager
def session(dsn: str, role: str | None = None, read_only: bool = False) -> Iterator[Session]:
    """A Session that is closed at the end; what PostgreSQL says against it becomes a refusal."""
    opened = Session(dsn, role, read_only)
    try:
        yield opened
    except psycopg.Error as error:
        raise trouble.refusal(error, f"database {opened.facts.database}") from None
    finally:
        opened.close()
