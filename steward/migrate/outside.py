"""A migration outside of a transaction: statement by statement, with a trail that tells how far it came.

Before the first statement the ledger's row says `success = false`, which sqlx calls dirty and refuses to start on; each
step is written down on the second connection before and after it is done; at the end the row says true. sqlx itself
writes no row until the end, and sends the file as one message, in which PostgreSQL allows one such statement only.
"""

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from fleet.problem import Problem, Refused

from . import trouble
from .attempts import persistently
from .halfway import HalfWay, prefix_digest, resumable
from .indexes import Invalid, drop, invalid_indexes, is_valid, left_by
from .kinds import is_concurrent, new_index
from .limits import CONCURRENT_LOCK_TIMEOUT
from .migration import Migration
from .patience import run as send
from .run import Run
from .script import Script
from .texts import text
from .waits import Waits, watcher


@dataclass
class Trail:
    """Where a script is; `id` is its row of the history. Statements count from 1."""

    id: int
    script: Script
    waits: Waits
    done: int = 0
    attempts: int = 1


def read_halfway(run: Run, versions: Sequence[int]) -> dict[int, HalfWay]:
    """What the history knows of versions whose row says `success = false`."""
    if not versions or not run.session.facts.has_history:
        return {}
    rows = (
        run.session.main.cursor(row_factory=dict_row).execute(text("halfway"), {"versions": list(versions)}).fetchall()
    )
    return {row["version"]: HalfWay(**{**row, "invalid_before": tuple(row["invalid_before"])}) for row in rows}


def run_outside(run: Run, action: str, migration: Migration, script: Script) -> int:
    """Runs all of a script and records it; nanoseconds. Raises Refused."""
    row = run.migration_row(action, migration) | {"statements": len(script.statements)}
    found = _books(run).execute(text(f"begin_{action}").replace("{ledger}", run.session.ledger), row).fetchone()
    return _go(run, action, migration, Trail(found[0] if found else 0, script, Waits()))


def resume_outside(run: Run, action: str, migration: Migration, script: Script, found: HalfWay | None) -> int:
    """Goes on with a script that died half-way, where it is known how far it came. Raises Refused."""
    problem = resumable(migration.label, script, found, action)
    if problem is not None or found is None:
        raise Refused("migrations", [problem] if problem else [])
    trail = Trail(found.id, script, Waits(), found.done)
    if found.begun is not None:
        _settle(run, trail, found)
    run.tell(f"{migration.label}: going on at statement {trail.done + 1} of {len(script.statements)}")
    return _go(run, action, migration, trail)


def _books(run: Run) -> psycopg.Connection[Any]:
    """The second connection: a script may change the first one's role or path, and its bookkeeping must not care."""
    return run.session.second


def _go(run: Run, action: str, migration: Migration, trail: Trail) -> int:
    began = time.perf_counter_ns()
    send(run.session.main, run.session.settings())
    while trail.done < len(trail.script.statements):
        _step(run, action, migration, trail)
    spent = time.perf_counter_ns() - began
    values = {"id": trail.id, "version": migration.version, "checksum": migration.checksum, "nanoseconds": spent}
    _books(run).execute(text(f"end_{action}").replace("{ledger}", run.session.ledger), values)
    return spent


def _step(run: Run, action: str, migration: Migration, trail: Trail) -> None:
    """One statement, with as many attempts as it needs."""
    number = trail.done + 1
    statement = trail.script.statements[number - 1]
    before = [one.oid for one in invalid_indexes(_books(run))]
    _write(run, trail, number, before)
    asked, look = trail.script.directives, watcher(run.session, trail.waits, run.tell)
    settings = "; ".join(f"SET {name} = '{value}ms'" for name, value in _timeouts(run, trail, number).items())

    def attempt() -> None:
        send(run.session.main, settings)
        send(run.session.main, statement.text, look)

    retries = run.limits.retries if asked.retries is None else asked.retries
    try:
        trail.attempts += (
            persistently(attempt, lambda: _clean(run, trail, number, before), retries, trail.waits, run.tell) - 1
        )
        _refuse_invalid(run, trail, number)
    except psycopg.Error as error:
        raise _stopped(run, action, migration, trail, number, error) from None
    trail.done = number
    _write(run, trail, None, [])


