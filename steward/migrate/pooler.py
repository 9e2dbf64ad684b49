"""Is there a pooler in transaction mode in between? Then no session is ours, and the lock would be somebody else's.

A pooler answers for the server when a client connects, with a process id of its own. Where that differs from what
the server says, a second connection proves the mode: in session mode, two clients that are connected
never share a backend.
"""

from typing import Any

import psycopg

from fleet.problem import Problem, Refused

from .session import Session, connect

PROBES = 3


def refuse_transaction_pooler(session: Session) -> None:
    """Raises Refused where statements of one session reach different backends."""
    if session.main.pgconn.backend_pid == session.facts.pid:
        return
    if _shares_backends(session):
        what = "there is a pooler in transaction mode (such as PgBouncer's pool_mode = transaction) in between"
        hint = "connect to the server itself, not to the pooler: another port, or its socket"
        raise Refused("database", [Problem("connection", what, hint)])


def _shares_backends(session: Session) -> bool:
    """Keeps other connections inside of transactions, which takes backends away from whoever only borrows them."""
    seen, others = {session.facts.pid}, list[psycopg.Connection[Any]]()
    try:
        for _ in range(PROBES):
            others.append(connect(session.dsn))
            others[-1].execute("BEGIN")
            if _pid(others[-1]) in seen or _pid(session.main) != session.facts.pid:
                return True
        return False
    finally:
        for one in others:
            one.close()


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
