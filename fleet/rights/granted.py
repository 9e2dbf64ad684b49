"""What grantees lack of their declared rights: in schemas, in what is there, and in what the owner will make.

Rights in things to come hang on who makes them: FOR ROLE the owner, under whom migrations run. What somebody else made
is covered as soon as it is there, whoever owns it.
"""

from collections.abc import Iterator

from ..sql import identifier, qualified
from .privilege import Acl, Rights, missing, spelled
from .schemas import schema_acl
from .scope import Scope
from .seen import Kind
from .statement import Statement, counted, shown

Part = tuple[str, str]
"""What is granted, as a word and as SQL."""
TO_COME = {"table": "r", "sequence": "S"}


def grant_statements(scope: Scope) -> Iterator[Statement]:
    """One statement for each schema and grantee that lacks anything there."""
    for schema, users in scope.users.items():
        lacking = missing(scope.owner_of(schema), users, schema_acl(schema, scope))
        for role in users:
            parts = [*_inside(role, schema, scope)] if schema in scope.database.schemas else []
            if role in lacking:
                usage = f"GRANT USAGE ON SCHEMA {identifier(schema)} TO {identifier(role)};"
                parts = [("the schema", usage), *parts]
            if parts:
                yield _statement(role, schema, parts, role in lacking, scope)


def _statement(role: str, schema: str, parts: list[Part], new: bool, scope: Scope) -> Statement:
    verb = f"{scope.database.grants[role]} in" if role in scope.tables and schema in scope.database.schemas else "use"
    details = "" if new else f": {', '.join(word for word, _ in parts)}"
    sentence = f"{shown(role)} may {verb} {scope.place(schema)}{details}"
    return Statement(sentence, "\n".join(command for _, command in parts), scope.name)


def _inside(role: str, schema: str, scope: Scope) -> Iterator[Part]:
    yield from _objects(role, schema, "table", scope.tables, scope)
    yield from _objects(role, schema, "sequence", scope.sequences, scope)
    yield from _to_come(role, schema, "table", scope.tables, scope)
    yield from _to_come(role, schema, "sequence", scope.sequences, scope)


def _objects(role: str, schema: str, kind: Kind, rights: Rights, scope: Scope) -> Iterator[Part]:
    wanted = {role: rights[role]} if role in rights else {}
    names = [
        name
        for one in scope.seen.objects
        if (one.schema, one.kind) == (schema, kind) and one.owner != role and missing(one.owner, wanted, one.acl)
        for name in one.names
    ]
    if names:
        objects = ", ".join(qualified(schema, name) for name in sorted(names))
        command = f"GRANT {spelled(rights[role])} ON {kind.upper()} {objects} TO {identifier(role)};"
        yield counted(len(names), kind), command


def _to_come(role: str, schema: str, kind: Kind, rights: Rights, scope: Scope) -> Iterator[Part]:
    wanted = {role: rights[role]} if role in rights else {}
    if missing(scope.owner, wanted, _defaults(schema, TO_COME[kind], scope)):
        place = f"FOR ROLE {identifier(scope.owner)} IN SCHEMA {identifier(schema)}"
        command = f"GRANT {spelled(rights[role])} ON {kind.upper()}S TO {identifier(role)}"
        yield f"{kind}s to come", f"ALTER DEFAULT PRIVILEGES {place} {command};"


def _defaults(schema: str, kind: str, scope: Scope) -> Acl:
    key = (scope.owner, schema, kind)
    return next((one.acl for one in scope.seen.defaults if (one.owner, one.schema, one.kind) == key), ())
