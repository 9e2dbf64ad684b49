"""Rights that nobody declared: shown or, where the environment says so, revoked."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..sql import identifier, qualified
from .privilege import PUBLIC, Acl, Rights, spelled, surplus, who
from .schemas import schema_acl
from .scope import Scope
from .seen import Column, Defaults, Objects
from .statement import Drift, Statement, counted, listed, shown
from .wanted import OWN_SCHEMA

KINDS = {"r": "TABLES", "S": "SEQUENCES", "f": "ROUTINES", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}


@dataclass(frozen=True)
class Part:
    """Privileges of one grantee on like objects. `command` is empty for what goes when its grantor loses it."""

    schema: str | None
    grantee: str
    words: str
    command: str


def undeclared_rights(scope: Scope, revoke: bool) -> Iterator[Statement | Drift]:
    """One sentence for each schema and grantee with rights there that are not declared."""
    found: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in (*_in_schemas(scope), *_in_objects(scope), *_in_columns(scope), *_to_come(scope)):
        place = f"all schemas of {shown(scope.name)}" if part.schema is None else scope.place(part.schema)
        if part.schema != OWN_SCHEMA and part.grantee not in (scope.owner, scope.seen.administrator):
            found[place, part.grantee].append(part)
    for (place, name), parts in sorted(found.items()):
        words = ", ".join(part.words for part in parts)
        command = "\n".join(part.command for part in parts if part.command)
        if not revoke:
            yield Drift(f"{who(name)} has rights in {place} that are not declared: {words}")
        elif command:
            yield Statement(f"{who(name)} loses its undeclared rights in {place}: {words}", command, scope.name)


def _in_schemas(scope: Scope) -> Iterator[Part]:
    for schema in scope.schemas:
        held = schema_acl(schema, scope)
        if schema in scope.closed:
            held = tuple(one for one in held if one.grantee != PUBLIC)
        target = f"SCHEMA {identifier(schema)}"
        yield from _parts(schema, scope.owner_of(schema), scope.users.get(schema, {}), held, "the schema", target)


def _in_objects(scope: Scope) -> Iterator[Part]:
    for one in scope.seen.objects:
        spelled_names = one.names if one.kind == "routine" else [qualified(one.schema, name) for name in one.names]
        words = f"{counted(len(one.names), one.kind)} ({listed(map(shown, one.names))})"
        target = f"{one.kind.upper()} {', '.join(spelled_names)}"
        yield from _parts(one.schema, one.owner, _wanted(one, scope), one.acl, words, target)


def _wanted(one: Objects, scope: Scope) -> Rights:
    if one.kind == "routine":
        return scope.routines
    if one.schema not in scope.database.schemas:
        return {}
    return scope.tables if one.kind == "table" else scope.sequences


def _in_columns(scope: Scope) -> Iterator[Part]:
    """Rights in a column beyond those that the grantee has in the whole table."""
    for one in scope.seen.columns:
        wanted = scope.tables if one.schema in scope.database.schemas else {}
        words = f"{shown(one.table)}.{shown(one.column)}"
        yield from _parts(one.schema, one.owner, wanted, one.acl, words, _table(one), identifier(one.column))


def _table(one: Column) -> str:
    return f"TABLE {qualified(one.schema, one.table)}"


def _to_come(scope: Scope) -> Iterator[Part]:
    for one in scope.seen.defaults:
        kind = KINDS.get(one.kind, one.kind)
        place = "" if one.schema is None else f" IN SCHEMA {identifier(one.schema)}"
        prefix = f"ALTER DEFAULT PRIVILEGES FOR ROLE {identifier(one.owner)}{place} "
        words = f"{kind.lower()} of {shown(one.owner)} to come"
        for part in _parts(one.schema, one.owner, _wanted_to_come(one, scope), one.acl, words, kind):
            yield replace(part, command=f"{prefix}{part.command}")


def _wanted_to_come(one: Defaults, scope: Scope) -> Rights:
    if one.kind == "f":
        return scope.routines
    if one.owner != scope.owner or one.schema not in scope.database.schemas:
        return {}
    return {"r": scope.tables, "S": scope.sequences}.get(one.kind, {})


def _parts(
    schema: str | None, owner: str, wanted: Rights, held: Acl, words: str, target: str, column: str = ""
) -> Iterator[Part]:
    """What goes beyond `wanted` in one access list."""
    for one in surplus(owner, wanted, held):
        spoken = f"{'handing on ' if one.option else ''}{spelled(one.privileges)} on {words}"
        yield Part(schema, one.grantee, spoken, "" if one.foreign else one.revoke(target, column))
