"""The sessions of the scripts mean what they say, whatever an owner has made of his database."""

import re

import pytest

from tasks.shell import text

from .server import Server

TRAPS = """
create function public.trap() returns text language plpgsql as
    $$ begin raise exception 'a trap ran as %', current_user; end $$;
create function public.pg_is_in_recovery() returns boolean language sql as 'select public.trap() is null';
create function public.lower(text) returns text language sql as 'select public.trap()';
create function public.hit(text, text) returns boolean language sql as 'select public.trap() is null';
create operator public.= (leftarg = text, rightarg = text, function = public.hit);
create view public.pg_roles as select public.trap();
create view public.pg_database as select public.trap();
alter database owned set search_path = public, pg_catalog;
alter database owned set role = owner;
alter database owned set default_transaction_read_only = on;
alter database owned set standard_conforming_strings = off;
alter database owned set statement_timeout = '1ms';
alter database owned set client_encoding = 'LATIN1';
alter database owned set row_security = on;
"""


@pytest.fixture
def hostile(server: Server) -> Server:
    with server.connect() as admin:
        admin.execute("create role owner")
        admin.execute("create database owned owner owner")
    with server.connect("owned") as owner:
        owner.execute("set role owner")
        owner.execute(TRAPS)
    return server


def asked(server: Server, query: str, how: str = "ask") -> str:
    return server.told(f'{how} 5432 owned -c "$1"', query).strip()


@pytest.mark.parametrize("how", ["ask", "tell"])
def test_no_name_of_the_owner_stands_before_postgresqls_own(hostile: Server, how: str) -> None:
    query = "select pg_is_in_recovery(), lower('A'::text), 'a'::text = 'a'::text, (select count(*) > 0 from pg_roles)"
    assert asked(hostile, query, how) == "f|a|t|t"
    with pytest.raises(RuntimeError, match="a trap ran as"):
        asked(hostile, "set search_path = public, pg_catalog; select pg_is_in_recovery()", how)


@pytest.mark.parametrize("how", ["ask", "tell"])
def test_no_setting_of_the_owners_reaches_a_session(hostile: Server, how: str) -> None:
    names = ["search_path", "role", "standard_conforming_strings", "client_encoding", "row_security"]
    shown = ", ".join(f"current_setting('{name}')" for name in names)
    assert asked(hostile, f"select {shown}, current_user", how) == "pg_catalog|none|on|UTF8|off|postgres"


def test_a_session_that_reads_writes_nothing_and_one_that_writes_may(hostile: Server) -> None:
    with pytest.raises(RuntimeError, match="read-only transaction"):
        asked(hostile, "create table public.made ()")
    asked(hostile, "create table public.made ()", "tell")
    assert asked(hostile, "select count(*) from pg_tables where tablename = 'made'") == "1"


def test_a_session_that_reads_ends_in_bounded_time(hostile: Server) -> None:
    assert asked(hostile, "select current_setting('statement_timeout'), current_setting('lock_timeout')") == "5min|10s"


@pytest.mark.parametrize("name", ["owned", "it's", "a b=c", "back\\slash", 'quo"te', "host=elsewhere"])
def test_a_database_is_meant_by_its_name_whatever_it_holds(server: Server, name: str) -> None:
    with server.connect() as admin:
        admin.execute(f'create database "{name.replace(chr(34), chr(34) * 2)}"')
    assert server.told('ask 5432 "$1" -c "select current_database()"', name).strip() == name


def test_the_rights_of_a_hostile_database_are_read_and_no_trap_runs(hostile: Server) -> None:
    said = hostile.told(text("sh/rights.sh"), "5432", text("sql/roles.sql"), text("sql/database.sql"), "owned")
    assert re.match(r'0=\{.*\n1=\{.*"schemas"', said), said[:400]


def test_a_snapshot_of_the_server_is_read_in_such_a_session(hostile: Server) -> None:
    said = hostile.told('ask 5432 owned -c "$1"', text("sql/server.sql"))
    assert said.startswith('{"version"')
