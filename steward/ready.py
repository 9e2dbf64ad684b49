"""`steward ready <cluster> …`: whether this is the moment to change schemas. It changes nothing.

Refused: on a standby, while a standby is behind, while a transaction is open for long, without a young backup.
"""

import argparse
import json
import time
from collections.abc import Iterator
from typing import Any

from fleet.problem import Problem, Refused

from .chain import judge
from .cluster import Described, described
from .repository import listed
from .server import ask
from .sql import sql


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="steward ready")
    parser.add_argument("cluster")
    parser.add_argument("--behind", type=int, help="seconds that a standby may be behind")
    parser.add_argument("--transaction", type=int, help="seconds that a transaction may be open")
    parser.add_argument("--backup", type=int, help="seconds since the newest backup ended")
    options = parser.parse_args(arguments)
    told = described(options.cluster)
    problems = list(found(told, options))
    if problems:
        raise Refused("not the moment for migrations", problems)
    return 0


def found(told: Described, options: argparse.Namespace) -> Iterator[Problem]:
    """What keeps migrations from running now."""
    seen = ask(told, sql("ready"))
    if seen is None or seen["standby"]:
        what = "does not answer" if seen is None else "is a standby"
        yield Problem(told.node, f"its server {what}", "migrations run on the primary; is the environment up to date?")
        return
    if options.behind is not None:
        yield from behind(told, seen, options.behind)
    if options.transaction is not None and seen["oldest"] > options.transaction:
        what = f"a transaction is open for {seen['oldest']:.0f} s: {seen['who']}"
        yield Problem("transactions", what, "let it end, or end it: pg_terminate_backend; or waive it with a reason")
    if options.backup is not None:
        yield from backup(told, options.backup)


def behind(told: Described, seen: dict[str, Any], most: int) -> Iterator[Problem]:
    """The standbys that do not stream, or are too far behind."""
    streaming = seen["streaming"] if isinstance(seen["streaming"], dict) else json.loads(seen["streaming"])
    for name in told.standbys:
        one = streaming.get(name)
        if one is None or one["state"] != "streaming":
            yield Problem(f"standby {name}", "does not stream", "mend replication first; or waive it with a reason")
        elif one["seconds"] > most:
            what = f"is {one['seconds']:.0f} s behind, and {most} are allowed"
            yield Problem(f"standby {name}", what, "let it catch up; or waive it with a reason")


def backup(told: Described, most: int) -> Iterator[Problem]:
    """Whether no repository holds a restorable backup that is young enough."""
    newest = 0
    for one in told.repositories:
        try:
            seen = listed(told, one.name, one.number, one.pause)
        except Refused:
            continue
        newest = max([newest, *(kept.end for kept in judge.restorable(seen))])
    age = int(time.time()) - newest
    if age > most:
        what = f"the newest is {age // 3600} h old, and {most // 3600} are allowed" if newest else "there is none"
        yield Problem("backup", what, "take one: backup/take.py; or waive it with a reason")
