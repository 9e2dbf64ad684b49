"""Nothing is done twice: a statement is sent again only where nothing of it remained, and what remains is told."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from .migrating import Place, end_of, until

MEETS_A_LOCK = ("--lock-timeout", "300ms", "--retries", "3")
BODY = "begin update acc set cents = cents * 100; insert into log values (1); commit; lock table busy; end"


@contextmanager
def holding(place: Place, command: str) -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    with place.connect() as other:
        other.execute("BEGIN")
        other.execute(command)
        yield other
        other.execute("ROLLBACK")


@pytest.fixture
def shop(place: Place) -> Place:
    place.do("CREATE TABLE acc (cents bigint); CREATE TABLE log (id int); CREATE TABLE busy (id int)")
    place.do("INSERT INTO acc VALUES (100)")
    return place


@pytest.fixture(params=["do", "call"])
def committing(request: pytest.FixtureRequest, shop: Place) -> Place:
    """A migration that commits in its second statement, and needs a lock then."""
    statement = f"do $$ {BODY} $$"
    if request.param == "call":
        shop.do(f"CREATE PROCEDURE pay() LANGUAGE plpgsql AS $$ {BODY} $$")
        statement = "call pay()"
    shop.files(_1_pay=f"-- no-transaction\n-- pgsteward: retries 3\nselect 1;\n{statement};\nselect 2;")
    return shop


def paid(place: Place) -> tuple[int, int]:
    return place.ask("SELECT (SELECT cents FROM acc), (SELECT count(*) FROM log)")[0]


def test_what_was_committed_before_a_lock_timeout_is_not_committed_again(committing: Place) -> None:
    with holding(committing, "LOCK TABLE busy"):
        said = committing.migrate("up", *MEETS_A_LOCK, code=1)
    assert paid(committing) == (10_000, 1)
    assert committing.ledger() == {1: False}
    assert "1_pay.sql: canceling statement due to lock timeout [55P03]; statement 2 of 3 may have committed a" in said
    assert "not sent again: " in said and "attempt 2" not in said
    assert "`repair 1 --resume-at 2`" in said and "`repair 1 --resume-at 3`" in said


def test_nor_by_the_next_run_before_a_person_has_said_where_it_goes_on(committing: Place) -> None:
    with holding(committing, "LOCK TABLE busy"):
        committing.migrate("up", *MEETS_A_LOCK, code=1)
    assert "nobody knows if that ended" in committing.migrate("up", code=1)
    assert paid(committing) == (10_000, 1)
    committing.migrate("repair", "1", "--resume-at", "3")
    assert "going on at statement 3 of 3" in committing.migrate("up")
    assert paid(committing) == (10_000, 1)
    assert committing.ledger() == {1: True}


def test_a_part_is_finished_by_a_statement_that_does_the_rest(committing: Place) -> None:
    with holding(committing, "LOCK TABLE busy"):
        committing.migrate("up", *MEETS_A_LOCK, code=1)
    committing.files(_1_pay="-- no-transaction\nselect 1;\ninsert into log values (2);\nselect 2;")
    committing.migrate("repair", "1", "--resume-at", "2")
    committing.migrate("up")
    assert paid(committing) == (10_000, 2)


def test_a_deadlock_after_a_commit_is_no_reason_to_commit_again(shop: Place) -> None:
    body = "begin update acc set cents = cents * 100; commit; lock table log; lock table busy; end"
    shop.files(_1_pay=f"-- no-transaction\ndo $$ {body} $$;")
    with shop.connect() as other:
        other.execute("SET deadlock_timeout = '60s'")  # ours is the one that looks, and the victim
        other.execute("BEGIN")
        other.execute("LOCK TABLE busy")
        process = shop.begin("up", "--lock-timeout", "60s")
        until(lambda: shop.ask("SELECT cents FROM acc") == [10_000])
        other.execute("LOCK TABLE log")
    said = end_of(process, code=1)
    assert "deadlock detected" in said and "may have committed a part" in said
    assert shop.ask("SELECT cents FROM acc") == [10_000]


def test_a_block_that_committed_nothing_is_sent_again(shop: Place) -> None:
    shop.files(_1_pay="-- no-transaction\ndo $$ begin update acc set cents = cents * 100; lock table busy; end $$;")
    with holding(shop, "LOCK TABLE busy"):
        said = shop.migrate("up", "--lock-timeout", "300ms", "--retries", "1", code=1)
    assert "attempt 2 of 2" in said and "may have committed" not in said
    assert paid(shop) == (100, 0)
    assert shop.ledger() == {}
    shop.migrate("up")
    assert paid(shop) == (10_000, 0)


def test_of_a_block_that_committed_nothing_nothing_remains(shop: Place) -> None:
    shop.files(_1_pay="-- no-transaction\ndo $$ begin update acc set cents = 7; perform 1 / 0; end $$;")
    said = shop.migrate("up", code=1)
    assert "division by zero" in said and "may have committed" not in said
    assert paid(shop) == (100, 0)
    assert shop.ledger() == {}


def test_a_connection_lost_after_a_commit_is_told_and_nothing_is_run_again(committing: Place) -> None:
    with holding(committing, "LOCK TABLE busy") as other:
        process = committing.begin("up", "--lock-timeout", "60s")
        until(lambda: paid(committing)[1])
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'pgsteward migrate' AND wait_event_type = 'Lock'"
        )
        said = end_of(process, code=1)
    assert "the connection was lost in statement 2 of 3: " in said and "`repair 1 --forget`" in said
    assert "nobody knows if that ended" in committing.migrate("up", code=1)
    assert paid(committing) == (10_000, 1)


def test_a_down_commits_nothing_twice_either(shop: Place) -> None:
    shop.files(_1_pay_up="select 1", _1_pay_down=f"-- no-transaction\ndo $$ {BODY} $$;")
    shop.migrate("up")
    with holding(shop, "LOCK TABLE busy"):
        assert "may have committed a part" in shop.migrate("redo", *MEETS_A_LOCK, code=1)
    assert paid(shop) == (10_000, 1)
    assert "nobody knows if that ended" in shop.migrate("down", code=1)
    assert paid(shop) == (10_000, 1)


SETVAL = "select setval('s', (select last_value * 10 from s))"


@pytest.fixture
def counted(shop: Place) -> Place:
    """With a sequence at 10."""
    shop.do("create sequence s start 10; select nextval('s')")
    return shop


@pytest.mark.parametrize("setval", [SETVAL, f"do $$ begin perform {SETVAL.removeprefix('select ')}; end $$"])
def test_a_transaction_that_sets_a_sequence_is_not_tried_again(counted: Place, setval: str) -> None:
    counted.files(_1_s=f"{setval}; alter table busy add more int;")
    with holding(counted, "LOCK TABLE busy"):
        said = counted.migrate("up", *MEETS_A_LOCK, code=1)
    assert "it is not tried again: it calls setval, and no ROLLBACK takes back what that has set" in said
    assert "attempt 2" not in said and "HINT: look at the sequence" in said
    assert counted.ask("select last_value from s") == [100]


def test_nor_is_a_seed(counted: Place) -> None:
    seeds = counted.folder.parent / "seeds"
    seeds.mkdir()
    (seeds / "1.sql").write_text(f"{SETVAL}; insert into busy values (1);")
    with holding(counted, "LOCK TABLE busy"):
        said = counted.migrate("seed", str(seeds), *MEETS_A_LOCK, code=1)
    assert "it is not tried again: it calls setval" in said
    assert counted.ask("select last_value from s") == [100]


def test_nor_is_such_a_statement_outside_of_a_transaction(counted: Place) -> None:
    counted.files(_1_s=f"-- no-transaction\ndo $$ begin perform ({SETVAL}); lock table busy; end $$;")
    with holding(counted, "LOCK TABLE busy"):
        said = counted.migrate("up", *MEETS_A_LOCK, code=1)
    assert "may have committed a part before it failed, and is not sent again" in said
    assert counted.ask("select last_value from s") == [100]


@pytest.mark.parametrize(
    "harmless",
    [
        "select nextval('s')",
        "alter sequence s restart 7",
        "create function f() returns bigint language sql as $$ select setval('s', 5) $$",
    ],
)
def test_what_sets_no_sequence_is_tried_again(counted: Place, harmless: str) -> None:
    counted.files(_1_s=f"-- setval is not called\n{harmless}; alter table busy add more int;")
    with holding(counted, "LOCK TABLE busy"):
        assert "attempt 2" in counted.migrate("up", "--lock-timeout", "300ms", "--retries", "1", code=1)


def test_a_reindex_that_failed_is_not_repeated_and_its_remains_are_told(shop: Place) -> None:
    shop.do("CREATE INDEX acc_i ON acc (cents)")
    shop.files(_1_again="-- no-transaction\n-- pgsteward: lock_timeout 400ms\nreindex index concurrently acc_i;")
    with holding(shop, "INSERT INTO acc VALUES (1)"):
        said = shop.migrate("up", "--retries", "3", code=1)
    left = "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
    assert shop.ask(left) == ["acc_i_ccnew"]
    assert "statement 1 of 1 may have committed a part before it failed" in said
    assert "index public.acc_i_ccnew: a REINDEX left it unfinished" in said
    assert "DROP INDEX CONCURRENTLY public.acc_i_ccnew" in said
    assert shop.ledger() == {1: False}
    shop.do("DROP INDEX CONCURRENTLY public.acc_i_ccnew")
    shop.migrate("repair", "1", "--resume-at", "1")
    shop.migrate("up")
    assert shop.ask(left) == []
    assert "nothing was changed by hand" in shop.migrate("verify")


def test_dropping_an_index_goes_on_where_it_stopped(shop: Place) -> None:
    shop.do("CREATE INDEX acc_i ON acc (cents)")
    shop.files(_1_drop="-- no-transaction\n-- pgsteward: lock_timeout 400ms\ndrop index concurrently acc_i;")
    with holding(shop, "INSERT INTO acc VALUES (1)"):
        said = shop.migrate("up", "--retries", "1", code=1)
    assert "attempt 2 of 2" in said
    assert "index public.acc_i: it is left invalid" in said and "it goes on at statement 1" in said
    assert shop.ledger() == {1: False}
    assert "going on at statement 1 of 1" in shop.migrate("up")
    assert shop.ask("SELECT to_regclass('acc_i')::text") == [None]


def test_a_partition_that_is_half_detached_is_told(shop: Place) -> None:
    shop.do("CREATE TABLE p (a int) PARTITION BY LIST (a)")
    shop.do("CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1)")
    shop.files(
        _1_off="-- no-transaction\n-- pgsteward: lock_timeout 400ms\nalter table p detach partition p1 concurrently;"
    )
    with holding(shop, "SELECT FROM p"):
        said = shop.migrate("up", "--retries", "1", code=1)
    assert "may have committed a part" in said and "attempt 2" not in said
    assert "ALTER TABLE public.p DETACH PARTITION public.p1 FINALIZE" in said
    shop.do("ALTER TABLE public.p DETACH PARTITION public.p1 FINALIZE")
    shop.migrate("repair", "1", "--resume-at", "2")
    shop.migrate("up")
    assert shop.ledger() == {1: True}


def test_a_statement_of_an_unknown_kind_is_not_repeated_but_a_misspelt_one_has_left_nothing(shop: Place) -> None:
    shop.files(_1_typo="-- no-transaction\ncreat table x ();")
    assert "syntax error" in shop.migrate("up", code=1)
    assert shop.ledger() == {}
    shop.files(_1_typo="-- no-transaction\ncreate database other;")
    assert "may have committed a part" in shop.migrate("up", code=1)
    assert shop.ledger() == {1: False}
