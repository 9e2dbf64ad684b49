"""This node's data directory as a standby's, out of a repository: files that are there already are used again."""

import sys

from fleet.problem import Refused

from .. import pgbackrest
from ..chain.backup import Backup
from ..cluster import Described
from ..repository import listed
from .fetch import forget_recovery
from .target import Target
from .window import end, usable


def standby(told: Described) -> str:
    """Restores from the newest backup that leads to the end of its archive, whose label it returns; empty for none."""
    if told.read_only:  # they go on with what this cluster has left behind
        return ""
    for one in told.repositories:
        try:
            found = newest(told, one.name, one.number, one.pause)
        except Refused as refused:
            print(refused, file=sys.stderr)
            continue
        if found:
            fetch(told, one.number, found)
            return found.label
    return ""


def newest(told: Described, name: str, number: int, pause: int) -> "Backup | None":
    """The newest backup of a repository from which replay gets to the end of the archive without a hole."""
    seen = listed(told, name, number, pause)
    last = end(seen, seen.archive.newest)
    backups = usable(seen, Target())
    reaches = ((kept, seen.archive.reach(kept.first, seen.archive.newest)) for kept in reversed(backups))
    return next((kept for kept, reach in reaches if reach.position >= last), None)


def fetch(told: Described, number: int, backup: Backup) -> None:
    """Fetches the files; raises `Refused` with pgBackRest's own words."""
    arguments = (f"--repo={number}", f"--set={backup.label}", "--type=standby", "--delta", f"--pg1-path={told.data}")
    done = pgbackrest.run(told.cluster, *arguments, "restore")
    if done.returncode:
        raise pgbackrest.failed(told.cluster, ["restore"], done.stderr)
    forget_recovery(told.data)
    print(f"{told.data} is backup {backup.label}, and goes on from there as a standby")
