"""Whose the places are that dumps go to, here and at each target: each says so, and a stranger's is refused.

With --from a place is taken over by name, dumps and all: from the system that this cluster was before it was made anew.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial

from fleet.problem import Problem, Refused

from ...cluster import Described
from .. import owner, store
from ..away.targets import Target, targets
from ..here import Here
from ..judge import HERE
from ..owner import AWAY, OWN, STRANGERS, UNMARKED, me
from ..retention import Stored

Place = Here | Target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("place", nargs="?", default="", help=f"a target, or {HERE}; without it, all of them")
    parser.add_argument("--here", action="store_true", help=f"{HERE} alone")
    parser.add_argument("--look", action="store_true", help="only look: as JSON, by place")
    parser.add_argument("--from", dest="before", default="", metavar="SYSTEM", help="whose it was, typed")


def run(told: Described, options: argparse.Namespace) -> int:
    chosen = list(places(told, options.place, options.here))
    if options.look:
        print(json.dumps({one.name: seen(told, one) for one in chosen}))
        return 0
    if options.before:
        return over(told, chosen, options)
    problems: list[Problem] = []
    for one in chosen:
        if (found := seen(told, one))["state"] == AWAY:  # each sending looks by itself
            print(f"{one.name}: {found['what']}", file=sys.stderr)
            continue
        try:
            print(f"{one.name}: {owner.owned(one, me(told), partial(there, told, one))}")
        except Refused as refused:
            problems += refused.problems
    if problems:
        raise Refused(told.cluster, problems)
    return 0


def over(told: Described, chosen: list[Place], options: argparse.Namespace) -> int:
    """Takes one place over, which has to be named."""
    if len(chosen) != 1:
        known = ", ".join(one.name for one in chosen)
        raise Refused(told.cluster, [Problem("place", "say which one is taken over", f"there are: {known}")])
    [one] = chosen
    print(f"{one.name}: {owner.taken(one, me(told), partial(there, told, one), options.before)}")
    return 0


def places(told: Described, name: str, here: bool) -> Iterator[Place]:
    """The place of this name, or all; raises `Refused` where there is none."""
    every: list[Place] = [Here(store.place(told)), *([] if here else targets(told))]
    found = [one for one in every if name in ("", one.name)]
    if not found:
        known = ", ".join(one.name for one in every)
        raise Refused(told.cluster, [Problem("place", f"there is no {name}", f"there are: {known}")])
    yield from found


def there(told: Described, place: Place) -> list[Stored]:
    """The dumps in a place."""
    return [*(store.dumps(told) if isinstance(place, Here) else place.listed())]


def seen(told: Described, place: Place) -> dict[str, str]:
    """How a place stands; nothing is written."""
    try:
        marked = place.owner()
        dumps = there(told, place) if marked is None else []
    except Refused as refused:
        return {"state": AWAY, "what": refused.problems[0].what, "hint": refused.problems[0].hint}
    try:
        owner.judged(place.name, me(told), marked, dumps)
    except Refused as refused:
        return {"state": STRANGERS, "what": refused.problems[0].what, "hint": refused.problems[0].hint}
    return {"state": UNMARKED if marked is None else OWN, "what": "", "hint": ""}
