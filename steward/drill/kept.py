"""What a drill leaves behind: a report in JSON, a line among the records of jobs, metrics, and a page for people."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fleet.drill import Report, report

from .. import records
from ..cluster import Described, Job


def recorded(told: Described, job: Job) -> Any:
    """The record of a drill; other jobs of the cluster go on meanwhile."""
    return records.recorded(told, job)


def keep(told: Described, found: Report) -> tuple[int, dict[str, Any]]:
    """Writes the report and its metrics; the exit code, and what its record says besides."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(found.begin))
    records.replace(told.state / "drills" / f"{stamp}-{found.kind}.json", json.dumps(found.document()))
    records.replace(records.metrics(told.cluster, f"drill-{found.kind}-measured"), "\n".join(metrics(found)))
    more = {"rto": found.rto, "rpo": found.rpo}
    return (0, more) if found.ok else (1, {**more, "reason": "; ".join(found.problems)[:400]})


def conducted(told: Described, found: Report) -> None:
    """The same for a drill that somebody else has conducted, and its record with it."""
    with recorded(told, Job("drill", "", found.kind, "", 0)) as outcome:
        outcome.exit, outcome.more = keep(told, found)
        outcome.more |= {"begin": found.begin, "seconds": found.end - found.begin}


def metrics(found: Report) -> Iterator[str]:
    """What was measured, and what was promised, as Prometheus reads it."""
    labels = {"cluster": found.cluster, "kind": found.kind}
    values = {
        "pgsteward_drill_rto_seconds": found.rto,
        "pgsteward_drill_rpo_seconds": found.rpo,
        "pgsteward_drill_rto_target_seconds": found.targets.rto,
        "pgsteward_drill_rpo_target_seconds": found.targets.rpo,
        "pgsteward_drill_ok": float(found.ok),
    }
    for name, value in values.items():
        if value is not None:
            yield f"{records.series(name, labels)} {value:g}"


def documents(told: Described) -> list[dict[str, Any]]:
    """The reports that lie here, oldest first; what is none, or of a later format, is left to whoever wrote it."""
    found = []
    for path in sorted((told.state / "drills").glob("*.json")):
        one = readable(path)
        if one:
            found.append(one.document())
    return found


def readable(path: Path) -> "Report | None":
    try:
        return report(json.loads(path.read_text(encoding="utf-8")))
    except ValueError:
        return None
