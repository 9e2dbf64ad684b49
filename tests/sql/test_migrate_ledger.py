"""The ledger's place is found once and remembered; what is lost of it is not applied a second time."""

import pytest

from steward.migrate import ledger
from steward.migrate.session import session

from .migrating import Place

AWAY = {
    "the database's": "alter database m set search_path = app",
    "the role's": "alter role m_owner set search_path = app, public",
}


@pytest.fixture
def owned(place: Place) -> Place:
    """The place, whose program connects as the owner."""
    place.owner_connects()
    return place


@pytest.mark.parametrize("whose", AWAY)
def test_a_migration_that_moves_search_path_is_not_applied_again(owned: Place, whose: str) -> None:
    owned.files(
        _1_acc="create table public.acc as select 100 as cents;",
        _2_interest="update public.acc set cents = cents * 100;",
        _3_app=f"create schema app; {AWAY[whose]};",
    )
    owned.migrate("up")
    said = owned.migrate("up")
    assert "nothing is pending" in said
    assert "the ledger is in schema public, but search_path leads m_owner to schema app" in said
    owned.files(_4_more="create table more ();")
    assert [one["version"] for one in owned.answer("up")["applied"]] == [4]
    assert owned.ask("select cents from public.acc") == [10000]
    assert owned.ask("select relnamespace::regnamespace::text from pg_class where relname = '_sqlx_migrations'") == [
        "public"
    ]
    assert owned.ask("select relnamespace::regnamespace::text from pg_class where relname = 'more'") == ["app"]
    assert "an application's sqlx would apply everything again" in owned.answer("status")["note"]
    assert "an application's sqlx would apply everything again" in owned.migrate("verify")


def yesterday(place: Place) -> None:
    """What a database looks like that the last release migrated: nothing is remembered."""
    place.do("drop table pgsteward.migration_ledger")


@pytest.fixture
def moved(owned: Place) -> Place:
    """A database of yesterday whose search_path has since been led away from its ledger."""
    owned.files(_1_acc="create table public.acc as select 100 as cents;")
    owned.migrate("up")
    yesterday(owned)
    with owned.connect() as admin:
        admin.execute("create schema app authorization m_owner")
        admin.execute("alter database m set search_path = app")
    return owned


@pytest.mark.parametrize("verb", ["status", "up", "verify"])
def test_a_history_without_its_ledger_is_refused(moved: Place, verb: str) -> None:
    before = moved.catalog()
    said = moved.migrate(verb, code=1)
    assert "the history says that 1 is applied, but search_path leads to no ledger" in said
    assert "HINT: there is one in schema public; if that is it: `repair --ledger-in public`" in said
    assert moved.catalog() == before


def test_the_ledger_is_found_again_by_a_person_s_word(moved: Place) -> None:
    said = moved.migrate("repair", "--ledger-in", "nowhere", code=1)
    assert "schema nowhere has no ledger" in said
    assert "there is one in public" in said
    assert "the ledger is in schema public" in moved.migrate("repair", "--ledger-in", "public")
    assert moved.answer("up")["applied"] == []


def test_a_seed_makes_no_second_ledger(moved: Place) -> None:
    seeds = moved.folder.parent / "seeds"
    seeds.mkdir()
    (seeds / "1.sql").write_text("select 1;")
    assert "search_path leads to no ledger" in moved.migrate("seed", str(seeds), code=1)


