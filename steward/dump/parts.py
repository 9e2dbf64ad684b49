"""One schema, or one table, of a dump: all definitions come back, rows of the part alone, and then goes what it does
not need.

So the part has all that it is made of: types, functions, extensions, sequences. Foreign keys to what is not part of
it stay behind.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from fleet.problem import Problem, Refused
from fleet.sql import identifier

from ..cluster import Described
from ..server import connect
from ..session import READING
from ..sql import sql
from .manifest import Manifest
from .proof import split
from .store import Dump
from .toc import Entry, entries


@dataclass(frozen=True)
class Part:
    """What of a dump is wanted: a `schema`, a `table` of it, or, with neither, the whole."""

    schema: str = ""
    table: str = ""

    @property
    def chosen(self) -> bool:
        return bool(self.schema)

    def __str__(self) -> str:
        if self.table:
            return f"table {self.schema}.{self.table}"
        return f"schema {self.schema}" if self.schema else "all of it"

    def of(self, one: Manifest) -> Manifest:
        """The manifest of the part alone."""
        if not self.chosen or one.rows is None:
            return one
        names = {name: split(name) for name in one.rows}
        mine = (name for name, (schema, table) in names.items() if schema == self.schema and self.table in ("", table))
        return replace(one, rows={name: one.rows[name] for name in mine})


def part(schema: str, table: str) -> Part:
    """What a command names: a schema, or a table as `schema.table`; raises `Refused`."""
    if schema and table:
        raise Refused("the restore", [Problem("table", "has its schema in its name", "leave the schema out")])
    if not table:
        return Part(schema)
    found, _, name = table.partition(".")
    if not found or not name:
        raise Refused("the restore", [Problem("table", f"{table!r} does not say where it is", "write schema.table")])
    return Part(found, name)


def there(found: Iterable[Entry], wanted: Part) -> bool:
    """Whether the part is in the dump."""
    kinds = ("TABLE", "VIEW", "MATERIALIZED VIEW", "FOREIGN TABLE", "SEQUENCE", "FUNCTION", "TYPE", "TABLE DATA")
    if wanted.table:
        prefixes = [f"{kind} {wanted.schema} {wanted.table} " for kind in ("TABLE", "MATERIALIZED VIEW")]
    else:
        prefixes = [f"SCHEMA - {wanted.schema} ", *(f"{kind} {wanted.schema} " for kind in kinds)]
    return any(one.said.startswith(tuple(prefixes)) for one in found)


def steps(told: Described, dump: Dump, wanted: Part, making: str) -> Iterator[list[str]]:
    """pg_restore's options, a list for each of its runs."""
    with listing(told, dump, making) as all_of_it:
        if not wanted.chosen:
            yield all_of_it
            return
        yield ["--schema-only", *all_of_it]
    lines = set(asked(told, wanted, making, "line"))
    with using(one.line for one in entries(told, dump.data) if one.said in lines) as chosen:
        yield ["--data-only", "--disable-triggers", chosen]


@contextmanager
def listing(told: Described, dump: Dump, making: str) -> Iterator[list[str]]:
    """What some tables without the rest need: schemas to be in, and no keys to what is not there. All else is whole."""
    if not dump.manifest.tables:
        yield []
        return
    with connect(told.port, database=making) as link:
        for name in [*(dump.manifest.rows or {}), *(dump.manifest.left_out or {})]:
            link.execute(f"create schema if not exists {identifier(split(name)[0])}")
    with using(one.line for one in entries(told, dump.data) if not one.of("FK CONSTRAINT")) as chosen:
        yield [chosen]


@contextmanager
def using(lines: Iterable[str]) -> Iterator[str]:
    """The option that restricts pg_restore to these lines of a table of contents."""
    with tempfile.NamedTemporaryFile("w", suffix=".list", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        yield f"--use-list={file.name}"


def pruned(told: Described, wanted: Part, making: str) -> None:
    """What the part does not need goes, from the outside in."""
    import psycopg

    with connect(told.port, database=making) as link:
        for statement in asked(told, wanted, making, "key"):
            link.execute(statement)
        went = True
        while went:
            went = False
            for statement in asked(told, wanted, making, "other"):
                try:
                    link.execute(statement)
                    went = True
                except psycopg.errors.DependentObjectsStillExist:
                    continue


def asked(told: Described, wanted: Part, making: str, what: str) -> list[str]:
    """What dump_part.sql says of one kind."""
    with connect(told.port, database=making, session=READING) as link:
        values = {"schema": wanted.schema, "table": wanted.table}
        return [row["text"] for row in link.execute(sql("dump_part"), values) if row["what"] == what]
