"""`steward expire <cluster> <repository>`: what the retention no longer keeps goes, also when no backup was taken."""

import sys

from . import pgbackrest
from .backup import acts
from .cluster import Job, described
from .records import recorded


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: steward expire <cluster> <repository>", file=sys.stderr)
        return 1
    told = described(arguments[0])
    repository = told.repository(arguments[1])
    if not acts(told):
        return 0
    with recorded(told, Job("expire", repository.name, "", "", 0)) as outcome:
        outcome.exit = pgbackrest.run(told.cluster, f"--repo={repository.number}", "expire", shown=True).returncode
    return outcome.exit