def test_a_database_of_yesterday_remembers_with_the_run_that_changes_something(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();")
    owned.migrate("up")
    yesterday(owned)
    before = owned.catalog()
    owned.migrate("up")
    owned.migrate("verify")
    assert owned.catalog() == before
    owned.files(_2_more="create table more ();")
    owned.migrate("up")
    assert owned.ask("select schema from pgsteward.migration_ledger") == ["public"]


@pytest.mark.parametrize("how", ["truncate _sqlx_migrations", "drop table _sqlx_migrations"])
def test_an_emptied_or_dropped_ledger_is_refused_until_a_person_says_so(owned: Place, how: str) -> None:
    owned.files(_1_acc="create table if not exists acc ();")
    owned.migrate("up")
    owned.do(how)
    for verb in ("status", "up"):
        said = owned.migrate(verb, code=1)
        assert "the history says that 1 is applied" in said
        assert "`repair --accept-ledger`" in said
    owned.migrate("repair", "--accept-ledger")
    assert [one["version"] for one in owned.answer("up")["applied"]] == [1]
    assert "nothing to repair" in owned.migrate("repair", "--accept-ledger")


def test_a_dropped_ledger_is_written_again_by_a_baseline(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table more ();")
    owned.migrate("up")
    owned.do("drop table _sqlx_migrations")
    owned.migrate("baseline", "2")
    assert owned.answer("up")["applied"] == []


def test_a_baseline_says_anew_what_is_applied(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table more ();")
    owned.migrate("up")
    owned.do("drop table _sqlx_migrations, more")
    owned.migrate("baseline", "1")
    assert [one["version"] for one in owned.answer("up")["applied"]] == [2]


COPY = "create table app._sqlx_migrations as select * from public._sqlx_migrations where version = 1"
LOSSES = {
    "a row deleted": "delete from _sqlx_migrations where version = 2",
    "a new ledger with one row": "create table kept as select * from _sqlx_migrations where version = 1; "
    "drop table _sqlx_migrations; alter table kept rename to _sqlx_migrations",
    "a view in its place": "alter table _sqlx_migrations rename to kept; "
    "create view _sqlx_migrations as select * from kept where version < 2",
    "another ledger in the path": f"create schema app; {COPY}; alter table _sqlx_migrations rename to kept; "
    "alter role m_owner set search_path = app, public",
}


@pytest.mark.parametrize("how", LOSSES)
def test_a_ledger_that_lost_some_rows_is_refused(owned: Place, how: str) -> None:
    owned.files(
        _1_acc="create table public.acc as select 1 as cents;", _2_pay="update public.acc set cents = cents * 10;"
    )
    owned.migrate("up")
    owned.do(LOSSES[how])
    schema = "app" if "app" in LOSSES[how] else "public"
    for verb in ("up", "status", "dry-run", "verify", "down", "repair"):
        said = owned.migrate(verb, code=1)
        assert f"the history says that 2 is applied, but the ledger in schema {schema} has no row of it" in said
        assert "HINT: if another tool took back what it had done (`sqlx migrate revert`): `repair --accept-led" in said
    assert owned.ask("select cents from public.acc") == [10]


def test_a_migrator_at_work_is_not_taken_for_a_loss(owned: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table more ();")
    owned.migrate("up", "--to", "1")
    rows = ledger.ledger_rows

    def and_then_another_migrates(opened: ledger.Session) -> list[ledger.Applied]:
        found = rows(opened)
        owned.migrate("up")
        return found

    monkeypatch.setattr(ledger, "ledger_rows", and_then_another_migrates)
    with session(owned.where[1], read_only=True) as opened:
        assert [row.version for row in ledger.read_ledger(opened)] == [1]
    assert owned.ledger() == {1: True, 2: True}


def test_a_ledger_whose_schema_was_renamed_is_pointed_at(owned: Place) -> None:
    owned.files(_1_acc="create table public.acc as select 1 as cents;", _2_pay="update acc set cents = cents * 10;")
    owned.migrate("up")
    with owned.connect() as admin:
        admin.execute(f"create schema app authorization m_owner; set role m_owner; {COPY}; reset role")
        admin.execute("alter schema public rename to old; alter database m set search_path = app, old")
    said = owned.migrate("up", code=1)
    assert (
        "HINT: there is another ledger in schema old; if that is it: `repair --ledger-in old`; if another tool" in said
    )
    owned.migrate("repair", "--ledger-in", "old")
    assert owned.answer("up")["applied"] == []


def test_a_lost_row_is_accepted_by_a_person_s_word_and_the_others_stay_known(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table if not exists more ();")
    owned.migrate("up")
    owned.do("delete from _sqlx_migrations where version = 2")
    assert "2 counts as not applied, as the ledger says" in owned.migrate("repair", "--accept-ledger")
    assert owned.answer("status")["pending"] == [2]
    owned.do("delete from _sqlx_migrations")
    assert "the history says that 1 is applied" in owned.migrate("up", code=1)


def test_a_row_that_came_back_needs_nobody_s_word(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table more ();")
    owned.migrate("up")
    owned.do("create table kept as select * from _sqlx_migrations; delete from _sqlx_migrations where version = 1")
    assert "the history says that 1 is applied" in owned.migrate("up", "--allow-out-of-order", code=1)
    owned.do("insert into _sqlx_migrations select * from kept where version = 1")
    assert owned.answer("up")["applied"] == []


def test_a_down_that_a_person_finished_leaves_no_row_to_miss(owned: Place) -> None:
    owned.files(_1_acc_up="create table acc ();", _1_acc_down="-- no-transaction\ndrop table acc;\nvacuum nowhere;\n")
    owned.migrate("up")
    owned.migrate("down", code=1)
    owned.migrate("repair", "1", "--applied")
    assert owned.answer("status")["pending"] == [1]


def test_a_migration_that_deletes_rows_itself_is_told_by_the_next_run(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_squash="delete from _sqlx_migrations where version = 1;")
    owned.migrate("up")
    assert "the history says that 1 is applied" in owned.migrate("up", code=1)
    owned.migrate("repair", "--accept-ledger")
    (owned.folder / "1_acc.sql").unlink()
    assert owned.answer("up")["applied"] == []


def test_what_was_reverted_may_be_applied_again(owned: Place) -> None:
    owned.files(_1_acc_up="create table acc ();", _1_acc_down="drop table acc;")
    owned.migrate("up")
    owned.migrate("down")
    assert [one["version"] for one in owned.answer("up")["applied"]] == [1]


def test_a_ledger_that_a_migration_moves_is_followed(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();")
    owned.migrate("up")
    owned.do("create schema app; alter table _sqlx_migrations set schema app")
    assert "`repair --ledger-in app`" in owned.migrate("up", code=1)
    with owned.connect() as admin:
        admin.execute("alter database m set search_path = app")
    owned.files(_2_more="create table more ();")
    assert [one["version"] for one in owned.answer("up")["applied"]] == [2]
    assert owned.ask("select schema from pgsteward.migration_ledger") == ["app"]


WAYS_UP = [
    "reset role; alter role m_owner superuser",
    "set session authorization default; alter role m_owner superuser",
    "set role postgres",
    "reset session authorization; do $$ begin execute 'copy (select 1) to program ''true'''; end $$",
]


@pytest.mark.parametrize("way", WAYS_UP)
def test_there_is_no_way_up_from_the_owner(owned: Place, way: str) -> None:
    owned.files(_1_way=f"create table innocent (); {way};")
    assert "[42501]" in owned.migrate("up", code=1)
    assert owned.ask("select rolsuper from pg_roles where rolname = 'm_owner'") == [False]
    assert owned.ask("select to_regclass('public.innocent')::text") == [None]
