"""Whether a primary's log reaches its repositories, and its standbys, in time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from . import wal
from .check import LATE, Check
from .judge import Repository

BEHIND = 120
"""Seconds beyond the declared RPO in which a segment travels: twice what it takes to give up on another repository."""
SILENT = 30
"""Seconds after which a heartbeat that is written each second is missed."""


@dataclass(frozen=True)
class Primary:
    """What `sql/primary.sql` and the heartbeat say. `due`: where the log stood so long ago that it must be archived."""

    system: str
    timeline: int
    position: int
    segment_size: int
    waiting: int
    failing: str
    silence: float | None
    due: int | None
    page_errors: int
    streaming: Mapping[str, Mapping[str, Any]]


def judge(seen: Primary, rpo: int, queue: int, standbys: tuple[str, ...]) -> Iterator[Check]:
    """What is wrong on the primary itself."""
    if seen.failing:
        hint = "the server's log and /var/log/pgbackrest/*-archive-push-async.log say why; nothing is lost yet"
        yield Check("archive", f"archiving fails, last at {seen.failing}", hint, LATE)
    waiting = seen.waiting * seen.segment_size
    if queue and waiting > queue // 2:
        share = min(100, 100 * waiting // queue)
        what = f"{seen.waiting} segments wait, {share} % of what may; beyond that pgBackRest drops them"
        yield Check("archive", what, "bring the repository back, or declare a larger disk")
    if seen.silence is None or seen.silence > SILENT:
        what = "no row was ever written" if seen.silence is None else f"the newest row is {seen.silence:.0f} s old"
        yield Check("heartbeat", what, "systemctl status pgsteward-heartbeat@… on the primary", LATE)
    if seen.page_errors:
        what = f"PostgreSQL met {seen.page_errors} pages with a bad checksum"
        yield Check("data", what, "promote a standby that is sound, or restore; pg_stat_database says where")
    for name in standbys:
        if seen.streaming.get(name, {}).get("state") != "streaming":
            yield Check(f"standby {name}", "does not stream from its primary", "its log says why")


def judge_repository(seen: Primary, one: Repository, rpo: int) -> Iterator[Check]:
    """What is wrong with a repository, as only the primary can know."""
    database = one.account.database
    if database and database.system != seen.system:
        what = f"holds another cluster: system identifier {database.system}, and not {seen.system}"
        hint = "never run stanza-upgrade on it; bring the right data directory back, or name another repository"
        yield Check(one.where, what, hint)
        return
    newest = one.archive.newest
    if newest > seen.timeline:
        what = f"has a timeline {newest} that this primary, on {seen.timeline}, knows nothing of"
        yield Check(one.where, what, "which other server archives here? stop it: two primaries must not share a stanza")
    if seen.due is not None and archived(seen, one) < seen.due:
        what = f"lacks what was written more than {rpo + BEHIND} s ago: the archive ends at {show(archived(seen, one))}"
        yield Check(
            one.where, what, "is it reachable from the primary? its pgBackRest logs in /var/log/pgbackrest", LATE
        )


def archived(seen: Primary, one: Repository) -> int:
    """The position at which the archive of the primary's timeline ends."""
    last = one.archive.last(seen.timeline)
    stretch = one.archive.ancestry(seen.timeline)[-1]
    return stretch.begin if last is None else (last + 1) * one.archive.size


def show(position: int) -> str:
    return wal.show_lsn(position)
