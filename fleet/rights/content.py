"""What is in one database: extensions, schemas, who may do what now and in things to come."""

from collections import defaultdict
from collections.abc import Iterator

from ..environment import Cluster
from .extensions import extension_changes
from .granted import grant_statements
from .privilege import PUBLIC
from .schemas import schema_changes
from .scope import Scope
from .seen import Content
from .statement import Changes, Drift, counted, listed, shown
from .undeclared import undeclared_rights


def content_statements(cluster: Cluster, database: str, seen: Content, revoke_undeclared: bool) -> Changes:
    """What makes the content of a declared database, or of `postgres`, as declared. Roles have to exist by then."""
    scope = Scope(database, cluster, seen)
    return Changes.of(
        [
            *schema_changes(scope),
            *extension_changes(scope),
            *undeclared_rights(scope, revoke_undeclared),
            *grant_statements(scope),
            *_strangers(scope),
            *_impostors(scope),
        ]
    )


def _strangers(scope: Scope) -> Iterator[Drift]:
    """What the owner does not own: its default privileges do not reach there, and migrations cannot change it."""
    found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in scope.seen.objects:
        if one.schema in scope.database.schemas and one.owner != scope.owner:
            found[one.schema, one.kind, one.owner] += one.names
    for (schema, kind, owner), names in sorted(found.items()):
        what = f"{counted(len(names), kind)} ({listed(map(shown, names))})"
        yield Drift(f"{what} in {scope.place(schema)}: owned by {shown(owner)}, not by {shown(scope.owner)}")


def _impostors(scope: Scope) -> Iterator[Drift]:
    """Routines that act with their owner's rights for everybody who can name them."""
    for one in scope.seen.objects:
        if one.definer and one.schema in scope.users and any(entry.grantee == PUBLIC for entry in one.acl):
            what = f"{counted(len(one.names), one.kind)} ({listed(map(shown, one.names))}) in {scope.place(one.schema)}"
            yield Drift(f"{what}: SECURITY DEFINER and open to PUBLIC; let a migration revoke EXECUTE from PUBLIC")
