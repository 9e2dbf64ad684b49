"""A server made anew beside production, for as long as a dump is tried on it: its own version, little memory, no
network, no workers that do anything by themselves. Nothing in it is worth a flush to the disk.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from fleet.extensions import PRELOADED
from fleet.problem import Problem, Refused

from ..cluster import Described
from ..restore.instance import PLACE, Instance, connection, free_port, recovered
from . import store
from .manifest import Manifest
from .programs import program, run
from .space import checked

DATABASE = "restored"
MOST = 128 << 20
"""Bytes of shared buffers, at most."""
ROOM = 1.2
"""What a restored database takes, at most, beside the one that was dumped: its log, and what sorts write besides."""
FAILED = "see the server's own words; is the locale that the database has still there on this host?"


@dataclass(frozen=True)
class Scratch(Instance):
    """A data directory made by initdb. `memory`: bytes that it may use; `jobs`: how many work on it at once;
    `preloaded`: the libraries that extensions need to be there."""

    memory: int = MOST
    jobs: int = 1
    preloaded: tuple[str, ...] = ()

    def settings(self) -> dict[str, str]:
        return {
            **super().settings(),
            "shared_buffers": f"{min(MOST, self.memory // 8) >> 10}kB",
            "maintenance_work_mem": f"{max(1 << 20, self.memory // 4) >> 10}kB",
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "autovacuum": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_worker_processes": "0",  # what an extension would do by itself, it does not do here
            "cluster_name": f"{self.told.cluster} scratch",
            **({"cron.database_name": DATABASE} if "pg_cron" in self.preloaded else {}),
        }

    def overruled(self) -> dict[str, str]:
        return {**super().overruled(), "shared_preload_libraries": ",".join(self.preloaded)}


def place(told: Described) -> Path:
    """Where it lies. There is one at a time, and its name is short: it is part of a socket's path."""
    return PLACE / f".scratch-{told.cluster}"


@contextmanager
def scratch(told: Described, one: Manifest) -> Iterator[Scratch]:
    """A server without any role but postgres, and with an empty database fit for the dump; gone afterwards."""
    tidy(told)
    directory, declared = place(told), store.wanted(told)
    directory.mkdir(mode=0o700, parents=True)
    try:
        checked(directory, int(one.database_size * ROOM), declared.reserve)
        with store.held(directory, fcntl.LOCK_EX):
            libraries = tuple(sorted(PRELOADED & one.extensions.keys()))
            mine = replace(told, version=version(told, one))
            port, jobs = free_port(), declared.verify_jobs
            instance = Scratch(mine, directory, port, declared.verify_memory, jobs, libraries)
            made(instance)
            instance.start()
            recovered(mine, directory, lambda: connection(instance), instance.log)
            yield instance
    finally:
        clear(Instance(told, directory, 0))


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


def tidy(told: Described) -> None:
    """Removes what a killed verification left: the server that still runs there, and its files."""
    directory = place(told)
    with suppress(FileNotFoundError, BlockingIOError), store.held(directory, fcntl.LOCK_EX | fcntl.LOCK_NB):
        clear(Instance(told, directory, 0))


def clear(instance: Instance) -> None:
    """Stops the server, if it runs, and leaves nothing of it."""
    if (instance.directory / "postmaster.pid").exists():
        instance.kill()
    if instance.directory.exists():
        store.clear(instance.directory)
