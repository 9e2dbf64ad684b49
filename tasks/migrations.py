"""Migrations: what is pending is in the plan by name, what was edited is refused, and the primary's owner runs them."""

import base64
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import migrating
from fleet.environment import Cluster
from fleet.problem import Problem, Refused
from fleet.rights import ADMINISTRATOR
from fleet.rights.wanted import ALWAYS
from steward.migrate import copied
from steward.migrate.applied import Applied
from steward.migrate.beyond import beyond_owner
from steward.migrate.folder import read_folder
from steward.migrate.migration import Migration
from steward.migrate.plan import plan_up
from steward.migrate.statements import statements

from .environment import local
from .facts import AnswersFact
from .member import Member
from .memory import recall
from .outcome import announce
from .shell import script, text

UNCONFINED = "its owner is postgres, a superuser, and so its migrations may do anything; let a role of its own own it"
folder = cache(read_folder)


def of(member: Member) -> None:
    """Every database has the schema of its folder."""
    for name in migrating.declared(member.cluster):
        migrated(name=f"Migrations: {name} has all of them", member=member, database=name)


def checked(member: Member) -> None:
    """Raises `Refused` with everything that keeps the migrations of this primary's databases from running."""
    for name in migrating.declared(member.cluster):
        pending(member, name)


def pending(member: Member, database: str) -> list[Migration]:
    """What a deploy is to run; raises `Refused` where files and ledger do not fit together."""
    wanted = migrating.declared(member.cluster)[database]
    migrations = folder(local(member.source, wanted.folder))
    return plan_up(migrations, applied(member)[database], allow_out_of_order=bool(wanted.out_of_order))


def applied(member: Member) -> dict[str, list[Applied]]:
    """The ledger of each database with migrations; empty where there is none yet. Raises `Refused`."""
    names = list(migrating.declared(member.cluster))
    pairs = [word for name in names for word in (name, member.cluster.databases[name].owner)]
    arguments = (str(member.cluster.port), text("sql/ledger.sql"), *pairs)
    answers = recall(member.host, AnswersFact, script="ledgers", arguments=arguments)
    return {name: _applied(name, str(number), answers) for number, name in enumerate(names, 1)}


def _applied(database: str, number: str, answers: dict[str, str]) -> list[Applied]:
    where = f"database {database}"
    if f"{number}.failed" in answers:
        hint = "look at the server's log; a deploy has to know what is applied"
        raise Refused(where, [Problem("_sqlx_migrations", f"it cannot be read: {answers[f'{number}.failed']}", hint)])
    told = base64.b64decode(answers.get(number, "")).decode()
    return copied.applied(copied.copied(told.split("\n")[:-1]), where)


@operation()
def migrated(member: Member, database: str) -> Iterator[StringCommand]:
    """What is pending of one database is applied, in sessions of its owner, over the local socket."""
    waiting = pending(member, database)
    if not waiting:
        return host.noop("every migration is applied")
    announce(*(f"{database}: {one.up.name}" for one in waiting))
    wanted = migrating.declared(member.cluster)[database]
    announce(*(f"{database}: {sentence}" for sentence in doubts(member.cluster, database, waiting)))
    gates, options = " ".join(migrating.gates(member.cluster, wanted)), migrating.options(wanted)
    owner = member.cluster.databases[database].owner
    secret = member.secret(f"{member.cluster_name}/{owner}") if migrating.by_password(member.cluster, owner) else ""
    words = [secret.encode(), packed(local(member.source, wanted.folder))]
    cluster, port = member.cluster_name, member.cluster.port
    stdin = "\n".join(base64.b64encode(word).decode() for word in words)
    yield script("migrate", cluster, port, database, owner, gates, *options, stdin=stdin)


def doubts(cluster: Cluster, database: str, waiting: list[Migration]) -> list[str]:
    """What of the pending migrations an owner cannot do, as far as it can be seen; or that nothing confines it."""
    if cluster.databases[database].owner == ADMINISTRATOR:
        return [UNCONFINED]
    declared = (*cluster.databases[database].extensions, ALWAYS)
    found = [problem for one in waiting for problem in beyond_owner(statements(one.up.text), one.up.name, declared)]
    return [f"{one.where}, line {one.line}: {one.what}; {one.hint}" for one in found]


def packed(directory: Path) -> bytes:
    """The files of a folder as a tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path in sorted(directory.glob("*.sql")):
            archive.add(path, path.name)
    return out.getvalue()
