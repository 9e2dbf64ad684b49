"""The verbs, on a real server."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from .migrating import PYTHON, ROOT, Place
from .pooler import Pooler

USERS = {
    "_1_users_up": "create table users (id bigint primary key, name text not null);",
    "_1_users_down": "drop table users;",
}
NAMES = {"_2_names_up": "create index users_name on users (name);", "_2_names_down": "drop index users_name;"}


def states(place: Place, code: int = 0) -> list[str]:
    return [one["state"] for one in place.answer("status", code=code)["migrations"]]


def table(place: Place, name: str) -> bool:
    return place.ask(f"SELECT to_regclass('{name}') IS NOT NULL") == [True]


# up, status


def test_up_applies_what_is_pending_and_a_second_up_changes_nothing(place: Place) -> None:
    place.files(**USERS, **NAMES)
    assert states(place) == ["pending", "pending"]
    answer = place.answer("up")
    assert [one["version"] for one in answer["applied"]] == [1, 2] and len(answer["fingerprint"]) == 64
    assert states(place) == ["applied", "applied"]
    before = place.catalog(), place.ask("TABLE pgsteward.migration_runs")
    assert "nothing is pending" in place.migrate("up")
    assert (place.catalog(), place.ask("TABLE pgsteward.migration_runs")) == before


def test_what_is_made_belongs_to_the_role(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    owners = (
        "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname ~ '^(users|_sqlx|migration_|schema_f)'"
    )
    assert place.ask(owners) == ["m_owner"]
    assert place.ask("SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'pgsteward'") == ["m_owner"]


def test_the_history_says_who_from_where_and_with_what(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    (row,) = place.ask(
        "SELECT session_role, acting_role, operator, tool_version, outcome FROM pgsteward.migration_runs"
    )
    assert row[:2] == ("postgres", "m_owner") and "@" in row[2] and row[3].startswith("pgsteward ") and row[4] == "done"


def test_a_script_that_fails_leaves_nothing_and_its_line_is_named(place: Place) -> None:
    place.files(**USERS, _2_bad="create table half ();\n\nselect nonsense;")
    said = place.migrate("up", code=1)
    assert '2_bad.sql: column "nonsense" does not exist, line 3 [42703]' in said
    assert "1 of 2 are done and stay done" in said
    assert place.ledger() == {1: True} and not table(place, "half")
    place.files(_2_bad="create table half ();")
    place.migrate("up")
    assert place.ledger() == {1: True, 2: True}


def test_what_one_script_sets_does_not_reach_the_next(place: Place) -> None:
    place.do("CREATE SCHEMA other")
    place.files(
        _1_sets="set search_path = other; set lock_timeout = '1ms'; set role postgres;"
        "set session authorization m_owner; select set_config('standard_conforming_strings', 'off', false);",
        _2_here="create table here (path text default current_setting('lock_timeout'));"
        "insert into here default values;",
        _3_it_s="select 'it''s a \\ backslash';",
    )
    place.migrate("up", "--lock-timeout", "7s")
    assert place.ask("SELECT path FROM public.here") == ["7s"]
    assert place.ask("SELECT count(*) FROM public._sqlx_migrations") == [3]


def test_a_script_may_choose_its_transaction_s_isolation(place: Place) -> None:
    place.files(
        _1_a="set transaction isolation level serializable;\ncreate table a (level text);\n"
        "insert into a values (current_setting('transaction_isolation'));"
    )
    place.migrate("up")
    assert place.ask("SELECT level FROM a") == ["serializable"]


def test_out_of_order_is_refused_and_can_be_allowed(place: Place) -> None:
    place.files(_2_b="create table b ();")
    place.migrate("up")
    place.files(_1_a="create table a ();")
    assert states(place) == ["out of order", "applied"]
    assert "1_a.sql: it is older than 2" in place.migrate("up", code=1)
    assert not table(place, "a")
    place.migrate("up", "--allow-out-of-order")
    assert place.ledger() == {1: True, 2: True}


def test_what_was_edited_goes_missing_or_is_there_twice_is_refused(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    place.files(_1_users_up="create table other ();")
    assert states(place, code=1) == ["edited"]
    assert "applied " in place.migrate("up", code=1)
    (place.folder / "1_users.up.sql").rename(place.folder / "2_users.up.sql")
    assert "this down has no up" in place.migrate("up", code=1)
    (place.folder / "1_users.down.sql").unlink()
    assert states(place, code=1) == ["missing", "pending"]
    assert "1 users: it was applied, but there is no such file" in place.migrate("up", code=1)
    place.files(_2_twice="")
    assert "version 2 is also" in place.migrate("up", code=1)
    assert place.ledger() == {1: True}


def test_a_bad_directive_far_ahead_stops_everything_before_it_begins(place: Place) -> None:
    place.files(**USERS, _2_bad="-- pgsteward: lock_timout 10s\nselect 1;")
    assert "2_bad.sql (line 1): there is no directive 'lock_timout'" in place.migrate("up", code=1)
    assert not table(place, "users") and not table(place, "_sqlx_migrations")


def test_a_role_that_may_not_is_told_what_to_do(place: Place) -> None:
    place.files(**USERS)
    with place.connect() as admin:
        admin.execute("CREATE ROLE stranger")
    said = place.migrate("up", "--role", "stranger", code=1)
    assert "permission denied" in said and "HINT: run as the owner of the database" in said
    assert "stranger2" in place.migrate("up", "--role", "stranger2", code=1)
    assert not table(place, "users")


# outside of a transaction


def test_a_script_outside_of_a_transaction_may_hold_several_statements(place: Place) -> None:
    place.files(
        **USERS, _2_many="-- no-transaction\ncreate index concurrently i on users (name);\nvacuum users;\nselect ';';"
    )
    place.migrate("up")
    assert place.ledger() == {1: True, 2: True}
    assert place.ask("SELECT statements, statements_done FROM pgsteward.migration_runs WHERE version = 2") == [(3, 3)]


def test_an_index_that_cannot_be_made_leaves_neither_index_nor_row(place: Place) -> None:
    place.files(**USERS, _2_unique="-- no-transaction\ncreate unique index concurrently u on users (name);")
    place.migrate("up", "--to", "1")
    place.do("INSERT INTO users VALUES (1, 'a'), (2, 'a')")
    said = place.migrate("up", code=1)
    assert (
        "could not create unique index" in said
        and "the index public.u was left invalid by statement 1: dropped" in said
    )
    assert place.ledger() == {1: True}
    assert not table(place, "u")
    place.do("DELETE FROM users WHERE id = 2")
    place.migrate("up")
    assert place.ledger() == {1: True, 2: True}


def test_only_what_the_migration_made_is_dropped(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    place.do("INSERT INTO users VALUES (1, 'a'), (2, 'a')")
    with place.connect() as somebody, pytest.raises(Exception, match="could not create unique index"):
        somebody.execute("CREATE UNIQUE INDEX CONCURRENTLY theirs ON users (name)")
    place.files(_2_ours="-- no-transaction\ncreate unique index concurrently ours on users (name);")
    place.migrate("up", code=1)
    assert table(place, "theirs") and not table(place, "ours")
    place.files(_2_ours="-- no-transaction\ncreate unique index concurrently if not exists theirs on users (name);")
    said = place.migrate("up", code=1)
    assert "the index public.theirs is invalid, and was before this run" in said and "connection was lost" not in said
    assert table(place, "theirs")
    place.files(_2_ours="-- no-transaction\ncreate unique index concurrently theirs on users (name);")
    assert 'relation "theirs" already exists' in place.migrate("up", code=1)
    assert table(place, "theirs") and place.ledger() == {1: True}
    assert "index public.theirs: it is invalid" in place.migrate("verify", code=1)


def test_what_failed_after_a_statement_was_done_goes_on_after_that_statement(place: Place) -> None:
    place.files(
        **USERS, _2_two="-- no-transaction\ninsert into users values (1, 'a');\ninsert into users values (2, null);"
    )
    said = place.migrate("up", code=1)
    assert "null value in column" in said and "statements before 2 are done and stay" in said
    assert place.ledger() == {1: True, 2: False}
    assert "1 of 2 statements are done" in place.migrate("repair", code=1)
    place.files(_2_two="-- no-transaction\ninsert into users values (1, 'z');\ninsert into users values (2, 'b');")
    assert "these were edited since" in place.migrate("up", code=1)
    place.files(_2_two="-- no-transaction\ninsert into users values (1, 'a');\ninsert into users values (2, 'b');")
    place.migrate("up")
    assert place.ask("SELECT id, name FROM users ORDER BY id") == [(1, "a"), (2, "b")]
    assert states(place) == ["applied", "applied"]


# down, redo


def test_down_reverts_one_or_down_to_a_version(place: Place) -> None:
    place.files(**USERS, **NAMES)
    place.migrate("up")
    assert [one["version"] for one in place.answer("down")["reverted"]] == [2]
    assert not table(place, "users_name") and table(place, "users")
    place.migrate("up")
    assert [one["version"] for one in place.answer("down", "--to", "0")["reverted"]] == [2, 1]
    assert place.ledger() == {} and not table(place, "users")
    assert place.answer("down")["reverted"] == []


def test_where_one_has_no_down_none_is_reverted(place: Place) -> None:
    place.files(_1_only="create table only_ ();", _2_b_up="create table b ();", _2_b_down="drop table b;")
    place.migrate("up")
    assert "1_only.sql: it cannot be reverted" in place.migrate("down", "--to", "0", code=1)
    assert place.ledger() == {1: True, 2: True} and table(place, "b")


def test_a_down_that_fails_leaves_the_row(place: Place) -> None:
    place.files(**USERS | {"_1_users_down": "drop table users; drop table nothing;"})
    place.migrate("up")
    assert 'table "nothing" does not exist' in place.migrate("down", code=1)
    assert place.ledger() == {1: True} and table(place, "users")


def test_a_down_outside_of_a_transaction(place: Place) -> None:
    place.files(
        **USERS,
        _2_index_up="-- no-transaction\ncreate index concurrently i on users (name);",
        _2_index_down="-- no-transaction\ndrop index concurrently i;",
    )
    place.migrate("up")
    place.migrate("down")
    assert place.ledger() == {1: True} and not table(place, "i")


def test_redo_reverts_the_newest_and_applies_it_again_and_nothing_else(place: Place) -> None:
    place.files(**USERS, **NAMES)
    place.migrate("up")
    place.files(_3_pending="create table pending ();")
    before = place.ask("SELECT 'users_name'::regclass::oid")
    assert [one["version"] for one in place.answer("redo")["redone"]] == [2]
    assert place.ask("SELECT 'users_name'::regclass::oid") != before
    assert not table(place, "pending")


# dry-run


def test_a_dry_run_prints_the_sql_and_leaves_no_trace(place: Place) -> None:
    place.files(**USERS, _2_index="-- no-transaction\ncreate index concurrently i on users (name);")
    before = place.catalog()
    said = place.migrate("dry-run")
    assert USERS["_1_users_up"] in said and "-- 2_index.sql: statement by statement" in said
    assert [one["version"] for one in place.answer("dry-run", "--to", "1")["pending"]] == [1]
    assert place.catalog() == before
    place.migrate("up")
    assert place.catalog() != before  # the comparison is able to fail
    assert "nothing is pending" in place.migrate("dry-run")


def test_a_dry_run_takes_no_lock_and_its_session_cannot_write(place: Place) -> None:
    place.files(**USERS)
    with place.connect() as other:
        other.execute("SELECT pg_advisory_lock(key) FROM (SELECT 0) x, LATERAL (SELECT %s::bigint AS key) y", [key()])
        assert "create table users" in place.migrate("dry-run")
    assert place.logged("SET default_transaction_read_only = ") > 0
    assert place.logged("pg_try_advisory_lock") == 0


def key() -> int:
    from .sqlx import lock_id

    return lock_id("m")


# baseline, repair, verify


def test_a_baseline_calls_applied_what_is_there_and_runs_nothing(place: Place) -> None:
    place.do("CREATE TABLE users (id bigint primary key, name text not null)")
    place.files(**USERS, **NAMES)
    place.migrate("baseline", "1")
    assert place.ledger() == {1: True}
    assert "the ledger has 1 rows already" in place.migrate("baseline", "2", code=1)
    place.migrate("up")
    assert place.ledger() == {1: True, 2: True}
    place.migrate("verify")


def test_repair_takes_over_other_line_ends_and_nothing_else(place: Place) -> None:
    place.files(_1_a="create table a ();\ncreate table b ();\n", _2_c="create table c ();")
    place.migrate("up")
    place.files(_1_a="create table a ();\r\ncreate table b ();", _2_c="create table c (id int);")
    assert states(place, code=1) == ["edited", "edited"]
    assert "1_a.sql: only newlines changed" in place.migrate("repair")
    assert states(place, code=1) == ["applied", "edited"]
    place.files(_2_c="create table c ();")
    assert "nothing to repair" in place.migrate("repair")
    place.migrate("up")


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("ALTER TABLE users ADD age int", "column public.users.age: added by hand"),
        ("ALTER TABLE users ALTER name DROP NOT NULL", "column public.users.name: changed by hand"),
        ("ALTER TABLE users ALTER name SET DEFAULT 'x'", "column public.users.name: changed by hand"),
        ("ALTER TABLE users ADD CHECK (id > 0)", "constraint public.users.users_id_check: added by hand"),
        ("ALTER TABLE users ENABLE ROW LEVEL SECURITY", "table public.users: changed by hand"),
        ("DROP INDEX users_name", "index public.users_name: removed by hand"),
        ("CREATE VIEW v AS SELECT id FROM users", "view public.v: added by hand"),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "function public.f(): added by hand"),
        ("CREATE SEQUENCE s", "sequence public.s: added by hand"),
        ("CREATE TYPE t AS ENUM ('a')", "enum public.t: added by hand"),
        ("CREATE SCHEMA s", "schema s: added by hand"),
        ("COMMENT ON TABLE users IS 'people'", "comment table public.users: added by hand"),
        ("CREATE POLICY p ON users USING (id = 1)", "policy public.users.p: added by hand"),
        ("CREATE STATISTICS x ON id, name FROM users", "statistics public.x: added by hand"),
        ("CREATE DOMAIN d AS int CHECK (value > 0)", "domain public.d: added by hand"),
    ],
)
def test_verify_names_what_was_changed_by_hand(place: Place, command: str, found: str) -> None:
    place.files(**USERS, **NAMES)
    place.migrate("up")
    assert "nothing was changed by hand" in place.migrate("verify")
    place.do(command)
    said = place.migrate("verify", code=1)
    assert found in said and "1 problem\n" in said


def test_rights_owners_and_rows_are_no_change_of_the_schema(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    with place.connect() as admin:
        admin.execute("CREATE ROLE reader")
        admin.execute("GRANT SELECT ON users TO reader")
        admin.execute("ALTER TABLE users OWNER TO postgres")
        admin.execute("INSERT INTO users VALUES (1, 'a')")
        admin.execute("CREATE EXTENSION pg_trgm")
        admin.execute("ANALYZE users")
    place.migrate("verify")


def test_the_same_schema_made_in_another_order_has_the_same_fingerprint(place: Place) -> None:
    place.files(_1_all="create table a (x int, y text); create table b (); create index i on a (x);")
    one = place.answer("up")["fingerprint"]
    place.do("DROP TABLE a, b, _sqlx_migrations; DROP SCHEMA pgsteward CASCADE")
    place.files(_1_all="create table b (); create table a (y text); alter table a add x int; create index i on a (x);")
    assert place.answer("up")["fingerprint"] == one


def test_a_change_by_hand_is_told_before_the_next_run_takes_it_over(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    place.do("ALTER TABLE users ADD age int")
    place.files(**NAMES)
    assert "note: changed by hand since the last run: column public.users.age added" in place.migrate("up")
    place.migrate("verify")


def test_without_anything_to_compare_with_verify_cannot_look(place: Place) -> None:
    place.files(**USERS)
    place.migrate("verify")  # nothing was applied, nothing to compare
    place.migrate("up")
    place.do("UPDATE _sqlx_migrations SET checksum = checksum || '' WHERE version = 1")
    place.do("DELETE FROM pgsteward.schema_fingerprint")
    assert "none was recorded" in place.migrate("verify", code=2)
    assert "the schema's fingerprint is now" in place.migrate("repair", "--accept-drift")
    place.migrate("verify")


# fresh, seed, lint, new


def test_fresh_is_refused_outside_of_development_and_without_the_name(place: Place) -> None:
    place.files(**USERS)
    place.migrate("up")
    place.do("INSERT INTO users VALUES (1, 'precious')")
    for arguments in ([], ["--confirm", "m"], ["--purpose", "production", "--confirm", "m"]):
        assert "all data would be lost" in place.migrate("fresh", *arguments, code=1)
    for arguments in ([], ["--confirm", "postgres"]):
        assert "--confirm m" in place.migrate("fresh", "--purpose", "development", *arguments, code=1)
    assert place.ask("SELECT name FROM users") == ["precious"]


def test_fresh_drops_everything_but_extensions_and_builds_it_again(place: Place) -> None:
    place.files(**USERS, **NAMES)
    place.migrate("up")
    with place.connect() as admin:
        admin.execute("CREATE EXTENSION pg_trgm")
    place.do(
        "CREATE SCHEMA more; CREATE TABLE more.t (); CREATE VIEW v AS SELECT * FROM users; CREATE TYPE e AS ENUM ('a');"
        "CREATE FUNCTION f(e) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE serial_ (id serial);"
        "INSERT INTO users VALUES (1, 'a'); CREATE MATERIALIZED VIEW w AS SELECT 1; CREATE DOMAIN d AS e;"
    )
    place.migrate("fresh", "--purpose", "development", "--confirm", "m")
    assert place.ledger() == {1: True, 2: True}
    names = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')"
    )
    assert sorted(place.ask(names)) == ["_sqlx_migrations", "users"]
    assert place.ask("SELECT count(*) FROM users") == [0]
    assert place.ask("SELECT to_regtype('e')::text, to_regnamespace('more')::text") == [(None, None)]
    assert place.ask("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'") == [1]


def test_a_seed_is_plain_sql_without_a_ledger(place: Place, tmp_path: Path) -> None:
    place.files(**USERS)
    place.migrate("up")
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "b.sql").write_text("insert into users values (2, 'b');")
    (seeds / "a.sql").write_text("delete from users; insert into users values (1, 'a');")
    (seeds / "README.md").write_text("nothing")
    place.migrate("seed", str(seeds))
    place.migrate("seed", str(seeds))
    assert place.ask("SELECT id FROM users ORDER BY id") == [1, 2]
    assert place.ledger() == {1: True}
    (seeds / "c.sql").write_text("insert into users values (3, 'c');\nselect nonsense;")
    assert 'c.sql: column "nonsense" does not exist, line 2' in place.migrate("seed", str(seeds), code=1)
    assert place.ask("SELECT count(*) FROM users") == [2]


def test_lint_looks_at_what_is_pending_and_a_reason_allows(place: Place) -> None:
    place.files(_1_old="drop table if exists nothing;")
    place.migrate("up")
    place.files(_2_new="\ndrop table if exists nothing_else;")
    said = place.migrate("lint", code=1)
    assert "2_new.sql (line 2): " in said and "(ban-drop-table)" in said and "HINT: " in said and "1_old" not in said
    assert "1_old.sql" in place.migrate("lint", "--all", code=1)
    place.files(
        _2_new="-- pgsteward: allow ban-drop-table because it never was used\ndrop table if exists nothing_else;"
    )
    assert "2_new.sql: ban-drop-table is allowed because it never was used" in place.migrate("lint")
    place.migrate("up")
    assert "0 migrations looked at" in place.migrate("lint")


def test_lint_does_not_ask_for_the_timeouts_that_the_runner_sets(place: Place) -> None:
    place.files(_1_a="alter table if exists users add column age bigint;")
    assert "nothing found" in place.migrate("lint", "--all")


# who is asked


@pytest.fixture
def pooled(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """The program's arguments, through a pooler in the mode that the test names."""
    directory = tmp_path / "p"
    directory.mkdir()
    pooler = Pooler(directory, place.server.directory, "m", request.param)
    yield ["--dsn", f"host={directory} dbname=m user=postgres", "--role", "m_owner"]
    pooler.close()


