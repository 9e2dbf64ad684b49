"""Backups: each repository is one place, and its host keeps backups for this cluster."""

from collections.abc import Iterator

from ..backups import Repository
from ..cluster import Cluster
from ..finding import Finding, Path
from ..model import Environment
from ..shape import shown


def of(place: Path, cluster: Cluster, environment: Environment) -> Iterator[Finding]:
    """What is wrong with the repositories of a cluster."""
    repositories = cluster.backups.repositories if cluster.backups else {}
    for name, repository in repositories.items():
        yield from _repository((*place, "backups", "repositories", name), place, cluster, repository)


def _repository(where: Path, place: Path, cluster: Cluster, repository: Repository) -> Iterator[Finding]:
    if repository.s3 and (repository.host or repository.path):
        yield Finding(where, "is in an object store and elsewhere at once", "declare one repository for each place")
    if not (repository.s3 or repository.host or repository.path):
        yield Finding(where, "is nowhere", "declare its `host`, its `path` or its `s3`")
    if repository.host and repository.host not in cluster.repositories:
        known = ", ".join(cluster.repositories) or "none"
        hint = f"name a node of this cluster with duty repository; there are {known}"
        what = f"{shown(repository.host)} is no node of this cluster that keeps backups"
        yield Finding((*where, "host"), what, hint, ((*place, "nodes", repository.host),))
