"""Nothing is left but dumps: the newest of each database is restored into a server made for it, written to, proved.

One after the other, as fast as they would come back in earnest: what is written is on the disk. It reads what lies on
this host; that dumps come back from a target, too, is `backup/fetch.py`'s to show, with a key that no host has.
"""

import time
from collections.abc import Iterator
from functools import partial

from fleet.drill import Phase, Proof, Report
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..dump import here, store
from ..dump import proof as dumped
from ..dump.manifest import Manifest
from ..dump.names import WHOLE
from ..dump.phases import phase
from ..dump.retention import good, ordered
from ..dump.scratch import DATABASE, ROOM, Room, Scratch, scratch
from ..dump.store import Dump
from ..dump.verify import Unsound, alone, restored
from ..progress import Progress
from ..restore.instance import connection
from ..sql import sql
from . import proof, refusals
from .course import Course, reported
from .order import Order
from .scratch import made, tidy

OWN = "postgres"
"""The database that every server is made with: a dump of it comes back under another name."""


def drilled(told: Described, order: Order) -> Report:
    """The whole drill; raises `Refused` where the disk is too small, and reports whatever else goes wrong."""
    course = Course(int(time.time()))
    try:
        dumps = newest(told)
    except Refused as refused:
        return reported(told, order, course, refused.problems)
    sizes = [one.manifest.database_size for one in dumps]
    refusals.disk(order, int(max(sizes) * ROOM))
    course.source["dump"] = ", ".join(one.id for one in dumps)
    course.rpo = float(max(course.begin - min(one.manifest.begin for one in dumps), 0))
    seconds: dict[str, float] = {}
    problems = attempted(told, order, dumps, course, seconds)
    moved = {"restore": sum(sizes)}
    course.phases = [Phase(name, spent, moved.get(name)) for name, spent in seconds.items()]
    if not problems:
        course.rto = round(sum(spent for name, spent in seconds.items() if name != "proof"), 2)
    return reported(told, order, course, problems)


def attempted(
    told: Described, order: Order, dumps: list[Dump], course: Course, seconds: dict[str, float]
) -> tuple[Problem, ...]:
    """Every database in its turn; what ended that before its end."""
    import psycopg

    try:
        made(order.place)
        for one in dumps:
            tried(told, order, one, course, seconds)
    except Refused as refused:
        return tuple(refused.problems)
    except psycopg.Error as error:
        return (Problem("the server made for it", proof.line(str(error)), "has the host room and memory for it?"),)
    finally:
        tidy(told)
    return ()


def newest(told: Described) -> list[Dump]:
    """The newest good dump of each database whose dumps can stand for it; raises `Refused` where one has none here."""
    known = [one for one in ordered(here.dumps(told)) if good(one) and stands(one.manifest)]
    wanted = [name for name, one in store.wanted(told).databases.items() if one.content == WHOLE and not one.tables]
    found = {name: next((one for one in known if one.manifest.database == name), None) for name in wanted}
    hint = "the drill's node is to be the one that takes them: `steward dump list` shows what is here"
    missing = [Problem(name, "no good dump of it is on this host", hint) for name, one in found.items() if one is None]
    if not wanted:
        missing = [Problem("dumps", "none is of a whole database", "declare one that is")]
    if missing:
        raise Refused("the drill", missing)
    return [one for one in found.values() if one]


def stands(one: Manifest) -> bool:
    """Whether a dump can stand for its database: with rows, and whatever else it needs to be restored."""
    return one.content in (WHOLE, "part") and alone(one)


def tried(told: Described, order: Order, dump: Dump, course: Course, seconds: dict[str, float]) -> None:
    """One database comes back, takes a write, and is looked at; raises `Refused` where it does not come back."""
    name, begin = dump.manifest.database, time.monotonic()
    with (
        store.reading(dump.directory),
        scratch(told, dump.manifest, room(told, order), DATABASE if name == OWN else name) as instance,
    ):
        seconds["start"] = round(seconds.get("start", 0.0) + time.monotonic() - begin, 2)
        with phase(seconds, "restore"):
            came_back(dump, instance)
        with phase(seconds, "first write"), connection(instance, instance.database) as link:
            link.execute(sql("drill_write"))
        with phase(seconds, "proof"):
            course.proof += proved(order, dump, instance)


def came_back(dump: Dump, instance: Scratch) -> None:
    """As a verification has it, but that a dump which is not sound ends the drill."""
    try:
        restored(dump, instance, Progress())
    except Unsound as reason:
        hint = "a verification marks it, so that it never counts as good: steward dump verify"
        raise Refused("the drill", [Problem(dump.id, str(reason), hint)]) from None


def room(told: Described, order: Order) -> Room:
    """What the server may take: the drill's share, and no short cut."""
    return Room("drill", order.place / "data", order.memory, store.wanted(told).verify_jobs, 0, hasty=False)


def proved(order: Order, dump: Dump, instance: Scratch) -> Iterator[Proof]:
    """All that can be known of it: what the dump says, what the user declared, and every row by every index."""
    one, name = dump.manifest, dump.manifest.database
    claim = partial(claimed, name)
    yield claim("every file is what was written", dumped.files(dump, Progress()))
    with connection(instance, instance.database) as link:
        counted = f"{sum((one.rows or {}).values())} rows in {len(one.rows or {})} tables"
        yield claim("every table has the rows that were counted when it was dumped", dumped.rows(link, one), counted)
        yield claim("indexes, constraints, extensions and large objects are the dump's", dumped.soundness(link, one))
    yield from (proof.assertion(instance, asked) for asked in order.assertions if asked.database == instance.database)
    sound = proof.sound(instance)
    yield Proof(f"{name}: {sound.what}", sound.ok, sound.said)


def claimed(database: str, what: str, problems: Iterator[str], fine: str = "") -> Proof:
    found = dumped.some(problems)
    return Proof(f"{database}: {what}", not found, "; ".join(found) or fine)
