"""sqlx's ledger, `_sqlx_migrations`: read by everyone, made only by a run that changes something."""

from collections.abc import Sequence

import psycopg
from psycopg.rows import tuple_row

from fleet.problem import Problem, Refused

from . import trouble
from .applied import Applied
from .session import Session
from .texts import text

COLUMNS = ("version", "description", "success", "checksum", "installed_on", "execution_time")


def read_ledger(session: Session) -> list[Applied]:
    """Its rows by version; none where there is no ledger. Raises Refused where it is not sqlx's."""
    if session.facts.ledger_schema is None:
        return []
    question = (
        "SELECT version, description, success, checksum, to_json(installed_on) #>> '{}', execution_time "
        f"FROM {session.ledger} ORDER BY version"
    )
    try:
        rows = session.main.cursor(row_factory=tuple_row).execute(question).fetchall()
    except psycopg.errors.UndefinedColumn as error:
        hint = f"it has to have sqlx's columns: {', '.join(COLUMNS)}"
        raise Refused("database", [Problem(session.ledger, trouble.said(error), hint)]) from None
    return [Applied(*row) for row in rows]


def make_tables(session: Session) -> None:
    """The ledger and the history, where they are missing. In one transaction, under the lock."""
    if session.facts.ledger_schema is not None and session.facts.has_history:
        return
    with session.main.transaction():
        session.main.execute("SET LOCAL client_min_messages = warning")
        if session.facts.ledger_schema is None:
            session.main.execute(text("ledger"))
        session.main.execute(text("history"))
    session.facts = session.look()


def write_baseline(session: Session, rows: Sequence[Applied]) -> None:
    """Rows of migrations that nobody ran here."""
    command = (
        f"INSERT INTO {session.ledger} (version, description, success, checksum, execution_time) "
        "VALUES (%s, %s, true, %s, -1)"
    )
    for row in rows:
        session.main.execute(command, [row.version, row.description, row.checksum])
