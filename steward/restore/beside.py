"""A restore beside production: a directory and a port of its own, left running for whoever wants to look."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet.problem import Problem, Refused

from ..cluster import Described
from .fetch import fetch
from .instance import PLACE, Instance, connection, free_port, recovered
from .plan import Plan, awaited
from .proof import Proof, proof


@dataclass(frozen=True)
class Beside:
    """What came of it. `seconds` by phase."""

    plan: Plan
    instance: Instance
    proof: Proof
    seconds: dict[str, float]

    def document(self) -> dict[str, Any]:
        return {
            "plan": self.plan.document(),
            "directory": str(self.instance.directory),
            "port": self.instance.port,
            "proof": self.proof.document(),
            "seconds": self.seconds,
        }

    def __str__(self) -> str:
        phases = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return "\n".join(
            [
                f"restored to {self.plan.said} from {self.plan.repository}, backup {self.plan.backup}: {phases}",
                f"{self.proof}",
                f"psql -h {self.instance.sockets} -p {self.instance.port}      as the user postgres",
            ]
        )


def beside(told: Described, plan: Plan, directory: "Path | None" = None, databases: tuple[str, ...] = ()) -> Beside:
    """Restores into a new directory, waits until recovery is over, and proves where it ended."""
    where = directory or PLACE / f"{told.cluster}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    if where.exists() and any(where.iterdir()):
        problem = Problem(
            str(where), "is not empty", "name another directory; `steward restore list` shows what is there"
        )
        raise Refused("the restore", [problem])
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance = Instance(told, where, free_port())
    try:
        return attempt(told, plan, instance, databases)
    except BaseException:
        instance.give_up()
        raise


def attempt(told: Described, plan: Plan, instance: Instance, databases: tuple[str, ...]) -> Beside:
    """Restores and proves; what it leaves behind where it fails is the caller's to remove."""
    where, begin = instance.directory, time.monotonic()
    fetch(told, plan, where, "--archive-mode=off", *(f"--db-include={name}" for name in databases))
    fetched = time.monotonic()
    awaited(told, plan.awaits)
    instance.start()
    recovered(told, where, lambda: connection(instance), instance.log)
    over = time.monotonic()
    with connection(instance) as link:
        found = proof(link, plan)
    return Beside(plan, instance, found, {"restore": round(fetched - begin, 2), "recovery": round(over - fetched, 2)})
