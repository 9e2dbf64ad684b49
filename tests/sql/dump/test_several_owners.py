"""Owners in one database stay apart while it is restored, whatever their code does; and what they share comes back."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from .contents import contents
from .host import Host

PLAIN = "create function {0}(i int) returns boolean language sql as 'select true';"
TRAP = """
create or replace function {0}(i int) returns boolean language plpgsql as $$
declare
    me text := current_user;
begin
    if current_setting('application_name') = '' then return true; end if; -- the tests themselves
    begin
        {1}
    exception when others then raise log 'trap failed: %', sqlerrm; end;
    execute 'set role ' || me;
    return true;
end $$;"""
EVIL = """
        execute 'reset role';
        execute $q$create function {0}(q text) returns text language plpgsql security definer as
            'declare r text; begin execute q into r; return r; end'$q$;"""
SECRETS = """
set role reports; create schema reports; create table reports.secret (pin text); reset role;
set role shop; create table public.secret (pin text); reset role;"""


def restored(host: Host, script: str, *extensions: str, jobs: int = 1) -> None:
    """The database back, out of a dump of what this script makes in a database of shop's."""
    made(host, script, *extensions)
    dump = host.take()
    host.dump("verify", "main")
    host.dump("restore", "main", dump.id, "--as", "back", "--jobs", str(jobs))


def made(host: Host, script: str, *extensions: str) -> None:
    with host.server.connect() as admin:
        for one in ("shop", "reports"):
            admin.execute(f"create role {one} login")
        admin.execute("create database shop owner shop")
    host.server.load("alter schema public owner to shop; grant create on database shop to reports;", "shop")
    host.server.load(script, "shop")
    host.databases = {"shop": {"owner": "shop", "extensions": [*extensions]}}
    host.owners = ["shop", "reports"]
    host.declare()


def as_role(host: Host, role: str, query: str) -> list[tuple[object, ...]]:
    with host.server.connect("back") as link:
        link.execute(f"set role {role}")
        return link.execute(query).fetchall()


def trap(name: str, what: str, table: str, owner: str) -> str:
    """A table of the owner's whose CHECK does it, in its one row's restore."""
    return f"""
    set role {owner}; {PLAIN.format(name)}
    create table {table} (i int check ({name}(i))); insert into {table} values (1);
    {TRAP.format(name, what)} reset role;"""


# --- nobody becomes another


def test_what_a_trap_makes_as_the_restoring_role_becomes_its_owners(host: Host) -> None:
    restored(host, SECRETS + trap("reports.trap", EVIL.format("reports.evil"), "reports.sums", "reports"))
    owner = "select proowner::regrole::text from pg_proc where proname = 'evil'"
    assert as_role(host, "postgres", owner) == [("reports",)]
    assert as_role(host, "reports", "select reports.evil('select current_user')") == [("reports",)]


def test_nor_is_it_the_role_of_a_later_step(host: Host) -> None:
    shared = """set role shop; create table public.items (id int, name text);
        create statistics public.known on id, name from public.items; reset role;
        alter statistics public.known owner to reports;"""
    restored(host, SECRETS + trap("public.trap", EVIL.format("public.evil"), "public.a", "shop") + shared)
    assert as_role(host, "shop", "select public.evil('select current_user')") == [("shop",)]


def test_a_password_that_a_trap_has_set_opens_nothing_of_another_owner(host: Host) -> None:
    known = """
        execute 'reset role'; execute format('alter role %I password ''known''', session_user);
        perform pg_sleep(2);"""
    made(host, SECRETS + trap("public.trap", known, "public.a", "shop"))
    dump, became = host.take(), set[str]()
    over = threading.Event()
    watching = threading.Thread(target=lambda: became.update(outsider(host, over)))
    watching.start()
    host.dump("restore", "main", dump.id, "--as", "back")
    over.set()
    watching.join()
    assert "became reports" not in became


def outsider(host: Host, over: threading.Event) -> Iterator[str]:
    """Somebody who knows the password: comes in, and tries for as long as the restore lasts to become another."""
    links: list[psycopg.Connection[tuple[object, ...]]] = []
    while not over.is_set():
        with host.server.connect() as admin:
            names = admin.execute("select rolname from pg_roles where rolname ~ '^pgsteward_restoring_'").fetchall()
        for (name,) in names:
            try:
                links.append(host.server.connect("shop", name, "known"))
                yield "came in"
            except psycopg.Error:
                continue
        for link in links:
            try:
                link.execute("set role reports")
                yield "became reports"
            except psycopg.Error:
                continue
        time.sleep(0.01)


def test_names_with_blanks_lend_nobody_anothers_rights(host: Host) -> None:
    take = "execute 'reset role'; execute 'set role reports'; execute 'comment on table reports.secret is ''taken''';"
    restored(
        host,
        f"""{SECRETS}
        set role reports; create table reports."my sums" (i int); reset role;
        set role shop; create schema "reports my"; {PLAIN.format("public.trap")}
        create domain dom as int check (public.trap(value));
        create table "reports my".sums (i int, d dom) partition by list (d);
        create table public.kid partition of "reports my".sums for values in (1);
        {TRAP.format("public.trap", take)} reset role;""",
    )
    assert as_role(host, "postgres", "select obj_description('reports.secret'::regclass)") == [(None,)]


