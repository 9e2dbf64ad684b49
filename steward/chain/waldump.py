"""What `pg_waldump` prints, where it matters for a recovery's target: commits with their times, and restore points."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import wal

LINE = re.compile(r"rmgr: (\w+)\s.*?tx:\s*(\d+), lsn: ([0-9A-F]+/[0-9A-F]+), .*?desc: (\w+)(.*)")
PREPARED = re.compile(r" (\d+): ")
MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d+))? UTC")


@dataclass(frozen=True)
class Commit:
    """A transaction's end: its number, the record's position, and its time in UTC as `2026-11-21 10:00:00.123456`."""

    xid: int
    position: int
    time: str


@dataclass(frozen=True)
class Point:
    """A named restore point and its record's position."""

    name: str
    position: int


def commits(text: str) -> Iterator[Commit]:
    """The commits in a dump that was made with TZ=UTC, in their order."""
    for line in text.splitlines():
        found = LINE.match(line)
        if found and found[1] == "Transaction" and found[4].startswith("COMMIT"):
            moment = MOMENT.search(found[5])
            if moment:
                prepared = PREPARED.match(found[5])  # the record belongs to no transaction, and names the one it ends
                xid = int(prepared[1] if prepared else found[2])
                yield Commit(xid, wal.parse_lsn(found[3]), moment[0].removesuffix(" UTC"))


def points(text: str) -> Iterator[Point]:
    """The restore points in a dump, in their order."""
    for line in text.splitlines():
        found = LINE.match(line)
        if found and found[1] == "XLOG" and found[4] == "RESTORE_POINT":
            yield Point(found[5].strip(), wal.parse_lsn(found[3]))
