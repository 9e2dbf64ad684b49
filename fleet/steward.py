"""What a host's steward is told of a cluster, and what cron begins there."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from . import dumps, schedule
from .environment import Backups, Cluster, Dumps
from .layout import Layout
from .pgbackrest import keepers, numbered
from .slot import slot

PROGRAM = "/usr/local/bin/steward"
CHECKED = 5  # minutes between two looks of a node at itself


BOUNDED = (
    "systemd-run --quiet --wait --collect --pipe --property=User=postgres --property=IOSchedulingClass=idle --nice=19"
)
"""What cron, as root, begins a job by that may take no more of the host than it was given: a unit of its own, whose
end is the end of all that the job began."""
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

    def command(self, cluster: str) -> str:
        """What cron runs: words that a shell and cron, to which % is a newline, leave as they are."""
        words = (PROGRAM, *self.verb.split("-"), cluster, self.repository, self.kind, *self.options)
        return shlex.join(word for word in words if word).replace("%", r"\%")


def jobs(stanza: str, cluster: Cluster, node: str) -> Iterator[Job]:
    """The scheduled jobs of a node. Where all servers have the same, steward lets the primary of the moment do them,
    or tell who does."""
    if cluster.backups:
        for name in keepers(cluster).get(node, ()):
            yield from of_repository(stanza, cluster.backups, name)
        if node in cluster.servers and cluster.backups.schedule.amcheck:
            yield job(stanza, "amcheck", "", "", cluster.backups.schedule.amcheck)
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


def looked(stanza: str) -> str:
    """Cron's minutes for a node's look at itself, moved by the cluster's name."""
    return f"{schedule.minute(schedule.Times(), stanza) % CHECKED}-59/{CHECKED}"


def description(cluster: Cluster, layout: Layout, node: str, queue: int) -> dict[str, Any]:
    """What steward is told of the cluster on a node, as JSON has it; its `cluster.py` reads it.

    `queue`: bytes of WAL that may wait for an archive that is away; 0 where there is no server.
    """
    server = node in cluster.servers
    return {
        "cluster": layout.cluster,
        "node": node,
        "server": server,
        "version": layout.version,
        "port": cluster.port,
        "data": str(layout.data),
        "rpo": cluster.backups.rpo if cluster.backups else 0,
        "queue": queue,
        "standbys": [slot(name) for name in cluster.servers if server and name != node],
        "repositories": list(repositories(cluster, node)),
        "jobs": [told(one) for each in jobs(layout.cluster, cluster, node) for one in on_record(each, cluster)],
        "dumps": dumps.told(cluster) if server else None,
    }


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