def test_nobody_makes_anything_in_anothers_schema_meanwhile(host: Host) -> None:
    other = """execute $q$create function app.ok(int) returns int language sql immutable as 'select 2'$q$;"""
    app = """set role shop; create schema app; grant usage on schema app to reports;
        create function app.ok(anyelement) returns int language sql immutable as 'select 1';
        create table app.t (i int); insert into app.t values (5); create index on app.t (app.ok(i)); reset role;"""
    restored(host, SECRETS + app + trap("reports.trap", other, "reports.x", "reports"))
    assert as_role(host, "postgres", "select count(*) from pg_proc where proname = 'ok'") == [(1,)]


def test_nobody_looks_into_a_database_while_it_is_made(host: Host) -> None:
    made(host, SECRETS + trap("public.trap", "perform pg_sleep(3);", "public.a", "shop"))
    host.server.load("revoke connect on database shop from public; create role other login password 'x'")
    process = host.begin("dump", "restore", "main", host.take().id, "--as", "back")
    seen = set()
    while process.poll() is None:
        with host.server.connect() as admin:
            names = admin.execute("select datname from pg_database where datname ~ '^(pgsteward_restoring_|back)'")
        for (name,) in names:
            try:
                host.server.connect(name, "other", "x").close()
                seen.add("came in")
            except psycopg.Error:
                seen.add("refused")
    assert process.communicate() and process.returncode == 0
    assert seen == {"refused"}
    rights = "select unnest(datacl)::text from pg_database where datname = '{}' order by 1"
    assert as_role(host, "postgres", rights.format("back")) == as_role(host, "postgres", rights.format("shop"))


def test_roles_that_a_dump_does_not_tell_apart_are_refused(host: Host) -> None:
    host.server.load('create role "shop reports"')
    made(host, SECRETS + 'set role reports; create schema r; create table r."t shop" (i int); reset role;')
    host.owners = [*host.owners, "shop reports"]
    host.declare()
    host.server.load('create table public.other (i int); alter table public.other owner to "shop reports"', "shop")
    said = host.dump("restore", "main", host.take().id, "--as", "back", code=1)
    assert 'the roles "shop reports" and "reports" cannot be told apart in it\n    HINT: ' in said


# --- what is shared comes back

SHARED = {
    "keys under a policy of the owner's own": """
        set role shop; create table t (i int primary key); insert into t values (1);
        create table u (i int references t); insert into u values (1);
        alter table t enable row level security; alter table t force row level security;
        create policy p on t using (i > 0); reset role;""",
    "a materialized view under a policy": """
        set role shop; create table t (i int); insert into t values (1), (2);
        alter table t enable row level security; alter table t force row level security;
        create policy p on t using (i > 1); create materialized view mv as select * from t; reset role;""",
    "large objects of both": """
        set role shop; select lo_from_bytea(0, 'a'); set role reports; select lo_from_bytea(0, 'b'); reset role;""",
    "a trigger on a partition of another's": """
        set role shop; create schema a; grant usage on schema a to reports;
        create function a.f() returns trigger language plpgsql as 'begin return new; end';
        create table a.t (i int) partition by list (i); create table a.c partition of a.t for values in (1);
        create trigger t after insert on a.t for each row execute function a.f(); reset role;
        alter table a.c owner to reports; insert into a.t values (1);""",
    "operators that are each other's commutator": """
        set role shop; create function lt(text, int) returns boolean language sql immutable as 'select true';
        create function gt(int, text) returns boolean language sql immutable as 'select true';
        create operator <<% (leftarg = text, rightarg = int, function = lt, commutator = operator(public.%>>));
        reset role; alter operator %>> (int, text) owner to shop; set role shop;
        create operator %>> (leftarg = int, rightarg = text, function = gt, commutator = operator(public.<<%));
        reset role; alter operator %>> (int, text) owner to reports;""",
    "a schema called DATA": """
        set role shop; create schema "DATA"; create table "DATA".t (i int primary key); insert into "DATA".t values (1);
        create materialized view "DATA".m as select 1 as i; create view v as select * from "DATA".m; reset role;""",
    "a partition on a server that is away": """
        create extension postgres_fdw; grant usage on foreign data wrapper postgres_fdw to shop;
        set role shop; create server s foreign data wrapper postgres_fdw options (host '192.0.2.1');
        create table t (i int) partition by list (i); create table c partition of t for values in (1);
        create foreign table f partition of t for values in (2) server s; insert into t values (1); reset role;""",
}


@pytest.mark.parametrize("what", SHARED)
def test_what_owners_share_comes_back(host: Host, what: str) -> None:
    restored(host, SECRETS + SHARED[what], *(["postgres_fdw"] if "postgres_fdw" in SHARED[what] else []), jobs=2)
    assert contents(host.server, "back") == contents(host.server, "shop")
    whose = """
        select relname, relowner::regrole::text from pg_class
        where relnamespace in ('public'::regnamespace, 'reports'::regnamespace) order by 1, 2"""
    with host.server.connect("shop") as link:
        before = link.execute(whose).fetchall()
    assert as_role(host, "postgres", whose) == before


def test_a_materialized_view_that_nobody_may_fill_any_more_is_told_and_left_empty(host: Host) -> None:
    script = """
        set role shop; create table t (i int); insert into t values (1); grant select on t to reports; reset role;
        set role reports; create materialized view reports.mv as select * from public.t;
        create materialized view reports.own as select 1 as i; reset role; revoke select on t from reports;"""
    made(host, SECRETS + "grant usage on schema public to reports;" + script)
    dump = host.take()
    host.dump("verify", "main")
    said = host.dump("restore", "main", dump.id, "--as", "back")
    assert "left out: the rows of materialized view reports.mv: " in said and "permission denied for table t" in said
    populated = "select relname::text, relispopulated from pg_class where relkind = 'm' order by 1"
    assert as_role(host, "postgres", populated) == [("mv", False), ("own", True)]
