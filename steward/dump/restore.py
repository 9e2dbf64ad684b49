"""A dump becomes a database of the running server: made under another name, proven, and then called what was asked for.

Nothing is overwritten: a database that has anything in it is refused, or, where its name was typed, put aside by a
rename. Until the last moment nobody sees what is made, and what fails, or was killed, is gone.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fleet import duration
from fleet.problem import Problem, Refused
from fleet.sql import LONGEST, identifier

from ..cluster import Described
from ..progress import Progress
from ..server import connect
from ..sql import sql
from . import databases, parts, proof, store
from .manifest import Manifest
from .names import STAMP
from .parts import Part
from .phases import phase
from .programs import at, program, run
from .properties import properties
from .space import checked
from .store import Dump
from .toc import entries

MAKING = "pgsteward_restoring_"
OWN = ("postgres", "template0", "template1")
ROOM = 1.2
"""What a restored database takes, at most, beside the one that was dumped."""
FAILED = "nothing was changed; the server's log may say more. A role that is missing stands in the dump's globals.sql"


@dataclass(frozen=True)
class Wanted:
    """What an operator wants. `name`: of the database that it becomes; `replace`: typed, that of one that is there."""

    name: str
    part: Part
    jobs: int
    replace: str = ""


@dataclass(frozen=True)
class Restored:
    """What came of it. `aside`: what the database is called now that had the name before; empty for none."""

    id: str
    wanted: Wanted
    rows: int
    seconds: dict[str, float]
    aside: str = ""

    def document(self) -> dict[str, Any]:
        return {"dump": self.id, "database": self.wanted.name, "rows": self.rows, "seconds": self.seconds}

    def __str__(self) -> str:
        took = duration.about(sum(self.seconds.values()))
        aside = f"\nthe database before is called {self.aside} now; drop it when it is no longer needed"
        said = f"{self.id}: {self.wanted.part} is the database {self.wanted.name}, with {self.rows} rows, in {took}"
        return f"{said}{aside if self.aside else ''}"


def restore(told: Described, dump: Dump, wanted: Wanted, progress: Progress) -> Restored:
    """Restores, and proves it; raises `Refused`, and changes nothing then."""
    import psycopg

    with store.reading(dump.directory):
        refused(told, dump, wanted)
        damaged = proof.some(proof.files(dump, progress))
        if damaged:
            hint = "take another dump, or fetch this one again: backup/fetch.py"
            raise Refused(dump.id, [Problem("the dump", one, hint) for one in damaged])
        try:
            return attempt(told, dump, wanted, progress)
        except psycopg.Error as error:
            raise Refused("the restore", [Problem(wanted.name, " ".join(str(error).split()), FAILED)]) from None


def attempt(told: Described, dump: Dump, wanted: Wanted, progress: Progress) -> Restored:
    """The story of a restore, top to bottom."""
    making = f"{MAKING}{int(time.time())}"
    seconds: dict[str, float] = {}
    with connect(told.port) as admin:
        tidy(admin)
        one = dump.manifest
        databases.create(admin, one, making, owner(admin, one))
        try:
            with phase(seconds, "restore"):
                poured(told, dump, wanted, making, progress)
                for statement in properties(told, dump, making):
                    admin.execute(statement)
            with phase(seconds, "proof"):
                rows = proven(told, dump, wanted.part, making)
            with phase(seconds, "statistics"):
                analyze = ("--analyze-only", f"--jobs={wanted.jobs}", *at(told.port, making))
                run(program(told, "vacuumdb", *analyze), FAILED)
            aside = gone_if_empty(told, admin, called(admin, making, wanted))
        finally:
            drop(admin, making)
    return Restored(dump.id, wanted, rows, seconds, aside)


def refused(told: Described, dump: Dump, wanted: Wanted) -> None:
    """Raises `Refused` with everything that keeps the dump from becoming this database."""
    with connect(told.port) as admin:
        problems = list(against(told, admin, dump, wanted))
    if problems:
        raise Refused("the restore", problems)
    checked(told.data, int(dump.manifest.database_size * ROOM), 0)


def against(told: Described, admin: Any, dump: Dump, wanted: Wanted) -> Iterator[Problem]:
    one = dump.manifest
    if admin.execute("select pg_is_in_recovery() as standby").fetchone()["standby"]:
        yield Problem("this server", "is a standby", "restore on the primary")
    if one.version > told.version:
        hint = f"a dump is restored into its own version or a newer one, {one.version} at least"
        yield Problem("version", f"the dump is of {one.version}, and this server {told.version}", hint)
    if one.content == "data":
        hint = "it needs the tables to be there: pg_restore --data-only into a database that has them"
        yield Problem("the dump", "has rows and no tables", hint)
    if not wanted.name or len(wanted.name.encode()) > LONGEST:
        yield Problem("as", f"{wanted.name!r} is no name of a database", f"at most {LONGEST} bytes")
    if wanted.name in OWN:
        yield Problem("as", f"{wanted.name} is the server's own", "restore it under another name: --as")
    if wanted.replace and wanted.replace != wanted.name:
        hint = f"the name that is typed is that of the database it takes the place of: {wanted.name}"
        yield Problem("replace", f"is {wanted.replace}, and the dump becomes {wanted.name}", hint)
    if wanted.replace and wanted.part.chosen:
        hint = "leave `replace` out, and restore it under another name"
        yield Problem("replace", "a part of a database is not to take the place of the whole", hint)
    if not wanted.replace and exists(admin, wanted.name) and not empty(told, wanted.name):
        hint = "restore it under another name (--as), or put that one aside: --replace with its name"
        yield Problem(wanted.name, "exists, and is not empty", hint)
    if wanted.part.chosen and not parts.there(entries(told, dump.data), wanted.part):
        yield Problem(str(wanted.part), "is not in the dump", "pg_restore --list shows what is")


def exists(admin: Any, name: str) -> bool:
    return admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is not None


def empty(told: Described, name: str) -> bool:
    """Whether there is nothing in the database that a person has made."""
    with connect(told.port, database=name) as link:
        row = link.execute(sql("dump_empty")).fetchone() or {}
    return bool(row["empty"])


def owner(admin: Any, one: Manifest) -> str:
    """Whose the database will be; nobody's in particular where its owner is not known here."""
    known = admin.execute("select 1 from pg_roles where rolname = %s", (one.owner,)).fetchone()
    return one.owner if known else ""