def through(place: Place, verb: str, arguments: list[str]) -> "subprocess.CompletedProcess[str]":
    command = [PYTHON, "-m", "steward", "migrate", verb, "--folder", str(place.folder), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("pooled", ["transaction"], indirect=True)
@pytest.mark.parametrize("verb", ["up", "status"])
def test_a_pooler_in_transaction_mode_is_refused_before_anything_is_set(
    place: Place, pooled: list[str], verb: str
) -> None:
    place.files(**USERS)
    done = through(place, verb, pooled)
    assert done.returncode == 1 and "a pooler in transaction mode" in done.stderr, done.stderr
    assert "HINT: connect to the server itself" in done.stderr
    assert not table(place, "users") and not table(place, "_sqlx_migrations")
    assert place.logged("RESET ALL") == 0 == place.logged("default_transaction_read_only")


@pytest.mark.parametrize("pooled", ["session"], indirect=True)
def test_a_pooler_in_session_mode_is_none_of_our_business(place: Place, pooled: list[str]) -> None:
    place.files(**USERS)
    done = through(place, "up", pooled)
    assert done.returncode == 0, done.stderr
    assert place.ledger() == {1: True}


def test_libpq_s_own_variables_count_where_no_dsn_is_given(place: Place) -> None:
    place.files(**USERS)
    command = [PYTHON, "-m", "steward", "migrate", "status", "--json", "--folder", str(place.folder)]
    where = {"PGHOST": str(place.server.directory), "PGDATABASE": "m", "PGUSER": "postgres"}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | where, capture_output=True, text=True, check=False)
    assert json.loads(done.stdout)["database"] == "m"


def test_a_table_that_only_has_the_ledger_s_name_is_refused(place: Place) -> None:
    place.files(**USERS)
    place.do("CREATE TABLE _sqlx_migrations (version bigint)")
    assert "it has to have sqlx's columns" in place.migrate("up", code=1)
