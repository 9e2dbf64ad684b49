"""The primary is lost, and a standby takes the writes: fence, choose, ready, promote; then the others follow."""

from ..barrier import barrier
from ..member import Member
from . import steps, told
from .act import Act


def of(here: Member, act: Act) -> None:
    """The whole promotion, seen from one node."""
    if here.name == act.lost:
        steps.fenced(name="Promotion: the old primary is stopped, and kept from starting", member=here, act=act)
    barrier(name="Promotion: nobody takes writes")
    if here.name != act.lost:
        if act.lost in act.unreachable:
            steps.unanswered(name="Promotion: the old primary answers nobody", member=here, act=act)
        steps.readied(name="Promotion: the most advanced standby is readied", member=here, act=act)
        steps.promoted(name="Promotion: it takes the writes", member=here, act=act)
        told.outcome(name="Promotion: what came of it, and what is left to do", member=here, act=act)
    barrier(name="Promotion: there is a new primary")
    if here.name != act.lost:
        steps.followed(name="Promotion: the others follow it", member=here, act=act)
        told.archiving(name="Promotion: WAL goes on to arrive", member=here, act=act)
