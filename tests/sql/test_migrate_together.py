"""Several at once: migrators among themselves, and a migrator beside those who use the database."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from . import sqlx
from .migrating import Place, end_of, until

WRITING = "LOCK TABLE big IN ROW EXCLUSIVE MODE"
AT_WORK = "another migrator is at work"
IDLE_WAITERS = (
    "SELECT state, backend_xmin IS NULL, backend_xid IS NULL, wait_event FROM pg_stat_activity "
    "WHERE application_name = 'pgsteward migrate' AND pid NOT IN ({holders})"
)
HOLDERS = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"


@contextmanager
def transaction(place: Place, *commands: str) -> Iterator["psycopg.Connection[Any]"]:
    """A session of somebody else that keeps a transaction open."""
    with place.connect() as other:
        other.execute("SET application_name = 'somebody'")
        other.execute("BEGIN")
        for command in commands:
            other.execute(command)
        yield other


@pytest.mark.parametrize("count", [2, 10])
def test_however_many_migrate_at_once_each_migration_runs_once(place: Place, count: int) -> None:
    place.do("CREATE TABLE ran (version bigint)")
    for number in range(1, 13):
        # what two would do twice shows; the pause makes them meet
        place.files(**{f"_{number}_step": f"insert into ran values ({number}); select pg_sleep(0.05);"})
    place.files(_13_index="-- no-transaction\ncreate index concurrently ran_i on ran (version);")
    processes = [place.begin("up") for _ in range(count)]
    said = [end_of(process) for process in processes]
    assert place.ask("SELECT version FROM ran ORDER BY version") == list(range(1, 13))
    assert place.ledger() == dict.fromkeys(range(1, 14), True)
    assert sum("13 migrations applied" in one for one in said) == 1
    assert any(AT_WORK in one for one in said)


def test_a_waiter_never_blocks_create_index_concurrently(place: Place) -> None:
    place.do("CREATE TABLE big (id bigint)")
    place.files(_1_index="-- no-transaction\ncreate index concurrently big_i on big (id);")
    with transaction(place, WRITING) as writer:
        # the index waits for this writer, so that there is time for a waiter to come
        builder = place.begin("up")
        until(lambda: place.waiting("create index concurrently"))
        waiter = place.begin("up")
        until(lambda: len(place.ask(IDLE_WAITERS.format(holders=HOLDERS))) >= 2)
        # at every look it is idle, or asks in passing; between two questions it holds neither snapshot nor xid
        seen = [row for _ in range(40) for row in idle(place)]
        writer.execute("ROLLBACK")
    end_of(builder)
    assert "0 migrations applied" in end_of(waiter)
    assert ("idle", True, True) in [row[:3] for row in seen]
    assert not [row for row in seen if row[0].startswith("idle in transaction") or row[3] == "advisory"]
    assert place.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'big_i'::regclass") == [True]


def idle(place: Place) -> list[Any]:
    time.sleep(0.02)
    return place.ask(IDLE_WAITERS.format(holders=HOLDERS))


def test_a_waiter_as_sqlx_waits_would_block_it(place: Place) -> None:
    """The test above is able to fail: PostgreSQL kills one of the two as deadlocked."""
    place.do("CREATE TABLE big (id bigint)")
    place.files(_1_index="-- no-transaction\n-- pgsteward: retries 0\ncreate index concurrently big_i on big (id);")
    with transaction(place, WRITING) as writer, place.connect() as waiter:
        builder = place.begin("up")
        until(lambda: place.waiting("create index concurrently"))
        outcome: list[str] = []
        thread = threading.Thread(target=lambda: outcome.append(advisory(waiter)))
        thread.start()
        until(lambda: place.ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == [1])
        writer.execute("ROLLBACK")
        thread.join()
        said, _ = builder.communicate(timeout=60)
    assert "deadlock" in outcome[0] or "deadlock" in said


def advisory(connection: "psycopg.Connection[Any]") -> str:
    try:
        connection.execute("SELECT pg_advisory_lock(%s)", [sqlx.lock_id("m")])
        return "got it"
    except psycopg.Error as error:
        return str(error)


class Users(threading.Thread):
    """Sessions that keep reading a table; `longest` is the longest that one of them had to wait, in seconds."""

    def __init__(self, place: Place, query: str) -> None:
        super().__init__()
        self.place, self.query = place, query
        self.going, self.longest, self.count = True, 0.0, 0

    def run(self) -> None:
        with self.place.connect() as connection:
            while self.going:
                began = time.monotonic()
                connection.execute(self.query)
                self.longest = max(self.longest, time.monotonic() - began)
                self.count += 1
                time.sleep(0.01)


def test_a_migration_behind_a_long_query_retries_and_others_wait_no_longer_than_its_lock_timeout(place: Place) -> None:
    place.do("CREATE TABLE busy (id bigint)")
    place.files(_1_column="alter table busy add column name text;")
    users = Users(place, "SELECT count(*) FROM busy")
    with transaction(place, "SELECT * FROM busy") as reader:
        users.start()
        migrator = place.begin("up", "--lock-timeout", "1s", "--retries", "50")
        heard = ""
        while "attempt 3 of 51" not in heard:  # it gave way twice, while the long transaction went on
            line = next(migrator.stdout or iter(()), "")
            assert line, heard
            heard += line
        assert place.ask("SELECT count(*) FROM _sqlx_migrations") == [0]
        pid = reader.info.backend_pid
        reader.execute("ROLLBACK")
    said = heard + end_of(migrator)
    users.going = False
    users.join()
    assert f"waiting for pid {pid}, user postgres (somebody), idle in transaction" in said
    assert "SELECT * FROM busy" in said
    assert "canceling statement due to lock timeout" in said and "attempt 2 of 51 in" in said
    assert users.count > 20
    assert 0.5 < users.longest < 1.9  # they did queue behind it; lock_timeout is 1 s, the rest is this machine
    (row,) = place.ask("SELECT attempts, lock_wait_ms, blocked_by FROM pgsteward.migration_runs WHERE outcome = 'done'")
    assert row[0] >= 3 and row[1] >= 1000 and f"pid {pid}" in row[2]


def test_when_no_retry_is_left_nothing_remains_and_the_blocker_is_named(place: Place) -> None:
    place.do("CREATE TABLE busy (id bigint)")
    place.files(_1_column="create table other (); alter table busy add column name text;")
    with transaction(place, "SELECT * FROM busy") as reader:
        said = place.migrate("up", "--lock-timeout", "700ms", "--retries", "1", code=1)
        assert f"in the way: pid {reader.info.backend_pid}, user postgres" in said
    assert "HINT: end the session that blocks" in said
    assert place.ledger() == {}
    assert place.ask("SELECT to_regclass('other')::text") == [None]
    assert place.ask("SELECT outcome, attempts FROM pgsteward.migration_runs") == [("failed", 2)]
    place.migrate("up")


def test_a_file_s_own_timeout_counts(place: Place) -> None:
    place.do("CREATE TABLE busy (id bigint)")
    place.files(
        _1_column="-- pgsteward: lock_timeout 300ms\n-- pgsteward: retries 0\nalter table busy add column a text;"
    )
    with transaction(place, "SELECT * FROM busy"):
        began = time.monotonic()
        said = place.migrate("up", "--lock-timeout", "50s", "--retries", "50", code=1)
        assert time.monotonic() - began < 20
    assert "lock timeout" in said and "attempt" not in said


def test_a_statement_that_takes_too_long_is_cancelled(place: Place) -> None:
    place.files(_1_slow="create table a ();\nselect pg_sleep(50);")
    said = place.migrate("up", "--statement-timeout", "300ms", code=1)
    assert "statement timeout" in said and "--statement-timeout" in said
    assert place.ledger() == {} and place.ask("SELECT to_regclass('a')::text") == [None]


def test_an_interruption_cancels_what_runs_and_leaves_nothing(place: Place) -> None:
    place.files(_1_slow="create table a (); select pg_sleep(50);")
    process = place.begin("up")
    until(lambda: place.waiting("pg_sleep"))
    process.send_signal(2)
    end_of(process, code=130)
    assert not place.waiting("pg_sleep")
    assert place.ledger() == {} and place.ask("SELECT to_regclass('a')::text") == [None]


def test_an_index_that_waits_too_long_is_dropped_and_made_again(place: Place) -> None:
    place.do("CREATE TABLE big (id bigint)")
    place.files(
        _1_index="-- no-transaction\n-- pgsteward: lock_timeout 600ms\n-- pgsteward: retries 50\n"
        "create index concurrently big_i on big (id);"
    )
    with transaction(place, WRITING) as writer:
        process = place.begin("up")
        until(lambda: place.logged("DROP INDEX CONCURRENTLY IF EXISTS") >= 1)
        writer.execute("ROLLBACK")
    assert "the index public.big_i was left invalid by statement 1: dropped" in end_of(process)
    assert place.ask(
        "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 'big'::regclass"
    ) == [("big_i", True)]
