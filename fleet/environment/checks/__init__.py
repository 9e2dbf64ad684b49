"""What no single key can tell: whether the parts of an environment fit together.

A check yields findings; it never raises, and is right even where other parts of the file are wrong.
"""

from collections.abc import Iterator

from ..finding import Finding
from ..model import Environment
from . import access, backups, databases, drills, dumps, nodes, replication, roles, secrets, settings

EACH = (
    nodes.within,
    replication.of,
    settings.of,
    roles.of,
    databases.of,
    access.of,
    backups.of,
    drills.of,
    dumps.of,
)


def all_of(environment: Environment) -> Iterator[Finding]:
    """What is wrong between the parts of the environment."""
    yield from nodes.between_clusters(environment)
    yield from secrets.of(environment)
    for name, cluster in environment.clusters.items():
        for check in EACH:
            yield from check(("clusters", name), cluster, environment)
