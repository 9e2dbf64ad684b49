"""Drills: each on a node that can do it, from a repository that is there."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..cluster import Cluster
from ..drills import Beside, Disaster, Drills, Recovery
from ..finding import Finding, Path
from ..model import Environment
from ..shape import shown


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the drills of a cluster."""
    drills = cluster.drills
    if drills is None:
        return
    where: Path = (*place, "drills")
    for kind, one in drills.beside.items():
        yield from _beside(kind, (*where, kind), place, cluster, one)
    if drills.disaster:
        yield from _disaster((*where, "disaster"), place, cluster, environment, drills.disaster)
    yield from _assertions((*where, "assertions"), place, cluster, drills)
    yield from _directory((*where, "directory"), place, cluster, drills)


def _beside(kind: str, where: Path, place: Path, cluster: Cluster, one: Beside) -> Iterator[Finding]:
    needs = ((*place, "nodes", one.node),)
    if isinstance(one, Recovery):
        if cluster.backups is None:
            yield Finding(where, "there is nothing that could come back", "declare `backups`", ((*place, "backups"),))
        elif cluster.backups.read_only:
            what = "what lies in the repositories is another cluster's, and this one cannot say whether it came back"
            yield Finding(where, what, "declare it of that cluster", ((*place, "backups", "read_only"),))
        yield from _repository((*where, "repository"), place, cluster, one.repository)
    elif not any(dump.content == "whole" and not dump.tables for dump in cluster.dumped.values()):
        hint = "declare `dumps`, and of some database that it is dumped whole"
        yield Finding(where, "there is nothing that could come back", hint, ((*place, "dumps"),))
    if one.node not in cluster.servers:
        what = f"{shown(one.node)} is no node of this cluster with a server"
        yield Finding((*where, "node"), what, f"name one of {', '.join(cluster.servers)}", needs)
    elif cluster.nodes[one.node].delay and kind == "restore":
        hint = "name a node that follows without a delay"
        what = f"{shown(one.node)} is delayed: it cannot tell what the newest backup would bring back"
        yield Finding((*where, "node"), what, hint, needs)
    elif cluster.nodes[one.node].duty == "primary" and not one.on_primary:
        hint = "name a standby, or add `on_primary: true`"
        yield Finding((*where, "node"), f"{shown(one.node)} is the primary", hint, needs)


def _directory(where: Path, place: Path, cluster: Cluster, drills: Drills) -> Iterator[Finding]:
    """What comes back has a place of its own: whatever is there is removed."""
    own = PurePosixPath(drills.directory) / cluster.name
    for taken, what, key in _taken(cluster):
        if own.is_relative_to(taken) or taken.is_relative_to(own):
            told = f"{own} is emptied by each drill, and {what} is {taken}"
            yield Finding(where, told, "choose a directory of its own", ((*place, key),))


def _taken(cluster: Cluster) -> Iterator[tuple[PurePosixPath, str, str]]:
    """(a directory, what it is, the key that says so)"""
    yield cluster.data, "the data directory", "data_directory"
    if cluster.dumps:
        yield PurePosixPath(cluster.dumps.directory) / cluster.name, "where dumps lie", "dumps"
    if cluster.backups:
        for name, one in cluster.backups.repositories.items():
            if one.path and not one.host:
                yield PurePosixPath(one.path), f"the repository {name}", "backups"


def _repository(where: Path, place: Path, cluster: Cluster, name: str | None) -> Iterator[Finding]:
    known = cluster.backups.repositories if cluster.backups else {}
    if name and known and name not in known:
        what = f"{shown(name)} is no repository of this cluster"
        yield Finding(where, what, f"name one of {', '.join(known)}", ((*place, "backups"),))


def _disaster(where: Path, place: Path, cluster: Cluster, environment: Environment, one: Disaster) -> Iterator[Finding]:
    known = cluster.backups.repositories if cluster.backups else {}
    if not known:
        yield Finding(where, "there is nothing that could come back", "declare `backups`", ((*place, "backups"),))
    yield from _repository((*where, "repository"), place, cluster, one.repository)
    if one.repository in known and known[one.repository].host:
        what = f"{shown(one.repository)} is on a host of the cluster, which is lost with it"
        yield Finding(
            (*where, "repository"), what, "name one with `s3`, or with a `path` that the spare hosts have, too"
        )
    for name in one.hosts:
        if name not in cluster.servers:
            hint = f"name one of {', '.join(cluster.servers)}"
            yield Finding((*where, "hosts", name), "is no node of this cluster with a server", hint)
    taken = {node.address: name for name, node in environment.nodes.items()}
    for name, address in one.hosts.items():
        if address in taken:
            what = f"{address} is the address of {taken[address]}"
            yield Finding((*where, "hosts", name), what, "a spare host has nothing of production; name another")


def _assertions(where: Path, place: Path, cluster: Cluster, drills: Drills) -> Iterator[Finding]:
    for name in drills.assertions:
        if name not in cluster.databases and name != "postgres":
            known = ", ".join(cluster.databases) or "none but postgres"
            needs = ((*place, "databases"),)
            yield Finding((*where, name), "is no database of this cluster", f"there are {known}", needs)
