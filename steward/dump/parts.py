"""One schema, or one table, of a dump: all definitions come back, rows of the part alone, and then goes what it does
not need.

So the part has all that it is made of: types, functions, extensions, sequences. Foreign keys to what is not part of
it stay behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..server import connect
from ..session import READING
from ..sql import sql
from .manifest import Manifest
from .owners import Owners
from .proof import split
from .toc import Entry


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


def chosen(told: Described, wanted: Part, making: str, found: Iterable[Entry], mine: Owners) -> list[Entry]:
    """Those of the entries that are the rows of the part, once its definitions are there."""
    lines = set(asked(told, wanted, making, "line"))
    return [one for one in found if mine.what(one) in lines]


def kept(told: Described, wanted: Part, making: str, link: Any) -> None:
    """Foreign keys that lead out of the part, or into it, go; `link`: a session of whom the tables belong to."""
    for statement in asked(told, wanted, making, "key"):
        link.execute(statement)


def pruned(told: Described, wanted: Part, making: str, link: Any) -> None:
    """What the part does not need goes, from the outside in; `link`: a session of whom it belongs to."""
    import psycopg

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
