"""A dump that a restore has proved here is proved at its targets, too, once what lies there was read back whole."""

import time
from collections.abc import Mapping
from dataclasses import replace

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..progress import Progress
from . import owner
from .away import memory
from .away.target import Target
from .away.targets import targets
from .verified import Verified


def attest(told: Described, found: Mapping[str, Verified], progress: Progress) -> list[Problem]:
    """Marks at each target those that were found sound here, by their ids; returns what went wrong with a target.

    What is not sound here says nothing of a target: a disk may have spoilt it after it was sent.
    """
    sound = {id: one for id, one in found.items() if one.sound}
    problems: list[Problem] = []
    for target in targets(told) if sound else ():
        try:
            problems += marked(told, target, sound, progress)
        except Refused as refusal:
            problems += refusal.problems
    return problems


def marked(told: Described, target: Target, sound: Mapping[str, Verified], progress: Progress) -> list[Problem]:
    """What is wrong at a target; each of the dumps is marked there with what was found."""
    last = memory.seen(told, target.name)
    kept = target.listed(last.kept if last else ())
    whose = owner.owned(target, owner.me(told), lambda: kept)
    results: dict[str, Verified] = {}
    for one in owner.of(whose, kept):
        if one.id in sound:
            wrong = target.check(one.id, progress)
            results[one.id] = Verified(int(time.time()), not wrong, sound[one.id].seconds, tuple(wrong))
            target.mark(one.id, results[one.id])
    new = [replace(one, verified=results.get(one.id, one.verified)) for one in kept]
    memory.remember(told, target.name, last.at if last else time.time(), new, whose)
    hint = "send it again: remove it there, and `steward dump send`"
    bad = {id: one for id, one in results.items() if not one.sound}
    return [Problem(f"{target.name}, {id}", "; ".join(one.problems), hint) for id, one in bad.items()]
