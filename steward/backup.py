"""`steward backup <cluster> <repository> <full|diff|incr>`: one backup, under a lock, on record.

The same for cron, a deploy and an operator. Where every server could take it, the one that is primary now does.
Exit codes: pgBackRest's own; 75 where the same backup is under way.
"""

import sys

from . import pgbackrest
from .cluster import Described, Job, Repository, described
from .records import recorded
from .server import is_primary

KINDS = ("full", "diff", "incr")


def main(arguments: list[str]) -> int:
    if len(arguments) != 3 or arguments[2] not in KINDS:
        print(f"usage: steward backup <cluster> <repository> {{{'|'.join(KINDS)}}}", file=sys.stderr)
        return 1
    cluster, name, kind = arguments
    told = described(cluster)
    repository = told.repository(name)
    return backup(told, repository, kind) if acts(told) else 0


def acts(told: Described) -> bool:
    """Whether jobs of repositories are for this node now: a repository's own host, or the primary of the moment."""
    return not told.server or is_primary(told)


def backup(told: Described, repository: Repository, kind: str) -> int:
    """Takes a backup and returns the exit code; raises `Busy` where the same one is under way."""
    job = Job("backup", repository.name, kind, "", 0)
    with recorded(told, job) as outcome:
        outcome.exit = attempt(told.cluster, repository.number, kind)
    return outcome.exit


def attempt(cluster: str, number: int, kind: str) -> int:
    """From a standby where one is up. Before 2.54 it is a standby or nothing, so the primary is asked next."""
    arguments = (f"--repo={number}", f"--type={kind}")
    old = pgbackrest.version() < pgbackrest.PREFER_STANDBY_SINCE
    if old and not pgbackrest.run(cluster, *arguments, "--backup-standby", "backup").returncode:
        return 0
    return pgbackrest.run(cluster, *arguments, "backup", shown=True).returncode
