"""`steward drill …`: a recovery that nobody needed, done for real, timed and proved.

restore   the newest backup of a repository into a server beside production, up to a position that production knows
pitr      the same, to a moment within what can be reached, chosen at random
dump      the newest dump of each database into a server made for it
keep      a report on standard input, of a drill that was conducted from elsewhere, is kept with those made here
list      the reports that lie here, a line of JSON each
conclude  on the spare host that a disaster has made primary: it stops, proves itself, and leaves its report
tidy      what a drill that was killed has left is removed; the next drill does it, too

Exit codes: 0 good, 1 refused, or it was no recovery, or a promise was not kept; 75 a drill is under way.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from fleet.drill import Report, shown
from fleet.drill import report as parsed
from fleet.problem import Problem, Refused

from ..cluster import Described, Job, described
from ..locked import locked
from ..records import replace
from . import beside, dumped, kept, refusals, scratch, spare
from .order import Order, ordered

KINDS: dict[str, Callable[[Described, Order], Report]] = {
    "restore": partial(beside.drilled, way=beside.to_the_newest),
    "pitr": partial(beside.drilled, way=beside.to_a_moment),
    "dump": dumped.drilled,
}


def main(arguments: list[str]) -> int:
    options = parser().parse_args(arguments)
    told = described(options.cluster)
    verb: Callable[[Described, argparse.Namespace], int] = options.verb
    return verb(told, options)


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="steward drill", description=__doc__.partition("\n")[0] if __doc__ else "")
    verbs = whole.add_subparsers(required=True, metavar="VERB")
    for name in KINDS:
        one = verbs.add_parser(name)
        one.set_defaults(verb=do_drill, kind=name)
        one.add_argument("cluster")
    for name, verb in (("keep", do_keep), ("conclude", do_conclude), ("list", do_list), ("tidy", do_tidy)):
        one = verbs.add_parser(name)
        one.set_defaults(verb=verb)
        one.add_argument("cluster")
    return whole


def do_drill(told: Described, options: argparse.Namespace) -> int:
    """One drill at a time on a host; a backup need not wait for it, since it holds nothing that backups need."""
    order = ordered(told, options.kind)
    with locked(f"{told.cluster}-drills"), kept.recorded(told, Job("drill", "", options.kind, "", 0)) as outcome:
        scratch.tidy(told)
        refusals.early(told, order)
        found = KINDS[options.kind](told, order)
        code, outcome.more = kept.keep(told, found)
        outcome.exit = code
    said = shown(found)
    replace(told.state / "drilled.txt", said)
    print(said)
    return code


def do_keep(told: Described, options: argparse.Namespace) -> int:
    try:
        found = parsed(json.load(sys.stdin))
    except ValueError as error:
        raise Refused("the report", [Problem("standard input", str(error), "was it cut short?")]) from None
    kept.conducted(told, found)
    return 0


def do_conclude(told: Described, options: argparse.Namespace) -> int:
    found = spare.concluded(told, json.load(sys.stdin))
    replace(told.state / "drilled.json", json.dumps(found.document()))
    return 0


def do_list(told: Described, options: argparse.Namespace) -> int:
    documents: list[dict[str, Any]] = kept.documents(told)
    for one in documents:
        print(json.dumps(one))
    return 0


def do_tidy(told: Described, options: argparse.Namespace) -> int:
    with locked(f"{told.cluster}-drills"):
        scratch.tidy(told)
        spare.tidy(told)
    return 0
