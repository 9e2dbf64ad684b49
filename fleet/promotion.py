"""Who becomes the primary, and what must not be: decided from what every node of a cluster has said.

A commit that was acknowledged synchronously is on `number` of the standbys that are waited for. Which ones is not
known afterwards, so all but `number - 1` of them have to be asked before the most advanced is known to have it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .environment import Cluster, Synchronous
from .lsn import show_lsn
from .problem import Problem
from .server import Server
from .slot import slot


@dataclass(frozen=True)
class Choice:
    """The standby that is promoted, and what the others have: bytes of log less than it, by name."""

    name: str
    position: int
    behind: Mapping[str, int]

    def __str__(self) -> str:
        others = "".join(f", {name} {bytes_} bytes less" for name, bytes_ in self.behind.items())
        return f"{self.name} has the most: everything up to {show_lsn(self.position)}{others}"


def chosen(cluster: Cluster, seen: Mapping[str, Server]) -> Choice | None:
    """The most advanced of the standbys that answer: latest timeline, then position, then the file's order.

    A delayed standby has all that it has received, yet is what a mistake is undone with: it is taken last.
    """
    found = {name: seen[name] for name in cluster.standbys if name in seen and seen[name].recovery}
    if not found:
        return None
    prompt = {name: one for name, one in found.items() if name in cluster.prompt_standbys} or found
    best = max(prompt, key=lambda name: (prompt[name].timeline, prompt[name].received))
    behind = {name: found[best].received - one.received for name, one in found.items() if name != best}
    return Choice(best, found[best].received, behind)


def refused(
    where: str, cluster: Cluster, seen: Mapping[str, Server], unreachable: Iterable[str], waived: bool
) -> Iterator[Problem]:
    """Why no standby may be promoted because the primary is lost.

    `seen`: the servers that were reached; `unreachable`: those whose loss the operator has named; `waived`: whether
    acknowledged rows may be lost.
    """
    old = cluster.primary[0]
    yield from _reached(where, cluster, seen, tuple(unreachable))
    for name in seen:
        if seen[name].recovery is False and name == old:
            hint = "backup/switchover.py hands over without loss; if it must be given up, stop its server first"
            yield Problem(f"{where}.nodes.{name}", "is the primary, and answers", hint)
        elif seen[name].recovery is False:
            hint = f"declare {name} primary and {old} standby in the environment file, and deploy"
            yield Problem(f"{where}.nodes.{name}", "is a primary already, but declared standby", hint)
        elif seen[name].recovery and name == old:
            hint = "declare the node that was promoted last primary: it is the one that is lost; then ask again"
            yield Problem(f"{where}.nodes.{name}", "is declared primary, but is a standby, and may have the most", hint)
    best = chosen(cluster, seen)
    if best is None:
        hint = "backup/restore.py --data in_place=… brings the cluster back from a repository"
        yield Problem(where, "no standby answers that could be promoted", hint)
        return
    if best.name not in cluster.prompt_standbys:
        hint = "wait for another standby, or pg_promote() by hand once you want what it holds back"
        yield Problem(f"{where}.nodes.{best.name}", "is the only standby there is, and delayed on purpose", hint)
    if not waived:
        yield from _unsettled(where, cluster, seen)
        yield from _unguaranteed(where, cluster, seen)
        yield from _alone(where, cluster, seen, best.name)


def _reached(
    where: str, cluster: Cluster, seen: Mapping[str, Server], unreachable: tuple[str, ...]
) -> Iterator[Problem]:
    for name in cluster.servers:
        if name not in seen and name not in unreachable:
            what = "cannot be reached, so it cannot be kept from taking writes, nor asked what it has"
            hint = f"cut it off or power it off, and say so by its name: --data unreachable={name}"
            yield Problem(f"{where}.nodes.{name}", what, hint)
    for name in unreachable:
        if name in seen:
            hint = "leave it out: it is fenced over SSH, which is better"
            yield Problem("unreachable", f"{name} was reached", hint)
    yield from unknown(cluster, unreachable)


def unknown(cluster: Cluster, names: Iterable[str]) -> Iterator[Problem]:
    """Names that an operator has mistyped."""
    for name in names:
        if name not in cluster.servers:
            yield Problem("unreachable", f"there is no server {name}", f"there are {', '.join(cluster.servers)}")


def _unsettled(where: str, cluster: Cluster, seen: Mapping[str, Server]) -> Iterator[Problem]:
    """After a power cut of several hosts the row that was acknowledged may be in a log that is not yet replayed."""
    if cluster.replication.synchronous is None:
        yield from _silent(where, cluster, seen)
    for name in cluster.standbys:
        if name in seen and seen[name].recovery and not seen[name].settled:
            what = "replays what it had before it was started: nobody knows yet how much that is"
            hint = "ask again in a few seconds; or accept what may be lost: --data loss=accepted"
            yield Problem(f"{where}.nodes.{name}", what, hint)


def _silent(where: str, cluster: Cluster, seen: Mapping[str, Server]) -> Iterator[Problem]:
    """One that is just being started may have the most. Where commits are waited for, others are known to have all."""
    for name in cluster.prompt_standbys:
        if name in seen and seen[name].recovery is None and seen[name].contents:
            hint = "start it, and ask again; or accept what only it may have: --data loss=accepted"
            yield Problem(f"{where}.nodes.{name}", "has data, and does not answer: it may have the most", hint)


def _unguaranteed(where: str, cluster: Cluster, seen: Mapping[str, Server]) -> Iterator[Problem]:
    declared = cluster.replication.synchronous
    if declared is None:
        return
    counted = declared.standbys or cluster.prompt_standbys
    asked = [name for name in counted if name in seen and seen[name].recovery]
    if len(asked) < len(counted) - declared.number + 1:
        away = ", ".join(name for name in counted if name not in asked)
        what = f"rows that were acknowledged may be on {away} alone, which does not answer"
        yield Problem(f"{where}.replication", what, "bring it back; or accept that they are lost: --data loss=accepted")


def _alone(where: str, cluster: Cluster, seen: Mapping[str, Server], new: str) -> Iterator[Problem]:
    """A primary whose commits would wait for standbys that are all away is no service."""
    declared = cluster.replication.synchronous
    if declared is None:
        return
    if not goes_on(cluster, new, (name for name in cluster.standbys if name in seen and seen[name].recovery)):
        counted = ", ".join(sorted(_counted(cluster, declared, new)))
        what = f"commits on {new} would wait for {declared.number} of {counted}, and wait for ever"
        hint = f"--data loss=accepted: until {cluster.primary[0]} is back, commits wait for nobody"
        yield Problem(f"{where}.replication", what, hint)


def goes_on(cluster: Cluster, new: str, there: Iterable[str]) -> bool:
    """Whether commits are acknowledged where `new` takes the writes and the standbys `there` follow it."""
    declared = cluster.replication.synchronous
    return declared is None or len(_counted(cluster, declared, new) & set(there)) >= declared.number


def _counted(cluster: Cluster, declared: Synchronous, new: str) -> set[str]:
    """Those that commits on `new` wait for: the old primary has its place."""
    old = cluster.primary[0]
    return {old if name == new else name for name in declared.standbys or (*cluster.prompt_standbys, old)} - {new}


def waits(cluster: Cluster, there: Iterable[str]) -> bool:
    """Whether enough of the standbys `there` are counted for commits of `cluster` to be acknowledged."""
    return goes_on(cluster, cluster.primary[0], there)


def followed(cluster: Cluster, seen: Server) -> tuple[str, ...]:
    """The declared standbys that stream from the server `seen`."""
    return tuple(name for name in cluster.standbys if slot(name) in seen.followers)
