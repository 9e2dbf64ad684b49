"""A dump's entries into a database, each as the role that owns it, in sessions that can do no more than that.

With one owner pg_restore runs as that owner. With several, definitions come first, in a session that may act for all
of them and gives each object to its owner: nothing that anyone has written runs there. Rows, indexes, constraints and
triggers, which do run it, come in sessions of the one owner whose they are.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from ..cluster import Described
from ..restorer import Restorer
from ..server import connect
from ..sql import sql
from .owners import Owners
from .programs import program, run
from .store import Dump
from .toc import Entry, entries
from .using import using

RIGHTS = ("ACL", "DEFAULT ACL")
REFRESH = ("MATERIALIZED VIEW DATA",)
ROWS = ("TABLE DATA", "SEQUENCE SET", "MATERIALIZED VIEW DATA", "BLOBS", "LARGE OBJECT")


@dataclass(frozen=True)
class Step:
    """One run of pg_restore. `role`: whose name it takes on; empty where it gives objects to their owners itself."""

    role: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Pouring:
    """What a database is filled by. `hint`: what to do where that fails; `look`: what is done meanwhile."""

    told: Described
    dump: Dump
    database: str
    jobs: int
    owners: Owners
    restorer: Restorer
    hint: str
    look: Callable[[], object]

    def pour(self, wanted: Sequence[Entry]) -> None:
        """These entries, in the order in which the dump has them."""
        before = {one.line for one in entries(self.told, self.dump.data, "--section=pre-data")}
        for step in steps(wanted, self.owners, before):
            self.run(step)
            if not step.role:
                self.lend("grant")

    def run(self, step: Step) -> None:
        """One run of pg_restore, by a role that has the rights of whom it acts for alone."""
        self.restorer.lend(*([step.role] if step.role else self.owners.all))
        mine = ["--no-owner", f"--role={step.role}"] if step.role else []
        flags = ["--exit-on-error", "--no-tablespaces", f"--jobs={self.jobs}", *mine]
        with using(one.line for one in step.entries) as chosen:
            where = [*flags, chosen, *self.restorer.at(self.database), str(self.dump.data)]
            run(program(self.told, "pg_restore", *where), self.hint, self.look)

    def lend(self, verb: str) -> None:
        """What owners need to build upon each other, and upon extensions: given, or taken back."""
        with connect(self.told.port, database=self.database) as link:
            rows = link.execute(sql("restore_lend"), {"roles": [*self.owners.all], "verb": verb}).fetchall()
            for row in rows:
                link.execute(row["text"])

    def session(self) -> Any:
        """A session that acts for all owners; nothing that they have written runs in it."""
        self.restorer.lend(*self.owners.all)
        return self.restorer.connect(self.database)


def steps(wanted: Sequence[Entry], owners: Owners, before: set[str]) -> Iterator[Step]:
    """The runs of pg_restore; `before`: the lines of the definitions that come before all rows."""
    if not owners.others:
        if wanted:
            yield Step(owners.owner, tuple(wanted))
        return

    def key(one: Entry) -> tuple[str, bool]:
        mine = owners.of(one)
        native = (one.line in before or one.of("INDEX ATTACH")) and mine in owners.all
        return "" if native or not mine else owners.acting(one), one.of("SCHEMA")

    for (role, _), group in groupby(wanted, key):
        yield Step(role, tuple(group))
