"""The stories of the live drills: what is done, in which order; they end where they began."""

from ..barrier import barrier
from ..member import Member
from . import drilled, promotion, switchover
from .drilled import Drill


def of(here: Member, drill: Drill) -> None:
    """The whole drill, seen from one node."""
    drilled.opened(name="Drill: a client may connect", member=here, drill=drill)
    barrier(name="Drill: all know the client")
    if here.name == drill.act.lost:
        drilled.begun(name="Drill: the client writes", member=here, drill=drill)
    barrier(name="Drill: it begins")
    if drill.kind == "failover":
        failover(here, drill)
    if drill.kind == "switchover":
        switchover.of(here, drill.act)
    if drill.kind == "node":
        drilled.wiped(name="Drill: a standby is lost", member=here, drill=drill)
        barrier(name="Drill: it is gone")
        drilled.rejoined(name="Drill: it is made anew", member=here, drill=drill)
    barrier(name="Drill: what was to be shown is shown")
    if drill.kind != "node":
        switchover.of(here, drill.back)
    barrier(name="Drill: it is as it was")
    if here.name == drill.act.lost:
        drilled.ended(name="Drill: the client ends", member=here, drill=drill)
    barrier(name="Drill: what it has seen is known")
    drilled.closed(name="Drill: the client may not connect any more", member=here, drill=drill)
    barrier(name="Drill: nothing is left of it")
    if here.name == drill.act.lost:
        drilled.reported(name="Drill: what it came to", member=here, drill=drill)


def failover(here: Member, drill: Drill) -> None:
    """The primary is killed, a standby promoted; the client gets through; the lost node comes back as a standby."""
    if here.name == drill.act.lost:
        drilled.struck(name="Drill: the primary is lost", member=here, drill=drill)
    barrier(name="Drill: the loss is noticed")
    promotion.of(here, drill.act)
    drilled.dated(name="Drill: up to when the data came over", member=here, drill=drill)
    if here.name == drill.act.lost:
        drilled.noticed(name="Drill: the client gets through", member=here, drill=drill)
    barrier(name="Drill: the writes go on")
    drilled.rejoined(name="Drill: the lost node is made anew", member=here, drill=drill)
    barrier(name="Drill: all are there again")
