"""What a deploy's plan reads of the ledger is what the runner reads, and no code of the owner runs while it does."""

import base64
import os
import subprocess
from typing import Any

import pytest

from steward.migrate.copied import applied, copied
from tasks.shell import whole

from .migrating import DATABASE, ROOT, Place

TRAP = """
create function public.trap() returns boolean language plpgsql immutable as $$
begin
    if current_setting('is_superuser') = 'on' then execute 'create role trapped superuser'; end if;
    raise log 'the trap ran as %', current_user;
    return true;
end $$;
"""


def answers(place: Place) -> dict[str, str]:
    """What templates/sh/ledgers.sh answers, as a deploy runs it."""
    if os.geteuid() != 0:
        pytest.skip("the script runs as root, and becomes postgres")
    query = (ROOT / "templates/sql/ledger.sql").read_text(encoding="utf-8")
    environment = {**os.environ, "PGHOST": str(place.server.directory)}
    command = ["sh", "-c", whole("sh/ledgers.sh"), "ledgers", "5432", query, DATABASE, "m_owner"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def read(place: Place) -> list[Any]:
    """Version and success of what the plan takes for applied; raises Refused."""
    told = copied(base64.b64decode(answers(place)["1"]).decode().split("\n")[:-1])
    return [(row.version, row.description, row.success, len(row.checksum)) for row in applied(told, "database m")]


def test_the_plan_reads_what_the_runner_wrote(place: Place) -> None:
    assert read(place) == []
    place.files(_1_a="create table a ();", **{"_2_tab_b": "create table b ();"})
    place.migrate("up")
    place.do("update _sqlx_migrations set description = E'a<b>&c\\t\\\\ \\n d' where version = 1")
    assert read(place) == [(1, "a<b>&c\t\\ \n d", True, 48), (2, "tab b", True, 48)]


@pytest.mark.parametrize(
    "setting",
    [
        "create schema m_owner authorization m_owner",
        "create schema app authorization m_owner; alter role m_owner set search_path = nowhere, app, public",
        "create schema app authorization m_owner; alter database m set search_path = app",
        "create schema app authorization m_owner; alter database m set search_path = public; "
        "alter role m_owner in database m set search_path = 'a=b', \"App\", app",
        "create schema app authorization m_owner; alter role all set search_path = app",
        "create schema app; alter database m set search_path = app, public",  # the owner may not use it
    ],
)
def test_the_plan_and_the_runner_read_one_ledger(place: Place, setting: str) -> None:
    with place.connect() as admin:
        for command in setting.split("; "):
            admin.execute(command)
    place.owner_connects()
    try:
        place.files(_1_a="create table a ();")
        place.migrate("up")
        assert [row[0] for row in read(place)] == [1]
        place.do("drop table pgsteward.migration_ledger")  # as the last release left it
        assert [row[0] for row in read(place)] == [1]
    finally:
        with place.connect() as admin:
            admin.execute("alter role all reset search_path")


def test_what_was_remembered_wins_and_a_lost_ledger_is_refused(place: Place) -> None:
    place.files(_1_a="create table a ();")
    place.migrate("up")
    with place.connect() as admin:
        admin.execute("create schema app authorization m_owner")
        admin.execute("alter database m set search_path = app")
    assert [row[0] for row in read(place)] == [1]
    place.do("drop table pgsteward.migration_ledger")
    with pytest.raises(Exception, match="the history says that 1 is applied, but search_path leads to no ledger"):
        read(place)


def test_the_plan_refuses_a_ledger_that_lost_a_row(place: Place) -> None:
    place.files(_1_a="create table a ();", _2_b="create table b ();")
    place.migrate("up")
    place.do("delete from _sqlx_migrations where version = 2")
    with pytest.raises(Exception, match="the history says that 2 is applied, but the ledger in schema public has no"):
        read(place)


REPLACED = {
    "a view over a function": "alter table _sqlx_migrations rename to kept; create view _sqlx_migrations as "
    "select * from kept where public.trap()",
    "a computed column": "alter table _sqlx_migrations drop description; alter table _sqlx_migrations "
    "add description text generated always as (public.trap()::text) stored",
    "a column of a domain": "create domain trapped as text check (public.trap()); "
    "alter table _sqlx_migrations alter description type trapped",
}
AROUND = {
    "an index over a function": "create index on _sqlx_migrations (version) where public.trap()",
    "an expression": "create index on _sqlx_migrations ((public.trap()))",
    "a statistic": "create statistics s on (public.trap() and success), version from _sqlx_migrations",
    "a constraint": "alter table _sqlx_migrations add check (public.trap())",
    "row security": "alter table _sqlx_migrations enable row level security; alter table _sqlx_migrations force row "
    "level security; create policy p on _sqlx_migrations using (public.trap())",
    "a rule": "create rule r as on insert to _sqlx_migrations do also select public.trap()",
    "functions before PostgreSQL's": "create function public.to_json(name[]) returns json language sql as $$ select "
    "public.trap(); select '[]'::json $$; create function public.set_config(text, text, boolean) returns text "
    "language sql as $$ select public.trap()::text $$; create function public.length(text) returns int language sql "
    "as $$ select public.trap()::int $$; alter database m set search_path = public, pg_catalog",
}


@pytest.mark.parametrize("how", REPLACED | AROUND)
def test_no_code_of_the_owner_runs_in_a_plan(place: Place, how: str) -> None:
    place.owner_connects()
    place.files(_1_a="create table a ();")
    place.migrate("up")
    place.do(TRAP)
    place.do((REPLACED | AROUND)[how])
    before = place.logged("the trap ran as postgres")
    if how in REPLACED:
        with pytest.raises(Exception, match="is not a plain table with sqlx's columns"):
            read(place)
    else:
        assert [row[0] for row in read(place)] == [1]
    assert place.logged("the trap ran as postgres") == before
    assert place.ask("select count(*) from pg_catalog.pg_roles where rolname = 'trapped'") == [0]


def test_a_ledger_that_is_locked_is_told_and_not_taken_for_none(place: Place) -> None:
    place.files(_1_a="create table a ();")
    place.migrate("up")
    with place.connect() as other, other.transaction():
        other.execute("lock table _sqlx_migrations")
        assert "lock timeout" in answers(place)["1.failed"]


def test_a_database_that_does_not_exist_has_nothing(place: Place) -> None:
    with place.server.connect() as admin:
        admin.execute("drop database m with (force)")
    assert answers(place) == {}
