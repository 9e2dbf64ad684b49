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
from .halfway import HalfWay, choices, prefix_digest, resumable, shown
from .harmless import commits_on_its_way, ends_what_it_began, is_misspelt, is_removed, leaves_nothing, sets_sequence
from .indexes import Invalid, drop, invalid_indexes, is_valid, left_by
from .kinds import is_concurrent, new_index
from .lasting import settings
from .limits import CONCURRENT_LOCK_TIMEOUT
from .migration import Migration
from .patience import run as send
from .remains import ONE_BETWEEN, Left, remains, transactions
from .run import Run
from .script import Script
from .statements import Statement
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


@dataclass
class Begun:
    """A statement under way, and what tells afterwards what it left if it fails.

    `there` are the OIDs of what others had left before it; `count` is how many transactions there were before its last
    attempt.
    """

    number: int
    statement: Statement
    there: tuple[int, ...]
    count: int = 0


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
    _set_again(run, trail)
    while trail.done < len(trail.script.statements):
        _step(run, action, migration, trail)
    spent = time.perf_counter_ns() - began
    values = {"id": trail.id, "version": migration.version, "checksum": migration.checksum, "nanoseconds": spent}
    _books(run).execute(text(f"end_{action}").replace("{ledger}", run.session.ledger), values)
    return spent


def _set_again(run: Run, trail: Trail) -> None:
    """What is done of a script that is gone on with set another session: this one gets the same settings."""
    if trail.done == len(trail.script.statements):
        return
    for one in settings(trail.script.statements[: trail.done]):
        try:
            send(run.session.main, one.text)
        except psycopg.Error as error:
            what = f"it was done, and cannot be set again in this session: {trouble.said(error, one.text, one.line)}"
            hint = "make it possible again, then run again: nothing else was done"
            raise Refused("migrations", [Problem(trail.script.file.name, what, hint, one.line)]) from None


def _step(run: Run, action: str, migration: Migration, trail: Trail) -> None:
    """One statement, with as many attempts as it needs, and bears."""
    number = trail.done + 1
    statement = trail.script.statements[number - 1]
    there = {one.oid for one in invalid_indexes(_books(run))} | {one.oid for one in remains(_books(run))}
    begun = Begun(number, statement, tuple(sorted(there)))
    _write(run, trail, number, begun.there)
    try:
        trail.attempts += _attempted(run, trail, begun) - 1
        _refuse_invalid(run, trail, number)
    except psycopg.Error as error:
        raise _stopped(run, action, migration, trail, begun, error) from None
    trail.done = number
    _write(run, trail, None, [])


def _attempted(run: Run, trail: Trail, begun: Begun) -> int:
    """Sends the statement, again where another session stood in the way and it left nothing; how often."""
    asked, look = trail.script.directives, watcher(run.session, trail.waits, run.tell)
    limits = _timeouts(run, trail, begun.number).items()
    bounds = "; ".join(f"SET {name} = '{value}ms'" for name, value in limits)

    def attempt() -> None:
        send(run.session.main, bounds)
        begun.count = transactions(run.session.main)
        send(run.session.main, begun.statement.text, look)

    def clean() -> None:
        _clean(run, trail, begun.number, begun.there)

    def harmless() -> bool:
        return ends_what_it_began(begun.statement) or _left_nothing(run, begun)

    retries = run.limits.retries if asked.retries is None else asked.retries
    return persistently(attempt, clean, retries, trail.waits, run.tell, harmless)


def _left_nothing(run: Run, begun: Begun) -> bool:
    """Whether it is known that nothing remains of a statement that failed."""
    if sets_sequence(begun.statement):
        return False
    if leaves_nothing(begun.statement):
        return True
    if is_removed(begun.statement):
        return not _remains(run, begun)
    if not commits_on_its_way(begun.statement):
        return False
    return transactions(run.session.main) - begun.count == ONE_BETWEEN


