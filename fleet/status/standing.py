"""How an environment stands, as values; `dataclasses.asdict` of them is the JSON for CI.

Moments are seconds of the epoch by the clock of the host that names them; ages are by the same clock, so that they
hold where clocks differ.
"""

from dataclasses import dataclass
from typing import Any

from .finding import Finding

UNANSWERED, BLANK, UNASKED = "unanswered", "no steward", "not asked"
"""What a node is now, where it is not `primary`, `standby`, `repository` or `down`."""


@dataclass(frozen=True)
class Node:
    """A node. `duty` is declared, `now` what it is. `replay_…`: what a standby lacks, as its primary says;
    `delay`: the seconds that it stays behind on purpose. `check_age_seconds`: since cron looked there last."""

    name: str
    duty: str
    now: str
    state: str
    replication: str | None
    sync: str | None
    replay_bytes: int | None
    replay_seconds: float | None
    delay: int | None
    check_age_seconds: int | None


@dataclass(frozen=True)
class Newest:
    """The newest backup of a repository."""

    label: str
    kind: str
    end: int
    age_seconds: int


@dataclass(frozen=True)
class Repository:
    """A repository. `seen_by`: the node whose account this is; None where no node could look.

    `archive_age_seconds`: the writes that would be lost if all but this repository were; None where it is not known.
    `oldest_restorable_age_seconds`: how far back one can go. `stored`: bytes of its backups.
    """

    name: str
    state: str
    seen_by: str | None
    archive_age_seconds: float | None
    newest_wal: str
    backups: dict[str, int]
    restorable: int
    newest: Newest | None
    oldest_restorable: int | None
    oldest_restorable_age_seconds: int | None
    stored: int
    holes: list[str]
    verified_at: int | None
    verified_age_seconds: int | None


@dataclass(frozen=True)
class Dump:
    """One dump: when it ended, what it takes where it lies, and since when a restore has proved it."""

    id: str
    end: int
    age_seconds: int
    size: int
    verified_at: int | None
    verified_age_seconds: int | None


@dataclass(frozen=True)
class Dumps:
    """The dumps of a database in one place: `here`, the servers' own disks, or a target. `seen_by`: the node that has
    the last good one, or sees it; None where no node could say."""

    database: str
    place: str
    state: str
    seen_by: str | None
    count: int
    good: Dump | None
    verified: Dump | None


@dataclass(frozen=True)
class Job:
    """A scheduled job and the node that it is for at the moment; `last` is the record of its last run, anywhere."""

    name: str
    node: str
    state: str
    times: str
    next: int
    next_in_seconds: int
    last: dict[str, Any] | None
    last_age_seconds: int | None


@dataclass(frozen=True)
class Recovery:
    """The last restore or drill: where it ran, its record, and the last one that went well, if another.

    `known`: whether every node that was asked could say; where not, there may have been others.
    """

    known: bool
    node: str | None = None
    last: dict[str, Any] | None = None
    last_age_seconds: int | None = None
    good_node: str | None = None
    good: dict[str, Any] | None = None
    good_age_seconds: int | None = None


@dataclass(frozen=True)
class Primary:
    """The primary's log."""

    node: str
    timeline: int | None
    lsn: str
    heartbeat_age_seconds: float | None
    wal_waiting_bytes: int | None


@dataclass(frozen=True)
class Cluster:
    """One cluster, its parts worst first. `primaries`: those there are now; one, if all is well."""

    name: str
    postgresql: int
    state: str
    primaries: list[Primary]
    nodes: list[Node]
    repositories: list[Repository]
    dumps: list[Dumps]
    jobs: list[Job]
    restore: Recovery
    drill: Recovery


@dataclass(frozen=True)
class Status:
    """The whole environment, worst first. `looked`: how many hosts could be looked at, of `asked`."""

    inventory: str
    at: int
    state: str
    asked: int
    looked: int
    findings: list[Finding]
    clusters: list[Cluster]
