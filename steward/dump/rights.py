"""Statements out of a dump that grant, comment and set: one at a time, by whom the objects belong to.

A dump has rights in them that were granted by others than the owner; only they could grant them again. What is refused
for the lack of a right is told, and the rest goes on: what the environment declares, the next deploy grants.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from fleet.sql import plain_name

from ..migrate.statements import statements
from .roles import OF_PSQL

AS_ANOTHER = ("set", "session", "authorization")
ITSELF = ("reset", "session", "authorization")
SPACES = re.compile(r"\s+")
NAME = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
TEXT = r"'(?:[^']|'')*'"
OF_A_ROLE = re.compile(rf"ALTER ROLE ({NAME}) IN DATABASE {NAME} SET ({NAME}(?:\.{NAME})*) TO {TEXT}(?:, {TEXT})*")
"""How a role's setting in a database is written: names and texts, and nothing that is computed."""
ANYBODY = """
    select not exists (select from pg_catalog.pg_roles where rolname = %s and rolsuper)
    and not exists (select from pg_catalog.pg_settings where lower(name) = lower(%s) and context <> 'user') as may"""


def granted(link: Any, texts: Iterable[str], admin: Any = None) -> Iterator[str]:
    """Runs the statements of these scripts; returns what could not be done, and why.

    `admin`: a superuser's session, for the settings of roles in a database, which any session may change for itself.
    """
    for text in texts:
        another = ""
        for one in statements(OF_PSQL.sub("", text)):
            if one.words[:3] in (AS_ANOTHER, ITSELF):
                another = one.words[3] if one.words[:3] == AS_ANOTHER else ""
            elif another:
                yield f"{brief(one.text)}: {another} had granted it"
            elif admin is not None and of_a_role(admin, one.text):
                admin.execute(one.text)
            else:
                yield from done(link, one.text)


def done(link: Any, statement: str) -> Iterator[str]:
    """Runs one; returns what was in its way where that was a right."""
    import psycopg

    try:
        link.execute(statement)
    except psycopg.errors.InsufficientPrivilege as error:
        yield f"{brief(statement)}: {str(error).splitlines()[0]}"


def of_a_role(admin: Any, statement: str) -> bool:
    """Whether it is the setting of a role that is no superuser, and one that anybody may set."""
    found = OF_A_ROLE.fullmatch(statement)
    if not found:
        return False
    role, name = map(plain_name, found.groups())
    row = admin.execute(ANYBODY, (role, name)).fetchone() or {}
    return bool(row["may"])


def brief(statement: str) -> str:
    """A statement in one line."""
    return SPACES.sub(" ", statement)
