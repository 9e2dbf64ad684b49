"""One migrator at a time: sqlx's advisory lock, by polling.

sqlx waits inside pg_advisory_lock. That statement holds a snapshot, for which CREATE INDEX CONCURRENTLY of the one
who has the lock waits, and both wait for ever. Here a waiter asks, is idle, asks again: it never holds anything.
"""

import contextlib
import random
import time
from collections.abc import Callable, Iterator

import psycopg

from fleet.duration import show_duration
from fleet.problem import Problem, Refused

from .lockid import halves, lock_id
from .session import Session
from .waits import Blocker, ask

FIRST = 0.05  # seconds between questions
LONGEST = 1.0


@contextlib.contextmanager
def locked(session: Session, wait: int, tell: Callable[[str], None]) -> Iterator[None]:
    """Holds the lock of the session's database; raises Refused, naming the holder, after `wait` milliseconds."""
    key = lock_id(session.facts.database)
    _take(session, key, wait / 1000, tell)
    try:
        yield
    finally:
        # a session that is gone has let go of it, too
        with contextlib.suppress(psycopg.Error):
            session.main.execute("SELECT pg_catalog.pg_advisory_unlock(%s)", [key])


def _take(session: Session, key: int, wait: float, tell: Callable[[str], None]) -> None:
    began, pause, told = time.monotonic(), FIRST, 0
    while not _try(session, key):
        holders = _holders(session, key)
        if holders and holders[0].pid != told:
            told = holders[0].pid
            tell(f"another migrator is at work: {holders[0]}")
        left = wait - (time.monotonic() - began)
        if left <= 0:
            raise _busy(holders, wait)
        time.sleep(min(left, pause * (0.5 + random.random() / 2)))
        pause = min(LONGEST, pause * 1.5)


def _try(session: Session, key: int) -> bool:
    row = session.main.execute("SELECT pg_catalog.pg_try_advisory_lock(%s)", [key]).fetchone()
    return bool(row and row[0])


def _holders(session: Session, key: int) -> list[Blocker]:
    high, low = halves(key)
    return ask(session.main, "holder", high=high, low=low)


def _busy(holders: list[Blocker], wait: float) -> Refused:
    who = str(holders[0]) if holders else "a session that this user may not see"
    what = f"another migrator has held it for {show_duration(int(wait * 1000))} and more: {who}"
    return Refused("database", [Problem("migration lock", what, "wait for it, or allow more time with --wait")])
