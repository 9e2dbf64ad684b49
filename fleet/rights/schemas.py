"""Schemas: created, handed to the owner, closed to PUBLIC. None is ever dropped.

pgsteward's own is made by whoever needs it first. Where a database has migrations, it is the owner's, who keeps their
history there.
"""

from collections.abc import Iterator

from ..sql import identifier, qualified
from .privilege import PUBLIC, Acl, reowned, surplus
from .scope import Scope
from .statement import Drift, Statement, shown
from .wanted import OWN_SCHEMA

HISTORY = ("migration_runs", "schema_fingerprint", "migration_ledger")
MEANING = {"USAGE": "use", "CREATE": "create in"}


def schema_changes(scope: Scope) -> Iterator[Statement | Drift]:
    """What makes every declared schema exist, belong to the owner, and be closed to PUBLIC."""
    for schema in scope.database.schemas:
        seen = scope.seen.schemas.get(schema)
        owner = scope.owner_of(schema)
        if seen is None:
            command = f"CREATE SCHEMA {identifier(schema)} AUTHORIZATION {identifier(owner)};"
            yield Statement(f"schema {scope.place(schema)}: create, owned by {shown(owner)}", command, scope.name)
        elif seen.owner != owner:
            command = f"ALTER SCHEMA {identifier(schema)} OWNER TO {identifier(owner)};"
            arrow = f"owner {shown(seen.owner)} → {shown(owner)}"
            yield Statement(f"schema {scope.place(schema)}: {arrow}", command, scope.name)
    if scope.database.migrations:
        yield from _history(scope)
    for schema in sorted(scope.closed & scope.schemas.keys()):
        yield from _closed(schema, scope)
    for schema in sorted(scope.seen.schemas.keys() - scope.closed - {OWN_SCHEMA} - _of_extensions(scope)):
        yield Drift(f"schema {scope.place(schema)} is not declared")


def _history(scope: Scope) -> Iterator[Statement]:
    owner, seen = identifier(scope.owner), scope.seen.schemas.get(OWN_SCHEMA)
    commands = []
    if seen is not None and seen.owner != scope.owner:
        commands.append(f"ALTER SCHEMA {identifier(OWN_SCHEMA)} OWNER TO {owner};")
    for one in scope.seen.objects:
        if one.schema == OWN_SCHEMA and one.kind == "table" and one.owner != scope.owner:
            tables = (qualified(OWN_SCHEMA, name) for name in one.names if name in HISTORY)
            commands += [f"ALTER TABLE {table} OWNER TO {owner};" for table in tables]
    if commands:
        sentence = f"schema {scope.place(OWN_SCHEMA)}: {shown(scope.owner)} owns the history of its migrations"
        yield Statement(sentence, "\n".join(commands), scope.name)


def schema_acl(schema: str, scope: Scope) -> Acl:
    """A schema's rights once it belongs to its owner."""
    found = scope.schemas[schema]
    return reowned(found.acl, found.owner, scope.owner_of(schema))


def _closed(schema: str, scope: Scope) -> Iterator[Statement]:
    for one in surplus(scope.owner_of(schema), {}, schema_acl(schema, scope)):
        if one.grantee == PUBLIC:
            verbs = " and ".join(MEANING[privilege] for privilege in sorted(one.privileges))
            command = one.revoke(f"SCHEMA {identifier(schema)}")
            yield Statement(f"PUBLIC may no longer {verbs} {scope.place(schema)}", command, scope.name)


def _of_extensions(scope: Scope) -> set[str]:
    return {extension.schema for extension in scope.seen.extensions.values()}
