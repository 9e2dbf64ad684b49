"""Which statements are known to leave nothing when they fail. Whatever is not listed is not."""

import pytest

from steward.migrate.harmless import commits_on_its_way, ends_what_it_began, is_removed, leaves_nothing, sets_sequence
from steward.migrate.statements import Statement, statements

WHOLE = """
insert into a values (1); update a set b = 1; delete from a; merge into a using b on true when matched then do nothing;
with x as (select 1) select * from x; (select 1); table a; values (1); truncate a; comment on table a is 'do';
create table a (); create unlogged table a (); create temp table a (); create table a as select 1;
create index i on a (b); create unique index i on a (b); create or replace function f() returns int return 1;
create or replace procedure p() language sql as 'select 1'; create materialized view m as select 1;
create recursive view v (a) as select 1; create constraint trigger t after insert on a execute function f();
create event trigger e on ddl_command_end execute function f(); create foreign data wrapper w; create user mapping for a
server s; create text search configuration c (copy = simple); create extension e; create type t as enum ('a');
alter table a add column b int; alter table a detach partition b; alter table a detach partition b finalize;
alter type t add value 'b'; alter default privileges grant select on tables to a; alter index i rename to j;
drop table a; drop index i; drop owned by a; drop materialized view m; refresh materialized view m;
refresh materialized view concurrently m; grant select on a to b; revoke all on a from b; set search_path = a;
copy a from '/tmp/a'; security label on table a is 'x'; reassign owned by a to b; explain analyze select 1
"""
COMMITTING = """
do $$ begin commit; end $$; call p(); vacuum; vacuum full a; analyze; analyze a; cluster; reindex table a;
reindex (verbose) table concurrently a; drop index concurrently i; alter table a detach partition b concurrently
"""
UNKNOWN = """
create database a; drop database a; alter database a set tablespace b; create tablespace t location '/t';
alter system set work_mem = '1MB'; create subscription s connection '' publication p; alter subscription s refresh
publication; drop subscription s; copy a to program 'x'; frobnicate a; create frob a
"""


@pytest.mark.parametrize("one", statements(WHOLE), ids=lambda one: one.text[:40])
def test_one_transaction_leaves_nothing(one: Statement) -> None:
    assert leaves_nothing(one) and not is_removed(one) and not ends_what_it_began(one)


@pytest.mark.parametrize("one", statements(COMMITTING), ids=lambda one: one.text[:40])
def test_what_commits_on_its_way_may_leave_something(one: Statement) -> None:
    assert commits_on_its_way(one) and not leaves_nothing(one)


@pytest.mark.parametrize("one", statements(UNKNOWN), ids=lambda one: one.text[:40])
def test_of_what_is_not_listed_nothing_is_known(one: Statement) -> None:
    assert not (leaves_nothing(one) or commits_on_its_way(one) or is_removed(one) or ends_what_it_began(one))


def test_what_an_index_made_concurrently_leaves_is_removed_and_a_dropped_one_is_dropped_again() -> None:
    make, drop = statements("create unique index concurrently i on a (b); drop index concurrently if exists i")
    assert is_removed(make) and not leaves_nothing(make)
    assert ends_what_it_began(drop)


def test_a_call_of_setval_is_seen_where_it_runs() -> None:
    runs = "select setval('s', 1); SELECT pg_catalog.SetVal('s', 1); do $$ begin perform setval('s', 1); end $$"
    assert all(sets_sequence(one) for one in statements(runs))
    defines = (
        "create or replace function f() returns int return setval('s', 1); select nextval('s'); select my_setval(1)"
    )
    assert not any(sets_sequence(one) for one in statements(defines))
