"""What the retention no longer keeps goes from this host's disk; targets have a retention of their own."""

import argparse

from ...cluster import Described, Retention
from ...locked import locked
from .. import here, owner, store
from ..retention import gone, kept


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry", action="store_true", help="tell what would go, and why the others stay")


def run(told: Described, options: argparse.Namespace) -> int:
    policy = store.wanted(told).retention
    if options.dry:
        print("\n".join(plan(told, policy)))
        return 0
    with locked(f"{told.cluster}-dump-expire"):
        store.tidy(told)
        for one in expired(told, policy):
            print(f"{one} is gone")
    return 0


def expired(told: Described, policy: Retention) -> list[str]:
    """Removes what goes, and returns it; what somebody reads just now goes the next time."""
    known = {one.id: one for one in owner.of(here.claimed(told), store.dumps(told))}
    return [id for id in gone(list(known.values()), policy) if store.remove(known[id])]


def plan(told: Described, policy: Retention) -> list[str]:
    """A line for each dump: that it would go, or why it stays."""
    found, own = store.dumps(told), here.dumps(told)
    reasons = {one.id: ("another system's",) for one in found} | {one.id: () for one in own} | kept(own, policy)
    return [f"{one.id}  {'stays: ' + ', '.join(why) if (why := reasons[one.id]) else 'goes'}" for one in found]
