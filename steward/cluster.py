"""What a deploy told this host of one of its clusters: /etc/pgsteward/<cluster>/steward.json, by `fleet.steward`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fleet.problem import Problem, Refused

ROOT = Path("/etc/pgsteward")
ABOUT = {"": "repository", "dump-take": "database", "dump-send": "target"}
"""What jobs are about, by their verbs; all others as the first."""


@dataclass(frozen=True)
class Repository:
    """A repository of the cluster. `mine`: its backups and checks are for this node, and there is no other for them."""

    name: str
    number: int
    mine: bool
    pause: int


@dataclass(frozen=True)
class Job:
    """A job that cron begins here. `repository`: what it is about, for dumps a database or a target; empty for none."""

    verb: str
    repository: str
    kind: str
    times: str
    pause: int

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.verb, self.repository, self.kind) if part)

    @property
    def file(self) -> str:
        """The name as a file's: a database may be called anything."""
        return quote(self.name, safe="")

    @property
    def about(self) -> str:
        """What `repository` is."""
        return ABOUT.get(self.verb, ABOUT[""])


@dataclass(frozen=True)
class Retention:
    """How many dumps of the same are kept: the `last` ones, all of so many `days`, and the last of so many days, weeks,
    months and years."""

    last: int = 0
    days: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0


@dataclass(frozen=True)
class Chosen:
    """What is dumped of a database. `content`: `whole`, `schema` or `data`; the others are pg_dump's patterns of
    tables: those alone, without those, without the rows of those. `pause`: seconds between two dumps, at most."""

    content: str = "whole"
    tables: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_rows: tuple[str, ...] = ()
    pause: int = 0


@dataclass(frozen=True)
class Dumps:
    """What is declared of the cluster's dumps. `reserve`: bytes of the disk that stay free. `verify_jobs` and
    `verify_memory` (bytes) bound a verification. `order`: the servers as they are asked to take one."""

    directory: Path
    kind: str
    compression: str
    jobs: int
    passwords: bool
    reserve: int
    verify_jobs: int
    verify_memory: int
    pause: int
    verify_pause: int
    retention: Retention
    databases: Mapping[str, Chosen]
    order: tuple[str, ...]


@dataclass(frozen=True)
class Peer:
    """Another server of the cluster."""

    name: str
    address: str


@dataclass(frozen=True)
class Declared:
    """What is declared of a database: whose it is, and the extensions in it."""

    owner: str
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Described:
    """One cluster as one of its nodes knows it. `rpo` and `pause` are seconds, `queue` bytes; 0 for none.
    `standbys`: the names that stream from this node when it is the primary."""

    cluster: str
    node: str
    server: bool
    version: int
    port: int
    data: Path
    rpo: int
    queue: int
    standbys: tuple[str, ...]
    peers: tuple[Peer, ...]
    read_only: bool
    """Whether the repositories are another cluster's: nothing of this node is in them, nor wanted there."""
    repositories: tuple[Repository, ...]
    jobs: tuple[Job, ...]
    drills: dict[str, Any]
    """What `order.py` of the drills reads; empty where none were declared for this node."""
    told: int
    """When the host was told, in seconds of the epoch: a job that never ran is late from then on."""
    dumps: Dumps | None = None
    environment: str = ""
    """The name of the environment that has deployed it; empty on a host that was told by an older tree."""
    databases: Mapping[str, Declared] = field(default_factory=dict)
    """Those that are declared; a host that was not told anew since they are told knows none."""
    owners: tuple[str, ...] = ()
    """The declared roles that may own something and can do nothing beyond that."""

    @property
    def state(self) -> Path:
        """Where jobs of this cluster keep what they have to remember."""
        return Path("/var/lib/pgsteward") / self.cluster

    @property
    def binaries(self) -> Path:
        return Path(f"/usr/lib/postgresql/{self.version}/bin")

    def repository(self, name: str) -> Repository:
        """The repository of this name; raises `Refused`."""
        found = [one for one in self.repositories if one.name == name]
        if not found:
            known = ", ".join(one.name for one in self.repositories) or "none"
            raise Refused(self.cluster, [Problem("repository", f"there is no {name} here", f"known here: {known}")])
        return found[0]


def described(cluster: str, root: Path = ROOT) -> Described:
    """The cluster that this host was told of; raises `Refused` for one that it was not."""
    path = root / cluster / "steward.json"
    try:
        text, told = path.read_text(encoding="utf-8"), int(path.stat().st_mtime)
    except OSError as error:
        known = ", ".join(sorted(one.parent.name for one in root.glob("*/steward.json"))) or "none"
        reason = (error.strerror or "no reason given").lower()
        raise Refused(str(path), [Problem(cluster, f"cannot be read: {reason}", f"clusters here: {known}")]) from None
    seen = json.loads(text)
    return Described(
        cluster=seen["cluster"],
        node=seen["node"],
        server=seen["server"],
        version=seen["version"],
        port=seen["port"],
        data=Path(seen["data"]),
        rpo=seen["rpo"],
        queue=seen["queue"],
        standbys=tuple(seen["standbys"]),
        peers=tuple(Peer(**one) for one in seen["peers"]),
        read_only=seen["read_only"],
        repositories=tuple(Repository(**one) for one in seen["repositories"]),
        jobs=tuple(Job(**one) for one in seen["jobs"]),
        drills=seen["drills"],
        told=told,
        dumps=dumps(seen["dumps"]) if seen.get("dumps") else None,
        environment=seen.get("environment", ""),
        databases={name: declared(one) for name, one in seen.get("databases", {}).items()},
        owners=tuple(seen.get("owners", ())),
    )


def declared(seen: Mapping[str, Any]) -> Declared:
    """What the file says of one database."""
    return Declared(seen["owner"], tuple(seen["extensions"]))


def dumps(seen: Mapping[str, Any]) -> Dumps:
    """What the file says of dumps."""
    return Dumps(
        directory=Path(seen["directory"]),
        kind=seen["kind"],
        compression=seen["compression"],
        jobs=seen["jobs"],
        passwords=seen["passwords"],
        reserve=seen["reserve"],
        verify_jobs=seen["verify"]["jobs"],
        verify_memory=seen["verify"]["memory"],
        pause=seen["pause"],
        verify_pause=seen["verify_pause"],
        retention=Retention(**seen["retention"]),
        databases={name: chosen(one) for name, one in seen["databases"].items()},
        order=tuple(seen["order"]),
    )


def chosen(seen: Mapping[str, Any]) -> Chosen:
    """What the file says of one database's dumps."""
    patterns = {key: tuple(seen[key]) for key in ("tables", "without", "without_rows")}
    return Chosen(content=seen["content"], pause=seen["pause"], **patterns)
