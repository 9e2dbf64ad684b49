"""`steward verify <cluster> <repository>`: every file of every backup and of the archive is read again.

What it finds is kept for the checks that follow. Exit codes: 0 sound, 1 something is damaged.
"""

import json
import sys
import time

from . import pgbackrest
from .backup import acts
from .chain.verified import Verified, verified
from .cluster import Described, Job, Repository, described
from .records import recorded, replace


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print("usage: steward verify <cluster> <repository>", file=sys.stderr)
        return 1
    told = described(arguments[0])
    repository = told.repository(arguments[1])
    if not acts(told):
        return 0
    with recorded(told, Job("verify", repository.name, "", "", 0)) as outcome:
        found = look(told, repository)
        outcome.exit = 0 if found.sound else 1
        outcome.more = {} if found.sound else {"reason": show(found)}
    if outcome.exit:
        print(f"repository {repository.name}: {show(found)}", file=sys.stderr)
    return outcome.exit


def look(told: Described, repository: Repository) -> Verified:
    """Has pgBackRest read it all, and keeps what was found."""
    text = pgbackrest.say(told.cluster, f"--repo={repository.number}", "--output=text", "--verbose", "verify")
    found = verified(text)
    replace(told.state / f"verified-{repository.name}.json", json.dumps({"at": int(time.time()), **found.document()}))
    return found


def show(found: Verified) -> str:
    """The finding in a sentence."""
    damaged = [f"backup {label} is {state}" for label, state in found.backups.items()]
    damaged += [f"{count} segments of {name} are damaged" for name, count in found.wal.items()]
    return "; ".join(damaged) or f"verification ended with status {found.status}"
