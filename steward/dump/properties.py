"""What a database has besides what is in it: its settings, the rights on it, its comment; taken out of the dump, for a
database of another name.
"""

from collections.abc import Iterable, Iterator

from fleet.sql import identifier

from ..cluster import Described
from ..migrate.statements import statements
from .programs import listed, program
from .roles import OF_PSQL
from .store import Dump
from .toc import DAMAGED, entries
from .using import using

KINDS = ("DATABASE", "DATABASE PROPERTIES", "COMMENT - DATABASE", "ACL - DATABASE", "SECURITY LABEL - DATABASE")
EVERYBODYS = ("connect", "temporary")
"""What PUBLIC may do in a database that nobody has said anything about."""
MADE = (("create", "database"), ("drop", "database"))


def properties(told: Described, dump: Dump, name: str) -> Iterator[str]:
    """The statements that give a database `name` what the one of the dump had; none of them makes a database, nor says
    whose it is."""
    mine = [one.line for one in entries(told, dump.data, "--create") if one.of(*KINDS)]
    if not mine:
        return
    with using(mine) as chosen:
        script = "\n".join(listed(program(told, "pg_restore", "--create", "--file=-", chosen, str(dump.data)), DAMAGED))
    was = f"DATABASE {identifier(dump.manifest.database)}"
    for one in statements(OF_PSQL.sub("", script)):
        if one.words[:2] in MADE or (one.words[:2] == ("alter", "database") and "owner" in one.words[3:4]):
            continue
        if was in one.text:
            yield one.text.replace(was, f"DATABASE {identifier(name)}", 1)


def everybodys(found: Iterable[str]) -> Iterator[str]:
    """Of what PUBLIC may do in a database, what these statements do not take away."""
    taken: set[str] = set()
    for one in statements(";".join(found)):
        if one.words[0] == "revoke" and "database" in one.words and one.words[-1] == "public":
            taken |= {*one.words[1 : one.words.index("on")]}
    yield from (right for right in EVERYBODYS if not taken & {right, "all"})
