"""A recovery beside production for nobody but the clock: restored, replayed, written to, proved, and removed again."""

import time
from collections.abc import Callable

from fleet.drill import Phase, Report
from fleet.problem import Problem, Refused

from ..chain import wal
from ..cluster import Described, Repository
from ..isolated import asked
from ..isolated.asked import Enclosed, isolated
from ..repository import listed
from ..restore import window
from ..restore.fetch import fetch
from ..restore.instance import FAILED, FIRST_PORT, Instance, connection, recovered
from ..restore.plan import Plan, chosen
from ..restore.target import Target, parse_moment
from ..server import ask
from ..sql import sql
from . import moment, proof, refusals, scratch
from .course import Course, reported
from .known import known
from .order import Order
from .phases import phases

PORT = FIRST_PORT - 1  # of a socket in a directory of its own: it is nobody else's
SLACK = 90  # seconds beside the declared ones that a position may take into the archive
PAUSE = 2.0
LACKING = """
    select extract(epoch from clock_timestamp() - max(at))::float as seconds
    from pgsteward.heartbeat where lsn < %s::pg_lsn and %s::pg_lsn <=
        case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end"""


Way = Callable[[Described, Order, Course], Plan]


def drilled(told: Described, order: Order, way: Way) -> Report:
    """The whole drill; raises `Refused` where the disk is too small, and reports whatever else goes wrong."""
    import psycopg

    course = Course(int(time.time()))
    instance = Instance(told, order.place / "data", PORT)
    asked.reachable()
    try:
        plan = way(told, order, course)
        course.source |= {"repository": plan.repository, "backup": plan.backup, "target": plan.said}
    except Refused as refused:
        return reported(told, order, course, refused.problems)
    refusals.disk(order, plan.size)
    try:
        scratch.made(order.place)
        recover(plan, instance, course)
        proved(order, plan, instance, course)
    except Refused as refused:
        return reported(told, order, course, refused.problems)
    except psycopg.Error as error:
        broken = Problem("the restored server", proof.line(str(error)), f"its log is {FAILED}")
        return reported(told, order, course, (broken,))
    finally:
        instance.keep_log()
        enclosed(instance).keep_log()
        scratch.tidy(told)
    return reported(told, order, course)


def to_the_newest(told: Described, order: Order, course: Course) -> Plan:
    """To a position of now whose rows production knows, as soon as it is archived; to the archive's end where it knows
    none. What would have been lost is measured before anything is waited for."""
    lost = {one.name: lacking(told, one) for one in told.repositories if order.repository in ("", one.name)}
    course.known = known(told)
    found = archived(told, order, course.known.lsn)
    course.rpo = lost.get(found.repository)
    return found


def archived(told: Described, order: Order, position: str) -> Plan:
    """The plan for that position, once it has come into the archive; for the archive's end, where there is none."""
    if not position:
        return chosen(told, Target(), order.repository)
    target = Target("lsn", position, exclusive=True)
    deadline = time.monotonic() + told.rpo + SLACK
    while True:
        try:
            return chosen(told, target, order.repository)
        except Refused:
            if time.monotonic() > deadline:
                raise
        time.sleep(PAUSE)


def to_a_moment(told: Described, order: Order, course: Course) -> Plan:
    """To a moment that nobody chose."""
    return chosen(told, moment.at_random(told, order.repository), order.repository)


def lacking(told: Described, one: Repository) -> "float | None":
    """Seconds of writes that would be lost if all but the repository were, by the heartbeat; None if not known: it does
    not answer, or this node has not replayed as much as lies there."""
    try:
        seen = listed(told, one.name, one.number, one.pause)
    except Refused:
        return None
    end = wal.show_lsn(window.end(seen, seen.archive.newest))
    row = ask(told, LACKING, (end, end))
    return None if row is None or row["seconds"] is None else round(max(row["seconds"], 0.0), 1)


def recover(plan: Plan, instance: Instance, course: Course) -> None:
    """The files, the log, and a first write; each part timed."""
    begin = time.time()
    fetch(instance.told, plan, instance.directory, "--archive-mode=off", f"--lock-path={instance.directory}/../lock")
    fetched = time.time()
    course.phases.append(Phase("restore", round(fetched - begin, 3), bytes=plan.size))
    instance.start()
    recovered(instance.told, instance.directory, lambda: connection(instance), instance.log)
    accepted = time.time()
    course.phases += phases(instance.log.read_text(errors="replace"), fetched, accepted)
    with connection(instance) as link:
        link.execute(sql("drill_write"))
    written = time.time()
    course.phases.append(Phase("first write", round(written - accepted, 3)))
    course.rto = round(written - begin, 2)


def proved(order: Order, plan: Plan, instance: Instance, course: Course) -> None:
    """Everything that proves it, and how long that took, which is no part of a recovery. What is asked of the server
    may run its owners' code, so it is isolated from here on; its pages are looked at before."""
    begin, server = time.time(), enclosed(instance)
    pages = proof.checksums(instance)
    with isolated(server, "drill"):
        prove(order, plan, server, course)
    course.proof.append(pages)
    course.phases.append(Phase("proof", round(time.time() - begin, 3)))


def enclosed(instance: Instance) -> Enclosed:
    """The same, for everything that asks it a question."""
    return Enclosed(instance.told, instance.directory, instance.port)


def prove(order: Order, plan: Plan, instance: Enclosed, course: Course) -> None:
    """What a server that runs can prove."""
    claim, found = proof.landed(instance, plan)
    course.proof.append(claim)
    if order.kind == "pitr" and found and found.newest:
        wanted, newest = moment_of(plan.value), moment_of(found.newest)
        course.rpo = round(max(wanted - newest, 0.0), 1)
    elif course.rpo is None and found and found.newest:
        course.rpo = round(max(course.begin - moment_of(found.newest), 0.0), 1)
    course.proof += proof.compared(instance, course.known)
    course.proof.append(proof.indexes(instance))
    course.proof += [proof.assertion(instance, one, order.kind == "pitr") for one in order.assertions]
    course.proof.append(proof.sound(instance))


def moment_of(text: str) -> float:
    return parse_moment(text).timestamp()
