"""Extensions: created where they are missing; never dropped and never updated, because both can lose or lock data."""

from collections.abc import Iterator

from ..sql import identifier
from .scope import Scope
from .statement import Drift, Statement, shown

BUILT_IN = "plpgsql"


def extension_changes(scope: Scope) -> Iterator[Statement | Drift]:
    """What makes every declared extension exist, and what is not as declared."""
    for name in scope.extensions:
        if name not in scope.seen.extensions:
            yield _created(name, scope)
    known = _needed(scope)
    for name, extension in sorted(scope.seen.extensions.items()):
        where = f"extension {shown(name)} in {shown(scope.name)}"
        if name not in known:
            yield Drift(f"{where} is not declared")
        elif extension.available is None:
            yield Drift(f"{where}: its files have gone from the host")
        elif extension.available != extension.version:
            versions = f"is version {extension.version}, the host has {extension.available}"
            yield Drift(f"{where} {versions}; ALTER EXTENSION … UPDATE belongs in a migration")


def _created(name: str, scope: Scope) -> Statement:
    schema = "" if name in scope.seen.fixed else f" SCHEMA {identifier(scope.home)}"
    command = f"CREATE EXTENSION IF NOT EXISTS {identifier(name)}{schema} CASCADE;"
    return Statement(f"extension {shown(name)} in {shown(scope.name)}: create", command, scope.name)


def _needed(scope: Scope) -> set[str]:
    """The declared extensions, those that they require, and PostgreSQL's own."""
    found, waiting = {BUILT_IN}, list(scope.extensions)
    while waiting:
        name = waiting.pop()
        if name not in found and name in scope.seen.extensions:
            waiting += scope.seen.extensions[name].requires
        found.add(name)
    return found
