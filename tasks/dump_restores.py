"""Dumps that an operator wants back, in the running server: whole, one schema or one table, under a name of choice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyinfra import inventory
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet.problem import Problem, Refused
from steward.dump import names, store

from . import restores
from .member import Member, member
from .outcome import announce
from .shell import script
from .upload import Upload

LATEST = "latest"
KEYS = ("dump", "database", "table", *restores.OF_DUMPS)
STATE = "/var/lib/pgsteward"


@dataclass(frozen=True)
class Order:
    """What an operator wants back. `dump`: an id, `latest` (of `database`), or a `directory` of this machine; `into`:
    the database that it becomes, by default its own name; `replace`: the name of one that it takes the place of."""

    dump: str
    database: str = ""
    into: str = ""
    schema: str = ""
    table: str = ""
    jobs: str = ""
    replace: str = ""

    @property
    def directory(self) -> Path | None:
        """Where the dump lies on this machine; None where it lies on the host."""
        return Path(self.dump).expanduser() if "/" in self.dump else None


def order(given: Mapping[str, object]) -> Order:
    """The order in pyinfra's `--data`; raises `DeployError` with all that is wrong with it."""
    said = {key: str(value).strip() for key, value in given.items() if value not in (None, False)}
    found = Order(**{"into" if key == "as" else key: said[key] for key in KEYS if key in said})
    problems = [*_problems(found), *_others(said)]
    if problems:
        raise DeployError(str(Refused("the restore", problems)))
    return found


def _problems(found: Order) -> Iterator[Problem]:
    yield from _dump(found)
    clusters = sorted({member(one).cluster_name for one in inventory.get_active_hosts()})
    if len(clusters) > 1:
        yield Problem("the run", f"has the clusters {', '.join(clusters)}", "choose a node with --limit")
    if found.schema and found.table:
        yield Problem("table", "has its schema in its name", "leave `schema` out")
    if found.table and found.table.count(".") != 1:
        yield Problem("table", f"{found.table} does not say where it is", "write schema.table")
    if found.jobs and not (found.jobs.isdecimal() and int(found.jobs)):
        yield Problem("jobs", f"{found.jobs} is no number of jobs", "write a whole number, such as 4")


def _dump(found: Order) -> Iterator[Problem]:
    """What is wrong with the dump that is named."""
    try:
        if found.directory:
            store.opened(found.directory)
        elif found.dump != LATEST:
            names.name(found.dump)
        elif not found.database:
            yield Problem("database", "is missing", "--data database= says of which the latest dump is wanted")
    except Refused as refusal:
        yield from refusal.problems


def _others(said: Mapping[str, str]) -> Iterator[Problem]:
    for key in restores.KEYS:
        if said.get(key) and key not in KEYS:
            hint = "leave it out; without `dump` it is a restore out of the repositories"
            yield Problem(key, "is not for dumps: a dump is of one moment, and brings one database back", hint)


def chosen() -> Member:
    """The server that the dump is brought back on: the one that the run is limited to, else the primary."""
    members = [member(one) for one in inventory.get_active_hosts()]
    servers = [one for one in members if one.duty in ("primary", "standby")]
    return min(servers, key=lambda one: one.duty != "primary")


def options(wanted: Order) -> list[str]:
    """The order as steward's options."""
    words = {
        "database": wanted.database,
        "as": wanted.into,
        "schema": wanted.schema,
        "table": wanted.table,
        "jobs": wanted.jobs,
        "replace": wanted.replace,
    }
    return [f"--{name}={value}" for name, value in words.items() if value]


@operation(is_idempotent=False)
def restored(member: Member, wanted: Order) -> Iterator[StringCommand]:
    """The dump is a database, or a part of one, of the running server; always a change."""
    of = wanted.table or wanted.schema or wanted.database or "it"
    put = f"; {wanted.replace} is put aside first" if wanted.replace else ""
    announce(f"the dump {wanted.dump}: {of} comes back{f' as {wanted.into}' if wanted.into else ''}{put}")
    if wanted.directory:
        place = member.cluster.dumps.directory if member.cluster.dumps else f"{STATE}/{member.cluster_name}"
        stdin = Upload(wanted.directory)
        yield script("dump-restore", place, member.cluster_name, *options(wanted), stdin=stdin)
    else:
        yield script("steward", "dump", "restore", member.cluster_name, wanted.dump, *options(wanted))
