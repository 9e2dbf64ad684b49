"""Whether one repository can bring the cluster back to every moment that it promises."""

from collections.abc import Iterator
from dataclasses import dataclass

from .archive import SETTLED, Archive, Hole
from .backup import Account, Backup
from .check import BROKEN, LATE, NOTE, Check

SLACK = 2 * 3600
"""Seconds that a backup may take, and a job be late."""


@dataclass(frozen=True)
class Repository:
    """One repository as it was looked at. `pause`: seconds between scheduled backups, at most; `spoilt`: labels of
    backups in which the last verification found a file that is missing or not what was written."""

    name: str
    pause: int
    account: Account
    archive: Archive
    spoilt: frozenset[str] = frozenset()

    @property
    def where(self) -> str:
        return f"repository {self.name}"


def judge(one: Repository, now: int) -> Iterator[Check]:
    """Everything that is wrong with a repository; nothing where it is as it should be."""
    account = one.account
    if account.status:
        hint = "look at `pgbackrest info` and at the log of its last job; `make deploy` makes a missing stanza"
        if account.unreadable:
            hint = "put back the secret that it was made with, and deploy: `make deploy` says where it may lie"
        yield Check(one.where, account.status, hint)
    if not account.backups:
        return
    yield from _identity(one)
    yield from _broken_backups(one)
    yield from _timelines(one, now)
    yield from _holes(one, now)
    yield from _twice(one)
    yield from _freshness(one, now)


def current(one: Repository) -> tuple[Backup, ...]:
    """The backups of the database that archives there now: WAL of another has the same names and proves nothing."""
    database = one.account.database
    return tuple(backup for backup in one.account.backups if database and backup.database == database.number)


def restorable(one: Repository) -> tuple[Backup, ...]:
    """The backups that can be restored: whole with all that they refer to, and with the WAL written during them."""
    return tuple(backup for backup in current(one) if not reason_against(one, backup))


def reason_against(one: Repository, backup: Backup) -> str:
    """Why a backup cannot be restored; empty where it can."""
    labels = {known.label for known in one.account.backups}
    missing = [label for label in backup.references if label not in labels]
    if missing:
        return f"refers to {', '.join(missing)}, which is not there"
    spoilt = sorted({backup.label, *backup.references} & one.spoilt)
    if spoilt:
        return f"has damaged or missing files in {', '.join(spoilt)}"
    reach = one.archive.reach(backup.first, backup.timeline)
    if reach.position < backup.last:
        return f"lacks WAL that was written during it, from {_name(one, reach.timeline, reach.position)} on"
    return ""


def holes(one: Repository, now: int) -> tuple[Hole, ...]:
    """Where the log breaks off between the oldest backup and its newest segment."""
    archive = one.archive
    begins = [backup.first for backup in current(one) if _leads(one, backup)]
    return tuple(archive.holes(min(begins), archive.newest, now)) if begins and archive.segments else ()


def unhealed(one: Repository, now: int) -> tuple[Hole, ...]:
    """The holes behind which there is no backup yet: nothing after them can be recovered."""
    behind = max(_full_begins(one), default=-1)
    return tuple(hole for hole in holes(one, now) if behind < hole.position)


def _full_begins(one: Repository) -> list[int]:
    """Where the full backups begin that can be restored and lead to the newest timeline."""
    return [backup.first for backup in restorable(one) if backup.kind == "full" and _leads(one, backup)]


def strayed(one: Repository) -> bool:
    """Whether a backup was begun on another timeline after the newest one's WAL had come: another server writes that,
    and no backup of ours can make up for what is missing there."""
    arrived = min(one.archive.segments.get(one.archive.newest, {}).values(), default=None)
    return arrived is not None and any(arrived < kept.begin and not _leads(one, kept) for kept in current(one))


def _leads(one: Repository, backup: Backup) -> bool:
    return one.archive.leads(backup.last, backup.timeline, one.archive.newest)


def _timelines(one: Repository, now: int) -> Iterator[Check]:
    newest = one.archive.newest
    arrived = min(one.archive.segments.get(newest, {}).values(), default=now)
    if strayed(one):
        what = f"has a timeline {newest} that its newest backups are not of; a restore to the end would follow it"
        hint = f"which other server archives here? stop it; `timeline=` of a restore leads past timeline {newest}"
        yield Check(one.where, what, hint)
    elif now - arrived >= SETTLED and not any(_leads(one, backup) for backup in current(one)):
        what = f"no backup leads to its newest timeline {newest}; what was written on it cannot be recovered"
        hint = f"is {newest:08X}.history there? take a full backup now: backup/take.py"
        yield Check(one.where, what, hint)


def _twice(one: Repository) -> Iterator[Check]:
    """Two servers on one timeline: pgBackRest refuses to fetch such a segment, and every restore across it fails."""
    behind = max(_full_begins(one), default=-1) // one.archive.size
    for timeline, number in one.archive.twice[:1]:
        more = f", and {len(one.archive.twice) - 1} more" if len(one.archive.twice) > 1 else ""
        what = f"holds {_name(one, timeline, number * one.archive.size)}{more} with two contents"
        hint = "which other server archives here? stop it, then take a full backup: backup/take.py"
        yield Check(one.where, what, hint, NOTE if max(number for _, number in one.archive.twice) < behind else BROKEN)


def _identity(one: Repository) -> Iterator[Check]:
    """`stanza-upgrade` takes any cluster for the one before, and all that pgBackRest says stays ok."""
    now, kept = one.account.database, {backup.database for backup in one.account.backups}
    for before in one.account.databases:
        if now and before.number in kept and before.version == now.version and before.system != now.system:
            what = f"system identifier {now.system}, and before {before.system}, both of PostgreSQL {now.version}"
            hint = "was the data directory made anew? bring the right one back, or name another repository"
            yield Check(one.where, f"was given to another cluster: {what}", hint)


def _broken_backups(one: Repository) -> Iterator[Check]:
    for backup in current(one):
        where = f"{one.where}, backup {backup.label}"
        if backup.error:
            what = "the data directory had pages with a bad checksum when it was taken"
            yield Check(where, what, "find them with `pg_amcheck` or `pg_checksums`; promote a standby that is sound")
        reason = reason_against(one, backup)
        if reason:
            yield Check(where, f"cannot be restored: it {reason}", "take a full backup now: backup/take.py")


def _holes(one: Repository, now: int) -> Iterator[Check]:
    waiting = unhealed(one, now)
    for hole in holes(one, now):
        if hole in waiting:
            what = f"WAL is missing: {hole}; what came after it cannot be recovered"
            yield Check(one.where, what, "a full backup is begun by itself; see that it ends well")
        else:
            what = f"WAL is missing: {hole}; a later full backup is there, but no moment in between can be recovered"
            yield Check(one.where, what, "it passes when the backups from before expire", NOTE)


def _freshness(one: Repository, now: int) -> Iterator[Check]:
    newest = max(backup.end for backup in one.account.backups)
    if now - newest > one.pause + SLACK:
        hours = (now - newest) // 3600
        yield Check(one.where, f"the newest backup is {hours} h old", "why did the last job not run, or fail?", LATE)
    if not restorable(one):
        yield Check(one.where, "holds no backup that can be restored", "take a full one now: backup/take.py", BROKEN)


def _name(one: Repository, timeline: int, position: int) -> str:
    return str(Hole(timeline, position // one.archive.size, position // one.archive.size, one.archive.size))
