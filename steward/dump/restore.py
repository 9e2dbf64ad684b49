"""A dump becomes a database of the running server: made under another name, proven, and then called what was asked for.

Nothing is overwritten: a database that has anything in it is refused, or, where its name was typed, put aside by a
rename. Until the last moment nobody sees what is made, and what fails, or was killed, is gone.

What is in a dump runs as whom it belongs to, never as a superuser. What only a superuser could restore is told before,
and left out; extensions that are declared are made by us.
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet import duration
from fleet.problem import Problem, Refused
from fleet.sql import LONGEST, identifier

from ..cluster import Described
from ..progress import Progress
from ..restorer import restorer
from ..server import connect
from ..session import READING
from ..sql import sql
from . import databases, parts, proof, store
from .names import STAMP
from .owners import Owners, faults, owners
from .parts import Part
from .phases import phase
from .pour import REFRESH, RIGHTS, SECURED, Pouring
from .privileged import Contents, contents
from .properties import everybodys, properties
from .rights import granted
from .space import checked
from .store import Dump
from .toc import Entry, entries, scripts

MAKING = "pgsteward_restoring_"
OWN = ("postgres", "template0", "template1")
ROOM = 1.2
"""What a restored database takes, at most, beside the one that was dumped."""
FAILED = "nothing was changed; the server's log may say more. A role that is missing stands in the dump's globals.sql"
SUBSCRIBED = """
    select 1 from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
    where d.datname = %s"""
SUBSCRIPTIONS = """
    select s.subname as name from pg_catalog.pg_subscription s join pg_catalog.pg_database d on d.oid = s.subdbid
    where d.datname = pg_catalog.current_database()"""
WITHOUT = "{}; without what only a superuser could restore: {}"


@dataclass(frozen=True)
class Wanted:
    """What an operator wants. `name`: of the database that it becomes; `replace`: typed, that of one that is there;
    `owner`: whose it shall be, where that is not whose it was."""

    name: str
    part: Part
    jobs: int
    replace: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Restored:
    """What came of it. `aside`: what the database is called now that had the name before; empty for none. `left`: what
    of the dump is not in it, and why, a line each."""

    id: str
    wanted: Wanted
    rows: int
    seconds: dict[str, float]
    aside: str = ""
    left: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        known = {"dump": self.id, "database": self.wanted.name, "rows": self.rows, "seconds": self.seconds}
        return {**known, "left_out": list(self.left)}

    def __str__(self) -> str:
        took = duration.about(sum(self.seconds.values()))
        aside = f"\nthe database before is called {self.aside} now; drop it when it is no longer needed"
        said = f"{self.id}: {self.wanted.part} is the database {self.wanted.name}, with {self.rows} rows, in {took}"
        return "\n".join([f"{said}{aside if self.aside else ''}", *listing(self.left)])


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
    with connect(told.port) as admin, made(admin, making):
        found = list(entries(told, dump.data))
        whose = owners(told, admin, dump, found, wanted.owner)
        what = contents(told, admin, dump, found, whose, wanted.name)
        announce(wanted, what)
        databases.create(admin, dump.manifest, making, whose.owner)
        admin.execute(f"revoke all on database {identifier(making)} from public")
        extended(told, making, what)
        one = Work(told, admin, dump, wanted, making, whose, what)
        with phase(seconds, "restore"):
            left = [*what.said, *poured(one, progress)]
        with phase(seconds, "statistics"):
            analyzed(one)
        with phase(seconds, "proof"):
            rows = proven(one)
        left += described(one)
        aside = gone_if_empty(told, admin, called(admin, making, wanted))
    return Restored(dump.id, wanted, rows, seconds, aside, tuple(left))


@dataclass(frozen=True)
class Work:
    """A restore under way: into the database `making`, into which nobody else can look. `admin`: a superuser's session
    beside it."""

    told: Described
    admin: Any
    dump: Dump
    wanted: Wanted
    making: str
    owners: Owners
    contents: Contents


@contextmanager
def made(admin: Any, making: str) -> Iterator[None]:
    """Room for the database; what was made of it is gone in the end if it did not become another."""
    import psycopg

    tidy(admin)
    try:
        yield
    except BaseException:
        with suppress(psycopg.Error):  # what was wrong is told, and not what was in the way of tidying up behind it
            drop(admin, making)
        raise
    drop(admin, making)


def announce(wanted: Wanted, what: Contents) -> None:
    """Says before anything is made what will not be restored."""
    for line in listing(what.said):
        print(f"{wanted.name}: {line}", file=sys.stderr, flush=True)


def listing(left: tuple[str, ...]) -> list[str]:
    """What is left out, as it is told."""
    return [f"left out: {one}" for one in left]


def extended(told: Described, making: str, what: Contents) -> None:
    """The extensions, while there is nothing else in the database that their scripts could meet."""
    with connect(told.port, database=making) as link:
        for one in what.extensions:
            for statement in one.statements():
                link.execute(statement)


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
    found = list(entries(told, dump.data))
    if wanted.part.chosen and not parts.there(found, wanted.part):
        yield Problem(str(wanted.part), "is not in the dump", "pg_restore --list shows what is")
    yield from faults(admin, found, owners(told, admin, dump, found, wanted.owner))


def exists(admin: Any, name: str) -> bool:
    return admin.execute("select 1 from pg_database where datname = %s", (name,)).fetchone() is not None


def empty(told: Described, name: str) -> bool:
    """Whether there is nothing in the database that a person has made."""
    with connect(told.port, database=name) as link:
        row = link.execute(sql("dump_empty")).fetchone() or {}
    return bool(row["empty"])


def poured(work: Work, progress: Progress) -> list[str]:
    """Everything, or the part that was chosen, into the new database; returns which rights could not be granted."""
    one = work.dump.manifest
    with progress.of(f"{work.wanted.name}: restoring", one.database_size) as bar:

        def look() -> None:
            row = work.admin.execute("select pg_database_size(%s) as size", (work.making,)).fetchone() or {}
            bar.reached(row["size"])

        hint = WITHOUT.format(FAILED, ", ".join(work.contents.said)) if work.contents.said else FAILED
        pouring = Pouring(
            *(work.told, work.admin, work.dump, work.making, work.wanted.jobs, work.owners, work.contents.schemas),
            *(hint, look),
        )
        found = [one for one in work.contents.entries if not one.of(*RIGHTS)]
        if work.wanted.part.chosen:
            found = partly(work, pouring, found)
        else:
            roomy(work)
            pouring.pour([one for one in found if not last(one) and not foreign(work, one)])
            pouring.pour([one for one in found if one.of(*SECURED)])
            found = [one for one in found if refreshes(one)]
        left = [*rights(work, pouring), *pouring.refresh(found)]
        if work.wanted.part.chosen:
            with pouring.session() as link:
                parts.pruned(work.told, work.wanted.part, work.making, link)
        return left


def refreshes(one: Entry) -> bool:
    """Whether it fills a materialized view: when all rights are there."""
    return one.rows and one.of(*REFRESH)


def last(one: Entry) -> bool:
    """Whether it comes when all rows and keys are there."""
    return refreshes(one) or one.of(*SECURED)


def roomy(work: Work) -> None:
    """The schemas that some tables without the rest need to be in."""
    if work.dump.manifest.tables:
        with owner_session(work) as link:
            for name in [*(work.dump.manifest.rows or {}), *(work.dump.manifest.left_out or {})]:
                link.execute(f"create schema if not exists {identifier(proof.split(name)[0])}")


@contextmanager
def owner_session(work: Work) -> Iterator[Any]:
    """A session with the rights of the database's owner, and of nobody else; what is made in it is the owner's."""
    owner = work.owners.owner
    with restorer(work.admin, work.making, owner) as one, one.connect(work.making, owner) as link:
        yield link


def foreign(work: Work, one: Entry) -> bool:
    """Whether it is a key to what may not be there: some tables without the rest have none. All else is whole."""
    return bool(work.dump.manifest.tables) and one.of("FK CONSTRAINT")


def partly(work: Work, pouring: Pouring, found: list[Entry]) -> list[Entry]:
    """All definitions, and the rows of the part; returns what is filled when all rights are there."""
    part = work.wanted.part
    pouring.pour([one for one in found if not one.rows and not last(one)])
    with pouring.session() as link:
        parts.kept(work.told, part, work.making, link)
    mine = parts.chosen(work.told, part, work.making, found, work.owners)
    pouring.pour([one for one in mine if not last(one)], replica=True)
    pouring.pour([one for one in found if one.of(*SECURED)])
    return [one for one in mine if refreshes(one)]


def rights(work: Work, pouring: Pouring) -> list[str]:
    """Grants the rights on what is in the database; returns which could not be granted."""
    mine = [one for one in work.contents.entries if one.of(*RIGHTS)]
    with pouring.session() as link:
        return list(granted(link, scripts(work.told, work.dump.data, mine).values()))


def described(work: Work) -> list[str]:
    """Gives the database its settings, rights and comment; returns what could not be done. What everybody may do in it,
    where the dump does not take it away, comes last."""
    found = list(properties(work.told, work.dump, work.making))
    owner = work.owners.owner
    with restorer(work.admin, work.making, owner) as one, one.connect(work.making) as link:
        left = list(granted(link, found, work.admin))
    for right in everybodys(found):
        work.admin.execute(f"grant {right} on database {identifier(work.making)} to public")
    return left


def analyzed(work: Work) -> None:
    """Statistics of all tables, with the rights of those whose they are; PostgreSQL itself sees to it that nothing in
    them runs as anyone else. A foreign table is another server's, which a copy does not ask."""
    import psycopg

    with connect(work.told.port, database=work.making, session=READING) as link:
        names = [row["name"] for row in link.execute(sql("dump_analyzed"))]
    whose = restorer(work.admin, work.making, *work.owners.all)
    with whose as one, one.connect(work.making) as link:
        for name in names:
            with suppress(psycopg.errors.InsufficientPrivilege):  # of an extension
                link.execute(f"analyze {name}")


