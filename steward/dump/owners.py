"""Whose the objects of a dump are, and as whom each of them is restored."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fleet.problem import Problem
from fleet.sql import plain_name

from ..cluster import Described
from ..migrate.statements import statements
from ..sql import sql
from .manifest import Manifest
from .roles import OF_PSQL
from .store import Dump
from .toc import Entry

GIVE = "make the role, or name another one that the database shall belong to: --owner. {}"
STANDS = "A role that is missing stands in the dump's globals.sql"


@dataclass(frozen=True)
class Owners:
    """`owner`: of the database, who gets what belongs to nobody that is declared; `others`: roles whose objects are
    restored as their own; `known`: the names that an entry may end with, longest first."""

    owner: str
    others: frozenset[str]
    known: tuple[str, ...]

    def of(self, entry: Entry) -> str:
        """Whose an entry is; empty for nobody's.

        A table of contents has blanks between names, and in them: two that could be meant are refused (`faults`).
        """
        return next((one for one in self.known if entry.said.endswith(f" {one}")), "")

    def alike(self, entry: Entry) -> tuple[str, ...]:
        """The declared owners whose an entry may be, by its words."""
        return tuple(one for one in self.known if one in self.all and entry.said.endswith(f" {one}"))

    def what(self, entry: Entry) -> str:
        """Kind, schema and name of an entry."""
        return entry.said.removesuffix(self.of(entry)).rstrip(" ")

    def acting(self, entry: Entry) -> str:
        """As whom it is restored."""
        mine = self.of(entry)
        return mine if mine in self.others else self.owner

    @property
    def all(self) -> tuple[str, ...]:
        return (self.owner, *sorted(self.others))


def owner(told: Described, one: Manifest, named: str = "") -> str:
    """Whose the database will be: as an operator says, as is declared, or as it was."""
    declared = told.databases.get(one.database)
    return named or (declared.owner if declared else one.owner)


def owners(told: Described, admin: Any, dump: Dump, found: Iterable[Entry], named: str = "") -> Owners:
    """Of the dump's entries. Another role's objects are its own if it is declared, and is no superuser here."""
    seen = {row["name"]: row["powerful"] for row in admin.execute(sql("restore_roles"))}
    known = tuple(sorted({*seen, *made(dump), dump.manifest.owner}, key=len, reverse=True))
    mine = owner(told, dump.manifest, named)
    blank = Owners(mine, frozenset(), known)
    ordinary = {one for one in told.owners if seen.get(one) is False and one != mine}
    return Owners(mine, frozenset(ordinary & {blank.of(entry) for entry in found}), known)


def made(dump: Dump) -> Iterator[str]:
    """The roles of the server that was dumped."""
    for one in statements(OF_PSQL.sub("", dump.globals.read_text(encoding="utf-8"))):
        if one.words[:2] == ("create", "role"):
            yield plain_name(one.words[2])


def faults(admin: Any, found: Sequence[Entry], mine: Owners) -> Iterator[Problem]:
    """Why these owners cannot be those of the restored objects."""
    seen = {row["name"]: row["superuser"] for row in admin.execute(sql("restore_roles"))}
    wanted = {mine.owner, *(mine.of(entry) for entry in found)} - {""}
    for one in sorted(wanted - seen.keys()):
        yield Problem("owner", f'role "{one}" does not exist', GIVE.format(STANDS))
    for pair in sorted({pair for entry in found if len(pair := mine.alike(entry)) > 1}):
        what = " and ".join(f'"{one}"' for one in pair)
        hint = "a dump's table of contents has blanks between names: rename one of the roles, and dump again"
        yield Problem("owner", f"the roles {what} cannot be told apart in it", hint)
    if seen.get(mine.owner):
        hint = "what is in a dump never runs as a superuser: name a role that it shall belong to: --owner"
        yield Problem("owner", f"the database would be {mine.owner}'s, who can do everything", hint)
