"""What a statement leaves in its session: settings, which are sent again, and what cannot be had again."""

import pytest

from steward.migrate.lasting import kept, settings
from steward.migrate.statements import statements

SETTINGS = """
set search_path to app; set session work_mem = '1MB'; set role app; reset role; reset all; set time zone 'UTC';
set session authorization app; set names 'utf8'; select set_config('search_path', '', false);
select pg_catalog.set_config('search_path', '', false)
"""
KEPT = """
create temp table t (); create temporary view v as select 1; create or replace temp view v as select 1;
create local temporary table t (); create temp sequence s; create table pg_temp.t (); select 1 into temp t;
select 1 into local temporary table t; with x as (select 1) select * into temp t from x; prepare p as select 1;
listen c; load 'x'; declare c cursor with hold for select 1; select pg_advisory_lock(1);
select set_config(name, value, false) from wanted
"""
NEITHER = """
set local search_path to app; set transaction read only; set constraints all deferred; create table temp (temp int);
insert into temp values (1); select temp from temp; create table t (); update a set temp = 1;
create function f() returns int language sql set search_path = public, pg_temp as 'select 1';
select set_config('search_path', '', true); select pg_advisory_xact_lock(1); drop table t; notify c
"""


@pytest.mark.parametrize("script", [one.text for one in statements(SETTINGS)])
def test_a_setting_is_sent_again(script: str) -> None:
    assert settings(statements(script)) == statements(script)
    assert kept(statements(script)) is None


@pytest.mark.parametrize("script", [one.text for one in statements(KEPT)])
def test_what_cannot_be_had_again_is_known(script: str) -> None:
    (statement,) = statements(script)
    assert kept([statement]) == statement
    assert settings([statement]) == []


@pytest.mark.parametrize("script", [one.text for one in statements(NEITHER)])
def test_what_leaves_nothing_in_a_session_is_neither(script: str) -> None:
    assert settings(statements(script)) == []
    assert kept(statements(script)) is None


def test_what_was_discarded_is_not_there_to_be_missed() -> None:
    script = "set a = 1; create temp table t (); discard all; set b = 2; discard plans"
    assert kept(statements(script)) is None
    assert [one.text for one in settings(statements(script))] == ["set b = 2"]
