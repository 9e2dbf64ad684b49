"""Drills that an operator asked for: what a node does beside production, within the bounds that cron keeps, too."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyinfra import inventory
from pyinfra.api import StringCommand, operation
from pyinfra.api.exceptions import DeployError

from fleet import steward
from fleet.drill import BESIDE, KINDS, SPARE
from fleet.problem import Problem, Refused
from fleet.steward import Assertion

from .environment import content, local
from .member import Member, member
from .outcome import announce

KEYS = ("kind", "cluster")


@dataclass(frozen=True)
class Order:
    """`kind` of the drill; `cluster`: its name as it was typed, which those that touch it want."""

    kind: str
    cluster: str = ""


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
        yield Problem("kind", "has nothing to do with these hosts", "make drill kind=disaster environment=…")
    elif found.kind in BESIDE and not any(makes(member(one), found) for one in inventory.get_active_hosts()):
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
    yield StringCommand(job.command(member.cluster_name))
