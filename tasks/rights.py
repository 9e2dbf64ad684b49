"""Roles, databases and rights on a primary: what `fleet.rights` finds between wish and server is carried out."""

import secrets
from collections.abc import Iterator

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import rights
from fleet.rights import Changes, Content, Globals

from .facts import RightsFact
from .member import Member
from .memory import recall
from .outcome import announce
from .shell import script

SALT_BYTES = 16


def of(member: Member) -> None:
    """The roles, the databases and what is in them are as declared."""
    roles(name="Primary: the roles are as declared", member=member)
    databases(name="Primary: the databases are as declared", member=member)
    contents(name="Primary: rights and extensions are as declared", member=member)


@operation()
def roles(member: Member) -> Iterator[StringCommand]:
    """Every declared role exists with what is declared, and no more where undeclared rights are revoked."""
    cluster, wanted = member.cluster, rights.wanted_roles(member.cluster)
    logins = [name for name, role in wanted.items() if rights.passworded(role)]
    passwords = {name: member.secret(f"{member.cluster_name}/{name}") for name in logins}
    salts = {name: secrets.token_bytes(SALT_BYTES) for name in logins}
    seen, _ = found(member)
    yield from carried_out(
        member, rights.role_statements(wanted, seen, passwords, salts, cluster.revoke_undeclared), [rights.MAINTENANCE]
    )


@operation()
def databases(member: Member) -> Iterator[StringCommand]:
    """Every declared database exists, with its owner, and open only to those it was granted to."""
    seen, _ = found(member)
    changes = rights.database_statements(member.cluster, seen, member.cluster.revoke_undeclared)
    yield from carried_out(member, changes, [rights.MAINTENANCE])


@operation()
def contents(member: Member) -> Iterator[StringCommand]:
    """In every database: its schemas, its extensions, who may do what, now and with what is yet to be made."""
    cluster = member.cluster
    _, seen = found(member)
    changes = Changes()
    for name, content in seen.items():
        changes += rights.content_statements(cluster, name, content, cluster.revoke_undeclared)
    yield from carried_out(member, changes, list(seen))


def found(member: Member) -> tuple[Globals, dict[str, Content]]:
    """The server as a whole and each database whose rights are ours, read anew at each call."""
    cluster, names = member.cluster, list(rights.wanted_databases(member.cluster))
    seen = recall(member.host, RightsFact, port=cluster.port, databases=tuple(names))
    version = cluster.postgresql
    contents = {name: rights.content_seen(seen.get(number), version) for number, name in enumerate(names, 1)}
    return rights.globals_seen(seen.get(0), version), contents


def carried_out(member: Member, changes: Changes, names: list[str]) -> Iterator[StringCommand]:
    """One script a database; what is not done is said."""
    announce(*(f"{drift.sentence} (left alone)" for drift in changes.drift))
    if not changes.statements:
        return host.noop("as declared")
    announce(*(statement.sentence for statement in changes.statements))
    for name in names:
        text = rights.script(changes.statements, name)
        if text:
            yield script("sql", member.cluster.port, name, stdin=text)
