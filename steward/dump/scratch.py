"""A server made anew beside production, for as long as a dump is tried on it: its own version, little memory, no
workers that do anything by themselves. What a dump brings along is its owner's to say, so it runs isolated.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from fleet.extensions import PRELOADED
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..isolated import asked
from ..isolated.asked import Enclosed
from ..restore.instance import FIRST_PORT, PLACE, Instance
from . import store
from .manifest import Manifest
from .programs import program, run
from .space import checked

DATABASE = "restored"
"""What the database is called that a dump is tried in."""
HASTY = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
"""Settings of a server of which nothing is worth a flush to the disk."""
MOST = 128 << 20
"""Bytes of shared buffers, at most."""
ROOM = 1.2
"""What a restored database takes, at most, beside the one that was dumped: its log, and what sorts write besides."""
FAILED = "see the server's own words; is the locale that the database has still there on this host?"


@dataclass(frozen=True)
class Room:
    """What a server may take of this host. `directory`: its data lies below; `job`: whose bounds it keeps; `memory`:
    bytes; `jobs`: how many work on it at once; `reserve`: bytes of the disk that stay free; `hasty`: whether it may
    write as if no power were ever cut, which is no measure of time."""

    job: str
    directory: Path
    memory: int
    jobs: int
    reserve: int
    hasty: bool = True


@dataclass(frozen=True)
class Scratch(Enclosed):
    """A data directory made by initdb, for one `database`. `preloaded`: the libraries that extensions need to be
    there."""

    room: Room
    database: str = DATABASE
    preloaded: tuple[str, ...] = ()

    def settings(self) -> dict[str, str]:
        return {
            **super().settings(),
            "shared_buffers": f"{min(MOST, self.room.memory // 8) >> 10}kB",
            "maintenance_work_mem": f"{max(1 << 20, self.room.memory // 4) >> 10}kB",
            "autovacuum": "off",
            "max_worker_processes": "0",  # what an extension would do by itself, it does not do here
            "cluster_name": f"{self.told.cluster} scratch",
            **(HASTY if self.room.hasty else {}),
            **({"cron.database_name": self.database} if "pg_cron" in self.preloaded else {}),
        }

    def overruled(self) -> dict[str, str]:
        return {**super().overruled(), "shared_preload_libraries": ",".join(self.preloaded)}


def verification(told: Described) -> Room:
    """For a verification. There is one at a time, and the directory's name is short: it is part of a socket's path."""
    declared = store.wanted(told)
    place = PLACE / f".scratch-{told.cluster}"
    return Room("verify", place, declared.verify_memory, declared.verify_jobs, declared.reserve)


@contextmanager
def scratch(told: Described, one: Manifest, room: Room, database: str = DATABASE) -> Iterator[Scratch]:
    """A server without any role but postgres, on which there is no such database yet; gone afterwards."""
    asked.reachable()
    directory = room.directory
    tidy(told, directory)
    directory.mkdir(mode=0o700, parents=True)
    try:
        checked(directory, int(one.database_size * ROOM), room.reserve)
        with store.held(directory, fcntl.LOCK_EX):
            libraries = tuple(sorted(PRELOADED & one.extensions.keys()))
            mine = replace(told, version=version(told, one))
            instance = Scratch(mine, directory / "data", FIRST_PORT, room, database, libraries)
            made(instance)
            with asked.isolated(instance, room.job):
                yield instance
    finally:
        clear(told, directory)


def made(instance: Scratch) -> None:
    """A cluster whose superuser is postgres, as on every host of ours; a database brings its own locale along."""
    flags = ("--encoding=UTF8", "--locale=C", "--username=postgres", "--auth=peer", "--no-sync", "--no-instructions")
    run(program(instance.told, "initdb", f"--pgdata={instance.directory}", *flags), FAILED)


def version(told: Described, one: Manifest) -> int:
    """The version to try it on: the dump's own, where its programs are here still; raises `Refused`."""
    if replace(told, version=one.version).binaries.exists():
        return one.version
    if one.version > told.version:
        hint = f"a dump is restored into its own version or a newer one; install PostgreSQL {one.version}"
        raise Refused(one.id, [Problem("version", f"is {one.version}, and here is {told.version}", hint)])
    return told.version


def tidy(told: Described, directory: Path) -> None:
    """Removes what whoever was killed left there: the server that still runs, and its files."""
    with suppress(FileNotFoundError, BlockingIOError), store.held(directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
        clear(told, directory)


def clear(told: Described, directory: Path) -> None:
    """Leaves nothing of a server: of one that was isolated, and of one that an earlier release has left running."""
    for data in (directory, directory / "data"):
        Instance(told, data, 0).kill()
    if directory.exists():
        asked.clear(directory)
        store.clear(directory)
