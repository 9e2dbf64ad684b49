"""Which Debian packages a node needs, and where they come from."""

from collections.abc import Iterator

from .environment import Cluster
from .extensions import PACKAGED, PRELOADED
from .machine import Machine
from .problem import Problem
from .versions import RELEASES

PGDG = "https://apt.postgresql.org/pub/repos/apt"
"""The PostgreSQL project's own archive, where no mirror is declared."""


def needed(cluster: Cluster, duty: str) -> tuple[str, ...]:
    """All that a node of this duty needs."""
    servers = (*server(cluster), *dumps(cluster)) if duty in ("primary", "standby") else ()
    return tuple(sorted({*servers, *backups(cluster)}))


def server(cluster: Cluster) -> tuple[str, ...]:
    """What a primary or a standby needs: the server, its contrib, and the packages of the declared extensions."""
    version = cluster.postgresql
    packaged = {PACKAGED[name].format(version=version) for name in extensions(cluster) & PACKAGED.keys()}
    return (
        "cron",
        "logrotate",
        "postgresql-common",
        f"postgresql-{version}",
        f"postgresql-client-{version}",
        "python3-psycopg",
        *sorted(packaged),
    )


def backups(cluster: Cluster) -> tuple[str, ...]:
    """What archiving needs on every node, and backups on those that keep them."""
    if not cluster.backups:
        return ()
    stores = any(one.s3 for one in cluster.backups.repositories.values())
    return ("cron", "pgbackrest", "python3", *(["python3-boto3"] if stores else []), "zstd")


def dumps(cluster: Cluster) -> tuple[str, ...]:
    """What dumps need on a server besides PostgreSQL's own programs: to seal them, and to reach the targets."""
    wanted = cluster.dumps
    if not wanted or not wanted.targets:
        return ()
    sealed = wanted.encryption
    seal = () if sealed is None else ("age",) if sealed.age else ("gnupg",)
    stores = ("python3-boto3",) if any(one.s3 for one in wanted.targets.values()) else ()
    restic = ("restic",) if any(one.restic for one in wanted.targets.values()) else ()
    return tuple(sorted(("ca-certificates", *seal, *stores, *restic)))


def extensions(cluster: Cluster) -> frozenset[str]:
    """Every extension that a database of the cluster declares."""
    return frozenset(name for database in cluster.databases.values() for name in database.extensions)


def libraries(cluster: Cluster) -> tuple[str, ...]:
    """What the server has to load at its start for the declared extensions, besides pg_stat_statements."""
    return tuple(sorted((extensions(cluster) & PRELOADED) - {"pg_stat_statements"}))


def problems(where: str, name: str, cluster: Cluster, machine: Machine) -> Iterator[Problem]:
    """What keeps this host from having the declared PostgreSQL from the declared source."""
    release = RELEASES.get(machine.codename)
    if release is None:
        known = ", ".join(r.name for r in RELEASES.values())
        yield Problem(where, f"runs {machine.system or 'an unknown system'}", f"supported are {known}")
    elif cluster.packages == "debian" and release.postgresql != cluster.postgresql:
        yield Problem(
            where,
            f"{release.name} carries PostgreSQL {release.postgresql}, not {cluster.postgresql}",
            f"declare `packages: pgdg` or `postgresql: {release.postgresql}` in clusters.{name}",
        )
