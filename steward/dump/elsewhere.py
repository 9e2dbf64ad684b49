"""What a verification found here, told at the targets: it holds there where what lies there is what was sent."""

from dataclasses import replace

from fleet.problem import Problem, Refused

from ..cluster import Described
from ..progress import Progress
from .away import memory
from .away.target import Target
from .away.targets import targets
from .verified import Verified


def marked(told: Described, id: str, found: Verified, progress: Progress) -> list[Problem]:
    """Reads the dump back from each target that has it, and keeps there what is known of it now; returns what is wrong
    at targets. One that does not answer is told, and the others are asked all the same."""
    problems: list[Problem] = []
    for target in targets(told):
        try:
            problems += at(told, target, id, found, progress)
        except Refused as refusal:
            problems += refusal.problems
    return problems


def at(told: Described, target: Target, id: str, found: Verified, progress: Progress) -> list[Problem]:
    last = memory.seen(told, target.name)
    there = target.listed(last.kept if last else ())
    if id not in {one.id for one in there}:
        return []
    damage = target.check(id, progress)
    known = Verified(found.at, False, {}, tuple(damage)) if damage else found
    target.mark(id, known)
    now = [replace(one, verified=known) if one.id == id else one for one in there]
    memory.remember(told, target.name, last.at if last else 0, now)
    return [Problem(f"{target.name}: {id}", one, "remove it there; the next sending brings it again") for one in damage]
