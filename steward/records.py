"""What jobs leave behind: a line of JSON each, for people, and metrics for Prometheus' node exporter.

A job that was killed leaves its beginning without an end; the next look tells it from one that runs.
"""

import gzip
import json
import os
import re
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fleet.problem import Refused

from .cluster import ABOUT, Described, Job
from .locked import held, locked, queued

LINES = Path("/var/log/pgsteward/jobs.jsonl")
EXPORTED = Path("/var/lib/prometheus/node-exporter")
OWN = Path("/var/lib/pgsteward/metrics")
KILLED = -9
"""The exit code on record of a job that was killed."""
ASIDE = re.compile(r"\.jsonl\.(\d+)(\.gz)?$")
RECOVERIES = ("restore", "drill")


@dataclass
class Outcome:
    """What a job ended with; `more` goes into its record as it is."""

    exit: int = 0
    more: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recorded(described: Described, job: Job) -> Iterator[Outcome]:
    """Runs a job under its lock and writes down how it went; raises `Busy` where it is under way."""
    begun = described.state / "begun" / f"{job.file}.json"
    with locked(f"{described.cluster}-{job.file}"):
        _bury(described, begun)
        begin, outcome = int(time.time()), Outcome(exit=1)
        replace(begun, json.dumps(_record(described, job, begin)))
        try:
            with queued(f"{described.cluster}-{lane(job)}"):
                yield outcome
        except Refused as refused:
            outcome.more = {"reason": "; ".join(problem.what for problem in refused.problems)}
            raise
        finally:
            seconds = int(time.time()) - begin
            append({**_record(described, job, begin), "seconds": seconds, "exit": outcome.exit, **outcome.more})
            _measure(described, job, begin + seconds, seconds, outcome.exit)
            begun.unlink(missing_ok=True)


def lane(job: Job) -> str:
    """Jobs of a lane wait for each other: pgBackRest does one thing at a time, and dumps share a disk."""
    if job.verb == "drill":
        return f"of-{job.file}"  # it may take hours, and holds nothing that the others need
    if job.verb == "dump-send":
        return f"to-{job.file}"
    if (job.verb, job.kind) == ("restore", "dump"):
        return "dump-restores"
    return "dumps" if job.verb.startswith("dump-") else "jobs"


def _record(described: Described, job: Job, begin: int) -> dict[str, Any]:
    labels = {"job": job.verb, "cluster": described.cluster, job.about: job.repository, "kind": job.kind}
    return {**{name: value for name, value in labels.items() if value}, "begin": begin}


def _bury(described: Described, begun: Path) -> None:
    """Puts the end of a job on record that did not live to do it itself."""
    if begun.exists():
        append({**_beginning(begun), "exit": KILLED})
        begun.unlink()


def killed(described: Described) -> Iterator[dict[str, Any]]:
    """The beginnings of jobs that did not live to their end."""
    for begun in sorted((described.state / "begun").glob("*.json")):
        if not held(f"{described.cluster}-{begun.stem}"):
            yield _beginning(begun)


def _beginning(begun: Path) -> dict[str, Any]:
    """The record that a job wrote at its beginning; empty where that is not what lies there."""
    with suppress(ValueError):
        found = json.loads(begun.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def lasts(described: Described) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The last record of each job of the cluster: (verb, what it is about, kind)."""
    return {(one["job"], subject(one), one.get("kind", "")): one for one in history(described.cluster)}


def subject(record: Mapping[str, Any]) -> str:
    """The repository, database or target that a record is about; empty for none."""
    return next((str(record[key]) for key in ABOUT.values() if record.get(key)), "")


def recoveries(described: Described) -> list[dict[str, Any]]:
    """The last restore and the last drill, and, where one of them failed, the last before it that went well."""
    found: dict[tuple[str, bool], dict[str, Any]] = {}
    for one in history(described.cluster):
        if one["job"] in RECOVERIES:
            good = one.get("exit") == 0
            found[one["job"], good] = one
            if good:
                found.pop((one["job"], False), None)
    return list(found.values())


def history(cluster: str, lines: Path = LINES) -> Iterator[dict[str, Any]]:
    """The records of a cluster, oldest first, also those that logrotate has put aside; half a line is passed over."""
    names = ((path, ASIDE.search(path.name)) for path in lines.parent.glob(f"{lines.name}.*"))
    aside = sorted(((int(found[1]), path) for path, found in names if found), reverse=True)
    for path in (*(path for _, path in aside), lines):
        with suppress(OSError, EOFError, zlib.error):  # what logrotate is just compressing is there in full besides
            text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
            for line in text.splitlines():
                with suppress(json.JSONDecodeError):
                    one = json.loads(line)
                    if one.get("cluster") == cluster:
                        yield one


def append(record: Mapping[str, Any]) -> None:
    """One line more; what a full disk cut short before it stays a line of its own."""
    with LINES.open("ab+") as file:
        file.seek(max(0, file.tell() - 1))
        cut = file.read(1) not in (b"", b"\n")
        file.write(b"\n" * cut + json.dumps(record).encode() + b"\n")


def _measure(described: Described, job: Job, end: int, seconds: int, code: int) -> None:
    labels = {"cluster": described.cluster, job.about: job.repository, "kind": job.kind}
    prefix = f"pgsteward_{job.verb.replace('-', '_')}"
    last = f"{prefix}_last_success_timestamp_seconds"
    values: dict[str, float] = {f"{prefix}_exit_code": code, f"{prefix}_seconds": seconds}
    file = metrics(described.cluster, job.file)
    before = dict(line.rsplit(" ", 1) for line in file.read_text().splitlines()) if file.exists() else {}
    line = series(last, labels)
    success = end if code == 0 else before.get(line)
    lines = [f"{series(name, labels)} {value}" for name, value in values.items()]
    replace(file, "\n".join([*lines, *([f"{line} {success}"] if success is not None else [])]))


def series(name: str, labels: Mapping[str, str]) -> str:
    """A metric's name with its labels, as Prometheus reads them."""
    shown = ",".join(f'{key}="{escaped(value)}"' for key, value in labels.items() if value)
    return f"{name}{{{shown}}}"


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def metrics(cluster: str, name: str) -> Path:
    """Where a job's metrics go: to the node exporter's textfile collector where there is one."""
    directory = EXPORTED if os.access(EXPORTED, os.W_OK) else OWN
    return directory / f"pgsteward-{cluster}-{name}.prom"


def replace(path: Path, text: str) -> None:
    """The file's whole text, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.write_text(f"{text}\n", encoding="utf-8")
    new.chmod(0o644)  # a job that keeps its files to itself has metrics, too
    new.replace(path)
