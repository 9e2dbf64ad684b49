"""PURE: which backup leads to a target, or why none does and what could be reached instead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from fleet.problem import Problem, Refused

from ..chain import judge, wal
from ..chain.archive import Reach
from ..chain.backup import Backup
from ..chain.judge import Repository
from .target import Target

TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class Found:
    """What a search of the log found. `position` and `moment` are the target's, where it is a transaction or a restore
    point; `last` is the moment of the last commit in the archive. None for what was not looked for or not found.
    `breaks`: the moment of the last commit before each position where replay ends at a hole."""

    position: int | None = None
    moment: datetime | None = None
    last: datetime | None = None
    breaks: Mapping[int, datetime] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """A way to a target: the repository, the backup to begin with, and the timeline to follow."""

    repository: str
    backup: Backup
    timeline: int
    target: Target
    found: Found
    end: int
    """The position where the archive of the timeline ends."""


def usable(one: Repository, target: Target) -> list[Backup]:
    """The restorable backups on the way to the target's timeline, oldest first."""
    timeline = target.timeline or one.archive.newest
    found = [kept for kept in judge.restorable(one) if one.archive.leads(kept.last, kept.timeline, timeline)]
    return sorted(found, key=lambda kept: kept.last)


def way(one: Repository, target: Target, found: Found) -> Way:
    """The way to the target that begins with the newest backup before it; raises `Refused` with the window."""
    timeline = target.timeline or one.archive.newest
    backups = usable(one, target)
    if not backups:
        hint = (
            f"timelines there: {', '.join(map(str, one.archive.timelines)) or 'none'}; `make status` says what is wrong"
        )
        raise Refused("the restore", [Problem(one.where, f"no backup leads to timeline {timeline}", hint)])
    fitting = [kept for kept in backups if fits(one, kept, target, found, timeline)]
    if not fitting:
        raise Refused("the restore", [Problem(one.where, reason(one, target, found), window(one, target, found))])
    return Way(one.name, fitting[-1], timeline, target, found, end(one, timeline))


def fits(one: Repository, backup: Backup, target: Target, found: Found, timeline: int) -> bool:
    """Whether replay from this backup gets to the target."""
    reach = one.archive.reach(backup.first, timeline)
    if target.kind == "set":
        return backup.label == target.value
    if target.kind == "end":
        return reach.position >= end(one, timeline)
    if target.kind == "time":
        last = last_commit(one, reach, found, timeline)
        return begin(backup) <= target.moment and last is not None and stops(target, last)
    position = target.position if target.kind == "lsn" else found.position
    return position is not None and backup.last <= position < reach.position


def begin(backup: Backup) -> datetime:
    """The first moment that can be had from a backup: its end is known to the second, and may lie anywhere in it."""
    return moment(backup.end + 1)


def stops(target: Target, last: datetime) -> bool:
    """Whether recovery stops at a moment, where `last` is that of the last commit: it stops before the first commit
    that is later, and fails where there is none. Source: PostgreSQL, recoveryStopsBefore."""
    return target.moment <= last if target.exclusive else target.moment < last


def last_commit(one: Repository, reach: Reach, found: Found, timeline: int) -> datetime | None:
    """The moment of the last commit that replay gets to; None where that is not known."""
    return found.last if reach.position >= end(one, timeline) else found.breaks.get(reach.position)


def end(one: Repository, timeline: int) -> int:
    """Where the archive of a timeline ends, whatever is missing before."""
    numbers = [numbers[-1] for _, numbers in one.archive.needed(0, timeline) if numbers]
    return (numbers[-1] + 1) * one.archive.size if numbers else 0


def reason(one: Repository, target: Target, found: Found) -> str:
    """Why the target cannot be reached."""
    if target.kind == "set":
        return f"there is no backup {target.value} that can be restored"
    if target.kind in ("xid", "name") and found.position is None:
        what = f"transaction {target.value}" if target.kind == "xid" else f"a restore point {target.value}"
        return f"{what} is nowhere in the archive"
    if target.kind == "end":
        return "the log has a hole on the way to its end"
    return f"{target} cannot be reached"


def window(one: Repository, target: Target, found: Found) -> str:
    """What can be reached, in a sentence for a hint."""
    return "reachable: " + "; ".join(stretches(one, target, found))


def stretches(one: Repository, target: Target, found: Found) -> Iterator[str]:
    """Each run of the log that replay gets through, from the end of its first backup."""
    timeline = target.timeline or one.archive.newest
    for first, reach in reached(one, target):
        yield (
            f"from {show(begin(first))} ({wal.show_lsn(first.last)}, backup {first.label}) "
            f"to {show(until(one, reach, found, timeline))} ({wal.show_lsn(reach.position)}) on timeline {timeline}"
        )


def spans(one: Repository, target: Target, found: Found) -> Iterator[tuple[datetime, datetime]]:
    """The first and the last moment of each of them."""
    timeline = target.timeline or one.archive.newest
    for first, reach in reached(one, target):
        yield begin(first), until(one, reach, found, timeline)


def reached(one: Repository, target: Target) -> Iterator[tuple[Backup, Reach]]:
    """The oldest backup from which replay gets to each position where the log ends, and that end."""
    timeline = target.timeline or one.archive.newest
    by_end: dict[int, tuple[Backup, Reach]] = {}
    for backup in usable(one, target):
        reach = one.archive.reach(backup.first, timeline)
        by_end.setdefault(reach.position, (backup, reach))
    for position in sorted(by_end):
        yield by_end[position]


def until(one: Repository, reach: Reach, found: Found, timeline: int) -> datetime:
    """The last moment that replay gets to."""
    last = last_commit(one, reach, found, timeline)
    return last - TICK if last else moment(reach.arrived)


def moment(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, timezone.utc)


def show(one: datetime) -> str:
    """A moment as an operator may write it back."""
    return one.strftime("%Y-%m-%d %H:%M:%S.%f").rstrip("0").rstrip(".") + "+00"
