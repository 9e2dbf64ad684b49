"""A dump's table of contents, as `pg_restore --list` prints it: what is in it, whatever was asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..cluster import Described
from .programs import listed, program

LINE = re.compile(r"(\d+); (\d+) (\d+) (.*)")
HEAD = re.compile(r"-- TOC entry (\d+) \(class \d+ OID \d+\)")
DAMAGED = "the dump is damaged; `steward dump verify` tells, and another one is to be taken"


@dataclass(frozen=True)
class Entry:
    """`said`: kind, schema, name and owner, as one text. `line` is what `pg_restore --use-list` takes."""

    line: str
    oid: int
    said: str

    def of(self, *kinds: str) -> bool:
        return self.said.startswith(tuple(f"{kind} " for kind in kinds))

    @property
    def number(self) -> str:
        """The entry's own, in this dump."""
        return self.line.partition(";")[0]


def entries(told: Described, data: Path, *flags: str) -> Iterator[Entry]:
    """What the dump in this file or directory has; raises `Refused` where it cannot be read."""
    for line in listed(program(told, "pg_restore", "--list", *flags, str(data)), DAMAGED):
        found = LINE.fullmatch(line)
        if found:
            yield Entry(line, int(found[3]), found[4])


def scripts(told: Described, data: Path, chosen: str) -> dict[str, str]:
    """The SQL of the entries that were chosen, by their numbers; `chosen`: the option that names them."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in listed(program(told, "pg_restore", "--verbose", "--file=-", chosen, str(data)), DAMAGED):
        begun = HEAD.fullmatch(line)
        if begun:
            lines = found.setdefault(begun[1], [])
        lines.append(line)
    return {number: "\n".join(text) for number, text in found.items()}


def held(found: Iterator[Entry]) -> dict[int, bool]:
    """The tables that are in the dump by their OIDs, and whether their rows are."""
    tables: dict[int, bool] = {}
    for entry in found:
        if entry.of("TABLE DATA"):
            tables[entry.oid] = True
        elif entry.of("TABLE") and not entry.of("TABLE ATTACH"):
            tables.setdefault(entry.oid, False)
    return tables