def proven(work: Work) -> int:
    """How many rows are there; raises `Refused` where they are not those of the dump."""
    mine = work.wanted.part.of(work.dump.manifest)
    with connect(work.told.port, database=work.making, session=READING) as link:
        wrong = proof.some(proof.rows(link, mine))
    if wrong:
        hint = "nothing was changed; restore another dump"
        raise Refused("the restore", [Problem(work.dump.id, one, hint) for one in wrong])
    return sum((mine.rows or {}).values())


def called(admin: Any, making: str, wanted: Wanted) -> str:
    """The new database gets its name, and one that has it another, both at once; returns what that is called then."""
    name = wanted.name
    aside = beside(name) if exists(admin, name) else ""
    with closed(admin, making):
        if not aside:
            renamed(admin, {making: name})
        else:
            with closed(admin, name):
                renamed(admin, {name: aside, making: name})
            admin.execute(f"alter database {identifier(aside)} allow_connections true")
    admin.execute(f"alter database {identifier(name)} allow_connections true")
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
    """Removes what killed restores left; one at a time is under way, so they are nobody's.

    One that cannot be removed is told, and is in nobody's way.
    """
    import psycopg

    rows = admin.execute("select datname from pg_database where starts_with(datname, %s)", (MAKING,)).fetchall()
    for row in rows:
        try:
            drop(admin, row["datname"])
        except psycopg.Error as error:
            said = " ".join(str(error).split())
            print(f"{row['datname']}: left by a restore, and cannot be dropped: {said}", file=sys.stderr)


def drop(admin: Any, making: str) -> None:
    """Drops the database that a restore was at, if it did not become another."""
    unsubscribed(admin, making)
    admin.execute(f"drop database if exists {identifier(making)} with (force)")


def unsubscribed(admin: Any, making: str) -> None:
    """Takes the subscriptions out of it, without a word to who publishes: an earlier release restored them, too."""
    if admin.execute(SUBSCRIBED, (making,)).fetchone() is None:
        return
    with connect(admin.info.port, Path(admin.info.host), making) as link:
        for row in link.execute(SUBSCRIPTIONS).fetchall():
            name = identifier(row["name"])
            link.execute(f"alter subscription {name} disable")
            link.execute(f"alter subscription {name} set (slot_name = none)")
            link.execute(f"drop subscription {name}")
