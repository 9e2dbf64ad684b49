"""kill -9 of the migrator, and of the server, in the middle of each kind of migration.

The ledger tells the truth afterwards, and the next run finishes; where nobody can know, a person says, then it does.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from .migrating import Place, until

INVALID = "SELECT indexrelid::regclass::text, indisvalid FROM pg_index WHERE indrelid = 'big'::regclass"
Kill = Callable[[Place, Callable[[], object]], str]


def kill_the_migrator(place: Place, in_the_middle: Callable[[], object]) -> str:
    process = place.begin("up", "--lock-timeout", "60s")
    until(in_the_middle)
    process.kill()
    said, _ = process.communicate(timeout=60)
    return said


def kill_the_server(place: Place, in_the_middle: Callable[[], object]) -> str:
    process = place.begin("up", "--lock-timeout", "60s")
    until(in_the_middle)
    place.server.crash()
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1, said
    assert "Traceback" not in said and "HINT: " in said
    return said


@contextmanager
def gate(place: Place, command: str) -> Iterator[None]:
    """What `command` locks stays so until the end, or until the server dies."""
    with place.connect() as other:
        other.execute("BEGIN")
        other.execute(command)
        yield
        try:
            other.execute("ROLLBACK")
        except psycopg.OperationalError:
            other.close()


@pytest.fixture(params=[kill_the_migrator, kill_the_server], ids=["migrator", "server"])
def kill(request: pytest.FixtureRequest) -> Kill:
    chosen: Kill = request.param
    return chosen


@pytest.fixture
def big(place: Place) -> Place:
    place.do("CREATE TABLE big (id bigint)")
    place.files(_1_before="create table before ();")
    return place


def test_of_a_transaction_nothing_remains_and_the_next_run_does_all(big: Place, kill: Kill) -> None:
    big.files(_2_all="create table first (); alter table big add column a text; create table last ();")
    with gate(big, "LOCK TABLE big"):
        kill(big, lambda: big.waiting("alter table big"))
    until(lambda: not big.waiting("alter table big"))
    assert big.ledger() == {1: True}
    assert big.ask("SELECT to_regclass('first')::text") == [None]
    assert "2 all" in big.migrate("up")
    assert big.ledger() == {1: True, 2: True}
    assert big.ask("SELECT to_regclass('last')::text") == ["last"]


def test_of_an_index_made_concurrently_the_catalog_tells_and_the_next_run_finishes(big: Place, kill: Kill) -> None:
    big.files(_2_index="-- no-transaction\ninsert into big values (1);\ncreate index concurrently big_i on big (id);")
    with gate(big, "LOCK TABLE big IN ROW EXCLUSIVE MODE"):
        kill(big, lambda: big.waiting("create index concurrently"))
        assert big.ledger() == {1: True, 2: False}
        until(lambda: not big.waiting("create index concurrently"))
        assert big.ask(INVALID) == [("big_i", False)]
    said = big.migrate("up")
    assert "public.big_i was left invalid by statement 2: dropped" in said
    assert "going on at statement 2 of 2" in said
    assert big.ledger() == {1: True, 2: True}
    assert big.ask(INVALID) == [("big_i", True)]
    assert big.ask("SELECT count(*) FROM big") == [1]  # the first statement was not run again
    assert big.migrate("verify")


def test_of_any_other_statement_nobody_knows_and_a_person_says(big: Place, kill: Kill) -> None:
    big.files(_2_rows="-- no-transaction\ninsert into before default values;\ninsert into big values (2);\nselect 1;")
    with gate(big, "LOCK TABLE big"):
        kill(big, lambda: big.waiting("insert into big values"))
    until(lambda: not big.waiting("insert into big values"))
    assert big.ledger() == {1: True, 2: False}
    said = big.migrate("up", code=1)
    assert "2 rows: it died in statement 2 of 3, and nobody knows if that ended: insert into big values (2)" in said
    assert "1 of 3 statements are done, and of statement 2 nobody knows" in big.migrate("repair", code=1)
    assert big.ledger() == {1: True, 2: False}
    # the person looks: with the migrator gone, the server may have let the insert through, or not
    done = big.ask("SELECT count(*) FROM big") == [1]
    big.migrate("repair", "2", "--resume-at", "3" if done else "2")
    assert f"going on at statement {3 if done else 2} of 3" in big.migrate("up")
    assert big.ledger() == {1: True, 2: True}
    assert big.ask("SELECT count(*) FROM big") == [1] == big.ask("SELECT count(*) FROM before")


def test_a_down_that_died_is_finished_by_down_and_refused_by_up(big: Place) -> None:
    big.files(
        _2_index_up="-- no-transaction\ncreate index concurrently big_i on big (id);",
        _2_index_down="-- no-transaction\ncreate index concurrently big_j on big (id);\ndrop index concurrently big_i;",
    )
    big.migrate("up")
    with gate(big, "LOCK TABLE big IN ROW EXCLUSIVE MODE"):
        process = big.begin("down")
        until(lambda: big.waiting("create index concurrently big_j"))
        process.kill()
        process.communicate(timeout=60)
        until(lambda: not big.waiting("big_j"))
    assert big.ledger() == {1: True, 2: False}
    assert "its down died half-way" in big.migrate("up", code=1)
    assert "going on at statement 1 of 2" in big.migrate("down")
    assert big.ledger() == {1: True}


def test_what_a_person_says_is_done_counts_as_done_and_what_is_forgotten_runs_again(big: Place) -> None:
    big.files(_2_rows="-- no-transaction\ninsert into big values (2);\nselect 1;")
    with gate(big, "LOCK TABLE big"):
        kill_the_server(big, lambda: big.waiting("insert into big values"))
    assert "what about 2?" in big.migrate("repair", "2", code=1)
    assert "it counts as not applied now" in big.migrate("repair", "2", "--forget")
    assert big.ledger() == {1: True}
    with gate(big, "LOCK TABLE big"):
        kill_the_server(big, lambda: big.waiting("insert into big values"))
    assert "it counts as applied now" in big.migrate("repair", "2", "--applied")
    assert big.ledger() == {1: True, 2: True}
    assert big.answer("up")["applied"] == []
    assert "it succeeded" in big.migrate("repair", "2", "--forget", code=1)
    notes = big.ask("SELECT note FROM pgsteward.migration_runs WHERE action = 'repair' ORDER BY id")
    assert ["nothing of it is" in note for note in notes] == [True, False]


def test_a_server_that_goes_away_is_a_sentence(big: Place) -> None:
    big.files(_2_slow="select pg_sleep(50);")
    said = kill_the_server(big, lambda: big.waiting("pg_sleep"))
    assert "2_slow.sql: " in said and "is the server up, and reachable from here?" in said
    assert big.ledger() == {1: True}
