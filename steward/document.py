"""A look as JSON: the same for `steward check`, `steward status` and `make status`."""

from collections.abc import Iterator
from typing import Any

from fleet import schedule

from .chain import judge, primary, wal
from .chain.check import worst
from .dump import judge as judge_dumps
from .look import Look
from .repository import verified_of
from .server import ask


def document(seen: Look) -> dict[str, Any]:
    """The whole look as JSON has it."""
    return {
        "cluster": seen.told.cluster,
        "node": seen.told.node,
        "duty": seen.duty,
        "at": seen.now,
        "state": worst(seen.checks),
        "checks": [one.document() for one in seen.checks],
        "server": server(seen),
        "repositories": [repository_document(seen, one) for one in seen.repositories.values()],
        "dumps": [judge_dumps.document(one) for one in seen.dumps],
        "jobs": list(job_documents(seen)),
        "recoveries": seen.found["recoveries"],
    }


def server(seen: Look) -> dict[str, Any]:
    """How the server stands; empty where there is none that answers."""
    if seen.primary is None:
        return dict(seen.found.get("receiver", {}))
    return {
        "timeline": seen.primary.timeline,
        "lsn": wal.show_lsn(seen.primary.position),
        "heartbeat_age_seconds": seen.primary.silence,
        "wal_waiting_bytes": seen.primary.waiting * seen.primary.segment_size,
        "standbys": dict(seen.primary.streaming),
    }


def repository_document(seen: Look, one: judge.Repository) -> dict[str, Any]:
    """A repository with its backups, oldest first."""
    sound = judge.restorable(one)
    return {
        "name": one.name,
        "newest_wal": one.account.newest_wal,
        "archive_age_seconds": archive_age(seen, one),
        "verified_at": verified_of(seen.told, one.name).get("at"),
        "holes": [str(hole) for hole in judge.holes(one, seen.now)],
        "backups": [
            {
                "label": kept.label,
                "kind": kept.kind,
                "end": kept.end,
                "size": kept.size,
                "stored": kept.stored,
                "restorable": kept in sound,
            }
            for kept in one.account.backups
        ],
    }


def archive_age(seen: Look, one: judge.Repository) -> float | None:
    """Seconds of writes that would be lost if all but this repository were: from the heartbeat; None if not known."""
    if seen.primary is None or seen.primary.silence is None:
        return None
    end = wal.show_lsn(primary.archived(seen.primary, one))
    row = ask(
        seen.told,
        "select extract(epoch from clock_timestamp() - max(at))::float as age "
        f"from pgsteward.heartbeat where lsn < '{end}'",
    )
    return row["age"] if row else None


def job_documents(seen: Look) -> Iterator[dict[str, Any]]:
    """The jobs of this node: how the last run ended, and when the next one is due."""
    for job in seen.told.jobs:
        last = seen.found["jobs"].get((job.verb, job.repository, job.kind))
        begun_as = f"{seen.told.cluster}/{'' if job.verb == 'dump-send' else job.repository}"  # one for all targets
        due = schedule.following(schedule.parse(job.times), begun_as, seen.now)
        yield {"name": job.name, "repository": job.repository, "times": job.times, "last": last, "next": due}
