"""Who stands in the way of a statement that waits for a lock. Asked on the second connection, while the first waits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

from fleet.duration import show_duration
from fleet.problem import Refused

from .literals import filled
from .patience import LOOK_EVERY
from .session import Session
from .texts import text


@dataclass(frozen=True)
class Blocker:
    """`seconds` is how long its transaction has been open, or its session where there is none."""

    pid: int
    role: str
    application: str
    state: str
    seconds: float
    query: str

    def __str__(self) -> str:
        program = f" ({self.application})" if self.application else ""
        age = show_duration(int(self.seconds) * 1000)
        who = f"pid {self.pid}, user {self.role}{program}"
        if not self.state:
            return f"{who}, whose query this user may not see (pg_monitor may)"
        return f"{who}, {self.state} for {age}: {self.query}"


@dataclass
class Waits:
    """What one migration waited for, over all its attempts."""

    milliseconds: int = 0
    blockers: list[Blocker] = field(default_factory=list)

    @property
    def last(self) -> str | None:
        return "; ".join(map(str, self.blockers)) or None


def watcher(session: Session, waits: Waits, tell: Callable[[str], None]) -> Callable[[float], None]:
    """What `patience.run` calls: notes whom the main connection waits for, and tells each set of them once."""
    told: set[tuple[int, ...]] = set()

    def look(seconds: float) -> None:
        found = blockers(session)
        if not found:
            return
        waits.milliseconds += int(LOOK_EVERY * 1000)
        waits.blockers = found
        pids = tuple(one.pid for one in found)
        if pids not in told:
            told.add(pids)
            for one in found:
                tell(f"waiting for {one}")

    return look


def blockers(session: Session) -> list[Blocker]:
    """Nobody, too, where there is no connection left to ask on: looking on is a courtesy, not a condition."""
    try:
        return ask(session.second, "blockers", pid=session.facts.pid)
    except (psycopg.Error, Refused):
        return []


def ask(connection: psycopg.Connection[Any], name: str, **values: int) -> list[Blocker]:
    """As whoever connected: the role that migrations act as is often one that may not see the queries of others.

    One message is one transaction, so that the session is never idle inside of one.
    """
    cursor = connection.cursor(row_factory=dict_row)
    cursor.execute(f"SET LOCAL ROLE NONE; {filled(text(name), values)}")
    cursor.nextset()
    return [Blocker(**row) for row in cursor.fetchall()]
