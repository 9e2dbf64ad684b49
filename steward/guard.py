"""`steward guard <cluster>`: whether the server of this node may start as a primary. systemd asks before each start.

A primary that was lost and comes back would take writes beside the one that was promoted meanwhile. So its peers are
asked, as a standby would ask them: does one take writes, or follow a timeline newer than this node's? Then it does
not start, and is marked, so that a deploy makes it a standby. A standby is never asked about, nor a server that has
never run. Where no peer answers it starts: after a power cut of everything there is nobody to ask. At boot peers get
time to come up; and, where one is silent, the archive is asked for a newer timeline's beginning.

Exit codes: 0 start, 1 refused by fault of its own (systemd starts all the same), 3 do not start.
"""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from . import fence, records
from .cluster import ROOT, Described, Peer, described

if TYPE_CHECKING:
    import psycopg

STAY = 3
AT_BOOT = 30.0  # seconds that peers get to come up when this host does
BETWEEN = 2.0
CONNECTING = 3
FETCHING = 10
"""Seconds that the archive may take."""


@dataclass(frozen=True)
class Known:
    """A server by its own account: which cluster of PostgreSQL's, on which timeline, and whether it takes writes."""

    system: str
    timeline: int
    primary: bool


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("usage: steward guard <cluster>", file=sys.stderr)
        return 1
    told = described(arguments[0])
    if reason := fence.reason(told):
        return stays(told, reason)
    if not guarded(told.data):
        return 0
    reason = superseded(told, own(told))
    if not reason:
        return 0
    with suppress(OSError):  # a full disk is no reason to start
        records.replace(fence.mark(told), reason)
    return stays(told, reason)


def stays(told: Described, reason: str) -> int:
    print(f"{told.node} may not start: {reason}\n    HINT: {fence.HINT}", file=sys.stderr)
    return STAY


def guarded(data: Path) -> bool:
    """Whether a start would make a primary of data that has been one."""
    standby = any((data / name).exists() for name in ("standby.signal", "recovery.signal"))
    return (data / "postmaster.opts").exists() and not standby


def superseded(told: Described, here: Known) -> str:
    """Why this node is not the primary any more; empty where nobody says so."""
    end = time.monotonic() + (AT_BOOT if booting() else 0)
    while True:
        with ThreadPoolExecutor(max(1, len(told.peers))) as pool:
            said = dict(zip(told.peers, pool.map(lambda peer: asked(told, peer), told.peers), strict=True))
        reason = next(reasons(here, {peer.name: known for peer, known in said.items() if known}), "")
        if reason or all(said.values()):
            return reason
        if time.monotonic() >= end:
            return in_archive(told, here.timeline + 1)
        time.sleep(BETWEEN)


def reasons(here: Known, peers: "dict[str, Known]") -> Iterator[str]:
    """What peers say that rules a start out; those of another cluster say nothing."""
    for name, one in peers.items():
        if one.system != here.system:
            continue
        if one.primary and one.timeline >= here.timeline:
            yield f"{name} is the primary, on timeline {one.timeline}; this node is on {here.timeline}"
        elif one.timeline > here.timeline:
            yield f"{name} follows timeline {one.timeline}; this node is on {here.timeline}"


def asked(told: Described, peer: Peer) -> "Known | None":
    """What a peer says over the replication protocol, as any standby may ask; None where it does not answer."""
    import psycopg

    own_files = ROOT / told.cluster
    try:
        with psycopg.connect(
            host=peer.name,
            hostaddr=peer.address,
            port=told.port,
            user="replicator",
            passfile=str(own_files / "replication.pass"),
            sslmode="verify-full",
            sslrootcert=str(own_files / "authority.crt"),
            replication="true",
            connect_timeout=CONNECTING,
            autocommit=True,
        ) as connection:
            return identified(connection)
    except psycopg.Error:
        return None


def identified(connection: "psycopg.Connection[tuple[object, ...]]") -> "Known | None":
    """The answer; psycopg's own queries are not of this protocol, so libpq's are used."""
    row, mode = (connection.pgconn.exec_(query) for query in (b"IDENTIFY_SYSTEM", b"SHOW in_hot_standby"))
    system, timeline, standby = row.get_value(0, 0), row.get_value(0, 1), mode.get_value(0, 0)
    if system is None or timeline is None or standby is None:
        return None
    return Known(system.decode(), int(timeline), standby == b"off")


def own(told: Described) -> Known:
    """What the files of this node say; the server does not run."""
    command = [str(told.binaries / "pg_controldata"), str(told.data)]
    text = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C"}).stdout
    return controlled(text.splitlines())


def controlled(lines: Iterable[str]) -> Known:
    """What `pg_controldata` says of a server that has been a primary."""
    values = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    timelines = ("Latest checkpoint's TimeLineID", "Min recovery ending loc's timeline")
    return Known(values["Database system identifier"], max(int(values[name]) for name in timelines), True)


def in_archive(told: Described, timeline: int) -> str:
    """Whether somebody has begun the timeline after ours, as the archive knows; nothing where it does not answer."""
    name = f"{timeline:08X}.history"
    if not told.repositories:
        return ""
    into = told.state / "guard.history"
    command = ["pgbackrest", f"--stanza={told.cluster}", "--no-archive-async", "archive-get", name, str(into)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=FETCHING, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    into.unlink(missing_ok=True)
    return f"the archive knows timeline {timeline}, which another node began" if done.returncode == 0 else ""


def booting() -> bool:
    """Whether this host is starting up as a whole."""
    command = ["systemctl", "is-system-running"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() in (
        "initializing",
        "starting",
    )
