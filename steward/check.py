"""`steward check <cluster>`: how this node stands, kept for others to read, and an alarm for what is new.

A hole in the WAL behind the newest full backup is answered at once with a full backup, by the node that keeps it.
Exit codes: 0 good, 1 something is late or broken.
"""

import json
import re
import sys
import syslog
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from . import records
from .backup import acts, backup
from .chain import judge
from .chain.check import NOTE, Check, worst
from .cluster import Described, described
from .document import document
from .locked import Busy, locked
from .look import Look, look


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: steward check <cluster>", file=sys.stderr)
        return 1
    told = described(arguments[0])
    try:
        with locked(f"{told.cluster}-check"):
            seen = look(told)
            keep(told, seen)
    except Busy:
        return 0
    heal(told, seen)
    return 0 if worst(seen.checks) in ("good", NOTE) else 1


def keep(told: Described, seen: Look) -> None:
    """The document, the metrics, and an alarm for each check that held the last time."""
    path = told.state / "check.json"
    before: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = {(one["where"], blurred(one["what"])) for one in before.get("checks", ())}
    new = [one for one in seen.checks if one.state != NOTE and (one.where, blurred(one.what)) not in known]
    for one in new:
        alarm(told, one)
    found = document(seen)
    records.replace(path, json.dumps(found))
    records.replace(records.metrics(told.cluster, "check"), "\n".join(metrics(found)))


def blurred(what: str) -> str:
    """What a check says without its figures, which change while the fault lasts."""
    return re.sub(r"\d[\d./A-F]*", "#", what)


def alarm(told: Described, check: Check) -> None:
    """To whoever watches: the system's log, cron's mail, and the records."""
    syslog.openlog("pgsteward")
    syslog.syslog(syslog.LOG_CRIT, f"{told.cluster}: {check.where}: {check.what}")
    print(f"{told.cluster}: {check}", file=sys.stderr)
    records.append({"job": "alarm", "cluster": told.cluster, **check.document()})


def heal(told: Described, seen: Look) -> None:
    """A full backup into each repository that this node keeps, and whose log breaks off behind the newest one."""
    for one in told.repositories:
        found = seen.repositories.get(one.name)
        hole = found and judge.unhealed(found, seen.now) and not judge.strayed(found)
        if one.mine and hole and acts(told):
            with suppress(Busy):  # it is being answered already
                backup(told, one, "full")


def metrics(found: dict[str, Any]) -> list[str]:
    """The document as Prometheus reads it."""
    cluster = {"cluster": found["cluster"]}
    lines = [f"{records.series('pgsteward_check_timestamp_seconds', cluster)} {found['at']}"]
    for state in ("note", "late", "broken"):
        count = sum(one["state"] == state for one in found["checks"])
        lines.append(f"{records.series('pgsteward_checks', {**cluster, 'state': state})} {count}")
    for one in found["repositories"]:
        labels = {**cluster, "repository": one["name"]}
        values = {
            "pgsteward_archive_age_seconds": one["archive_age_seconds"],
            "pgsteward_archive_holes": len(one["holes"]),
            "pgsteward_backups": len(one["backups"]),
            "pgsteward_backups_restorable": sum(kept["restorable"] for kept in one["backups"]),
            "pgsteward_backup_age_seconds": found["at"] - max((kept["end"] for kept in one["backups"]), default=0),
        }
        lines += [f"{records.series(name, labels)} {value}" for name, value in values.items() if value is not None]
    return [*lines, *dumps(found)]


def dumps(found: dict[str, Any]) -> Iterator[str]:
    """How many dumps there are of each database in each place, and how old the last good and the last verified one."""
    for one in found["dumps"]:
        labels = {"cluster": found["cluster"], "database": one["database"], "place": one["place"]}
        yield f"{records.series('pgsteward_dumps', labels)} {one['count']}"
        if one["good"]:
            age = found["at"] - one["good"]["end"]
            yield f"{records.series('pgsteward_dump_age_seconds', labels)} {age}"
            yield f"{records.series('pgsteward_dump_size_bytes', labels)} {one['good']['size']}"
        if one["verified"]:
            age = found["at"] - one["verified"]["verified_at"]
            yield f"{records.series('pgsteward_dump_verified_age_seconds', labels)} {age}"
