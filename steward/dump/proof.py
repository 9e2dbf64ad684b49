"""What proves a dump: its files are those that were written, and what comes out of them is what went in."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..progress import Progress
from ..rows import counted
from ..sql import sql
from .digests import digest
from .manifest import Manifest
from .programs import listed, program
from .store import Dump
from .toc import DAMAGED

COPY = re.compile(r'COPY ((?:"(?:[^"]|"")*"|[^".\s]+)\.(?:"(?:[^"]|"")*"|[^"\s(]+)) .*FROM stdin;', re.DOTALL)
PART = re.compile(r'"((?:[^"]|"")*)"|([^".]+)')
TABLES = """
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relpersistence <> 't'"""
SOME = 5
"""Problems of a kind that are told; of the others only how many they are."""


def files(dump: Dump, progress: Progress) -> Iterator[str]:
    """What is wrong with the files."""
    wanted = dump.manifest.files or {}
    with progress.of("reading", dump.manifest.size) as bar:
        for path, file in wanted.items():
            try:
                found = digest(dump.directory / path, bar.add)
            except OSError as error:
                yield f"{path} cannot be read: {(error.strerror or 'no reason given').lower()}"
                continue
            if found.size != file.size:
                yield f"{path} has {found.size} bytes, and not {file.size}"
            elif found != file:
                yield f"{path} is not what was written"


def rows(link: Any, one: Manifest) -> Iterator[str]:
    """What is wrong with the rows of a database that the dump was restored into; a superuser's session counts.

    What the manifest calls a table is looked for among those that are there. It is a stranger's word, and no SQL.
    """
    import psycopg

    there = {split(row["name"]): row["name"] for row in link.execute(TABLES)}
    for table, count in (one.rows or {}).items():
        if split(table) not in there:
            yield f"{table} is missing"
            continue
        try:
            found = counted(link, there[split(table)])
        except psycopg.Error as error:
            yield f"{table} cannot be read: {' '.join(str(error).split())}"
            continue
        if found != count:
            yield f"{table} has {found} rows, and not {count}"


def soundness(link: Any, one: Manifest) -> Iterator[str]:
    """What else is wrong with it: indexes, constraints, extensions, large objects."""
    found = link.execute(sql("dump_proof")).fetchone()
    yield from (f"index {name} is not valid" for name in found["indexes"])
    known = {*one.unvalidated, *(f"public.{name}" for name in one.unvalidated)}  # as older dumps call them
    yield from (f"constraint {name} is not validated" for name in sorted({*found["unvalidated"]} - known))
    if one.content != "part":
        missing = sorted({*one.extensions} - {*found["extensions"]})
        yield from (f"extension {name} is missing" for name in missing)
    if one.content == "whole" and found["large_objects"] != one.large_objects:
        yield f"there are {found['large_objects']} large objects, and not {one.large_objects}"


def read(told: Described, dump: Dump) -> Iterator[str]:
    """What is wrong with the rows of a dump that cannot be restored by itself: all of it is read and counted."""
    found: dict[tuple[str, str], int] = {}
    table, begun = None, ""
    try:
        flags = ("--data-only", "--file=-", str(dump.data))
        for line in listed(program(told, "pg_restore", *flags), DAMAGED):
            if table and line == "\\.":
                table = None
            elif table:
                found[table] += 1
            elif begun or line.startswith("COPY "):
                begun = f"{begun}\n{line}" if begun else line  # a name may have several lines
                if whole := COPY.fullmatch(begun):
                    table, begun = split(whole[1]), ""
                    found[table] = 0
    except Refused as refusal:
        yield from (problem.what for problem in refusal.problems)
        return
    for name, count in (dump.manifest.rows or {}).items():
        if found.get(split(name)) != count:
            yield f"{name} has {found.get(split(name), 'no')} rows, and not {count}"


def split(name: str) -> tuple[str, str]:
    """Schema and table of a name that is quoted where it has to be, or everywhere; raises `Refused` of another."""
    parts = [(one[1] or one[2]).replace('""', '"') for one in PART.finditer(name)]
    if len(parts) != 2:
        raise Refused("the dump", [Problem(name, "is not the name of a table with its schema", DAMAGED)])
    return parts[0], parts[1]


def some(problems: Iterable[str]) -> list[str]:
    """The first of them, and how many more there are."""
    found = list(problems)
    return found if len(found) <= SOME else [*found[:SOME], f"and {len(found) - SOME} more of the kind"]
