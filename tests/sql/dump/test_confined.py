"""A restore runs what is in a dump as whom it belongs to: traps in it find no superuser, and nobody else's rights."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.rows import dict_row

from steward import server
from steward.restore.table import parsed, poured, prepare
from steward.session import WRITING, options

from .. import world
from ..server import Server
from .contents import contents
from .host import Host

TRAPS = Path(__file__).with_name("traps.sql")
SEVERAL = Path(__file__).with_name("several.sql")
POWERS = "select rolname from pg_roles where rolsuper or rolcreaterole or rolcanlogin order by 1"


def query(host: Host, text: str, database: str = "postgres") -> list[str]:
    with host.server.connect(database) as admin:
        return [str(one) for (one,) in admin.execute(text)]


def sprung(host: Host, at: int) -> set[str]:
    """Who has run a trap since the log was so long."""
    text = host.server.log.read_bytes()[at:].decode(errors="replace")
    return {re.sub("(pgsteward_restoring)_[0-9a-f]+", r"\1", one) for one in re.findall("LOG:  trap ran as (.*)", text)}


@pytest.fixture
def trapped(host: Host) -> Host:
    """A shop whose owner has set traps wherever a restore runs something, and declares nothing for it."""
    with host.server.connect() as admin:
        admin.execute("create role shop")
        admin.execute("create role victim")
        admin.execute("create database shop owner shop")
    host.server.load(TRAPS.read_text(), "shop")
    host.databases = {"shop": {"owner": "shop", "extensions": []}}
    host.owners = ["shop", "victim"]
    host.declare()
    return host


def test_no_trap_runs_as_anyone_but_the_owner(trapped: Host) -> None:
    before, powers = contents(trapped.server, "shop"), query(trapped, POWERS)
    dump = trapped.take()
    at = trapped.server.log.stat().st_size
    trapped.dump("restore", "main", dump.id, "--as", "back", "--jobs", "2")
    assert query(trapped, POWERS) == powers
    found = contents(trapped.server, "back")
    assert {name: found[name] for name in before if "." in name} == {
        name: one for name, one in before.items() if "." in name
    }
    assert found["definitions"] == before["definitions"]
    assert sprung(trapped, at) == {"shop, session pgsteward_restoring"}


def test_nothing_is_left_of_whom_a_restore_runs_as(trapped: Host) -> None:
    dump = trapped.take()
    trapped.dump("restore", "main", dump.id, "--as", "back")
    trapped.dump("restore", "main", dump.id, code=1)
    assert query(trapped, "select rolname from pg_roles where rolname ~ 'restoring'") == []
    owners = "select distinct pg_get_userbyid(relowner) from pg_class where relnamespace = 'public'::regnamespace"
    assert query(trapped, owners, "back") == ["shop"]


def test_what_needs_a_superuser_is_told_and_left_out(trapped: Host) -> None:
    with trapped.server.connect("shop") as admin:
        admin.execute("create function nosy() returns event_trigger language plpgsql as 'begin end'")
        admin.execute("create event trigger nosy on ddl_command_end execute function nosy()")
        admin.execute("comment on event trigger nosy is 'looks'")
        admin.execute("create publication everything for all tables")
        admin.execute("create extension file_fdw")
        admin.execute("create extension citext")
        admin.execute("create subscription away connection 'dbname=nowhere' publication p with (connect = false)")
        admin.execute(
            "create function raw(cstring) returns int language internal immutable strict leakproof as 'int4in'"
        )
    dump = trapped.take()
    trapped.server.load("alter subscription away set (slot_name = none); drop subscription away", "shop")
    said = trapped.dump("restore", "main", dump.id, "--as", "back")
    for one in (
        "left out: event trigger nosy: needs a superuser",
        "left out: publication everything: needs a superuser (for all tables)",
        "left out: extension file_fdw: is not declared for the database",
        "left out: subscription away: needs a superuser",
        'left out: function public.raw("cstring"): needs a superuser (in the language internal)',
    ):
        assert said.count(one) == 2, (one, said)
    assert query(trapped, "select extname from pg_extension order by 1", "back") == ["citext", "plpgsql"]
    assert query(trapped, "select evtname from pg_event_trigger", "back") == []
    assert query(trapped, "select pubname from pg_publication", "back") == []
    trapped.databases["shop"]["extensions"] = ["file_fdw"]
    trapped.declare()
    said = trapped.dump("restore", "main", dump.id, "--as", "again", "--json")
    assert not any("file_fdw" in one for one in json.loads(said.splitlines()[0])["left_out"])
    assert query(trapped, "select extname from pg_extension order by 1", "again") == ["citext", "file_fdw", "plpgsql"]


def test_a_database_is_never_given_to_a_superuser(trapped: Host) -> None:
    dump = trapped.take()
    said = trapped.dump("restore", "main", dump.id, "--as", "back", "--owner", "postgres", code=1)
    assert "the database would be postgres's, who can do everything\n    HINT: " in said
    trapped.dump("restore", "main", dump.id, "--as", "back", "--owner", "victim")
    assert query(trapped, "select pg_get_userbyid(datdba) from pg_database where datname = 'back'") == ["victim"]


def test_a_role_that_is_missing_is_told_before_anything_is_made(trapped: Host) -> None:
    with trapped.server.connect() as admin:
        admin.execute("create role temporary")
    trapped.server.load("create table theirs (); alter table theirs owner to temporary", "shop")
    dump = trapped.take()
    trapped.server.load("drop table theirs; drop role temporary", "shop")
    said = trapped.dump("restore", "main", dump.id, "--as", "back", code=1)
    assert 'owner: role "temporary" does not exist' in said
    assert "A role that is missing stands in the dump's globals.sql" in said


# --- several owners


@pytest.fixture
def several(host: Host) -> Host:
    """A database of one owner, in which another, declared one has a schema, tables, a key and a view of its own."""
    with host.server.connect() as admin:
        admin.execute("create role shop")
        admin.execute("create role reports")
        admin.execute("create role stranger")
        admin.execute("create database shop owner shop")
    host.server.load(SEVERAL.read_text(), "shop")
    host.databases = {"shop": {"owner": "shop", "extensions": []}}
    host.owners = ["shop", "reports"]
    host.declare()
    return host


OWNERS = """
    select c.relname || ' ' || pg_get_userbyid(c.relowner) from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('public', 'reports') and c.relkind in ('r', 'v', 'm', 'S', 'p') order by 1"""
SCHEMAS = """
    select nspname || ' ' || pg_get_userbyid(nspowner) || ' ' || coalesce((
        select string_agg(a::text, ',' order by a::text)
        from unnest(coalesce(nspacl, acldefault('n', nspowner))) a), '')
    from pg_namespace where nspname = 'reports'"""
RIGHTED = "select relname || relacl::text from pg_class where relname ~ 'TOC entry'"
KEYS = "select conname from pg_constraint where contype = 'f' order by 1"
OTHERS = """
    select stxname || ' ' || pg_get_userbyid(stxowner) from pg_statistic_ext
    union all select pubname || ' ' || pg_get_userbyid(pubowner) || ' ' || tablename from pg_publication
        join pg_publication_tables using (pubname)
    union all select 'cast ' || castsource::regtype from pg_cast where oid >= 16384
    union all select srvname || ' ' || srvowner::regrole || ' ' || relname from pg_foreign_server
        join pg_foreign_table on ftserver = pg_foreign_server.oid join pg_class on pg_class.oid = ftrelid
    order by 1"""
RIGHTS = """
    select string_agg(a::text, ',' order by a::text) from unnest((
        select coalesce(relacl, acldefault('r', relowner)) from pg_class where oid = 'public.items'::regclass)) a"""


def test_objects_of_several_owners_are_each_restored_as_their_own(several: Host) -> None:
    before = contents(several.server, "shop")
    dump, at = several.take(), several.server.log.stat().st_size
    several.dump("restore", "main", dump.id, "--as", "back", "--jobs", "2")
    assert contents(several.server, "back") == before
    found = query(several, OWNERS, "back")
    assert found == [one.replace("stranger", "shop") for one in query(several, OWNERS, "shop")]
    assert "sums reports" in found and "hers shop" in found
    assert query(several, KEYS, "back") == query(several, KEYS, "shop")
    for one in (SCHEMAS, RIGHTS, OTHERS):
        assert query(several, one, "back") == query(several, one, "shop")
    assert sprung(several, at) == {f"{role}, session pgsteward_restoring" for role in ("reports", "shop")}


def test_a_part_of_it_comes_back_too(several: Host) -> None:
    dump = several.take()
    several.dump("restore", "main", dump.id, "--as", "back", "--schema", "reports")
    assert query(several, "select count(*) from reports.sums", "back") == ["100"]
    assert query(several, "select count(*) from items", "back") == ["0"], "a view of the part needs the table"
    assert "sums reports" in query(several, OWNERS, "back")


FORGED = """x
-- TOC entry 7 (class 1 OID 1)
; alter table items owner to reports; --"""
"""The name of a table, as pg_restore tells entries apart."""


def test_a_name_that_looks_like_the_head_of_an_entry_is_a_name(several: Host) -> None:
    several.server.load(f'create table "{FORGED}" (i int); grant select on "{FORGED}" to reports', "shop")
    several.server.load(f'alter table "{FORGED}" owner to shop', "shop")
    before = query(several, RIGHTED, "shop")
    dump = several.take()
    several.dump("restore", "main", dump.id, "--as", "back")
    assert query(several, RIGHTED, "back") == before
    assert "reports=r/shop" in before[0]


# --- what an earlier release left


def test_a_leftover_with_a_subscription_is_in_nobodys_way(shop: Host) -> None:
    with shop.server.connect() as admin:
        admin.execute("create database pgsteward_restoring_1")
    with shop.server.connect("pgsteward_restoring_1") as admin:
        admin.execute("create subscription s1 connection 'dbname=nowhere' publication p with (connect = false)")
    dump = shop.take()
    shop.dump("restore", "main", dump.id, "--as", "back")
    assert query(shop, "select datname from pg_database where datname ~ 'restoring'") == []
    assert query(shop, "select subname from pg_subscription") == []


def test_the_reason_of_a_failure_is_told_though_tidying_up_fails_as_well(shop: Host) -> None:
    with shop.server.connect() as admin:
        admin.execute("create role soon")
    shop.server.load("grant select on items to soon", "shop")
    dump = shop.take()
    shop.server.load("revoke select on items from soon; drop role soon", "shop")
    said = shop.dump("restore", "main", dump.id, "--as", "back", code=1)
    assert 'role "soon" does not exist' in said
    assert query(shop, "select datname from pg_database where datname ~ 'restoring'") == []


def test_tables_in_a_tablespace_come_back_where_there_is_none(shop: Host) -> None:
    place = shop.root / "fast"
    place.mkdir()
    shop.own()
    with shop.server.connect() as admin:
        admin.execute(f"create tablespace fast location '{shop.inside(place)}'")
        admin.execute("grant create on tablespace fast to shop")
    with shop.server.connect("shop") as admin:
        admin.execute("alter table orders set tablespace fast")
    dump = shop.take()
    with shop.server.connect("shop") as admin:
        admin.execute("alter table orders set tablespace pg_default")
        admin.execute("drop tablespace fast")
    said = shop.dump("restore", "main", dump.id, "--as", "back")
    assert "tablespace fast: what lay in it is restored into the tablespace of the database" in said
    assert contents(shop.server, "back") == contents(shop.server, "shop")


# --- one table out of the past


@dataclass(frozen=True)
class Copy:
    """What a server beside production is to whoever pours out of it."""

    sockets: Path
    port: int = 5432


@pytest.fixture
def beside(trapped: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server with the same shop, as it was."""
    monkeypatch.setattr(server.connect, "__defaults__", (trapped.server.directory, "postgres"))
    monkeypatch.setenv("PGUSER", "postgres")
    copy = Server()
    try:
        for name in ("shop", "victim"):
            copy.load(f"create role {name}")
        copy.load("create database shop owner shop")
        copy.load(TRAPS.read_text(), "shop")
        yield copy
    finally:
        copy.stop()


