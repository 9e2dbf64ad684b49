"""A copy of a subscriber leaves production's slot alone, and whatever else production does by itself."""

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .servers import Running, as_postgres, installed, owned, running

HOUSE = Path(__file__).parent.parent.parent.parent
PORT = 15499
PATIENCE = 30.0
LOOKS = 2.0
"""Seconds in which a worker would have begun: the launcher looks at once, and whenever a slot is free again."""
IDS = "select id from public.events order by id"
WORKERS = "select backend_type from pg_stat_activity where datid is null or backend_type <> 'client backend'"
QUIET = {"checkpointer", "background writer", "walwriter", "autovacuum launcher", "startup", "io worker"}


@dataclass
class Copied:
    """A publisher, production that subscribes to it, and a copy of production's files."""

    publisher: Running
    production: Running
    copy: Path
    version: int

    def ask(self, query: str) -> Any:
        """The first value that the copy answers."""
        words = (str(self.version), str(self.production.binaries), str(self.copy), str(PORT), query)
        told = {**os.environ, "PYTHONPATH": str(HOUSE)}
        said = as_postgres(sys.executable, "-m", "tests.sql.copies.program", *words, cwd="/", env=told).stdout
        return next(iter(json.loads(said).values()))

    def stop(self) -> None:
        if (self.copy / "postmaster.pid").exists():
            binaries = self.production.binaries
            as_postgres(f"{binaries}/pg_ctl", "-D", str(self.copy), "-w", "-s", "stop", "-m", "immediate", cwd="/")


@pytest.fixture(scope="module", params=sorted(installed()) or [0])
def pair(request: pytest.FixtureRequest) -> Iterator[Copied]:
    version: int = request.param
    if not version:
        assert not os.environ.get("CI"), "CI has to have a PostgreSQL server"
        pytest.skip("no PostgreSQL server is installed")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="copy-", dir="/tmp")))
        place.chmod(0o755)
        owned(place)
        publisher, production = (
            stack.enter_context(running(Running(installed()[version], place / name))) for name in ("a", "b")
        )
        subscribed(publisher, production)
        yield Copied(publisher, production, place / "copy", version)


@pytest.fixture
def copied(pair: Copied) -> Iterator[Copied]:
    yield pair
    pair.stop()
    shutil.rmtree(pair.copy)


def subscribed(publisher: Running, production: Running) -> None:
    for one in (publisher, production):
        one.ask("create table events (id int primary key)")
    publisher.ask("create publication pub for table events")
    publisher.ask("insert into events select generate_series(1, 4)")
    where = f"host={publisher.directory} user=postgres dbname=postgres"
    production.ask(f"create subscription sub connection '{where}' publication pub")
    come_to(lambda: production.ask(IDS), [1, 2, 3, 4])
    come_to(lambda: publisher.ask("select active from pg_replication_slots"), [True])


def come_to(seen: Any, wanted: object) -> None:
    end = time.monotonic() + PATIENCE
    while (found := seen()) != wanted:
        assert time.monotonic() < end, found
        time.sleep(0.05)


@contextmanager
def away(production: Running) -> Iterator[None]:
    """Production's worker is away for a while, as it is by a restart; its slot is free for whoever comes."""
    production.ask("alter subscription sub disable")
    yield
    production.ask("alter subscription sub enable")


def copy(copied: Copied, *settings: str) -> None:
    """The files of production, and what an operator has once set there by ALTER SYSTEM."""
    copied.production.stop()
    shutil.copytree(copied.production.data, copied.copy)
    for path in (copied.copy, *copied.copy.rglob("*")):
        owned(path)
    copied.copy.chmod(0o700)
    (copied.copy / "recovery.signal").touch()
    with (copied.copy / "postgresql.auto.conf").open("a") as file:
        file.write("".join(f"{line}\n" for line in ("restore_command = 'false'", *settings)))
    copied.production.start()


def test_a_copy_leaves_productions_slot_alone_and_no_row_is_lost(copied: Copied) -> None:
    copy(copied, "max_logical_replication_workers = 4", "max_worker_processes = 16")
    assert copied.ask("select count(*) from pg_subscription where subenabled") == 1
    with away(copied.production):
        come_to(lambda: copied.publisher.ask("select active from pg_replication_slots"), [False])
        copied.publisher.ask("insert into events values (5), (6)")
        time.sleep(LOOKS)
        assert copied.publisher.ask("select active from pg_replication_slots") == [False]
    come_to(lambda: copied.production.ask(IDS), [1, 2, 3, 4, 5, 6])
    assert copied.ask("select max(id) from public.events") == 4
    workers = set(copied.ask(f"select json_agg(backend_type) from ({WORKERS}) as other"))
    assert {one for one in workers if one not in QUIET} == set()


def test_a_copy_calls_nothing_that_production_calls(copied: Copied) -> None:
    called = copied.copy.parent / "called"
    names = ("archive_command", "archive_cleanup_command", "recovery_end_command")
    pid = copied.copy.parent / "pid"
    calls = [f"{name} = 'echo {name} >> {called}'" for name in names]
    copy(copied, "archive_mode = on", *calls, f"external_pid_file = '{pid}'", "session_preload_libraries = 'none'")
    assert copied.ask("select pg_switch_wal()::text")
    assert copied.ask("select archived_count + failed_count from pg_stat_archiver") == 0
    assert not called.exists()
    assert not pid.exists()
