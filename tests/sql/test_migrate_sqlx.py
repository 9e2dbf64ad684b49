"""Drop-in for what sqlx manages: its ledger is ours without a step, and ours passes each check that it makes."""

import hashlib

import pytest

from steward.migrate.lockid import lock_id

from . import sqlx
from .migrating import Place

COLUMNS = (
    "SELECT column_name, data_type, is_nullable, column_default FROM information_schema.columns "
    "WHERE table_name = '_sqlx_migrations' ORDER BY ordinal_position"
)


@pytest.fixture
def two(place: Place) -> Place:
    """An irreversible migration outside of a transaction, after a reversible one inside."""
    place.files(
        _20220721124650_add_users_table_up="create table users (id bigint primary key, name text);\r\n",
        _20220721124650_add_users_table_down="drop table users;",
        _20220722000000_by_name="-- no-transaction\ncreate index concurrently users_name on users (name);",
    )
    return place


def sqlx_runs(place: Place) -> list[int]:
    with place.connect() as connection:
        connection.execute("SET ROLE m_owner")
        return sqlx.run(connection, place.folder)


def test_a_database_that_sqlx_migrated_is_ours_without_a_step(two: Place) -> None:
    assert sqlx_runs(two) == [20220721124650, 20220722000000]
    before = two.catalog()
    assert [one["state"] for one in two.answer("status")["migrations"]] == ["applied", "applied"]
    assert two.answer("up")["applied"] == []
    assert two.catalog() == before


def test_a_database_that_we_migrated_is_up_to_date_for_sqlx(two: Place) -> None:
    two.migrate("up")
    assert sqlx_runs(two) == []


def test_the_ledger_that_we_make_is_sqlx_s_to_the_letter(two: Place) -> None:
    sqlx_runs(two)
    theirs, rows = two.ask(COLUMNS), two.ask("SELECT version, description, success, checksum FROM _sqlx_migrations")
    two.do("DROP TABLE users, _sqlx_migrations")
    two.migrate("up")
    assert two.ask(COLUMNS) == theirs
    assert two.ask("SELECT version, description, success, checksum FROM _sqlx_migrations") == rows
    assert two.ask(
        "SELECT conname FROM pg_constraint WHERE conrelid = '_sqlx_migrations'::regclass AND contype = 'p'"
    ) == ["_sqlx_migrations_pkey"]


def test_rows_hold_the_sum_of_the_bytes_and_nanoseconds(two: Place) -> None:
    two.migrate("up")
    content = (two.folder / "20220721124650_add_users_table.up.sql").read_bytes()
    assert b"\r\n" in content
    (row,) = two.ask(
        "SELECT description, checksum, execution_time FROM _sqlx_migrations WHERE version = 20220721124650"
    )
    assert row[0] == "add users table"
    assert row[1] == hashlib.sha384(content).digest()
    assert 10_000 < row[2] < 60 * 10**9


def test_both_migrate_one_database_in_turns(two: Place) -> None:
    two.migrate("up", "--to", "20220721124650")
    assert sqlx_runs(two) == [20220722000000]
    two.files(_20220723000000_more_up="create table more ();", _20220723000000_more_down="drop table more;")
    two.migrate("up")
    with two.connect() as connection:
        connection.execute("SET ROLE m_owner")
        assert sqlx.undo(connection, two.folder, 20220722000000) == [20220723000000]
    # to us a row that sqlx took away looks like one that got lost
    assert "the history says that 20220723000000 is applied" in two.migrate("status", code=1)
    assert sqlx_runs(two) == [20220723000000]
    two.migrate("down")
    assert two.ask("SELECT to_regclass('more')::text") == [None]


def test_what_sqlx_reverted_is_ours_to_apply_when_a_person_says_so(two: Place) -> None:
    two.files(_20220723000000_more_up="create table more ();", _20220723000000_more_down="drop table more;")
    two.migrate("up")
    with two.connect() as connection:
        connection.execute("SET ROLE m_owner")
        assert sqlx.undo(connection, two.folder, 20220722000000) == [20220723000000]
    two.migrate("repair", "--accept-ledger")
    assert [one["state"] for one in two.answer("status")["migrations"]] == ["applied", "applied", "pending"]
    assert [one["version"] for one in two.answer("up")["applied"]] == [20220723000000]


def test_what_we_refuse_sqlx_refuses_too(two: Place) -> None:
    two.migrate("up")
    two.files(_20220722000000_by_name="-- no-transaction\nselect 1;")
    with pytest.raises(sqlx.SqlxError, match="20220722000000 was previously applied but has been modified"):
        sqlx_runs(two)
    assert "it was edited after it was applied" in two.migrate("up", code=1)
    (two.folder / "20220722000000_by_name.sql").unlink()
    with pytest.raises(sqlx.SqlxError, match="20220722000000 was previously applied but is missing"):
        sqlx_runs(two)
    assert "there is no such file" in two.migrate("up", code=1)
    two.do("UPDATE _sqlx_migrations SET success = false WHERE version = 20220721124650")
    with pytest.raises(sqlx.SqlxError, match="20220721124650 is partially applied"):
        sqlx_runs(two)
    assert "does not say how far it came" in two.migrate("up", code=1)


def test_we_wait_for_a_migrator_of_sqlx_and_name_it(two: Place) -> None:
    with two.connect() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [sqlx.lock_id("m")])
        assert sqlx.lock_id("m") == lock_id("m")
        said = two.migrate("up", "--wait", "500ms", code=1)
        assert f"another migrator is at work: pid {other.info.backend_pid}, user postgres" in said
        assert "HINT: wait for it, or allow more time with --wait" in said
    assert two.ask("SELECT to_regclass('_sqlx_migrations')::text") == [None]
    two.migrate("up", "--wait", "500ms")
