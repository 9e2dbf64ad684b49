"""Every session of ours against a database whose owner has laid traps: none runs as anyone but the owner, and each
session does its work."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

import psycopg
import pytest

from steward import amcheck, look, ready, server
from steward.cluster import Chosen, Described
from steward.drill import known
from steward.dump import order, places, programs, restore, snapshot
from steward.rows import counted
from steward.session import READING, WRITING, options
from steward.sql import sql

from . import hostile
from .dump.host import Host
from .server import Missing, Server, packaged

VERSIONS = (0, 17, 18)
"""0 is the one that this host carries, with its client programs."""
AS_BEFORE = ("local_preload_libraries", "role", "default_transaction_read_only")
"""What is set, with all that ends a session, so that one gets anywhere in such a database."""
WHOLE = Chosen(content="whole", tables=(), without=(), without_rows=())


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"postgresql-{version or 'here'}")
def trapped(request: pytest.FixtureRequest) -> Iterator[Server]:
    try:
        found = Server(packaged(request.param) if request.param else None)
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing}; CI has to have it")
        pytest.skip(str(missing))
    try:
        assert hostile.laid(found) > 500
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def host(trapped: Server) -> Iterator[Host]:
    found = Host(trapped)
    yield found
    found.gone()


@pytest.fixture
def told(trapped: Server, host: Host, monkeypatch: pytest.MonkeyPatch) -> Iterator[Described]:
    """What steward is told, in this process; behind each test stands who sprang a trap in it."""
    monkeypatch.setenv("PGUSER", "postgres")
    monkeypatch.setattr(server.connect, "__defaults__", (trapped.directory, "postgres"))
    monkeypatch.setattr(programs.at, "__defaults__", (trapped.directory,))
    monkeypatch.setattr(amcheck, "SOCKETS", trapped.directory)
    begin = trapped.log.stat().st_size
    yield host.told
    assert hostile.sprung(trapped, begin) <= {hostile.OWNER}
    with trapped.connect() as admin:
        assert admin.execute("select rolsuper from pg_roles where rolname = 'shop'").fetchone() == (False,)


def programs_are_here(trapped: Server) -> None:
    if trapped.binaries != trapped.clients:
        pytest.skip("no client programs of this version are here")


def as_before(trapped: Server, text: str) -> set[str]:
    """Who springs a trap in a superuser's session as it was opened before; nothing of it stays."""
    begin = trapped.log.stat().st_size
    where = {"host": str(trapped.directory), "dbname": "shop", "user": "postgres"}
    mended = {name: value for name, value in WRITING.items() if name.endswith("timeout") or name in AS_BEFORE}
    with psycopg.connect(**where, options=options(mended, trapped.version)) as link:  # type: ignore[arg-type]
        with suppress(psycopg.Error):  # what a trap returns is of little use
            link.execute(text)
        link.rollback()
    return hostile.sprung(trapped, begin)


@pytest.mark.parametrize(
    "text",
    [
        "select pg_is_in_recovery() as standby",
        "select count(*) from only public.orders",
        "select version from _sqlx_migrations",
        "select datname from pg_database where datname = 'shop'::text",
        "select pgsteward.bt_index_check(index := 'pg_class_oid_index'::regclass::oid, heapallindexed := true)",
    ],
)
def test_the_traps_are_sharp(trapped: Server, text: str) -> None:
    """A superuser's session that is not one of ours springs them."""
    assert "postgres" in as_before(trapped, f"set search_path = pg_catalog; {text}" if "only" in text else text)


def test_a_session_begins_as_we_say_and_not_as_the_owner(told: Described) -> None:
    for kind in (READING, WRITING):
        with server.connect(told.port, database="shop", session=kind) as link:
            for name, value in kind.items():
                found = link.execute("select current_setting(%s) as value", (name,)).fetchone()
                assert found and found["value"].replace(", ", ",").replace('"', "") == value.replace(", ", ","), name
            row = link.execute("select current_user as acting, session_user as session").fetchone()
            assert row == {"acting": "postgres", "session": "postgres"}


