"""A moment within what can be reached, chosen at random: each as likely as any other."""

import random
from datetime import datetime, timedelta

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..repository import listed
from ..restore.search import search
from ..restore.target import Target
from ..restore.window import show, spans

MARGIN = timedelta(seconds=1)


def at_random(told: Described, repository: str) -> Target:
    """A target of kind `time`; raises `Refused` where nothing can be reached."""
    problems: list[Problem] = []
    for one in told.repositories:
        if repository not in ("", one.name):
            continue
        try:
            seen = listed(told, one.name, one.number, one.pause)
        except Refused as refused:  # the next may lead there
            problems += refused.problems
            continue
        ends = search(told, one.number, seen, Target("time", "9999-12-31 00:00:00Z"))
        found = [(begin, until - MARGIN) for begin, until in spans(seen, Target(), ends) if begin < until - MARGIN]
        if found:
            return Target("time", show(chosen(found, random.random())))
        problems.append(
            Problem(seen.where, "there is no moment that can be reached", "`make status` says what is wrong")
        )
    raise Refused("the drill", problems or [Problem("repository", f"there is no {repository} here", "declare another")])


def chosen(found: "list[tuple[datetime, datetime]]", fraction: float) -> datetime:
    """The moment at a fraction of all stretches together."""
    rest = sum(((until - begin) for begin, until in found), timedelta(0)) * fraction
    for begin, until in found:
        if rest <= until - begin:
            return begin + rest
        rest -= until - begin
    return found[-1][1]
