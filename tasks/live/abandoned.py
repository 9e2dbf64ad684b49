"""A live drill that ends before its end is no good one, and says so: here, and among the reports of the cluster."""

import json
import time
from pathlib import Path
from typing import Any

from gevent.lock import RLock
from pyinfra import logger, state
from pyinfra.api import Host
from pyinfra.api.state import BaseStateCallback

from fleet.drill import Report, Targets

from ..member import member
from ..shell import script
from . import elsewhere, told
from .drilled import Drill, said


class Abandoned(BaseStateCallback):
    """Called where a host has failed: the client ends, a report is kept, and what is left to do is said. Once."""

    def __init__(self, drill: Drill) -> None:
        self.drill, self.turn = drill, RLock()

    def operation_host_error(self, state: Any, host: Host, op_hash: str, *_: Any) -> None:
        with self.turn:
            if self.drill.concluded or member(host).cluster_name != self.drill.act.cluster:
                return
            self.drill.concluded = True
            step = ", ".join(state.get_op_meta(op_hash).names)
            abandon(self.drill, f"it ended before its end, on {member(host).name}, at: {step}")


def watch(drill: Drill) -> None:
    """Has it told; before any other handler, since one of them may end the run."""
    state.callback_handlers.insert(0, Abandoned(drill))


def abandon(drill: Drill, why: str) -> None:
    """Ends the client, and leaves the report on whichever server takes it, the one with the writes first."""
    if drill.watching:
        drill.watching.kill()
    found = report(drill, why)
    for line in (*said(found), *left(drill)):
        logger.error(f"    {line}")
    keep = script("steward", "drill", "keep", drill.act.cluster, stdin=json.dumps(found.document()))
    holders = sorted(drill.act.members, key=lambda one: one.name != (drill.act.taker or drill.act.lost))
    for one in holders:
        if one.host in state.active_hosts and elsewhere.done(one.host, keep):
            return
    logger.error("    its report could not be kept: no server took it")


def report(drill: Drill, why: str) -> Report:
    """What is known of it; how long a recovery takes is not."""
    act = drill.act
    cluster = act.members[0].cluster
    promised = getattr(cluster.drills, drill.kind, None) if cluster.drills else None
    return Report(
        kind=drill.kind,
        cluster=act.cluster,
        node=drill.victim or act.lost,
        begin=int(drill.begin),
        end=int(time.time()),
        ok=False,
        problems=(why,),
        targets=Targets(promised.rto, promised.rpo) if promised else Targets(),
        phases=tuple(drill.phases),
    )


def left(drill: Drill) -> list[str]:
    """What the operator has to do now: of a change of places that was made, and not taken back, the edits."""
    act = drill.act
    again = f"then the drill once more: it removes what is left of its client ({drill.kind})"
    if "promote" in act.marks and "promote" not in drill.back.marks:
        return [*told.left(act), again]
    if "fence" in act.marks and "promote" not in act.marks:
        order = f"pyinfra {Path(act.source).with_suffix('')} backup/promote.py --data cluster={act.cluster}"
        return [f"{act.lost} may not start, and nobody is known to take writes: {order}", again]
    return ["the environment's file is right as it is: make deploy", again]
