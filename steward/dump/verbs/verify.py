"""Dumps are proven by restoring them: the newest of each thing that is dumped here, or the one that is named."""

import argparse
import sys

from fleet import duration
from fleet.problem import Problem, Refused

from ...cluster import Described, Job
from ...progress import Progress
from ...records import recorded
from .. import store
from ..attest import attest
from ..store import Dump
from ..verified import Verified
from ..verify import due, verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", default="", help="all that were not yet verified, if none is named")


def run(told: Described, options: argparse.Namespace) -> int:
    chosen = [store.dump(told, options.id)] if options.id else due(told)
    if not chosen:
        return 0
    with recorded(told, Job("dump-verify", "", "", "", 0)) as outcome:
        found = {one.id: told_of(one, verify(told, one, Progress())) for one in chosen}
        problems = attest(told, found, Progress())
        bad = [id for id, one in found.items() if not one.sound]
        outcome.exit = 1 if bad or problems else 0
        outcome.more = {"dumps": list(found), **reason(bad, problems)}
    if problems:
        raise Refused("the verification", problems)
    return outcome.exit


def reason(bad: list[str], problems: list[Problem]) -> dict[str, str]:
    """Why it failed, for the record; nothing where it did not."""
    said = [*(f"{id} is not sound" for id in bad), *(f"{one.where}: {one.what}" for one in problems)]
    return {"reason": "; ".join(said)} if said else {}


def told_of(dump: Dump, found: Verified) -> Verified:
    """Says what came of a dump."""
    if found.sound:
        print(f"{dump.id}: sound, proven in {duration.about(sum(found.seconds.values()))}")
    for problem in found.problems:
        print(f"{dump.id}: {problem}", file=sys.stderr)
    return found
