"""A dump of a 2 GB database beside the bare pg_dump with the same options, on the same throw-away server.

    python -m tests.bench.dump [megabytes] [rounds]

Ours counts the rows of every table in the dump's snapshot, hashes every file, and keeps what was true of the database;
both flush to the disk. They take turns, so that what else this machine does meets both; seconds of processors, those
of the server among them, tell the same where it does much.
"""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from steward.dump.take import compress
from tests.sql.dump.host import Host
from tests.sql.examples import declared, generate, migrate
from tests.sql.server import Server
from tests.sql.world import apply

from .migrate import as_in_use

EXAMPLE = "home_inventory"
MEGABYTES = 2000
ROUNDS = 5
MOST = 1.05
"""The share of the bare pg_dump's time that a dump may take."""
ZSTD_SINCE = 16
SETTLED = 0.5  # seconds until the server has reaped its sessions


@dataclass(frozen=True)
class Took:
    """`seconds` of wall time, and of all processors."""

    seconds: float
    processors: float


def main(megabytes: int = MEGABYTES, rounds: int = ROUNDS) -> None:
    server = Server()
    host = Host(server)
    try:
        as_in_use(server)
        apply(server, declared(server.version))
        migrate(server, EXAMPLE)
        generate(server, EXAMPLE, EXAMPLE, megabytes / 10)
        with server.connect(EXAMPLE) as admin:
            admin.execute("vacuum analyze")
            admin.execute("checkpoint")
            size = admin.execute("select pg_size_pretty(pg_database_size(current_database()))").fetchone()
        print(f"{EXAMPLE}: {size[0] if size else '?'}, PostgreSQL {server.version}, {os.cpu_count()} cores, 2 jobs")
        for compression in ("zstd:3" if server.version >= ZSTD_SINCE else "gzip:6", "none"):
            compare(host, compression, rounds)
    finally:
        host.gone()
        server.stop()


def compare(host: Host, compression: str, rounds: int) -> None:
    """Prints the medians, their ratio, and the memory that ours took, pg_dump's among it."""
    host.declare({EXAMPLE: {}}, compression=compression, jobs=2)
    contenders: dict[str, Callable[[], Took]] = {
        "pg_dump": lambda: bare(host, compression),
        "steward dump take": lambda: ours(host),
    }
    figures: dict[str, list[Took]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            figures[name].append(run())
    print(f"\n{compression}: medians of {rounds} runs each, and their ratios; at most {MOST} is wanted")
    show("s", {name: [one.seconds for one in found] for name, found in figures.items()})
    show("s of processors", {name: [one.processors for one in found] for name, found in figures.items()})
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{most:8} MB is the most memory that any process of theirs took")


def show(unit: str, figures: dict[str, list[float]]) -> None:
    theirs = statistics.median(next(iter(figures.values())))
    for name, found in figures.items():
        median, all_of_them = statistics.median(found), ", ".join(f"{one:.2f}" for one in found)
        print(f"{median:8.2f} {unit}  {median / theirs:6.3f} ×  {name}  ({all_of_them})")


def bare(host: Host, compression: str) -> Took:
    """pg_dump alone."""
    place = host.root / "bare"
    flag, sockets = f"--compress={compress(compression, host.server.version)}", host.inside(host.sockets)
    command = [f"{host.server.binaries}/pg_dump", "-Fd", "-j2", flag, "-h", sockets, "-U", "postgres"]
    try:
        return timed(
            host, lambda: subprocess.run([*host.entering(), *command, "-f", host.inside(place), EXAMPLE], check=True)
        )
    finally:
        shutil.rmtree(place, ignore_errors=True)


def ours(host: Host) -> Took:
    """A dump, from the start of the program to its end."""
    took = timed(host, lambda: host.dump("take", "main", EXAMPLE))
    for one in host.dumps():
        shutil.rmtree(one.directory)
    return took


def timed(host: Host, act: Callable[[], object]) -> Took:
    subprocess.run(["sync"], check=True)
    begin, before = time.perf_counter(), processors(host)
    act()
    seconds = time.perf_counter() - begin
    time.sleep(SETTLED)
    return Took(seconds, processors(host) - before)


def processors(host: Host) -> float:
    """What our children and the server, with all that it has reaped, have taken so far."""
    mine = resource.getrusage(resource.RUSAGE_CHILDREN)
    postmaster = (host.server.data / "postmaster.pid").read_text().split()[0]
    fields = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return mine.ru_utime + mine.ru_stime + sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