def _timeouts(run: Run, trail: Trail, number: int) -> dict[str, int]:
    """What the file asks for, else the caller; CONCURRENTLY stands in nobody's way and may take long."""
    asked, limits = trail.script.directives, run.limits
    concurrent = is_concurrent(trail.script.statements[number - 1])
    lock = max(limits.lock_timeout, CONCURRENT_LOCK_TIMEOUT) if concurrent else limits.lock_timeout
    statement = 0 if concurrent else limits.statement_timeout
    return {
        "lock_timeout": lock if asked.lock_timeout is None else asked.lock_timeout,
        "statement_timeout": statement if asked.statement_timeout is None else asked.statement_timeout,
    }


def _write(run: Run, trail: Trail, begun: int | None, before: Sequence[int]) -> None:
    values = {
        "id": trail.id,
        "done": trail.done,
        "begun": begun,
        "prefix": prefix_digest(trail.script.statements[: trail.done]),
        "invalid": list(before),
        "attempts": trail.attempts,
        "lock_wait_ms": trail.waits.milliseconds,
        "blocked_by": trail.waits.last,
    }
    _books(run).execute(text("progress"), values)


def _clean(run: Run, trail: Trail, number: int, before: Sequence[int]) -> None:
    """After a failed attempt: no index of its remains."""
    for one in _left(run, trail, number, before):
        run.tell(f"the index {one.name} was left invalid by statement {number}: dropped")
        drop(_books(run), one, CONCURRENT_LOCK_TIMEOUT)


def _left(run: Run, trail: Trail, number: int, before: Sequence[int]) -> list[Invalid]:
    made = new_index(trail.script.statements[number - 1])
    return left_by(made, invalid_indexes(_books(run)), before) if made else []


def _settle(run: Run, trail: Trail, found: HalfWay) -> None:
    """A CREATE INDEX CONCURRENTLY that ran when everything stopped: the catalog tells whether it ended.

    Its backend is not at work any more: it held the lock that we have now.
    """
    number = found.begun or 0
    _clean(run, trail, number, found.invalid_before)
    made = new_index(trail.script.statements[number - 1])
    if made is not None and is_valid(_books(run), made):
        trail.done = number


def _refuse_invalid(run: Run, trail: Trail, number: int) -> None:
    """IF NOT EXISTS is content with an index that is there and invalid; we are not."""
    made = new_index(trail.script.statements[number - 1])
    if made is None:
        return
    wrong = left_by(made, invalid_indexes(_books(run)), ())
    if wrong:
        raise psycopg.InternalError(f"the index {wrong[0].name} is invalid, and was before this run; drop it first")


def _stopped(run: Run, action: str, migration: Migration, trail: Trail, number: int, error: psycopg.Error) -> Refused:
    """A statement failed: what is done stays done. If nothing is, the ledger forgets it, too."""
    statement = trail.script.statements[number - 1]
    where = trail.script.file.name
    what = trouble.said(error, statement.text, statement.line)
    if run.session.main.closed or (error.sqlstate or "").startswith(("08", "57P")):
        hint = "the ledger says that it did not succeed; the next run goes on if it is known where, else see `repair`"
        return Refused("migrations", [Problem(where, f"the connection was lost in statement {number}: {what}", hint)])
    known = _is_whole(statement.words)
    with contextlib.suppress(psycopg.Error, Refused):
        _write(run, trail, None if known else number, [])
        if known and trail.done == 0:
            _forget(run, action, migration, trail, what)
            return Refused("migrations", [Problem(where, what, trouble.hint(error))])
    hint = f"statements before {number} are done and stay; correct it from there on, then run again"
    if trail.done == 0 and not known:
        hint = "a part of it may be done: `repair` tells more"
    return Refused("migrations", [Problem(where, what, hint if error.sqlstate != "57014" else trouble.hint(error))])


def _is_whole(words: tuple[str, ...]) -> bool:
    """Whether a statement that PostgreSQL says has failed has left nothing; procedures may have committed meanwhile."""
    partial = ("call", "do", "vacuum", "cluster", "reindex", "analyze")
    detach = words[:1] == ("alter",) and words[-1:] == ("concurrently",)
    drop_index = words[:3] == ("drop", "index", "concurrently")
    return words[:1] != () and words[0] not in partial and not detach and not drop_index


def _forget(run: Run, action: str, migration: Migration, trail: Trail, what: str) -> None:
    """Nothing of it happened, so the ledger says what it said before."""
    books, ledger = _books(run), run.session.ledger
    with books.transaction():
        if action == "up":
            books.execute(f"DELETE FROM {ledger} WHERE version = %s", [migration.version])
        else:
            books.execute(f"UPDATE {ledger} SET success = true WHERE version = %s", [migration.version])
        books.execute(text("failed"), {"id": trail.id, "note": what})
