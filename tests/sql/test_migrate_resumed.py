"""A script outside of a transaction goes on in a session of its own, and finds there what its statements had set."""

import pytest

from .migrating import Place

BEGINNING = "-- no-transaction\n"
WHERE = "select relnamespace::regnamespace::text from pg_class where relname = 'second'"


def corrected(place: Place, before: str, after: str = "create table second ();") -> None:
    """A migration whose last statement was misspelt, and which stopped there; then it is corrected."""
    place.files(_1_a=f"{BEGINNING}{before}\ncreat table second ();")
    assert "syntax error" in place.migrate("up", code=1)
    place.files(_1_a=f"{BEGINNING}{before}\n{after}")


@pytest.mark.parametrize(
    "before",
    [
        "set search_path to app; create table first ();",
        "select pg_catalog.set_config('search_path', 'app', false); create table first ();",
        "set search_path to public; create table first (); set search_path to app;",
        "set search_path to nowhere; discard all; set search_path to app; create table first ();",
    ],
)
def test_the_search_path_that_was_set_holds_for_the_rest(place: Place, before: str) -> None:
    place.do("create schema app")
    corrected(place, before)
    place.migrate("up")
    assert place.ask(WHERE) == ["app"]


def test_what_was_reset_or_held_for_one_transaction_does_not(place: Place) -> None:
    place.do("create schema app")
    corrected(place, "set search_path to app; create table first (); reset search_path; set local search_path to app;")
    place.migrate("up")
    assert place.ask(WHERE) == ["public"]


def test_the_role_that_was_set_owns_the_rest(place: Place) -> None:
    with place.connect() as admin:
        admin.execute("create role m_worker; grant m_worker to m_owner; grant create on schema public to m_worker")
    try:
        corrected(place, "set role m_worker; create table first ();")
        place.migrate("up")
        assert place.ask("select relowner::regrole::text from pg_class where relname in ('first', 'second')") == [
            "m_worker",
            "m_worker",
        ]
    finally:
        with place.connect() as admin:
            admin.execute("drop owned by m_worker; drop role m_worker")


def test_a_setting_that_cannot_be_set_any_more_is_told_before_anything_runs(place: Place) -> None:
    with place.connect() as admin:
        admin.execute("create role m_worker; grant m_worker to m_owner")
    corrected(place, "set role m_worker; select 1;")
    with place.connect() as admin:
        admin.execute("drop role m_worker")
    said = place.migrate("up", code=1)
    assert "1_a.sql (line 2): it was done, and cannot be set again in this session" in said
    assert "HINT: make it possible again, then run again" in said
    assert place.ask(WHERE) == []


@pytest.mark.parametrize(
    "made",
    [
        "create temp table kept as select 7 as x;",
        "select 7 as x into temporary kept;",
        "prepare kept as select 1;",
        "listen kept;",
        "declare kept cursor with hold for select 1;",
    ],
)
def test_without_what_only_its_session_had_nobody_goes_on(place: Place, made: str) -> None:
    corrected(place, f"create table first ();\n{made}")
    for verb in ("up", "dry-run"):
        said = place.migrate(verb, code=1)
        assert f"1 a: statement 2, which is done, left something in a session that has ended: {made[:-1]}" in said
        assert "HINT: move it, with what fills it, below the 2 that are done" in said
        assert "`repair 1 --resume-at <statement>`" in said
    assert place.ask(WHERE) == []


def test_a_temporary_table_that_is_moved_below_what_is_done_is_made_anew(place: Place) -> None:
    made = "create temp table kept as select 7 as x;"
    corrected(place, f"{made}\ncreate table first ();")
    place.files(_1_a=f"{BEGINNING}create table first ();\n{made}\ncreate table second as select x from kept;")
    place.migrate("repair", "1", "--resume-at", "2")
    place.migrate("up")
    assert place.ask("select x from second") == [7]


def test_a_temporary_table_that_nothing_is_left_for_is_no_hindrance(place: Place) -> None:
    place.files(_1_a=f"{BEGINNING}create temp table kept ();\ncreat table second ();")
    place.migrate("up", code=1)
    place.files(_1_a=f"{BEGINNING}create temp table kept ();")
    place.migrate("up")
    assert place.ledger() == {1: True}
