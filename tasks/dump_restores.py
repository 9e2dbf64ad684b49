"""Dumps that an operator wants back, in the running server: whole, one schema or one table, under a name of choice.

Standbys take dumps, and primaries get them back: what lies on another server comes by way of this machine.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pyinfra import inventory
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import ConnectError, DeployError

from fleet.problem import Problem, Refused
from steward.dump import manifest, names, retention, store, verified
from steward.dump.manifest import Manifest
from steward.dump.verified import Verified

from . import restores
from .facts import DumpsFact
from .member import Member, member
from .memory import recall
from .outcome import announce, refusal
from .relay import Relay
from .shell import script
from .upload import Lines, Upload

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
            database = store.opened(found.directory).manifest.database
        elif found.dump != LATEST:
            database = names.name(found.dump).database
        else:
            database = found.database
    except Refused as refused:
        yield from refused.problems
        return
    if not database:
        yield Problem("database", "is missing", "--data database= says of which the latest dump is wanted")
    if found.database not in ("", database):
        hint = f"leave it out; `as={found.database}` gives it another name"
        yield Problem("database", f"{found.dump} is a dump of {database}", hint)


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
    words, put = options(wanted), f"; {wanted.replace} is put aside first" if wanted.replace else ""
    what = (
        f"{wanted.table or wanted.schema or 'all'} of it comes back{f' as {wanted.into}' if wanted.into else ''}{put}"
    )
    if wanted.directory:
        announce(f"the dump in {wanted.directory}: {what}")
        yield received(member, words, Upload(wanted.directory))
        return
    found = held(member, wanted)
    if not found:
        hint = "`steward dump list` shows what a server holds; backup/fetch.py brings one from a target"
        yield refusal(Problem(wanted.dump, f"no server of {member.cluster_name} holds such a dump", hint))
        return
    holder, id = found
    announce(f"the dump {id} of {holder.name}: {what}")
    if holder == member:
        yield script("steward", "dump", "restore", member.cluster_name, id, *words)
    else:
        directory = f"{place(holder)}/{holder.cluster_name}/{id}"
        yield received(member, words, Relay(holder.host, directory))


def received(here: Member, words: list[str], stdin: Lines) -> StringCommand:
    """A dump that comes from elsewhere is restored, and gone again."""
    return script("dump-restore", place(here), here.cluster_name, *words, stdin=stdin)


def place(here: Member) -> str:
    """Where dumps lie, or what comes of one for a while."""
    return here.cluster.dumps.directory if here.cluster.dumps else f"{STATE}/{here.cluster_name}"


@dataclass(frozen=True)
class Stored:
    """A dump on one of the servers."""

    holder: Member
    manifest: Manifest
    verified: Verified | None
    own: bool = True
    """Whether it is of this cluster, and not of another of its name."""


def held(here: Member, wanted: Order) -> tuple[Member, str] | None:
    """The server that holds the dump, and its id; of `latest` the newest that is not known to be damaged, a whole one
    where there is one."""
    every = [one for name in here.cluster.servers for one in on(here.mate(name))]
    holders = {one.manifest.id: one.holder for one in every}
    fitting = [one.manifest for one in retention.ordered(every) if fits(one, wanted)]
    chosen = next((one for one in fitting if one.content == "whole"), next(iter(fitting), None))
    return (holders[chosen.id], chosen.id) if chosen else None


def fits(one: Stored, wanted: Order) -> bool:
    if wanted.dump != LATEST:
        return one.manifest.id == wanted.dump
    return one.own and one.manifest.database == wanted.database and retention.good(one)


def on(holder: Member) -> Iterator[Stored]:
    """The dumps on one server; none where it cannot be reached."""
    try:
        seen = recall(holder.host, DumpsFact, cluster=holder.cluster_name)
    except ConnectError:
        return
    for one in seen:
        with suppress(Refused):
            proof = verified.parse(json.dumps(one["verified"]))
            yield Stored(holder, manifest.parse(json.dumps(one["manifest"])), proof, one.get("own", True))
