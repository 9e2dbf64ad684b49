"""A dump is proven by restoring it, on a server made for that alone; what came of it is kept beside the dump.

It is found unsound by what is wrong with the dump. What is wrong with this host (no room, no such locale) is told,
and proves nothing.
"""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial

from fleet.problem import Refused

from ..amcheck import DAMAGED
from ..cluster import Described
from ..progress import Bar, Progress
from ..restore.instance import connection
from . import databases, here, proof, store
from .manifest import Manifest
from .phases import phase
from .pour import REFRESH
from .programs import at, conninfo, listed, program, run
from .retention import by_scope, ordered
from .roles import roles
from .scratch import Scratch, scratch, verification
from .store import Dump
from .toc import Entry, entries
from .using import using
from .verified import Verified

RESTORE = "has the host room and memory for a second server? what was restored is gone again"
OURS = re.compile(r"No space left|out of memory|Cannot allocate|server closed the connection|connection to server")
"""What pg_restore says where the host is to blame, and not the dump."""


class Unsound(Exception):
    """The dump is not sound; no more of it can be looked at."""


def verify(told: Described, dump: Dump, progress: Progress) -> Verified:
    """Restores the dump for the sake of proof, and keeps what was found; raises `Refused` where that cannot be done."""
    seconds: dict[str, float] = {}
    with store.reading(dump.directory):
        problems: list[str] = []
        try:
            problems += look(told, dump, seconds, progress)
        except Unsound as reason:
            problems.append(str(reason))
        found = Verified(int(time.time()), not problems, seconds, tuple(problems))
        store.mark(dump, found)
    return found


def look(told: Described, dump: Dump, seconds: dict[str, float], progress: Progress) -> Iterator[str]:
    """What is wrong with the dump. What cannot be read is not restored."""
    with phase(seconds, "files"):
        problems = proof.some(proof.files(dump, progress))
    if problems:
        yield from problems
    elif alone(dump.manifest):
        yield from tried(told, dump, seconds, progress)
    else:
        with phase(seconds, "rows"):
            yield from proof.some(proof.read(told, dump))


def alone(one: Manifest) -> bool:
    """Whether a dump can be restored into an empty database: not rows alone, nor some tables without what they need."""
    return one.content != "data" and not one.tables


def tried(told: Described, dump: Dump, seconds: dict[str, float], progress: Progress) -> Iterator[str]:
    """What is wrong with what comes out of it, on a server made for it."""
    begin = time.monotonic()
    with scratch(told, dump.manifest, verification(told)) as instance:
        seconds["start"] = round(time.monotonic() - begin, 2)
        with phase(seconds, "restore"):
            restored(dump, instance, progress)
        with connection(instance, instance.database) as link:
            with phase(seconds, "rows"):
                yield from proof.some(proof.rows(link, dump.manifest))
            yield from proof.some(proof.soundness(link, dump.manifest))
        with phase(seconds, "amcheck"):
            yield from proof.some(amcheck(instance))


def restored(dump: Dump, instance: Scratch, progress: Progress) -> None:
    """Roles, and the database; raises `Unsound` where the dump does not give them."""
    one = dump.manifest
    with connection(instance) as link:
        for statement in roles(dump.globals.read_text(encoding="utf-8")):
            attempt(partial(link.execute, statement), "globals.sql")
        attempt(lambda: databases.create(link, one, instance.database), "its database cannot be created")
    found = list(entries(instance.told, dump.data))
    views = [entry for entry in found if entry.rows and entry.of(*REFRESH)]
    with progress.of(f"{one.database}: restoring", one.database_size) as bar:

        def pour(chosen: Iterable[Entry], *flags: str) -> None:
            """One run of pg_restore."""
            common = ("--no-tablespaces", "--no-security-labels", f"--jobs={instance.room.jobs}")
            where = at(instance.port, instance.database, instance.sockets)
            with using(entry.line for entry in chosen) as option:
                command = program(instance.told, "pg_restore", *common, *flags, option, *where, str(dump.data))
                run(command, RESTORE, partial(grown, instance, progress, bar))

        rest = [entry for entry in found if entry not in views]
        attempt(lambda: pour(rest, "--exit-on-error"), "it cannot be restored")
        if views:
            filled(lambda: pour(views, "--enable-row-security"), one.database)


def filled(fill: Callable[[], None], database: str) -> None:
    """Fills the materialized views. One may be older than what its owner may read: the dump is none the worse."""
    try:
        fill()
    except Refused as refused:
        print(f"{database}: not every materialized view can be filled: {refused.problems[0].what}", file=sys.stderr)


def grown(instance: Scratch, progress: Progress, bar: Bar) -> None:
    """Tells the bytes of the database so far to whoever looks; its files are nobody's to see but the server's."""
    import psycopg

    query = "select pg_catalog.pg_database_size(%s::pg_catalog.name) as size"
    if progress.shown:
        with suppress(psycopg.Error), connection(instance) as link:
            bar.reached(link.execute(query, (instance.database,)).fetchone()["size"])


def attempt(act: Callable[[], object], what: str) -> None:
    """Does something with the dump; raises `Unsound` where that fails for a reason of the dump's own."""
    import psycopg

    try:
        act()
    except psycopg.Error as error:
        raise Unsound(f"{what}: {' '.join(str(error).split())}") from None
    except Refused as refusal:
        said = refusal.problems[0].what
        if OURS.search(said):
            raise
        raise Unsound(f"{what}: {said}") from None


def amcheck(instance: Scratch) -> Iterator[str]:
    """What pg_amcheck finds wrong with the indexes and tables that the restore has built."""
    where = [f"--host={instance.sockets}", f"--port={instance.port}", "--no-password", conninfo(instance.database)]
    command = program(instance.told, "pg_amcheck", "--install-missing", "--heapallindexed", *where)
    for line in listed(command, RESTORE, (0, DAMAGED)):
        yield f"pg_amcheck: {line.strip()}"


def due(told: Described) -> list[Dump]:
    """What a scheduled verification looks at: of each thing that is dumped here the newest, unless it is verified."""
    newest = [ordered(same)[0] for same in by_scope(here.dumps(told)).values()]
    declared = store.wanted(told).databases
    return [one for one in newest if one.verified is None and one.manifest.database in declared]
