"""Sending a script and waiting for its end, with an eye on who stands in its way.

Spoken at the level of libpq (psycopg.pq): one message, several statements, and between looks at the socket there is
time to ask on another connection whom PostgreSQL is waiting for. It refuses COPY, which would wait for a client.
"""

import select
import time
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

LOOK_EVERY = 0.5  # seconds
_BAD = frozenset({ExecStatus.FATAL_ERROR, ExecStatus.BAD_RESPONSE})
_COPY = frozenset({ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH})


def run(connection: psycopg.Connection[Any], script: str, look: Callable[[float], None] = lambda seconds: None) -> None:
    """Runs `script` as one message; raises psycopg.Error. `look` is called each half second that it takes.

    An interruption cancels what runs, waits until it has ended, and goes on to the caller.
    """
    pgconn = connection.pgconn
    pgconn.send_query(script.encode())
    try:
        error = _finish(connection, look)
    except KeyboardInterrupt:
        pgconn.get_cancel().cancel()
        _finish(connection, lambda seconds: None)
        raise
    if error is not None:
        raise error


def _finish(connection: psycopg.Connection[Any], look: Callable[[float], None]) -> psycopg.Error | None:
    """Reads results until there are no more; the first error among them."""
    pgconn, error = connection.pgconn, None
    began = time.monotonic()
    due = began + LOOK_EVERY
    while True:
        while pgconn.is_busy():
            unsent = pgconn.flush()
            ready = select.select(
                [pgconn.socket], [pgconn.socket] if unsent else [], [], max(0.0, due - time.monotonic())
            )
            if ready[0]:
                pgconn.consume_input()
            if time.monotonic() >= due:
                look(time.monotonic() - began)
                due = time.monotonic() + LOOK_EVERY
        result = pgconn.get_result()
        if result is None:
            return error
        if result.status in _COPY:
            return psycopg.NotSupportedError("COPY from or to a client is not possible here")
        if result.status in _BAD:
            error = error or error_from_result(result, encoding="utf-8")
