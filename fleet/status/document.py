"""What a node's steward says of one cluster: its JSON as values. steward's own `document.py` writes it.

A host may have the steward of an older deploy: what that one did not say is unknown, and no error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .finding import BROKEN, STATES

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """A claim that does not hold there."""

    where: str
    what: str
    hint: str
    state: str


@dataclass(frozen=True)
class Lag:
    """How far a standby is behind: `bytes` of WAL not replayed, and for how long commits wait to be seen there."""

    state: str
    sync: str
    bytes: int | None
    seconds: float | None


@dataclass(frozen=True)
class Server:
    """A primary, as it says. `standbys` by the names of their slots."""

    timeline: int | None
    lsn: str
    heartbeat_age_seconds: float | None
    wal_waiting_bytes: int | None
    standbys: Mapping[str, Lag]


@dataclass(frozen=True)
class Backup:
    """One backup. `end`: seconds of the epoch; `stored`: bytes that it added to the repository."""

    label: str
    kind: str
    end: int
    stored: int
    restorable: bool


@dataclass(frozen=True)
class Repository:
    """What lies in a repository, as a node sees it."""

    name: str
    newest_wal: str
    archive_age_seconds: float | None
    verified_at: int | None
    holes: tuple[str, ...]
    backups: tuple[Backup, ...]


@dataclass(frozen=True)
class Dump:
    """One dump. `end`: seconds of the epoch; `size`: bytes there; `verified`: when a restore has proved it sound."""

    id: str
    end: int
    size: int
    verified: int | None


@dataclass(frozen=True)
class Dumps:
    """The dumps of a database in one place, `here` or a target, as a node sees them: how many, the last good one, and
    the last that was verified."""

    database: str
    place: str
    count: int
    good: Dump | None
    verified: Dump | None


@dataclass(frozen=True)
class Job:
    """A scheduled job: its times in words, the record of its last run, and when the next one is due."""

    name: str
    repository: str
    times: str
    last: Json | None
    next: int


@dataclass(frozen=True)
class Document:
    """One look of a node. `duty` is what it is at the moment; `recoveries` and `dumps` None where the steward does not
    tell."""

    duty: str
    at: int
    checks: tuple[Check, ...]
    server: Server
    repositories: Mapping[str, Repository]
    jobs: tuple[Job, ...]
    recoveries: tuple[Json, ...] | None
    dumps: tuple[Dumps, ...] | None

    @property
    def acts(self) -> bool:
        """Whether jobs of repositories are for this node now."""
        return self.duty in ("primary", "repository")


def document(found: Any) -> Document:
    """The document in steward's JSON; raises ValueError where it is none."""
    try:
        return _document(found)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"it is not what a steward says: {type(error).__name__} {error}") from None


def _document(found: Json) -> Document:
    return Document(
        duty=str(found["duty"]),
        at=int(found["at"]),
        checks=tuple(_check(one) for one in found["checks"]),
        server=_server(found["server"]),
        repositories={one["name"]: _repository(one) for one in found["repositories"]},
        jobs=tuple(_job(one) for one in found["jobs"]),
        recoveries=tuple(map(_record, found["recoveries"])) if "recoveries" in found else None,
        dumps=tuple(map(_dumps, found["dumps"])) if "dumps" in found else None,
    )


def _check(one: Json) -> Check:
    state = one["state"] if one["state"] in STATES else BROKEN
    return Check(str(one["where"]), str(one["what"]), str(one["hint"]), state)


def _server(one: Json) -> Server:
    standbys = {
        name: Lag(str(seen["state"]), str(seen["sync"]), _whole(seen["bytes"]), _number(seen["seconds"]))
        for name, seen in one.get("standbys", {}).items()
    }
    return Server(
        timeline=_whole(one.get("timeline")),
        lsn=str(one.get("lsn", "")),
        heartbeat_age_seconds=_number(one.get("heartbeat_age_seconds")),
        wal_waiting_bytes=_whole(one.get("wal_waiting_bytes")),
        standbys=standbys,
    )


def _repository(one: Json) -> Repository:
    return Repository(
        name=str(one["name"]),
        newest_wal=str(one["newest_wal"]),
        archive_age_seconds=_number(one["archive_age_seconds"]),
        verified_at=_whole(one["verified_at"]),
        holes=tuple(map(str, one["holes"])),
        backups=tuple(
            Backup(
                str(kept["label"]), str(kept["kind"]), int(kept["end"]), int(kept["stored"]), bool(kept["restorable"])
            )
            for kept in one["backups"]
        ),
    )


def _dumps(one: Json) -> Dumps:
    return Dumps(
        database=str(one["database"]),
        place=str(one["place"]),
        count=int(one["count"]),
        good=_dump(one["good"]),
        verified=_dump(one["verified"]),
    )


def _dump(one: Json | None) -> Dump | None:
    return None if one is None else Dump(str(one["id"]), int(one["end"]), int(one["size"]), _whole(one["verified_at"]))


def _job(one: Json) -> Job:
    last = None if one["last"] is None else _record(one["last"])
    return Job(str(one["name"]), str(one.get("repository", "")), str(one["times"]), last, int(one["next"]))


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _record(one: Json) -> Json:
    """A job's record: `job`, `begin`, and `exit` where it came to an end."""
    return {**one, "job": str(one["job"]), "begin": int(one["begin"]), "exit": int(one.get("exit", 0))}
