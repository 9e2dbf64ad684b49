"""Running several migrations under the lock: what the verbs that change something have in common."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg

from fleet.problem import Problem, Refused

from .applied import Applied
from .drift import changed_by_hand, keep
from .halfway import HalfWay, resumable
from .inside import run_inside
from .ledger import ledger_rows, make_tables, read_ledger
from .limits import Limits
from .lock import locked
from .migration import File, Migration
from .outside import read_halfway, resume_outside, run_outside
from .plan import plan_down, plan_up
from .run import Run
from .script import Script, scripts
from .session import Session
from .voice import Voice, milliseconds

Planner = Callable[[Sequence[Applied], Sequence[int]], list[Migration]]
"""From the ledger and the versions that can be gone on with to what is to run."""


@dataclass
class Done:
    """What ran: the migration and its nanoseconds; and the fingerprint of the schema after it."""

    migrations: list[tuple[Migration, int]] = field(default_factory=list)
    fingerprint: str | None = None


@dataclass(frozen=True)
class Step:
    migration: Migration
    script: Script
    resumed: HalfWay | None


def steps(run: Run, action: str, migrations: Sequence[Migration], planner: Planner) -> list[Step]:
    """What is to run by the ledger as it is now. Raises Refused; changes nothing."""
    applied = read_ledger(run.session)
    known = {one.version: one for one in migrations}
    dirty = [row.version for row in applied if not row.success and row.version in known]
    found = read_halfway(run, dirty)
    problems, resumed = list[Problem](), list[int]()
    for version in dirty:
        problem = _cannot_resume(known[version], found.get(version), action)
        if problem is None:
            resumed.append(version)
        else:
            problems.append(problem)
    if problems:
        raise Refused("migrations", problems)
    chosen = planner(applied, resumed)
    read = scripts([_file(one, action) for one in chosen], "migrations")
    return [
        Step(one, script, found.get(one.version) if one.version in resumed else None)
        for one, script in zip(chosen, read, strict=True)
    ]


def up_steps(run: Run, migrations: list[Migration], to: int | None = None, late: bool = False) -> list[Step]:
    """What `up` runs; `late` allows what is out of order."""
    return steps(run, "up", migrations, lambda applied, resumed: plan_up(migrations, applied, to, late, resumed))


def down_steps(run: Run, migrations: list[Migration], to: int | None = None) -> list[Step]:
    return steps(run, "down", migrations, lambda applied, resumed: plan_down(migrations, applied, to, resumed))


def _cannot_resume(migration: Migration, found: HalfWay | None, action: str) -> Problem | None:
    file = migration.up if action == "up" else migration.down
    if file is None:
        file = migration.up
    return resumable(migration.label, scripts([file], "migrations")[0], found, action)


def _file(migration: Migration, action: str) -> File:
    """plan_down has refused those without a down."""
    return migration.down if action == "down" and migration.down is not None else migration.up


def work(run: Run, action: str, plan: Callable[[], list[Step]], voice: Voice) -> Done:
    """Runs what `plan` says, in order, under the lock. Raises Refused; what was done before stays done."""
    done = Done()
    with locked(run.session, run.limits.wait, run.tell):
        run.session.facts = run.session.look()
        todo = plan()
        if not todo:
            return done
        make_tables(run.session)
        warn_of_drift(run, voice)
        try:
            for number, step in enumerate(todo, start=1):
                _one(run, action, step, f"[{number}/{len(todo)}] ", voice, done)
        except Refused:
            if done.migrations:
                voice.line(f"{len(done.migrations)} of {len(todo)} are done and stay done")
            raise
        finally:
            _keep(run, done)
    return done


def _one(run: Run, action: str, step: Step, prefix: str, voice: Voice, done: Done) -> None:
    label = f"{prefix}{'' if action == 'up' else 'down '}{step.migration.label}"
    voice.begin(label)
    if step.resumed is not None:
        spent = resume_outside(run, action, step.migration, step.script, step.resumed)
    elif step.script.directives.no_transaction:
        spent = run_outside(run, action, step.migration, step.script)
    else:
        spent = run_inside(run, action, step.migration, step.script)
    done.migrations.append((step.migration, spent))
    voice.end(f"{label}  {milliseconds(spent)}")


def warn_of_drift(run: Run, voice: Voice) -> None:
    """What somebody changed by hand is about to become part of the next fingerprint; it is said before."""
    found = changed_by_hand(run.session, ledger_rows(run.session))
    for one in found or ():
        voice.line(f"note: changed by hand since the last run: {one}")


def _keep(run: Run, done: Done) -> None:
    """The fingerprint of what the run left, also of one that failed midway."""
    if not done.migrations or run.session.main.closed:
        return
    with contextlib.suppress(psycopg.Error):
        run.session.main.execute(run.session.settings())
        done.fingerprint = keep(run.session, run.id, ledger_rows(run.session))


def tell(done: Done, verb: str, database: str, voice: Voice) -> None:
    """What ran, in one line or as JSON."""
    ran = [
        {"version": one.version, "description": one.description, "nanoseconds": spent} for one, spent in done.migrations
    ]
    voice.line(f"{len(ran)} migration{'' if len(ran) == 1 else 's'} {verb}, database {database}")
    voice.result({"ok": True, "database": database, verb: ran, "fingerprint": done.fingerprint})


def refuse_unfit(session: Session) -> None:
    """Raises Refused where nothing can be changed here, whatever the migrations are."""
    if session.facts.standby:
        hint = "connect to the primary; with several hosts in the DSN, target_session_attrs=read-write finds it"
        raise Refused("database", [Problem("server", "this is a standby, it cannot be changed", hint)])


@contextlib.contextmanager
def running(opened: Session, limits: Limits, voice: Voice) -> Iterator[Run]:
    """A Run on a session in which something may be changed."""
    refuse_unfit(opened)
    yield Run(opened, limits, voice.line)
