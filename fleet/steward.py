"""What a host's steward is told of a cluster, and what cron begins there."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from . import dumps, schedule
from .budget import within
from .environment import Backups, Beside, Cluster, Database, Dumps, Recovery
from .layout import Layout
from .pgbackrest import keepers, numbered
from .rights.wanted import groups
from .slot import slot

PROGRAM = "/usr/local/bin/steward"
CHECKED = 5  # minutes between two looks of a node at itself
NEVER = "sunday 00:00"
"""The times of a job that nobody begins but by hand."""

SENT = "every 1h"
"""When servers look whether a dump waits to be sent; a look that finds none costs nothing."""


@dataclass(frozen=True)
class Job:
    """One line of cron: a verb of steward's with its arguments, the minute, and a pattern of hours in UTC.

    `repository`: what it is about; of a dump it is the database. A `verb` such as dump-take is two words of steward's.
    """

    verb: str
    repository: str
    kind: str
    times: str
    minute: int
    hours: str
    pause: int
    """Seconds between one run and the next, at most."""
    options: tuple[str, ...] = ()
    memory: int = 0
    """Bytes that the kernel lets it have, in a cgroup of its own and with the least priority; 0 for no bound."""

    @property
    def user(self) -> str:
        """Whom cron runs it as: only root can set bounds, and runs it as postgres within them."""
        return "root" if self.memory else "postgres"

    def command(self, cluster: str) -> str:
        """What is run: words that a shell and cron, to which % is a newline, leave as they are."""
        verb = ("drill", self.kind) if self.verb == "drill" else self.verb.split("-")
        kind = "" if self.verb == "drill" else self.kind
        words = (PROGRAM, *verb, cluster, self.repository, kind, *self.options)
        return shlex.join(word for word in words if word).replace("%", r"\%")

    def line(self, cluster: str) -> str:
        """What cron runs: the command, within its bounds."""
        return within(self.memory, self.command(cluster)) if self.memory else self.command(cluster)


@dataclass(frozen=True)
class Assertion:
    """A query that a user declared, as text: what it returns in the database is wrong."""

    name: str
    database: str
    sql: str


def jobs(stanza: str, cluster: Cluster, node: str) -> Iterator[Job]:
    """The scheduled jobs of a node. Where all servers have the same, steward lets the primary of the moment do them,
    or tell who does."""
    if cluster.backups:
        for name in keepers(cluster).get(node, ()):
            yield from of_repository(stanza, cluster.backups, name)
        if node in cluster.servers and cluster.backups.schedule.amcheck and not cluster.backups.read_only:
            yield job(stanza, "amcheck", "", "", cluster.backups.schedule.amcheck)
    for kind, one in drilled(cluster, node).items():
        if one.when:
            yield drill(stanza, cluster, kind, one.when)
    if cluster.dumps and node in cluster.servers:
        yield from of_dumps(stanza, cluster, cluster.dumps)


def of_repository(stanza: str, backups: Backups, name: str) -> Iterator[Job]:
    """The jobs of one repository."""
    wanted = backups.schedule
    for kind, words in (("full", wanted.full), ("diff", wanted.differential), ("incr", wanted.incremental)):
        if words:
            instead = schedule.parse(wanted.full) if kind == "diff" else None
            yield job(stanza, "backup", name, kind, words, instead)
    for verb, words in (("expire", wanted.expiry), ("verify", wanted.verify)):
        if words:
            yield job(stanza, verb, name, "", words)


def of_dumps(stanza: str, cluster: Cluster, wanted: Dumps) -> Iterator[Job]:
    """The jobs of dumps, the same on every server."""
    for name, one in cluster.dumped.items():
        yield replace(job(stanza, "dump-take", name, "", dumps.times(wanted, one)), options=("--scheduled",))
    if wanted.targets:
        yield job(stanza, "dump-send", "", "", SENT)
    if wanted.schedule.verify:
        yield replace(job(stanza, "dump-verify", "", "", wanted.schedule.verify), memory=wanted.verify.memory)


def job(stanza: str, verb: str, repository: str, kind: str, words: str, instead: schedule.Times | None = None) -> Job:
    times, name = schedule.parse(words), f"{stanza}/{repository}"
    hours, pause = schedule.hours(times, name, instead), schedule.pause(times, instead)
    return Job(verb, repository, kind, words, schedule.minute(times, name), hours, pause)


def drilled(cluster: Cluster, node: str) -> dict[str, Beside]:
    """The drills that a node makes beside production, by kind."""
    return {kind: one for kind, one in cluster.drills.beside.items() if one.node == node} if cluster.drills else {}


def drill(stanza: str, cluster: Cluster, kind: str, words: str) -> Job:
    """A drill as cron begins it, or an operator; `words` is empty where it has no times."""
    assert cluster.drills
    found = job(stanza, "drill", "", kind, words or NEVER)
    return replace(found, times=words, memory=cluster.drills.memory)


def conclusion(stanza: str, cluster: Cluster) -> str:
    """What a spare host runs when a disaster has brought the cluster back; whoever clears the host stops its unit."""
    assert cluster.drills
    return within(cluster.drills.memory, f"{PROGRAM} drill conclude {stanza}", f"pgsteward-conclude-{stanza}")


def looked(stanza: str) -> str:
    """Cron's minutes for a node's look at itself, moved by the cluster's name."""
    return f"{schedule.minute(schedule.Times(), stanza) % CHECKED}-59/{CHECKED}"


