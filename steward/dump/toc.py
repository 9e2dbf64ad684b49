"""A dump's table of contents, as `pg_restore --list` prints it: what is in it, whatever was asked for."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Described
from ..migrate.statements import tokens
from .programs import listed, program
from .using import using

LINE = re.compile(r"(\d+); (\d+) (\d+) (.*)")
HEAD = re.compile(r"-- TOC entry (\d+) \(class \d+ OID \d+\)")
ROWS = ("TABLE DATA", "SEQUENCE SET", "MATERIALIZED VIEW DATA", "BLOBS", "LARGE OBJECT")
DAMAGED = "the dump is damaged; `steward dump verify` tells, and another one is to be taken"


@dataclass(frozen=True)
class Entry:
    """`said`: kind, schema, name and owner, as one text. `line` is what `pg_restore --use-list` takes. `catalog`: the
    OID of the system catalog that the object stands in; 0 for what is in none, as rows."""

    line: str
    oid: int
    said: str
    catalog: int = 0

    def of(self, *kinds: str) -> bool:
        return self.said.startswith(tuple(f"{kind} " for kind in kinds))

    @property
    def rows(self) -> bool:
        """Whether it is rows, of whatever kind, and no definition. A schema may be called DATA."""
        return not self.catalog and self.of(*ROWS)

    @property
    def number(self) -> str:
        """The entry's own, in this dump."""
        return self.line.partition(";")[0]


def entries(told: Described, data: Path, *flags: str) -> Iterator[Entry]:
    """What the dump in this file or directory has; raises `Refused` where it cannot be read."""
    for line in listed(program(told, "pg_restore", "--list", *flags, str(data)), DAMAGED):
        found = LINE.fullmatch(line)
        if found:
            yield Entry(line, int(found[3]), found[4], int(found[2]))


def scripts(told: Described, data: Path, chosen: Iterable[Entry]) -> dict[str, str]:
    """The SQL of these entries, by their numbers."""
    wanted = {one.number: one.line for one in chosen}
    if not wanted:
        return {}
    with using(wanted.values()) as option:
        command = program(told, "pg_restore", "--verbose", "--file=-", option, str(data))
        return parted("\n".join(listed(command, DAMAGED)), wanted)


def parted(script: str, wanted: Container[str]) -> dict[str, str]:
    """A script of pg_restore by the entries that were asked for. What looks like the head of one inside a name or a
    text, where an owner may write what he likes, is none."""
    found: dict[str, list[str]] = {}
    text: list[str] = []
    for token in tokens(script):
        begun = HEAD.fullmatch(token.text) if token.kind == "line" else None
        if begun and begun[1] in wanted and begun[1] not in found:
            text = found[begun[1]] = []
        text.append(token.text)
    return {number: "".join(text) for number, text in found.items()}


def held(found: Iterator[Entry]) -> dict[int, bool]:
    """The tables that are in the dump by their OIDs, and whether their rows are."""
    tables: dict[int, bool] = {}
    for entry in found:
        if entry.rows and entry.of("TABLE DATA"):
            tables[entry.oid] = True
        elif entry.catalog and entry.of("TABLE"):
            tables.setdefault(entry.oid, False)
    return tables
