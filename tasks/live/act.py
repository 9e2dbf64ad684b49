"""One change of a cluster's primary while it is conducted: shared by all hosts of the run, decided once.

The environment as it will be is made from the file with its edits, so that what a handover configures is what the
next deploy wants, and the edits are all that is left to do.
"""

import time
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from gevent.lock import RLock
from pyinfra import inventory, state

from fleet import promotion
from fleet.environment import Environment, document, parse, succession
from fleet.environment.succession import Edit
from fleet.problem import Problem
from fleet.promotion import Choice
from fleet.server import Server

from ..environment import content
from ..facts import AnswersFact
from ..member import Member, member

METER = "pgsteward_meter"


@dataclass
class Act:
    """`lost` or left behind is the declared primary; `taker` takes the writes, empty until it is chosen.

    `before`: the act that this one takes back. `unreachable`: those whose loss the operator has named; `waived`:
    whether acknowledged rows may be lost; `client`: where the outage meter writes from, empty without one;
    `marks`: when each part ended, on this machine's clock; `there`: the standbys that answered when it was chosen;
    `wrong`: why, by what stood there then, it must not take the writes after all.
    """

    cluster: str
    source: str
    lost: str
    taker: str = ""
    before: "Act | None" = None
    unreachable: tuple[str, ...] = ()
    waived: bool = False
    client: str = ""
    choice: Choice | None = None
    marks: dict[str, float] = field(default_factory=dict)
    there: tuple[str, ...] = ()
    wrong: tuple[Problem, ...] = ()
    turn: RLock = field(default_factory=RLock)

    @property
    def old(self) -> str:
        """The primary before."""
        return self.before.chosen() if self.before else self.lost

    def chosen(self) -> str:
        """The primary afterwards. A standby of a lost one is chosen once in a run, when nobody takes writes."""
        if self.before:
            return self.before.old
        with self.turn:
            if self.taker or self.wrong:
                return self.taker
            declared = self.members[0].cluster
            seen = self.seen()
            there = {name: one for name, one in seen.items() if name != self.lost and one.recovery}
            found, self.there = promotion.chosen(declared, there), tuple(there)
            name = found.name if found else ""
            if state.is_executing:  # the plan's choice is not the run's
                self.choice, self.taker = found, name
                where = f"clusters.{self.cluster}"
                self.wrong = tuple(promotion.refused(where, declared, seen, self.unreachable, self.waived))
            return name

    def mark(self, name: str) -> None:
        """Notes that a part has ended. In a plan none has, though its operations were asked what they would do."""
        if state.is_executing:
            self.marks.setdefault(name, time.time())

    def came_to(self, name: str) -> bool:
        """Whether the run has got so far; in a plan everything is taken to go well."""
        return not state.is_executing or name in self.marks

    @property
    def halfway(self) -> bool:
        """Whether the old primary was stopped, and neither has another one its writes nor was it to have them again."""
        return "stop" in self.marks and not {"promote", "undo"} & self.marks.keys()

    def phases(self) -> list[tuple[str, float]]:
        """The seconds that each part took, in their order."""
        moments = sorted(self.marks.items(), key=lambda one: one[1])
        return [(name, round(end - begin, 3)) for (_, begin), (name, end) in pairwise(moments)]

    @property
    def members(self) -> list[Member]:
        """Its servers that are not lost, as they are declared."""
        found = [one for one in map(member, inventory) if one.cluster_name == self.cluster]
        return [one for one in found if one.duty != "repository" and one.name not in self.unreachable]

    def seen(self) -> dict[str, Server]:
        """How each server that is not lost stands at this moment."""
        return {one.name: one.server_now() for one in self.members}

    def answered(self, one: Member) -> Problem | None:
        """That a lost primary answers this one: it is not lost, and takes writes where the operator does not look."""
        address = str(one.cluster.nodes[self.lost].address)
        said = one.host.get_fact(AnswersFact, script="answers", arguments=(address, str(one.cluster.port)))
        if not said.get("answers"):
            return None
        what = f"{self.lost} answers {one.name}: it is not lost, and would go on taking writes"
        return Problem("unreachable", what, "cut it off or power it off first")

    @property
    def alone(self) -> bool:
        """Whether the new primary's commits would wait for standbys that are all away, and the operator has agreed."""
        environment, _ = succeeded(self.source, self.cluster, self.chosen(), self.client)
        return self.waived and not promotion.waits(environment.clusters[self.cluster], self.there)

    def present(self, one: Member) -> Member:
        """The member as it is before."""
        return replace(one, environment=succeeded(self.source, self.cluster, self.old, self.client)[0])

    def after(self, one: Member) -> Member:
        """The member as it is once the new primary takes the writes."""
        found = succeeded(self.source, self.cluster, self.chosen(), self.client)[0]
        return replace(one, environment=asynchronous(found, self.cluster) if self.alone else found)

    def edits(self) -> tuple[Edit, ...]:
        """What the environment's file has to say instead."""
        return succeeded(self.source, self.cluster, self.chosen(), self.client)[1]


def asynchronous(environment: Environment, cluster: str) -> Environment:
    """The same, with commits that wait for nobody: until the next deploy, in which the old primary is a standby."""
    one = environment.clusters[cluster]
    free = one.model_copy(update={"replication": one.replication.model_copy(update={"synchronous": None})})
    return environment.model_copy(update={"clusters": {**environment.clusters, cluster: free}})


@cache
def succeeded(source: str, cluster: str, new: str, client: str) -> tuple[Environment, tuple[Edit, ...]]:
    """The environment in which `new` is the primary of `cluster`, and the edits that lead there.

    Where there is a `client`, its outage meter may connect.
    """
    read = document.read(content(Path(source)), source)
    wanted = succession.edits(read, cluster, new)
    found = succession.edited(read.content, wanted)
    return parse(metered(found, cluster, client) if client else found, source, read.lines), wanted


def metered(given: Any, cluster: str, client: str) -> Any:
    """The document with one more role and one more rule, for the time of a drill."""
    found = deepcopy(given)
    one = found["clusters"][cluster]
    one["roles"] = {**(one.get("roles") or {}), METER: {"login": True}}
    rule = {"databases": ["postgres"], "roles": [METER], "from": [client], "why": "a drill's outage meter"}
    one["access"] = [rule, *(one.get("access") or ())]
    return found