def poured(told: Described, dump: Dump, wanted: Wanted, making: str, progress: Progress) -> None:
    """Everything, or the part that was chosen, into the new database."""
    with connect(told.port) as admin, progress.of(f"{wanted.name}: restoring", dump.manifest.database_size) as bar:

        def look() -> None:
            row = admin.execute("select pg_database_size(%s) as size", (making,)).fetchone() or {}
            bar.reached(row["size"])

        flags = ["--exit-on-error", f"--jobs={wanted.jobs}"]
        for step in parts.steps(told, dump, wanted.part, making):
            run(program(told, "pg_restore", *flags, *step, *at(told.port, making), str(dump.data)), FAILED, look)
    if wanted.part.chosen:
        parts.pruned(told, wanted.part, making)


def proven(told: Described, dump: Dump, part: Part, making: str) -> int:
    """How many rows are there; raises `Refused` where they are not those of the dump."""
    mine = part.of(dump.manifest)
    with connect(told.port, database=making) as link:
        wrong = proof.some(proof.rows(link, mine))
    if wrong:
        hint = "nothing was changed; restore another dump"
        raise Refused("the restore", [Problem(dump.id, one, hint) for one in wrong])
    return sum((mine.rows or {}).values())


def called(admin: Any, making: str, wanted: Wanted) -> str:
    """The new database gets its name, and one that has it another, both at once; returns what that is called then."""
    name = wanted.name
    if not exists(admin, name):
        renamed(admin, {making: name})
        return ""
    aside = beside(name)
    with closed(admin, name):
        renamed(admin, {name: aside, making: name})
    admin.execute(f"alter database {identifier(aside)} allow_connections true")
    return aside


def gone_if_empty(told: Described, admin: Any, aside: str) -> str:
    """What was put aside, unless there is nothing in it: as a deploy has made it for what was now restored."""
    if aside and empty(told, aside):
        admin.execute(f"drop database {identifier(aside)}")
        return ""
    return aside


def renamed(admin: Any, names: Mapping[str, str]) -> None:
    """All at once, or none."""
    with admin.transaction():
        for before, after in names.items():
            admin.execute(f"alter database {identifier(before)} rename to {identifier(after)}")


def beside(name: str) -> str:
    """What a database is called that was put aside, in as many of its letters as there is room for."""
    ending = f"_before_{time.strftime(STAMP, time.gmtime())}"
    while len(f"{name}{ending}".encode()) > LONGEST:
        name = name[:-1]
    return f"{name}{ending}"


@contextmanager
def closed(admin: Any, name: str) -> Iterator[None]:
    """Nobody is connected to the database, and nobody can be; where this fails, as before."""
    admin.execute(f"alter database {identifier(name)} allow_connections false")
    try:
        admin.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", (name,))
        yield
    except BaseException:
        admin.execute(f"alter database {identifier(name)} allow_connections true")
        raise


def tidy(admin: Any) -> None:
    """Removes what killed restores left; one at a time is under way, so they are nobody's."""
    rows = admin.execute("select datname from pg_database where starts_with(datname, %s)", (MAKING,)).fetchall()
    for row in rows:
        drop(admin, row["datname"])


def drop(admin: Any, making: str) -> None:
    """Drops the database that a restore was at, if it did not become another."""
    admin.execute(f"drop database if exists {identifier(making)} with (force)")
