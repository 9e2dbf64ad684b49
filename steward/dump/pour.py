"""A dump's entries into a database, each as the role that owns it, in sessions that can do no more than that.

Whatever is restored may run what its owner has written: the bound of a partition runs the CHECK of a domain. So each
run of pg_restore has the rights of one owner. An entry that needs those of two (a partition whose parent is another
role's) gets them both in a run of its own: rows that go through such a pair of tables run the code of both in any case.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fleet.sql import identifier

from ..cluster import Described
from ..restorer import Restorer
from ..server import connect
from ..sql import sql
from .owners import Owners
from .programs import program, run
from .store import Dump
from .tables import other_owners
from .toc import Entry
from .using import using

RIGHTS = ("ACL", "DEFAULT ACL")
REFRESH = ("MATERIALIZED VIEW DATA",)
ROWS = ("TABLE DATA", "SEQUENCE SET", "MATERIALIZED VIEW DATA", "BLOBS", "LARGE OBJECT")


BUILT_UPON = ("SCHEMA", "TABLE", "SERVER")
"""Kinds that need a right of whoever builds upon them."""
PUBLIC = "SCHEMA - public"
"""What a database has from the beginning, so that no entry makes it."""


@dataclass(frozen=True)
class Step:
    """One run of pg_restore. `role`: whose its entries are; `others`: whose rights they need besides."""

    role: str
    others: tuple[str, ...]
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
        for step in steps(wanted, self.owners, other_owners(self.told, self.dump, wanted, self.owners)):
            self.run(step)
            if self.owners.others and any(one.catalog and one.of(*BUILT_UPON) for one in step.entries):
                self.lend("grant")

    def run(self, step: Step) -> None:
        """One run of pg_restore, by a role that has the rights of whom it acts for alone."""
        self.restorer.lend(step.role, *step.others)
        flags = ["--exit-on-error", "--no-tablespaces", "--no-owner", f"--jobs={self.jobs}"]
        mine = [] if step.others else [f"--role={step.role}"]
        with using(one.line for one in step.entries) as chosen:
            where = [*flags, *mine, chosen, *self.restorer.at(self.database), str(self.dump.data)]
            run(program(self.told, "pg_restore", *where), self.hint, self.look)
        with connect(self.told.port, database=self.database) as link:
            if step.others:
                self.restorer.give(link, step.role)
            if step.role != self.owners.owner and any(self.owners.what(one) == PUBLIC for one in step.entries):
                link.execute(f"alter schema public owner to {identifier(step.role)}")

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


def steps(wanted: Iterable[Entry], owners: Owners, others: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The runs of pg_restore; `others`: the roles whose rights entries need besides their own, by number. Schemas come
    by themselves: what is in them may be another role's."""

    def key(one: Entry) -> tuple[str, tuple[str, ...], bool]:
        return owners.acting(one), others.get(one.number, ()), bool(owners.others) and one.of("SCHEMA")

    for (role, rest, _), group in groupby(wanted, key):
        yield Step(role, rest, tuple(group))
