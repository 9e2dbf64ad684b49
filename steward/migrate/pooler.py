"""Is there a pooler in transaction mode in between? Then no session is ours, and the lock would be somebody else's.

A pooler answers for the server when a client connects, with a process id of its own. Where that differs from what
the server says, a second connection proves the mode: in session mode, two clients that are connected
never share a backend. Nothing is set meanwhile, because it would stay with a backend that others use next.
"""

from typing import Any

import psycopg

from fleet.problem import Problem, Refused

from .connecting import connect

PROBES = 3


def refuse_transaction_pooler(connection: psycopg.Connection[Any], dsn: str) -> None:
    """Raises Refused where statements of one connection reach different backends."""
    backend = _pid(connection)
    if connection.pgconn.backend_pid == backend or not _shares_backends(connection, dsn, backend):
        return
    what = "there is a pooler in transaction mode (such as PgBouncer's pool_mode = transaction) in between"
    hint = "connect to the server itself, not to the pooler: another port, or its socket"
    raise Refused("database", [Problem("connection", what, hint)])


def _shares_backends(connection: psycopg.Connection[Any], dsn: str, backend: int) -> bool:
    """Keeps other connections inside of transactions, which takes backends away from whoever only borrows them."""
    others = list[psycopg.Connection[Any]]()
    try:
        for _ in range(PROBES):
            others.append(connect(dsn))
            others[-1].execute("BEGIN")
            if _pid(others[-1]) == backend or _pid(connection) != backend:
                return True
        return False
    except psycopg.errors.ProtocolViolation:
        return True  # PgBouncer's statement mode allows no transaction at all
    finally:
        for one in others:
            one.close()


def _pid(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute("SELECT pg_catalog.pg_backend_pid()").fetchone()
    return int(row[0]) if row else 0