def _remains(run: Run, begun: Begun) -> list[Left]:
    return [] if leaves_nothing(begun.statement) else remains(_books(run), begun.there)


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
    """After a failed attempt: no index of its remains, if it can be dropped."""
    for one in _left(run, trail, number, before):
        try:
            drop(_books(run), one, CONCURRENT_LOCK_TIMEOUT)
            run.tell(f"the index {one.name} was left invalid by statement {number}: dropped")
        except psycopg.Error as error:
            run.tell(f"the index {one.name} was left invalid by statement {number}: {trouble.said(error)}")


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


def _stopped(run: Run, action: str, migration: Migration, trail: Trail, begun: Begun, error: psycopg.Error) -> Refused:
    """A statement failed: what is done stays done. If nothing is, the ledger forgets it, too."""
    where, what = trail.script.file.name, trouble.said(error, begun.statement.text, begun.statement.line)
    if run.session.main.closed or (error.sqlstate or "").startswith(("08", "57P")):
        return Refused("migrations", [_lost(migration, trail, begun, what)])
    nothing, left = False, list[Left]()
    with contextlib.suppress(psycopg.Error, Refused):
        left = _remains(run, begun)
        nothing = _note(run, trail, begun, error)
        if nothing and trail.done == 0:
            _forget(run, action, migration, trail, what)
            return Refused("migrations", [Problem(where, what, trouble.hint(error))])
    if nothing or ends_what_it_began(begun.statement) or is_removed(begun.statement):
        first = Problem(where, what, _onward(begun, bool(left), error))
    else:
        first = _in_part(migration, trail, begun, what)
    return Refused("migrations", [first, *(one.problem() for one in left)])


def _note(run: Run, trail: Trail, begun: Begun, error: psycopg.Error) -> bool:
    """Writes down where the next run goes on, if that is known; whether the statement has left nothing."""
    nothing = is_misspelt(error) or _left_nothing(run, begun)
    known = nothing or ends_what_it_began(begun.statement)
    _write(run, trail, None if known else begun.number, [] if known else begun.there)
    return nothing


def _lost(migration: Migration, trail: Trail, begun: Begun, what: str) -> Problem:
    """The connection is gone, and what PostgreSQL did meanwhile was never heard."""
    statement = f"statement {begun.number} of {len(trail.script.statements)}: {shown(trail.script, begun.number)}"
    hint = f"nothing runs it again before somebody has looked at the database: then {choices(migration.label)}"
    if is_removed(begun.statement):
        hint = "is the server up, and reachable from here? run again: the catalog tells how it ended, and it goes on"
    return Problem(trail.script.file.name, f"the connection was lost in {statement}: {what}", hint)


def _onward(begun: Begun, remained: bool, error: psycopg.Error) -> str:
    """What to do after a statement that left nothing, or only what the next run puts in order."""
    if remained:
        return f"run again when nobody stands in the way: it goes on at statement {begun.number}, and ends this"
    if error.sqlstate == "57014":
        return trouble.hint(error)
    return f"statements before {begun.number} are done and stay; correct it from there on, then run again"


def _in_part(migration: Migration, trail: Trail, begun: Begun, what: str) -> Problem:
    """A statement that may have committed on its way."""
    number, version = begun.number, migration.version
    known = f"statement {number} of {len(trail.script.statements)} may have committed a part before it failed, and is "
    hint = (
        f"look at the database. Is nothing of it done: `repair {version} --resume-at {number}`, and run again. A part: "
        f"first let statement {number} of the file do the rest alone, and leave those before it as they are. All, or "
        f"done by hand: `repair {version} --resume-at {number + 1}`"
    )
    shortly = shown(trail.script, number)
    return Problem(trail.script.file.name, f"{what}; {known}not sent again: {shortly}", hint)


def _forget(run: Run, action: str, migration: Migration, trail: Trail, what: str) -> None:
    """Nothing of it happened, so the ledger says what it said before."""
    books, ledger = _books(run), run.session.ledger
    with books.transaction():
        if action == "up":
            books.execute(f"DELETE FROM {ledger} WHERE version = %s", [migration.version])
        else:
            books.execute(f"UPDATE {ledger} SET success = true WHERE version = %s", [migration.version])
        books.execute(text("failed"), {"id": trail.id, "note": what})
