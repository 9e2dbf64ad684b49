"""What a deploy told this host of one of its clusters: /etc/pgsteward/<cluster>/steward.json, by `fleet.steward`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

ROOT = Path("/etc/pgsteward")


@dataclass(frozen=True)
class Repository:
    """A repository of the cluster. `mine`: its backups and checks are for this node, and there is no other for them."""

    name: str
    number: int
    mine: bool
    pause: int


@dataclass(frozen=True)
class Job:
    """A job that cron begins here. `repository` is empty where it concerns none."""

    verb: str
    repository: str
    kind: str
    times: str
    pause: int

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.verb, self.repository, self.kind) if part)


@dataclass(frozen=True)
class Peer:
    """Another server of the cluster."""

    name: str
    address: str


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
    )
