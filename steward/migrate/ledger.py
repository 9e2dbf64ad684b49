"""sqlx's ledger, `_sqlx_migrations`: read by everyone, made only by a run that changes something.

Its place is remembered when a run first changes something: from then on search_path may lead where it likes.
"""

import contextlib
from collections.abc import Collection, Iterator, Sequence

import psycopg
from psycopg.rows import dict_row, tuple_row

from fleet.problem import Problem, Refused

from . import trouble
from .applied import Applied
from .remembered import Happening, lost, missing
from .session import Facts, Session
from .texts import text

COLUMNS = ("version", "description", "success", "checksum", "installed_on", "execution_time")


def read_ledger(session: Session) -> list[Applied]:
    """Its rows by version. Raises Refused where it is not sqlx's, and where it lacks some that the history has."""
    with _one_moment(session):
        rows = ledger_rows(session)
        refuse_lost(session, [row.version for row in rows])
    return rows


@contextlib.contextmanager
def _one_moment(session: Session) -> Iterator[None]:
    """All that is read is of one moment: another migrator may write a row of both tables between two questions."""
    session.main.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        if not session.main.closed:
            session.main.execute("ROLLBACK")


def refuse_lost(session: Session, present: Collection[int]) -> None:
    """Raises Refused where the history has versions as applied that are not among those `present` in the ledger."""
    if not session.facts.has_history:
        return
    elsewhere = [str(row[0]) for row in session.main.execute(text("elsewhere")).fetchall()]
    problem = lost(_history(session), present, session.facts.ledger_schema, elsewhere)
    if problem is not None:
        raise Refused(f"database {session.facts.database}", [problem])


def missing_rows(session: Session, present: Collection[int]) -> list[int]:
    """The versions that the history has as applied, and that are not among those `present` in the ledger."""
    return missing(_history(session), present)


def _history(session: Session) -> list[Happening]:
    if not session.facts.has_history:
        return []
    rows = session.main.cursor(row_factory=dict_row).execute(text("happened")).fetchall()
    return [Happening(**row) for row in rows]


def aside(facts: Facts) -> str | None:
    """What to tell where an application's sqlx would make another ledger: it looks in the first schema of its path."""
    where = facts.first_schema
    if facts.ledger_schema is None or facts.ledger_schema == where:
        return None
    instead = f"schema {where}" if where else "no schema that exists"
    said = (
        f"note: the ledger is in schema {facts.ledger_schema}, but search_path leads {facts.acting_role} to {instead}"
    )
    return f"{said}: an application's sqlx would apply everything again"


def ledger_rows(session: Session) -> list[Applied]:
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


def make_tables(session: Session, anew: bool = False) -> None:
    """The ledger and the history, where they are missing. In one transaction, under the lock.

    Raises Refused where the history says that there has been another ledger, unless this one is to be made `anew`.
    """
    if session.facts.ledger_schema is None and not anew:
        refuse_lost(session, ())
    if session.facts.ledger_schema is None or session.facts.remembered != session.facts.ledger_schema:
        remember(session, session.facts.ledger_schema)


def remember(session: Session, schema: str | None) -> None:
    """Keeps the ledger's place; for None, one is made in the first schema of search_path."""
    with session.main.transaction():
        session.main.execute("SET LOCAL client_min_messages = warning")
        if schema is None:
            session.main.execute(text("ledger"))
        session.main.execute(text("history"))
        session.main.execute(text("remember"), {"schema": schema or session.facts.first_schema})
    session.facts = session.look()


def write_baseline(session: Session, rows: Sequence[Applied]) -> None:
    """Rows of migrations that nobody ran here."""
    command = (
        f"INSERT INTO {session.ledger} (version, description, success, checksum, execution_time) "
        "VALUES (%s, %s, true, %s, -1)"
    )
    for row in rows:
        session.main.execute(command, [row.version, row.description, row.checksum])
