"""What tests ask of drills: the drill itself, and the report that it has left."""

import json
from typing import Any

from ...backups.depot import Depot

PLACE = "/var/lib/postgresql/drills"
LINE = "sed -n 's/.*) \\(systemd-run .*drill {} .*\\) ;; esac/\\1/p' /etc/cron.d/pgsteward-shop"


def drill(depot: Depot, kind: str, node: str = "d2") -> tuple[int, dict[str, Any]]:
    """Runs cron's own command on the node; its exit code, and the report."""
    done = depot.lab.attempt(node, crons(kind))
    return done.returncode, last(depot, node)


def crons(kind: str) -> str:
    return f'cd /; sh -c "$({LINE.format(kind)})"'


def reports(depot: Depot, node: str = "d2") -> list[dict[str, Any]]:
    """All that lie on a node, oldest first."""
    return [json.loads(line) for line in depot.postgres(node, "steward drill list shop").splitlines()]


def last(depot: Depot, node: str = "d2") -> dict[str, Any]:
    return max(reports(depot, node), key=lambda one: int(one["begin"]))


def wrong(found: dict[str, Any]) -> dict[str, str]:
    """The claims that did not hold, and what was said of them."""
    return {one["what"]: one["said"] for one in found["proof"] if not one["ok"]}


def nothing_left(depot: Depot, node: str = "d2") -> bool:
    """Whether neither a file nor a process of a drill is there."""
    files = depot.lab.ssh(node, f"find {PLACE} -mindepth 1 2>/dev/null | wc -l").strip()
    processes = depot.lab.ssh(node, f"ps -eo args | grep -c '[p]ostgres .*{PLACE}'; true").strip()
    return (files, processes) == ("0", "0")
