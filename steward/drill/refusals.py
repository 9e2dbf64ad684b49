"""When there is no drill: this node is the primary of the moment, or too busy. Nothing has been touched then.

The disk is looked at when the size of what comes back is known.
"""

import os
from collections.abc import Iterator

from fleet.problem import Problem, Refused
from fleet.size import about

from ..cluster import Described
from ..server import is_primary
from . import scratch
from .order import Order


def early(told: Described, order: Order) -> None:
    """Raises `Refused` with every reason against a drill here and now."""
    found = [*primary(order, is_primary(told)), *busy(order, os.getloadavg()[0], os.cpu_count() or 1)]
    if found:
        raise Refused("the drill", found)


def primary(order: Order, here: bool) -> Iterator[Problem]:
    if here and not order.on_primary:
        hint = "declare another node for it, or on_primary: true"
        yield Problem("the node", "is the primary now, which has better things to do", hint)


def busy(order: Order, load: float, cpus: int) -> Iterator[Problem]:
    """`load`: the average of the last minute."""
    percent = round(100 * load / cpus)
    if percent > order.load:
        what = f"is busy: its load is {percent} % of its {cpus} CPUs, and {order.load} % are allowed"
        yield Problem("the node", what, "choose another time, or declare drills.load")


def disk(order: Order, size: int) -> None:
    """Raises `Refused` where too little of the disk would stay free beside `size` bytes."""
    there, whole = scratch.free(order.place)
    left = there - size
    if left < whole * order.free / 100:
        what = f"{about(size)} come back, {about(there)} are free, and {order.free} % of {about(whole)} have to stay so"
        hint = "make room, or declare drills.directory on another disk"
        raise Refused("the drill", [Problem(str(order.place), what, hint)])
