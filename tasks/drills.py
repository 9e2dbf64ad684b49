"""Drills that an operator asked for: what a node does beside production, within the bounds that cron keeps, too."""

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyinfra import inventory, state
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import steward
from fleet.drill import KINDS, LIVE, SPARE
from fleet.problem import Problem, Refused
from fleet.steward import Assertion

from .environment import content, local
from .facts import AnswersFact, TextFact
from .member import Member, member
from .memory import recall
from .outcome import announce, refusal
from .shell import fed, script

KEYS = ("kind", "cluster", "step", "file")
STEPS = ("ready", "recover", "conclude", "clear", "keep")


@dataclass(frozen=True)
class Order:
    """`kind` of the drill; `cluster`: its name as it was typed, which those that touch it want. `step` of a disaster,
    and the `file` that it reads or writes here: both are tasks/disaster.py's to give, or tasks/spares.py's."""

    kind: str
    cluster: str = ""
    step: str = ""
    file: str = ""


def order(given: Mapping[str, object]) -> Order:
    """Takes an order from pyinfra's `--data`; raises `DeployError` with what is wrong with it."""
    found = Order(*(str(given.get(key) or "").strip() for key in KEYS))
    problems = list(_problems(found))
    if problems:
        raise DeployError(str(Refused("the drill", problems)))
    return found


def _problems(found: Order) -> Iterator[Problem]:
    if found.kind not in KINDS:
        what = f"there is no kind {found.kind}" if found.kind else "is missing"
        yield Problem("kind", what, f"--data kind= one of {', '.join(KINDS)}")
    elif found.kind in SPARE:
        if found.step not in STEPS:
            hint = "make drill kind=disaster environment=… cluster=…"
            yield Problem("kind", "needs nothing of these hosts, which may be lost", hint)
    elif found.kind in LIVE:
        if not found.cluster:
            yield Problem("cluster", "is missing", "it is done to the running cluster: type its name, --data cluster=…")
    elif not any(makes(member(one), found) for one in inventory.get_active_hosts()):
        hint = f"declare drills.{found.kind} with its node, or choose that node with --limit"
        yield Problem("the run", f"has no node that makes the drill {found.kind}", hint)


def makes(here: Member, wanted: Order) -> bool:
    """Whether the drill is declared for this node."""
    return wanted.kind in steward.drilled(here.cluster, here.name)


def assertions(one: Member) -> tuple[Assertion, ...]:
    """The declared queries with their text; raises `Refused` where a file is missing."""
    declared = one.cluster.drills.assertions if one.cluster.drills else {}
    return tuple(
        Assertion(path, database, content(local(one.source, path)).decode())
        for database, paths in declared.items()
        for path in paths
    )


@operation(is_idempotent=False)
def beside(member: Member, wanted: Order) -> Iterator[StringCommand]:
    """The drill, as cron would begin it."""
    announce(
        f"a drill, {wanted.kind}: {member.cluster_name} comes back beside production, is timed, proved and removed"
    )
    job = steward.drill(member.cluster_name, member.cluster, wanted.kind, "")
    yield StringCommand(job.line(member.cluster_name))


@operation()
def spared(member: Member, marked: bool) -> Iterator[StringCommand]:
    """A spare host has nothing of anybody's; where it is `marked`, what is made here from now on is the drill's."""
    seen = recall(member.host, AnswersFact, script="spare", arguments=(member.cluster_name, str(member.layout.data)))
    if used := seen.get("used"):
        what = f"{member.node.address} is no spare host: {used} is there"
        yield refusal(Problem(member.where, what, "name a blank host in drills.disaster.hosts, or clear this one"))
        return
    if not marked:
        member.host.noop(f"{member.node.address} is spare")
        return
    if seen.get("marked"):
        announce(f"{member.node.address} holds what a drill has left, which is removed")
        yield script("spare-clear", *member.place[:3])
    announce(f"{member.node.address} stands for {member.name}, until the drill is over")
    yield script("spare-mark", member.cluster_name)


@operation(is_idempotent=False)
def concluded(member: Member, order: str) -> Iterator[StringCommand]:
    """The server stops, and what came back proves itself. `order` is JSON; by `now` the host knows our clock."""
    announce("what came back stops, and proves itself in isolation")
    told = {**json.loads(order), "now": time.time()}
    yield fed(StringCommand(steward.conclusion(member.cluster_name, member.cluster)), json.dumps(told))


@operation(is_idempotent=False)
def brought(member: Member, file: str) -> Iterator[StringCommand]:
    """The host's report comes to this machine, into the file."""
    if state.is_executing:
        text = member.host.get_fact(TextFact, path=f"/var/lib/pgsteward/{member.cluster_name}/drilled.json")
        Path(file).write_text(text, encoding="utf-8")
    yield from ()


@operation(is_idempotent=False)
def cleared(member: Member) -> Iterator[StringCommand]:
    """A spare host is spare again; its packages stay, which makes the next drill shorter."""
    announce(f"{member.node.address} is spare again: data, secrets and configuration of the drill are removed")
    yield script("spare-clear", *member.place[:3])


@operation(is_idempotent=False)
def kept(member: Member, report: str) -> Iterator[StringCommand]:
    """The report of a drill that was conducted from here lies with the others on a node of the cluster."""
    announce("the drill's report is kept")
    yield script("steward", "drill", "keep", member.cluster_name, stdin=report)
