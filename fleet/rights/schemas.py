"""Schemas: created, handed to the owner, closed to PUBLIC. None is ever dropped."""

from collections.abc import Iterator

from ..sql import identifier
from .privilege import PUBLIC, Acl, reowned, surplus
from .scope import Scope
from .statement import Drift, Statement, shown
from .wanted import OWN_SCHEMA

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
    for schema in sorted(scope.closed & scope.schemas.keys()):
        yield from _closed(schema, scope)
    for schema in sorted(scope.seen.schemas.keys() - scope.closed - {OWN_SCHEMA} - _of_extensions(scope)):
        yield Drift(f"schema {scope.place(schema)} is not declared")


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
