"""A dump of a database, now: on record, and then what the retention no longer keeps goes."""

import argparse
from typing import TYPE_CHECKING

from fleet import duration, size

from ...cluster import Chosen, Described, Job
from ...locked import BUSY
from ...progress import Progress
from ...records import recorded
from .. import choice, order, store
from ..away.targets import targets
from ..names import PARTS, WHOLE
from ..send import send
from ..take import take
from .expire import expired

if TYPE_CHECKING:
    from ..store import Dump


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("database")
    parser.add_argument("--scheduled", action="store_true", help="only where the primary has chosen this node")
    parser.add_argument("--content", choices=(WHOLE, *PARTS[:2]), help="and not as it is declared")
    for name, meaning in (
        ("table", "this one alone; a pattern, may be repeated"),
        ("without", "all but this table; a pattern, may be repeated"),
        ("without-rows", "this table without its rows; a pattern, may be repeated"),
    ):
        parser.add_argument(f"--{name}", action="append", default=[], metavar="PATTERN", help=meaning)


def run(told: Described, options: argparse.Namespace) -> int:
    wanted = chosen(told, options)
    if options.scheduled and not order.mine(told, options.database):
        return 0
    with recorded(told, Job("dump-take", options.database, "", "", 0)) as outcome:
        found = take(told, options.database, wanted, Progress())
        gone = expired(told, store.wanted(told).retention)
        outcome.exit, outcome.more = 0, {"id": found.id, "size": found.manifest.size}
    print(summary(found, gone))
    return sent(told)


def sent(told: Described) -> int:
    """Sends what waits, if there are targets. Where that is under way already, the next one takes the dump along."""
    code = send(told) if targets(told) else 0
    return 0 if code == BUSY else code


def chosen(told: Described, options: argparse.Namespace) -> Chosen:
    """What is dumped: as it is declared, unless the command says something else."""
    patterns = (tuple(options.table), tuple(options.without), tuple(options.without_rows))
    if options.content or any(patterns):
        return Chosen(options.content or WHOLE, *patterns)
    return choice.chosen(told, options.database)


def summary(dump: "Dump", gone: list[str]) -> str:
    """The line for a terminal, or for cron's mail."""
    one = dump.manifest
    rows = f", {len(one.rows or {})} tables with {sum((one.rows or {}).values())} rows" if one.rows else ""
    more = f"; {len(gone)} no longer kept" if gone else ""
    seconds = duration.about(sum(one.seconds.values()))
    sizes = f"{size.about(one.size)} of {size.about(one.database_size)}"
    return f"{one.database}: dumped from the {one.duty} {one.node} in {seconds}, {sizes}{rows}: {one.id}{more}"
