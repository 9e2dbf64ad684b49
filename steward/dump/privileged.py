"""What of a dump only a superuser could restore: it is told before, and left out. Extensions that the environment
declares, and those that any owner may make, are made by us, in the empty database.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fleet.sql import identifier, plain_name

from ..cluster import Described
from ..migrate.statements import statements
from ..sql import sql
from .owners import Owners
from .programs import listed, program
from .store import Dump
from .toc import DAMAGED, Entry, scripts

KINDS = (
    *("EXTENSION", "EVENT TRIGGER", "SUBSCRIPTION TABLE", "SUBSCRIPTION", "PROCEDURAL LANGUAGE"),
    *("FOREIGN DATA WRAPPER", "ACCESS METHOD", "OPERATOR CLASS", "OPERATOR FAMILY", "TEXT SEARCH PARSER"),
    *("TEXT SEARCH TEMPLATE", "PUBLICATION TABLES IN SCHEMA", "SHELL TYPE"),
)
"""Kinds of entries that need a superuser whatever they say."""
ABOUT = re.compile(rf"(?:COMMENT|ACL|SECURITY LABEL) \S+ (?:{'|'.join(KINDS)}) ")
JUDGED = ("FUNCTION", "PROCEDURE", "TYPE", "PUBLICATION")
"""Kinds that need one by what they say."""
UNTRUSTED = frozenset(["c", "internal", "plperlu", "plpython3u", "plpython2u", "plpythonu", "pltclu"])
BODY = frozenset(["as", "begin", "return"])
TABLESPACE = re.compile(r"SET default_tablespace = (.+);")
BUILT_IN = "plpgsql"
ALWAYS = ("pg_stat_statements", "amcheck")
"""What we ourselves make in every database of ours, whatever is declared."""


@dataclass(frozen=True)
class Extension:
    """An extension to be made, in the schema that it was in. `owner`: whose that schema is, where the dump has one."""

    name: str
    schema: str
    owner: str = ""

    def statements(self) -> Iterator[str]:
        """Those that make it, in a database with nothing in it."""
        if self.owner:
            yield f"create schema if not exists {identifier(self.schema)} authorization {identifier(self.owner)}"
        where = f" schema {identifier(self.schema)}" if self.schema else ""
        yield f"create extension if not exists {identifier(self.name)}{where}"


@dataclass(frozen=True)
class Contents:
    """What of a dump is restored. `entries`: by pg_restore; `said`: what is left out, and why, a line each; `schemas`:
    those that it has."""

    entries: tuple[Entry, ...]
    extensions: tuple[Extension, ...]
    said: tuple[str, ...]
    schemas: tuple[str, ...] = ()


def contents(told: Described, admin: Any, dump: Dump, found: Sequence[Entry], mine: Owners, name: str) -> Contents:
    """What is restored of a dump whose entries were found, as a database of this name."""
    allowed = makeable(told, admin, {dump.manifest.database, name})
    made = tuple(one for one in extensions(told, dump, found, mine) if one.name in allowed)
    ours = {one.schema for one in made if one.owner}
    left = reasons(told, dump, found, mine, {one.name for one in made})
    kept = tuple(one for one in found if one not in left and mine.what(one) not in {f"SCHEMA - {s}" for s in ours})
    schemas = ("public", *(mine.what(one).removeprefix("SCHEMA - ") for one in found if one.of("SCHEMA")))
    return Contents(kept, made, (*filter(None, left.values()), *tablespaces(told, dump)), schemas)


def makeable(told: Described, admin: Any, names: Iterable[str]) -> set[str]:
    """The extensions that may be made in databases that are declared by these names."""
    declared = {one for name in names if name in told.databases for one in told.databases[name].extensions}
    rows = admin.execute(sql("restore_extensions"), {"declared": sorted({*declared, *ALWAYS})})
    return {row["name"] for row in rows}


def extensions(told: Described, dump: Dump, found: Sequence[Entry], mine: Owners) -> Iterator[Extension]:
    """Those that the dump has, in its order; by the words of its statements, of which none is run."""
    chosen = [one for one in found if one.of("EXTENSION")]
    schemas = {mine.what(one).removeprefix("SCHEMA - "): mine.acting(one) for one in found if one.of("SCHEMA")}
    for one in said(told, dump, chosen):
        if one[:5] == ("create", "extension", "if", "not", "exists") and plain_name(one[5]) != BUILT_IN:
            schema = plain_name(one[8]) if one[6:8] == ("with", "schema") else ""
            yield Extension(plain_name(one[5]), schema, schemas.get(schema, ""))


def said(told: Described, dump: Dump, chosen: Sequence[Entry]) -> Iterator[tuple[str, ...]]:
    """The words of the statements of these entries."""
    for text in scripts(told, dump.data, chosen).values():
        yield from (one.words for one in statements(text))


def reasons(told: Described, dump: Dump, found: Sequence[Entry], mine: Owners, made: set[str]) -> dict[Entry, str]:
    """The entries that are left out, with what is said of each; empty for what goes without saying."""
    judged = dict(judgements(told, dump, [one for one in found if one.of(*JUDGED)]))
    tables = {mine.what(one).partition(" ")[2] for one in found if one.of("TABLE", "SEQUENCE")}
    left: dict[Entry, str] = {}
    for one in found:
        what = mine.what(one)
        if one.of("EXTENSION"):
            name = what.removeprefix("EXTENSION - ")
            left[one] = "" if name in {*made, BUILT_IN} else f"extension {name}: is not declared for the database"
        elif ABOUT.match(one.said):
            left[one] = f"{shown(what)}: only a superuser could grant that" if one.of("ACL") else ""
        elif one.of(*KINDS) or one.number in judged:
            left[one] = f"{shown(what)}: needs a superuser{judged.get(one.number, '')}"
        elif one.of("DEFAULT ACL") and mine.of(one) not in mine.all:
            left[one] = f"{shown(what)} of {mine.of(one)}: only that role could restore it"
        elif of_extension(one, what, dump, tables):
            left[one] = f"rows of {what.partition(' DATA ')[2].replace(' ', '.')}: the table is its extension's own"
    about = tuple(" {0} {2}".format(*mine.what(one).split(" ", 2)) for one in left if one.of(*JUDGED))
    commented = (one for one in found if one.of("COMMENT", "ACL") and mine.what(one).endswith(about))
    return left | dict.fromkeys(commented, "") if about else left


def of_extension(one: Entry, what: str, dump: Dump, tables: set[str]) -> bool:
    """Whether these are rows of a table that the dump does not define: an extension has made it."""
    rows = one.rows and one.of("TABLE DATA", "SEQUENCE SET")
    return rows and dump.manifest.content == "whole" and what.partition(" ")[2].partition(" ")[2] not in tables


def judgements(told: Described, dump: Dump, found: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """The entries that need a superuser by what they say, by their numbers; and why."""
    for number, text in scripts(told, dump.data, found).items():
        for one in statements(text):
            if one.words[:1] == ("create",) and (reason := why(one.words)):
                yield number, f" ({reason})"


def why(words: tuple[str, ...]) -> str:
    """Why a statement needs a superuser; empty where it does not."""
    head = words[: next((at for at, word in enumerate(words) if word in BODY), len(words))]
    pairs = set(pairwise(words if words[1] in ("type", "publication") else head))
    if words[1] == "publication":
        return "for all tables" if ("for", "all") in pairs else ""
    if words[1] == "type":
        return "a base type" if ("input", "=") in pairs else ""
    language = next((plain_name(word) for before, word in pairs if before == "language"), "")
    if language in UNTRUSTED:
        return f"in the language {language}"
    return "leakproof" if "leakproof" in head else ""


def tablespaces(told: Described, dump: Dump) -> Iterator[str]:
    """What is said of tablespaces: a restore uses the database's own."""
    lines = listed(program(told, "pg_restore", "--schema-only", "--file=-", str(dump.data)), DAMAGED)
    found = {one[1] for one in map(TABLESPACE.fullmatch, lines) if one and one[1] not in ("''", '""')}
    for name in sorted(found):
        yield f"tablespace {name}: what lay in it is restored into the tablespace of the database"


def shown(what: str) -> str:
    """An entry's kind and name as a person says them."""
    kind, dash, name = what.partition(" - ")
    words = what.split(" ")
    split = next((at for at, word in enumerate(words) if not word.isupper()), len(words))
    plain = f"{' '.join(words[:split]).lower()} {'.'.join(words[split:])}"
    return f"{kind.lower()} {name}" if dash else plain