def test_rows_are_counted_right(told: Described) -> None:
    with server.connect(told.port, database="shop", session=READING) as link:
        assert counted(link, "public.orders") == 100
        assert counted(link, "public.nothing") == 0
        for name in ("public.looking", "public.parted", "public.absent"):
            with pytest.raises(psycopg.Error):
                counted(link, name)


def test_what_production_knows(told: Described) -> None:
    found = known.known(told)
    assert found.lsn
    assert found.rows["shop", "public.orders"] == 100
    assert "extension amcheck in shop" in found.names


@pytest.mark.parametrize("chosen", [WHOLE, replace(WHOLE, tables=("orders", "sh*.*"), without=("public.part*",))])
def test_the_snapshot_of_a_dump(told: Described, chosen: Chosen) -> None:
    with snapshot.snapshot(told, "shop", chosen) as seen:
        names = {one.oid: one.name for one in seen.tables.values() if one.wanted}
        found = {names[oid]: rows for oid, rows in seen.counted().items()}
    assert found.pop("public.orders") == 100
    assert found == ({} if chosen.tables else {"public.part": 0, "public.nothing": 0})


def test_a_dump_is_taken(told: Described, host: Host, trapped: Server) -> None:
    programs_are_here(trapped)
    one = host.take().manifest
    assert one.rows == {"public.nothing": 0, "public.orders": 100, "public.part": 0}
    host.declare({"shop": {"tables": ["orders"]}})
    assert host.take().manifest.rows == {"public.orders": 100}


def test_amcheck_is_moved_out_of_the_owners_reach_and_finds_no_fault(told: Described, trapped: Server) -> None:
    assert "lies in the schema pgsteward" in amcheck.against(told, "shop")
    if trapped.binaries == trapped.clients:
        assert amcheck.look(told) == (0, {})
    else:
        amcheck.prepare(told, "shop")
    assert amcheck.against(told, "shop") == ""
    with server.connect(told.port, database="shop", session=READING) as link:
        row = link.execute(
            "select extnamespace::regnamespace::text as schema from pg_extension where extname = 'amcheck'"
        )
        assert row.fetchone() == {"schema": "pg_catalog"}


@pytest.mark.parametrize("name", ["names", "tables", "invalid_indexes", "dump_database", "dump_empty", "dump_proof"])
def test_questions_about_a_database(told: Described, name: str) -> None:
    with server.connect(told.port, database="shop", session=READING) as link:
        link.execute(sql(name)).fetchall()


def test_what_belongs_to_a_part(told: Described) -> None:
    with server.connect(told.port, database="shop", session=READING) as link:
        rows = link.execute(sql("dump_part"), {"schema": "public", "table": "orders"}).fetchall()
    assert "TABLE DATA public orders" in [row["text"] for row in rows]


@pytest.mark.parametrize("name", ["roles", "database"])
def test_the_deploys_questions_about_rights(told: Described, trapped: Server, name: str) -> None:
    begun = {**os.environ, "PGOPTIONS": options(READING, trapped.version)}
    command = [
        f"{trapped.clients}/psql",
        "-XqAt",
        "-v",
        "ON_ERROR_STOP=1",
        "-h",
        str(trapped.directory),
        "-f",
        "-",
        "shop",
    ]
    text = (hostile.HOUSE / "templates" / "sql" / f"{name}.sql").read_text()
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False, env=begun)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1


def test_statistics_are_gathered(told: Described, trapped: Server) -> None:
    programs_are_here(trapped)
    programs.run(programs.program(told, "vacuumdb", "--analyze-only", *programs.at(told.port, "shop")), "")


def test_the_server_as_a_whole(told: Described) -> None:
    """In the database postgres, whose settings and objects are a superuser's."""
    assert server.is_primary(told)
    assert look._primary(told).timeline == 1
    assert list(ready.found(told, SimpleNamespace(behind=None, transaction=60, backup=None))) == []  # type: ignore[arg-type]
    assert order.mine(told, "shop")
    assert server.ask(told, places.ORDER, ("shop",)) == {"node": told.node}
    assert server.ask(told, "select pg_walfile_name(pg_switch_wal() - 1) as wal")


def test_whether_a_database_is_empty_is_asked_by_restores(told: Described) -> None:
    assert not restore.empty(told, "shop")
