"""The archive's segments themselves, fetched and read by pg_waldump: where a transaction or a restore point stands."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from fleet.problem import Problem, Refused

from .. import pgbackrest
from ..chain import wal, waldump
from ..chain.judge import Repository
from ..cluster import Described
from .target import Target, parse_moment
from .window import Found, end, usable

TOGETHER = 8  # segments that are read at once
PATIENCE = 24  # segments without a commit, after which the archive's last moment counts as unknown
PROGRAMS = {".zst": "zstd", ".gz": "gzip", ".lz4": "lz4", ".bz2": "bzip2"}


def search(told: Described, number: int, one: Repository, target: Target) -> Found:
    """What has to be known of the log to judge the target; read from the archive's end backward."""
    if target.kind == "time":
        last = last_moment(told, number, one, target)
        return Found(last=last, breaks=breaks(told, number, one, target))
    if target.kind == "xid":
        for text in dumps(told, number, one, target, "Transaction"):
            for commit in waldump.commits(text):
                if commit.xid == int(target.value):
                    return Found(commit.position, moment(commit))
    if target.kind == "name":
        for text in dumps(told, number, one, target, "XLOG"):
            positions = [point.position for point in waldump.points(text) if point.name == target.value]
            if positions:
                return Found(positions[-1])
    return Found()


def breaks(told: Described, number: int, one: Repository, target: Target) -> dict[int, datetime]:
    """The moment of the last commit before each hole at which replay from a backup ends, by the hole's position."""
    timeline = target.timeline or one.archive.newest
    ends = {one.archive.reach(kept.first, timeline).position for kept in usable(one, target)}
    found = {}
    for position in ends - {end(one, timeline)}:
        last = last_moment(told, number, one, target, position)
        if last:
            found[position] = last
    return found


def last_moment(
    told: Described, number: int, one: Repository, target: Target, until: "int | None" = None
) -> "datetime | None":
    """When the last transaction in the archive, or before a position in it, was committed; None where none is near."""
    for read, text in enumerate(dumps(told, number, one, target, "Transaction", 1, until)):
        found = [moment(commit) for commit in waldump.commits(text)]
        if found:
            return max(found)
        if read == PATIENCE:
            break
    return None


def moment(commit: waldump.Commit) -> datetime:
    return parse_moment(f"{commit.time}+00")


def dumps(
    told: Described,
    number: int,
    one: Repository,
    target: Target,
    manager: str,
    together: int = TOGETHER,
    until: "int | None" = None,
) -> Iterator[str]:
    """What pg_waldump prints of one resource manager, a few segments at a time, the newest first.

    Each run begins with the last segment of the one before it in the log: a record may reach from one into the next.
    """
    for timeline, run in runs(one, target, until):
        for begin in range(len(run) - 1, -1, -together):
            numbers = run[max(0, begin - together) : begin + 1]
            yield dump(told, number, one, timeline, numbers, manager)


def runs(one: Repository, target: Target, until: "int | None" = None) -> Iterator[tuple[int, list[int]]]:
    """The segments in a row (timeline, numbers) from the oldest usable backup to the target's end, newest first.

    `until`: none that end behind this position.
    """
    backups = usable(one, target)
    if not backups:
        return
    for timeline, numbers in reversed(
        list(one.archive.needed(min(kept.first for kept in backups), target.timeline or one.archive.newest))
    ):
        run: list[int] = []
        for segment in reversed(numbers):
            wanted = until is None or (segment + 1) * one.archive.size <= until
            if wanted and segment in one.archive.segments.get(timeline, {}):
                run.insert(0, segment)
            elif run:
                yield timeline, run
                run = []
        if run:
            yield timeline, run


def dump(told: Described, number: int, one: Repository, timeline: int, numbers: list[int], manager: str) -> str:
    """pg_waldump's account of a few segments in a row."""
    with tempfile.TemporaryDirectory(prefix="pgsteward-wal-") as directory:
        names = [wal.show_name(timeline, segment, one.archive.size) for segment in numbers]
        for segment, name in zip(numbers, names, strict=True):
            path = one.archive.paths[timeline, segment]
            place = f"archive/{told.cluster}/{one.account.directory}/{path}"
            fetch(told, number, place, Path(directory) / name)
        command = [str(told.binaries / "pg_waldump"), f"--rmgr={manager}", f"--path={directory}", names[0], names[-1]]
        # It ends with an error where the log does; what it printed before is what is wanted.
        return subprocess.run(
            command, capture_output=True, text=True, check=False, env={**os.environ, "TZ": "UTC", "LC_ALL": "C"}
        ).stdout


def fetch(told: Described, number: int, place: str, to: Path) -> None:
    """One segment out of a repository, decrypted and decompressed."""
    command = ["pgbackrest", *pgbackrest.QUIET, f"--stanza={told.cluster}", f"--repo={number}", "repo-get", place]
    got = subprocess.run(command, capture_output=True, check=False, cwd="/")
    if got.returncode:
        raise pgbackrest.failed(told.cluster, command, got.stderr.decode(errors="replace"))
    program = PROGRAMS.get(Path(place).suffix)
    if program is None:
        to.write_bytes(got.stdout)
        return
    try:
        to.write_bytes(subprocess.run([program, "-dc"], input=got.stdout, capture_output=True, check=True).stdout)
    except (OSError, subprocess.CalledProcessError):
        problem = Problem(place, f"cannot be decompressed by {program}", "is it installed, and the segment whole?")
        raise Refused(told.cluster, [problem]) from None
