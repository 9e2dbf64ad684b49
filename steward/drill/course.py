"""A drill while it goes on, and the report that it becomes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fleet.drill import Phase, Proof, Report, missed, unknown
from fleet.problem import Problem

from ..cluster import Described
from .known import Known
from .order import Order


@dataclass
class Course:
    """What a drill has come to so far."""

    begin: int
    known: Known = field(default_factory=Known)
    source: dict[str, Any] = field(default_factory=dict)
    phases: list[Phase] = field(default_factory=list)
    proof: list[Proof] = field(default_factory=list)
    rto: "float | None" = None
    rpo: "float | None" = None


def reported(told: Described, order: Order, course: Course, problems: Sequence[Problem] = ()) -> Report:
    """What it came to, judged."""
    said = [f"{one.where}: {one.what}" for one in problems]
    said += [f"not so: {one.what}: {one.said}" for one in course.proof if not one.ok]
    said += missed(course.rto, course.rpo, order.targets)
    said = said or list(unknown(course.rto, course.rpo, order.targets))
    return Report(
        kind=order.kind,
        cluster=told.cluster,
        node=told.node,
        begin=course.begin,
        end=int(time.time()),
        ok=not said,
        problems=tuple(said),
        targets=order.targets,
        rto=course.rto,
        rpo=course.rpo,
        source=course.source,
        phases=tuple(course.phases),
        proof=tuple(course.proof),
    )