def test_a_table_comes_back_into_production_as_its_owner(trapped: Host, beside: Server) -> None:
    powers, at = query(trapped, POWERS), trapped.server.log.stat().st_size
    trapped.server.load("revoke connect on database shop from public")
    name = parsed("shop.public.guarded")
    with beside.connect("shop") as link:
        link.row_factory = dict_row  # type: ignore[assignment]
        assert prepare(link, name) == (2, "shop")
    assert poured(trapped.told, Copy(beside.directory), name, "shop") == 2  # type: ignore[arg-type]
    name = parsed("shop.public.checked")
    with beside.connect("shop") as link:
        link.row_factory = dict_row  # type: ignore[assignment]
        assert prepare(link, name) == (1, "shop")
    assert poured(trapped.told, Copy(beside.directory), name, "shop") == 1  # type: ignore[arg-type]
    assert sprung(trapped, at) == {"shop, session pgsteward_restoring"}
    assert query(trapped, POWERS) == powers
    owners = "select pg_get_userbyid(relowner) from pg_class where relnamespace = 'restored'::regnamespace"
    assert set(query(trapped, owners, "shop")) == {"shop"}
    assert query(trapped, "select rolname from pg_roles where rolname ~ 'restoring'") == []


@pytest.mark.parametrize("setting", ["default_transaction_read_only = on", "statement_timeout = 1", "role = 'victim'"])
def test_a_table_comes_back_whatever_is_set_for_sessions_of_the_database(
    trapped: Host, beside: Server, setting: str
) -> None:
    for one in (trapped.server, beside):
        one.load(f"alter database shop set {setting}")
    name = parsed("shop.public.checked")
    link = beside.connect("shop", settings=options(WRITING))
    with link:
        link.row_factory = dict_row  # type: ignore[assignment]
        prepare(link, name)
    assert poured(trapped.told, Copy(beside.directory), name, "shop") == 1  # type: ignore[arg-type]


def test_a_database_comes_back_as_a_deploy_wants_it(shopping: Server) -> None:
    host = Host(shopping)
    try:
        host.databases = {"shop": {"owner": "shop_owner", "extensions": []}}
        host.declare()
        wanted = world.shop(shopping.version)
        world.apply(shopping, wanted)
        assert world.sentences(world.changes(shopping, wanted)) == []
        dump = host.take()
        shopping.load("drop database shop")
        said = host.dump("restore", "main", dump.id)
        assert world.sentences(world.changes(shopping, wanted)) == [], said
        assert world.drift(world.changes(shopping, wanted)) == []
    finally:
        host.gone()
