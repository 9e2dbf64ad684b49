"""How this node stands, of one cluster: everything that its server, its repositories and its jobs say, judged.

It changes nothing.
"""

import time
from dataclasses import dataclass, field
from typing import Any

from fleet.problem import Refused

from . import fence, records
from .chain import jobs, judge, primary, verified, wal
from .chain.check import LATE, Check
from .chain.judge import Repository
from .chain.primary import Primary
from .cluster import Described
from .dump import here as house
from .dump import judge as judge_dumps
from .dump import places, store
from .dump.judge import Place
from .repository import listed, verified_of
from .server import ask, connect
from .session import READING
from .sql import sql


@dataclass
class Look:
    """What was seen. `repositories`: those that are for this node to judge, by name; `dumps`: all that it knows of."""

    told: Described
    now: int
    standby: bool | None = None
    primary: Primary | None = None
    repositories: dict[str, Repository] = field(default_factory=dict)
    dumps: list[Place] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)

    @property
    def duty(self) -> str:
        """What the node is at this moment, whatever was declared."""
        if not self.told.server:
            return "repository"
        return "down" if self.standby is None else "standby" if self.standby else "primary"


def look(told: Described) -> Look:
    """Everything that is to be seen from this node now."""
    seen = Look(told, int(time.time()))
    if told.server:
        _server(seen)
    if told.repositories and not told.read_only and (not told.server or seen.standby is False):
        _repositories(seen)
    if told.dumps:
        _dumps(seen)
    seen.found["jobs"] = records.lasts(told)
    seen.found["recoveries"] = records.recoveries(told)
    keeps = seen.duty in ("repository", "primary")
    mine = [job for job in told.jobs if keeps or not job.repository or job.verb in jobs.ELSEWHERE]
    seen.checks += jobs.judge(mine, seen.found["jobs"], records.killed(told), told.told, seen.now)
    return seen


def _server(seen: Look) -> None:
    row = ask(seen.told, "select pg_is_in_recovery() as standby")
    if row is None:
        seen.checks.append(_silent(seen.told))
        return
    seen.standby = row["standby"]
    if seen.standby:
        receiver = ask(seen.told, "select status, sender_host from pg_stat_wal_receiver") or {}
        seen.found["receiver"] = receiver
        if receiver.get("status") != "streaming":
            seen.checks.append(Check("standby", "does not stream from a primary", "its log says why"))
        return
    seen.primary = _primary(seen.told)
    seen.checks += primary.judge(seen.primary, seen.told.rpo, seen.told.queue, seen.told.standbys)


def _silent(told: Described) -> Check:
    """Why the server does not answer, as far as that is known."""
    if why := fence.reason(told):
        return Check("server", f"may not start: {why}", fence.HINT)
    return Check("server", "does not answer", "its log in /var/log/postgresql says why")


def _primary(told: Described) -> Primary:
    with connect(told.port, session=READING) as connection:
        row: dict[str, Any] = connection.execute(sql("primary")).fetchone() or {}
        beat: dict[str, Any] = {}
        if row["heartbeat"]:
            beat = connection.execute(sql("heartbeat"), (told.rpo + primary.BEHIND,)).fetchone() or {}
    return Primary(
        system=row["system"],
        timeline=row["timeline"],
        position=wal.parse_lsn(row["position"]),
        segment_size=row["segment_size"],
        waiting=row["waiting"],
        failing=row["failing"] or "",
        silence=beat.get("silence"),
        due=wal.parse_lsn(beat["due"]) if beat.get("due") else None,
        page_errors=row["page_errors"],
        streaming=row["streaming"],
    )


def _repositories(seen: Look) -> None:
    for one in seen.told.repositories:
        try:
            seen.repositories[one.name] = found = listed(seen.told, one.name, one.number, one.pause)
        except Refused as refused:
            reason = "; ".join(problem.what for problem in refused.problems)
            seen.checks.append(Check(f"repository {one.name}", f"cannot be looked at: {reason}", "is it up?", LATE))
            continue
        seen.checks += judge.judge(found, seen.now)
        seen.checks += verified.judge(
            found, verified_of(seen.told, one.name), _pause(seen, one.name), seen.told.told, seen.now
        )
        if seen.primary:
            seen.checks += primary.judge_repository(seen.primary, found, seen.told.rpo)


def _dumps(seen: Look) -> None:
    every, spoilt = store.seen(seen.told)
    try:
        here = house.dumps(seen.told)
        for name, found in places.others(seen.told, every):
            seen.checks += judge_dumps.strangers(name, found)
    except Refused as refused:
        seen.checks += (Check("dumps, here", one.what, one.hint, LATE) for one in refused.problems)
        here = every
    seen.dumps += places.places(seen.told, here, seen.standby is False)
    for one in seen.dumps:
        seen.checks += judge_dumps.judge(one, seen.told.told, seen.now)
    seen.checks += judge_dumps.spoilt(spoilt)


def _pause(seen: Look, name: str) -> int:
    """Seconds between verifications of a repository from this node; 0 where they are another's."""
    return next((job.pause for job in seen.told.jobs if (job.verb, job.repository) == ("verify", name)), 0)
