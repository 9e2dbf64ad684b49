"""A standby takes over because somebody wants it to: nothing is lost, and where it cannot be finished it is undone."""

from ..barrier import barrier
from ..member import Member
from . import steps, told
from .act import Act


def of(here: Member, act: Act) -> None:
    """The whole switchover, seen from one node; whose turn it is shows while it runs."""
    steps.guarded(name="Switchover: the standbys have what the primary has", member=here, act=act)
    steps.readied(name="Switchover: the standby is readied", member=here, act=act)
    barrier(name="Switchover: all is ready")
    steps.stopped(name="Switchover: the old primary stops", member=here, act=act)
    barrier(name="Switchover: nobody takes writes")
    steps.promoted(name="Switchover: the standby takes the writes", member=here, act=act)
    told.outcome(name="Switchover: what came of it, and what is left to do", member=here, act=act)
    barrier(name="Switchover: the standby was asked")
    steps.undone(name="Switchover: undone, where nobody took the writes", member=here, act=act)
    barrier(name="Switchover: there is a new primary")
    steps.followed(name="Switchover: the others follow it", member=here, act=act)
    told.archiving(name="Switchover: WAL goes on to arrive", member=here, act=act)
