"""What a deploy told this host of its drills."""

from dataclasses import dataclass
from pathlib import Path

from fleet.drill import Targets
from fleet.problem import Problem, Refused

from ..cluster import Described


@dataclass(frozen=True)
class Assertion:
    """A query that the user declared: what it returns is wrong."""

    name: str
    database: str
    sql: str


@dataclass(frozen=True)
class Order:
    """One drill as it was declared. `repository` is empty for the first that leads there; `load`: percent of the CPUs
    above which a host is busy; `free`: percent of the disk that has to stay free; `memory`: bytes
    that it may take; `on_primary`: whether a primary may
    do it."""

    kind: str
    repository: str
    targets: Targets
    on_primary: bool
    load: int
    free: int
    memory: int
    place: Path
    assertions: tuple[Assertion, ...]


def ordered(told: Described, kind: str) -> Order:
    """The drill of this kind; raises `Refused` where none was declared for this node."""
    kinds = told.drills.get("kinds", {})
    if kind not in kinds:
        known = ", ".join(kinds) or "none"
        hint = f"declared for {told.node}: {known}; declare it in the environment, and deploy"
        raise Refused("the drill", [Problem(kind, f"is not declared for {told.node}", hint)])
    one = kinds[kind]
    return Order(
        kind=kind,
        repository=one["repository"],
        targets=Targets(one["rto"], one["rpo"]),
        on_primary=one["on_primary"],
        load=told.drills["load"],
        free=told.drills["free"],
        memory=told.drills["memory"],
        place=Path(told.drills["directory"]) / told.cluster,
        assertions=assertions(told),
    )


def assertions(told: Described) -> tuple[Assertion, ...]:
    """The queries that were declared."""
    return tuple(Assertion(**found) for found in told.drills.get("assertions", ()))
