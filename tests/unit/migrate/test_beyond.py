"""What a migration cannot do in a session of the owner, as lint and a deploy's plan say it."""

import pytest

from steward.migrate.beyond import beyond_owner
from steward.migrate.statements import statements


@pytest.mark.parametrize(
    "script",
    [
        "set role postgres",
        "SET LOCAL ROLE postgres",
        "reset role",
        "set session authorization default",
        "alter system set work_mem = '1GB'",
        "create role x",
        "alter role shop superuser",
        "alter user shop nosuperuser",
        "copy (select 1) to program 'id'",
        "copy t from '/etc/passwd'",
        "create extension postgis",
        'create extension if not exists "pg_cron"',
        "create event trigger t on ddl_command_start execute function f()",
    ],
)
def test_what_takes_a_superuser_is_found(script: str) -> None:
    (problem,) = beyond_owner(statements(f"create table t ();\n{script};"), "1_a.sql")
    assert (problem.where, problem.line) == ("1_a.sql", 2)
    assert problem.what.endswith("(beyond-owner)")


@pytest.mark.parametrize(
    "script",
    [
        "set search_path = app",
        "alter role shop set search_path = app",
        "alter database shop set search_path = app",
        "create extension if not exists pg_trgm",
        'create extension "uuid-ossp"',
        "create extension if not exists postgis with schema public",
        "create user mapping for shop server s",
        "create event_log ()",
    ],
)
def test_what_an_owner_does_is_not(script: str) -> None:
    assert beyond_owner(statements(script), "1_a.sql", ["postgis"]) == []
