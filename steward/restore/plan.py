"""What a restore is going to do, decided before anything is touched; as JSON between the steps of a deploy."""

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from fleet.problem import Problem, Refused

from ..chain import wal
from ..cluster import Described, Repository
from ..repository import listed
from ..server import ask, is_primary
from ..sql import sql
from .search import last_moment, search
from .target import Target
from .window import Way, show, way

PAUSE = 0.1
LISTED = 2  # seconds between two looks for it
FLUSHED = 30  # seconds that the last WAL of a running primary may take into the archive


@dataclass(frozen=True)
class Plan:
    """`before` and `after`: the moments of the heartbeats around the target, as production knows them; `newest` is its
    last one; empty where there is no production to ask. `turns`: whether recovery leaves the backup's own timeline for
    another. `awaits`: the segment that has to be archived before recovery reads to the end. `size`: bytes of the data
    directory. `latest`: no timeline was asked for, and it is the archive's newest. To the end of it recovery gets by
    itself, and no setting is left that waits for a restart."""

    cluster: str
    repository: str
    number: int
    backup: str
    timeline: int
    turns: bool
    kind: str
    value: str
    exclusive: bool
    size: int
    said: str
    before: str = ""
    after: str = ""
    newest: str = ""
    awaits: str = ""
    latest: bool = False

    def document(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def along(self) -> str:
        """The timeline as recovery is told of it. Of one that has a number PostgreSQL wants the history, which a
        repository that was made anew since the last promotion has not."""
        return str(self.timeline) if self.turns else "current"

    def options(self) -> list[str]:
        """pgBackRest's own options; a transaction or restore point is where it was found to stand."""
        chosen = [f"--repo={self.number}", f"--set={self.backup}"]
        if self.kind == "set":
            timeline = f"--recovery-option=recovery_target_timeline={self.along}"
            return [*chosen, "--type=immediate", "--target-action=promote", timeline]
        follow = f"--target-timeline={self.along}"
        if self.kind == "end":
            return [*chosen, "--type=default", *([] if self.latest else [follow])]
        exclusive = ["--target-exclusive"] if self.exclusive else []
        return [
            *(*chosen, f"--type={self.kind}", f"--target={self.value}", follow),
            *("--target-action=promote", *exclusive),
        ]


def plan(told: Described, target: Target, name: str = "") -> Plan:
    """The plan for a target, from the named repository or the first that leads there; raises `Refused` with what each
    of them can reach. What a primary that runs here has not archived yet is archived where the target needs it; what
    one elsewhere is about to archive is waited for."""
    if target.kind == "end":
        return replace(chosen(told, target, name), awaits=switched(told))
    waits = waited(told, target)
    while True:
        try:
            return chosen(told, target, name)
        except Refused:
            if not next(waits, False):
                raise


def waited(told: Described, target: Target) -> Iterator[bool]:
    """Waits between two looks, as often as there is something to wait for."""
    if segment := switched(told):
        awaited(told, segment)
        yield True
    while arriving(told, target):
        time.sleep(LISTED)
        yield True


def arriving(told: Described, target: Target) -> bool:
    """Whether a moment has passed so lately that the log of it may still be on its way into the archive."""
    if target.kind != "time" or not told.rpo or not begun(told):
        return False
    return 0 <= time.time() - target.moment.timestamp() <= told.rpo + FLUSHED


def chosen(told: Described, target: Target, name: str) -> Plan:
    """The plan by what lies in the repositories now."""
    problems: list[Problem] = []
    for one in told.repositories:
        if name in ("", one.name):
            try:
                return planned(told, one.number, leading(told, one, target))
            except Refused as refused:
                problems += refused.problems
    if not problems:
        known = ", ".join(one.name for one in told.repositories) or "none"
        problems = [Problem("repository", f"there is no {name} here", f"known here: {known}")]
    raise Refused("the restore", problems)


def leading(told: Described, one: Repository, target: Target) -> Way:
    """The way to the target out of one repository; the archive's last moment is read where it matters."""
    seen = listed(told, one.name, one.number, one.pause)
    found = search(told, one.number, seen, target)
    try:
        return way(seen, target, found)
    except Refused:
        if found.last:
            raise
        return way(seen, target, replace(found, last=last_moment(told, one.number, seen, target)))


def planned(told: Described, number: int, found: Way) -> Plan:
    kind, value = landing(found)
    before, after, newest = neighbours(told, found)
    return Plan(
        cluster=told.cluster,
        repository=found.repository,
        number=number,
        backup=found.backup.label,
        timeline=found.timeline,
        turns=found.timeline != found.backup.timeline,
        kind=kind,
        value=value,
        exclusive=found.target.exclusive,
        size=found.backup.size,
        said=str(found.target),
        before=before,
        after=after,
        newest=newest,
        latest=not found.target.timeline,
    )


def landing(found: Way) -> tuple[str, str]:
    """The target as recovery is told of it: a moment in UTC, a position, or nothing."""
    target = found.target
    if target.kind == "time":
        return "time", show(target.moment)
    if target.kind in ("xid", "name"):
        return "lsn", wal.show_lsn(found.found.position or 0)
    return target.kind, target.value


def neighbours(told: Described, found: Way) -> tuple[str, str, str]:
    """The heartbeats that must and must not be there afterward, and production's newest."""
    if not begun(told):
        return "", "", ""
    if found.target.kind == "time":
        moment = show(found.target.moment)
        row = ask(told, sql("around_time"), (moment, moment))
    else:
        position = wal.show_lsn(position_of(found))
        row = ask(told, sql("around_lsn"), (position, position))
    if not row:
        return "", "", ""
    exact = found.target.kind in ("time", "lsn", "xid", "name")
    return row["before"] or "", (row["after"] or "") if exact else "", row["newest"] or ""


def position_of(found: Way) -> int:
    """The position up to which everything is there afterward."""
    if found.target.kind == "lsn":
        return found.target.position
    if found.target.kind == "set":
        return found.backup.first
    return found.end if found.target.kind == "end" else found.found.position or 0


def switched(told: Described) -> str:
    """Has a primary that runs here end its segment, and returns that segment's name; empty where none runs."""
    # One byte less: where nothing was written since the last switch, the position is the next segment's first.
    there = begun(told) and is_primary(told)
    row = ask(told, "select pg_walfile_name(pg_switch_wal() - 1) as wal") if there else None
    return str(row["wal"]) if row else ""


def begun(told: Described) -> bool:
    """Whether production's server was started on this node's data. Where none was nobody is asked, which takes a
    driver; a copy that archives nothing knows of rows that no repository has."""
    return not told.read_only and (told.data / "postmaster.pid").exists()


def awaited(told: Described, segment: str) -> None:
    """Waits until the segment is archived, for a while."""
    deadline = time.time() + FLUSHED
    while segment and time.time() < deadline:
        seen = ask(told, "select last_archived_wal >= %s as there from pg_stat_archiver", (segment,))
        if seen is None or seen["there"]:
            return
        time.sleep(PAUSE)
