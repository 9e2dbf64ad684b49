"""A dump's entries into a database, each as the role that owns it, in sessions that can do no more than that.

Whatever is restored may run what its owner has written: the bound of a partition runs the CHECK of a domain. So each
run of pg_restore has the rights of one owner. An entry that needs those of two (a partition whose parent is another
role's) gets them both in a run of its own: rows that go through such a pair of tables run the code of both in any case.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fleet.problem import Refused
from fleet.sql import identifier

from ..cluster import Described
from ..restorer import restorer
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
SECURED = ("ROW SECURITY",)
"""Comes when all rows and keys are there: a key would be checked under its owner's own policies."""
MAKES = (
    *("AGGREGATE", "COLLATION", "CONSTRAINT", "CONVERSION", "DOMAIN", "FOREIGN TABLE", "FUNCTION", "INDEX"),
    *("MATERIALIZED VIEW", "OPERATOR", "PROCEDURE", "SEQUENCE", "STATISTICS", "TABLE", "TYPE", "VIEW"),
    *("TEXT SEARCH CONFIGURATION", "TEXT SEARCH DICTIONARY"),
)
"""Kinds of entries that make something in a schema."""
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
    """What a database is filled by. `admin`: a superuser's session; `hint`: what to do where that fails; `look`: what
    is done meanwhile."""

    told: Described
    admin: Any
    dump: Dump
    database: str
    jobs: int
    owners: Owners
    schemas: tuple[str, ...]
    hint: str
    look: Callable[[], object]

    def pour(self, wanted: Sequence[Entry], replica: bool = False) -> None:
        """These entries, in the order in which the dump has them, before anybody is granted anything."""
        for step in steps(wanted, self.owners, other_owners(self.told, self.dump, wanted, self.owners)):
            with self.lent(step):
                self.run(step, replica=replica)
            if step.role != self.owners.owner and any(self.owners.what(one) == PUBLIC for one in step.entries):
                self.admin_of(f"alter schema public owner to {identifier(step.role)}")

    def refresh(self, wanted: Sequence[Entry]) -> Iterator[str]:
        """Fills these materialized views, under the policies of what they read, as everywhere; says which could not be:
        production's own may be older than what its owner may read now."""
        for step in steps(wanted, self.owners, {}):
            try:
                self.run(step, "--enable-row-security")
            except Refused:
                yield from filter(None, map(self.filled, step.entries))

    def filled(self, one: Entry) -> str:
        """Fills one materialized view; why it is not filled, if so."""
        try:
            self.run(Step(self.owners.acting(one), (), (one,)), "--enable-row-security")
        except Refused as refused:
            name = self.owners.what(one).removeprefix(f"{REFRESH[0]} ").replace(" ", ".", 1)
            return f"the rows of materialized view {name}: {refused.problems[0].what}"
        return ""

    def run(self, step: Step, *more: str, replica: bool = False) -> None:
        """One run of pg_restore, by a role that has the rights of whom it acts for alone."""
        flags = ["--exit-on-error", "--no-tablespaces", "--no-owner", f"--jobs={self.jobs}", *more]
        mine = [] if step.others else [f"--role={step.role}"]
        whose = restorer(self.admin, self.database, step.role, *step.others, replica=replica)
        with using(one.line for one in step.entries) as chosen, whose as one:
            where = [*flags, *mine, chosen, *one.at(self.database), str(self.dump.data)]
            run(program(self.told, "pg_restore", *where), self.hint, self.look)

    @contextmanager
    def lent(self, step: Step) -> Iterator[None]:
        """What the owner needs to build upon others' objects, for no longer than this lasts: the rights in the dump
        come last. To make something in a schema of another's only where the dump has it there."""
        makes = [schema for one in step.entries if (schema := made_in(one, self.owners, self.schemas))]
        values = {
            "role": step.role,
            "several": bool(self.owners.others),
            "makes": [*dict.fromkeys(makes)],
            "database": any(one.of("SCHEMA", "PUBLICATION") for one in step.entries),
            "keys": any(one.of("FK CONSTRAINT") for one in step.entries),
        }
        given = self.lend("grant", values)
        try:
            yield
        finally:
            if given:
                self.lend("revoke", values)

    def lend(self, verb: str, values: Mapping[str, Any]) -> int:
        """Gives it, or takes it back; returns of how much."""
        with connect(self.told.port, database=self.database) as link:
            rows = link.execute(sql("restore_lend"), {**values, "verb": verb}).fetchall()
            for row in rows:
                link.execute(row["text"])
        return len(rows)

    def admin_of(self, statement: str) -> None:
        """A superuser's statement in the database."""
        with connect(self.told.port, database=self.database) as link:
            link.execute(statement)

    @contextmanager
    def session(self) -> Iterator[Any]:
        """A session that acts for all owners; nothing that they have written runs in it."""
        with restorer(self.admin, self.database, *self.owners.all) as one, one.connect(self.database) as link:
            yield link


def made_in(one: Entry, owners: Owners, schemas: Iterable[str]) -> str:
    """The schema in which an entry makes something; empty for none. Of two that it could be, the longer name."""
    kind = max((kind for kind in MAKES if one.of(kind)), key=len, default="")
    if not kind or not one.catalog:
        return ""
    rest = owners.what(one).removeprefix(f"{kind} ")
    return max((schema for schema in schemas if rest.startswith(f"{schema} ")), key=len, default="")


def steps(wanted: Iterable[Entry], owners: Owners, others: Mapping[str, tuple[str, ...]]) -> Iterator[Step]:
    """The runs of pg_restore; `others`: the roles whose rights entries need besides their own, by number. Schemas come
    by themselves: what is in them may be another role's. So do rows: nothing is made while they are loaded."""

    def key(one: Entry) -> tuple[str, tuple[str, ...], bool, bool]:
        several = bool(owners.others)
        return owners.acting(one), others.get(one.number, ()), several and one.of("SCHEMA"), several and one.rows

    for (role, rest, _, _), group in groupby(wanted, key):
        yield Step(role, rest, tuple(group))
