"""Migrations: what is pending is in the plan by name, what was edited is refused, and the primary's owner runs them."""

import base64
import io
import json
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pyinfra import host
from pyinfra.api import StringCommand, operation

from fleet import migrating
from steward.migrate.applied import Applied
from steward.migrate.folder import read_folder
from steward.migrate.migration import Migration
from steward.migrate.plan import plan_up

from .environment import local
from .facts import AnswersFact
from .member import Member
from .memory import recall
from .outcome import announce
from .shell import script, text

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
    """The ledger of each database with migrations; empty where there is none yet."""
    names = tuple(migrating.declared(member.cluster))
    arguments = (str(member.cluster.port), text("sql/ledger.sql"), *names)
    answers = recall(member.host, AnswersFact, script="ledgers", arguments=arguments)
    found = {name: json.loads(answers.get(str(number), "[]")) for number, name in enumerate(names, 1)}
    return {
        name: [Applied(version, said, success, bytes.fromhex(checksum)) for version, said, success, checksum in rows]
        for name, rows in found.items()
    }


@operation()
def migrated(member: Member, database: str) -> Iterator[StringCommand]:
    """What is pending of one database is applied, by its owner, over the local socket."""
    waiting = pending(member, database)
    if not waiting:
        return host.noop("every migration is applied")
    announce(*(f"{database}: {one.up.name}" for one in waiting))
    wanted = migrating.declared(member.cluster)[database]
    gates, options = " ".join(migrating.gates(member.cluster, wanted)), migrating.options(wanted)
    owner = member.cluster.databases[database].owner
    files = base64.b64encode(packed(local(member.source, wanted.folder))).decode()
    cluster, port = member.cluster_name, member.cluster.port
    yield script("migrate", cluster, port, database, owner, gates, *options, stdin=files)


def packed(directory: Path) -> bytes:
    """The files of a folder as a tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path in sorted(directory.glob("*.sql")):
            archive.add(path, path.name)
    return out.getvalue()