def description(
    cluster: Cluster,
    layout: Layout,
    node: str,
    queue: int,
    assertions: tuple[Assertion, ...] = (),
    environment: str = "",
) -> dict[str, Any]:
    """What steward is told of the cluster on a node, as JSON has it; its `cluster.py` reads it.

    `queue`: bytes of WAL that may wait for an archive that is away; 0 where there is no server. `environment`: its
    name, by which places tell two clusters of one name apart.
    """
    server = node in cluster.servers
    return {
        "cluster": layout.cluster,
        "environment": environment,
        "node": node,
        "server": server,
        "version": layout.version,
        "port": cluster.port,
        "data": str(layout.data),
        "rpo": cluster.backups.rpo if cluster.backups else 0,
        "queue": queue,
        "standbys": [slot(name) for name in cluster.servers if server and name != node],
        "peers": [
            {"name": name, "address": str(one.address)}
            for name, one in cluster.servers.items()
            if server and name != node
        ],
        "read_only": bool(cluster.backups and cluster.backups.read_only),
        "repositories": list(repositories(cluster, node)),
        "jobs": [told(one) for each in jobs(layout.cluster, cluster, node) for one in on_record(each, cluster)],
        "drills": drills(cluster, node, assertions),
        "dumps": dumps.told(cluster) if server else None,
        "databases": {name: database(one) for name, one in cluster.databases.items()} if server else {},
        "owners": list(owners(cluster)) if server else [],
    }


def database(one: Database) -> dict[str, Any]:
    """What a restore has to know of a database: as whom it runs, and which extensions it may make."""
    return {"owner": one.owner, "extensions": list(one.extensions)}


def owners(cluster: Cluster) -> Iterator[str]:
    """The declared roles whose objects a restore may give back to them: those that can do nothing beyond owning."""
    for name in cluster.roles:
        mine = [cluster.roles[one] for one in groups(name, cluster.roles) if one in cluster.roles]
        if not any(one.superuser or one.createrole or one.replication or one.bypassrls for one in mine):
            yield name


def drills(cluster: Cluster, node: str, assertions: tuple[Assertion, ...]) -> dict[str, Any]:
    """What a node is told of the drills that it makes; empty for none."""
    found = drilled(cluster, node)
    copy = cluster.backups and cluster.backups.read_only  # which a disaster may have made, and asks
    if not cluster.drills or not (found or copy):
        return {}
    return {
        "kinds": {kind: ordered(one) for kind, one in found.items()},
        "load": cluster.drills.load,
        "free": cluster.drills.free,
        "memory": cluster.drills.memory,
        "directory": cluster.drills.directory,
        "assertions": [asdict(one) for one in assertions],
    }


def ordered(one: Beside) -> dict[str, Any]:
    repository = one.repository if isinstance(one, Recovery) else None
    return {"repository": repository or "", "rto": one.rto, "rpo": one.rpo, "on_primary": one.on_primary}


def repositories(cluster: Cluster, node: str) -> Iterator[dict[str, Any]]:
    """The repositories that a node can look into: a server into all, another into those that it keeps."""
    if not cluster.backups:
        return
    mine = keepers(cluster).get(node, ())
    wanted = cluster.backups.schedule
    words = [one for one in (wanted.full, wanted.differential, wanted.incremental) if one]
    pause = min(schedule.parse(one).longest_pause for one in words)
    for name, (number, _) in numbered(cluster.backups).items():
        if name in mine or node in cluster.servers:
            yield {"name": name, "number": number, "mine": name in mine, "pause": pause}


def on_record(one: Job, cluster: Cluster) -> Iterator[Job]:
    """The jobs as records know them: one sending is as many as there are targets, each alone with its troubles."""
    if one.verb == "dump-send" and cluster.dumps:
        yield from (replace(one, repository=name) for name in cluster.dumps.targets)
    else:
        yield one


def told(one: Job) -> dict[str, Any]:
    return {"verb": one.verb, "repository": one.repository, "kind": one.kind, "times": one.times, "pause": one.pause}
