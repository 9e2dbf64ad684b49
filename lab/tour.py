"""What a deployed lab has become: its nodes, its replication, and a psql line that works. Read-only."""

import os
from collections.abc import Callable
from pathlib import Path

from fleet.environment import Cluster, Environment
from fleet.layout import Layout
from tasks.environment import read
from tasks.secrets import secrets_of

from .keys import login
from .plan import Lab
from .shell import run

FOLLOWERS = """
select format('%s %s, %s, %s behind', application_name, state, sync_state,
              pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn)))
from pg_stat_replication order by application_name
"""


def show(lab: Lab, say: Callable[[str], None]) -> None:
    """Tells of every cluster of the lab's environment."""
    environment = read(lab.environment)
    for name, cluster in environment.clusters.items():
        say(f"\ncluster {name}: PostgreSQL {cluster.postgresql}")
        for node, declared in cluster.nodes.items():
            say(f"  {node}  {declared.address}  {declared.duty}")
        for line in followers(lab, cluster):
            say(f"  {line}")
        for line in invitations(lab, environment, name, cluster):
            say(f"\n  {line}")


def followers(lab: Lab, cluster: Cluster) -> list[str]:
    """What the primary says of its standbys."""
    sudo = "sudo " if lab.host(cluster.primary[0]).user != "root" else ""
    psql = f'cd /; {sudo}runuser -u postgres -- psql -XAt -p {cluster.port} -c "{FOLLOWERS}"'
    return run(*login(lab, cluster.primary[0]), psql).splitlines()


def invitations(lab: Lab, environment: Environment, name: str, cluster: Cluster) -> list[str]:
    """A psql line for the first role that may write to a database: verified, its password in a file of its own."""
    writers = ((database, role) for database, one in cluster.databases.items() for role in one.grants)
    for database, role in writers:
        primary, node = cluster.primary
        place = lab.directory / "psql"
        place.mkdir(exist_ok=True, mode=0o700)
        authority = Layout(cluster.postgresql, name, cluster.data).authority
        (place / f"{name}.crt").write_text(run(*login(lab, primary), f"cat {authority}"), encoding="utf-8")
        passfile(place / f"{name}.pass", secrets_of(environment, str(lab.environment)).get(f"{name}/{role}"))
        return [
            f"PGPASSFILE={place / f'{name}.pass'} psql 'host={primary} hostaddr={node.address} port={cluster.port} "
            f"dbname={database} user={role} sslmode=verify-full sslrootcert={place / f'{name}.crt'}'"
        ]
    return []


def passfile(path: Path, password: str) -> None:
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(f"*:*:*:*:{escaped}\n")
