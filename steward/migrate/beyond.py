"""What a migration asks for that its session, which is the owner's and nobody else's, cannot do. Pure.

Only what a statement begins with is looked at: what a function or DO block holds, PostgreSQL alone can tell.
"""

from collections.abc import Collection, Iterable

from fleet.problem import Problem

from .statements import Statement

RULE = "beyond-owner"
# their control files say `trusted = true`: whoever may create in the database may create them. PostgreSQL 14 to 18
TRUSTED = frozenset(
    [
        "bool_plperl",
        "btree_gin",
        "btree_gist",
        "citext",
        "cube",
        "dict_int",
        "fuzzystrmatch",
        "hstore",
        "intarray",
        "isn",
        "jsonb_plperl",
        "lo",
        "ltree",
        "pg_trgm",
        "pgcrypto",
        "plperl",
        "plpgsql",
        "pltcl",
        "seg",
        "tablefunc",
        "tcn",
        "tsm_system_rows",
        "tsm_system_time",
        "unaccent",
        "uuid-ossp",
    ]
)
NOWHERE = "a migration is the owner's own session, there is nobody else in it to become; leave it out"
ROLES = "declare roles, their rights and settings in the environment"
SERVER = "declare it in the environment: `settings`"
FILES = "nobody but a superuser reaches the server's files and programs; write INSERT … VALUES, or load data otherwise"
ADMINISTRATOR = "a superuser has to do it, once, by hand, before the migration"
BEGINNINGS = {
    ("set", "role"): NOWHERE,
    ("set", "session", "authorization"): NOWHERE,
    ("set", "local", "role"): NOWHERE,
    ("set", "session", "role"): NOWHERE,
    ("set", "local", "session", "authorization"): NOWHERE,
    ("reset", "role"): NOWHERE,
    ("reset", "session", "authorization"): NOWHERE,
    ("alter", "system"): SERVER,
    ("create", "role"): ROLES,
    ("create", "user"): ROLES,
    ("create", "group"): ROLES,
    ("drop", "role"): ROLES,
    ("drop", "user"): ROLES,
    ("drop", "group"): ROLES,
    ("create", "database"): "declare databases in the environment",
    ("drop", "database"): "databases are never dropped by a migration",
    ("create", "tablespace"): ADMINISTRATOR,
    ("create", "event", "trigger"): ADMINISTRATOR,
    ("create", "subscription"): ADMINISTRATOR,
    ("create", "access", "method"): ADMINISTRATOR,
    ("create", "foreign", "data", "wrapper"): ADMINISTRATOR,
    ("load",): SERVER,
}
POWERS = frozenset(["superuser", "createdb", "createrole", "replication", "bypassrls", "login", "password"])


def beyond_owner(statements: Iterable[Statement], name: str, declared: Collection[str] = ()) -> list[Problem]:
    """A problem for each such statement of the file `name`; extensions that are `declared` are there already."""
    found = ((one, _of(one.words, declared)) for one in statements)
    return [Problem(name, f"{what} ({RULE})", hint, one.line) for one, (what, hint) in found if what]


def _of(words: tuple[str, ...], declared: Collection[str]) -> tuple[str, str]:
    """What cannot be done, and a hint; empty words where nothing is wrong."""
    mapping = words[:3] == ("create", "user", "mapping")
    for beginning, hint in BEGINNINGS.items():
        if words[: len(beginning)] == beginning and not mapping:
            words_of_it = " ".join(beginning).upper()
            return (
                f"{words_of_it} leads nowhere" if hint is NOWHERE else f"{words_of_it} is not the owner's to do",
                hint,
            )
    if words[:1] == ("copy",) and _reaches_out(words):
        return "COPY from or to a file or program is not the owner's to do", FILES
    if words[:2] in (("alter", "role"), ("alter", "user")) and _empowers(words):
        return "ALTER ROLE with a role's powers is not the owner's to do", ROLES
    if words[:2] == ("create", "extension"):
        return _extension(words[2:], declared)
    return "", ""


def _reaches_out(words: tuple[str, ...]) -> bool:
    """The file's name is a constant, and constants are left out of the words: nothing else follows FROM or TO."""
    return "program" in words or {"stdin", "stdout"}.isdisjoint(words)


def _empowers(words: tuple[str, ...]) -> bool:
    return "set" not in words and "reset" not in words and any(word.removeprefix("no") in POWERS for word in words[3:])


def _extension(rest: tuple[str, ...], declared: Collection[str]) -> tuple[str, str]:
    there_is_fine = rest[:3] == ("if", "not", "exists")
    extension = "".join(rest[3:4] if there_is_fine else rest[:1]).strip('"')
    if extension in TRUSTED or (there_is_fine and extension in declared):
        return "", ""
    hint = f"declare it in the environment, `extensions: [{extension}]`, and here write IF NOT EXISTS, or leave it out"
    return f"the extension {extension} needs a superuser", hint
