"""The ledger's place is found once and remembered; a ledger that is lost from sight is not begun anew."""

import pytest

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
    assert "the ledger has 1 rows" in owned.migrate("repair", "--accept-ledger", code=1)


def test_a_dropped_ledger_is_written_again_by_a_baseline(owned: Place) -> None:
    owned.files(_1_acc="create table acc ();", _2_more="create table more ();")
    owned.migrate("up")
    owned.do("drop table _sqlx_migrations")
    owned.migrate("baseline", "2")
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
