"""A migration in one transaction with its row of the ledger: all of it, or nothing, whatever dies when.

Two messages: what the session's settings are, BEGIN and the script; the ledger's row and COMMIT.
"""

import contextlib
import time
from typing import Any

import psycopg

from fleet.problem import Problem, Refused

from . import trouble
from .attempts import given_up, persistently
from .literals import filled
from .migration import Migration
from .patience import run as send
from .run import Run, with_waits
from .script import Script
from .texts import text
from .waits import Waits, watcher


def run_inside(run: Run, action: str, migration: Migration, script: Script) -> int:
    """Runs the script and records it; the nanoseconds of the attempt that succeeded. Raises Refused."""
    waits, row = Waits(), run.migration_row(action, migration)
    asked, limits = script.directives, run.limits
    retries = limits.retries if asked.retries is None else asked.retries
    lock = limits.lock_timeout if asked.lock_timeout is None else asked.lock_timeout
    statement = limits.statement_timeout if asked.statement_timeout is None else asked.statement_timeout
    # without a newline, so that lines of the message are lines of the file
    begin = run.session.settings(lock_timeout=f"{lock}ms", statement_timeout=f"{statement}ms") + "; BEGIN; "
    spent, attempts = 0, 0

    def attempt() -> None:
        nonlocal spent, attempts
        attempts += 1
        spent = _once(run, begin + script.file.text, with_waits(row, attempts, waits), waits)

    try:
        persistently(attempt, lambda: _roll_back(run), retries, waits, run.tell, lambda: not script.sets_sequence)
    except psycopg.Error as error:
        _note_failure(run, with_waits(row, attempts, waits), error)
        raise _failed(error, script, begin, waits) from None
    return spent


def _once(run: Run, message: str, row: dict[str, Any], waits: Waits) -> int:
    main, began = run.session.main, time.perf_counter_ns()
    send(main, message, watcher(run.session, waits, run.tell))
    spent = time.perf_counter_ns() - began
    if main.pgconn.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
        raise psycopg.InternalError("the script ended its own transaction")
    values = row | {
        "nanoseconds": spent,
        "pid": run.session.facts.pid,
        "lock_wait_ms": waits.milliseconds,
        "blocked_by": waits.last,
    }
    record = text(f"record_{row['action']}").replace("{ledger}", run.session.ledger)
    send(main, f"{filled(record, values)}; COMMIT")
    return spent


def _roll_back(run: Run) -> None:
    with contextlib.suppress(psycopg.Error):
        run.session.main.execute("ROLLBACK")


def _note_failure(run: Run, row: dict[str, Any], error: psycopg.Error) -> None:
    """For those who come later; where even that is not possible, the operator knows anyway."""
    with contextlib.suppress(psycopg.Error):
        run.session.main.execute(run.session.settings())
        run.session.main.execute(text("record_note"), row | {"outcome": "failed", "note": trouble.said(error)})


def _failed(error: psycopg.Error, script: Script, begin: str, waits: Waits) -> Refused:
    where, words = script.file.name, trouble.said(error, begin + script.file.text)
    if error.diag.table_name == "migration_runs":
        what = "the ledger was changed by somebody else meanwhile, or a pooler changed the session below us"
        hint = "nothing of this migration remains; connect to the server itself, look at `status`, and run again"
        return Refused("migrations", [Problem(where, f"{what}: {words}", hint)])
    blocked = f"; in the way: {waits.last}" if waits.last and isinstance(error, psycopg.errors.LockNotAvailable) else ""
    return Refused("migrations", [given_up(where, words + blocked, error, script.sets_sequence)])
