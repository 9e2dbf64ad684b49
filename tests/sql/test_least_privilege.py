"""Least privilege, tried by the roles themselves in one database that none of these tests changes."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from .server import Server
from .world import apply, as_owner, as_superuser, clear, login, shop


@pytest.fixture(scope="module")
def shopping(running: Server) -> Iterator[Server]:
    """A server with the shop, in which the owner made a table after the deploy."""
    clear(running)
    apply(running, shop(running.version))
    as_owner(running, "create table orders (id serial primary key, item text)")
    yield running


def test_a_writer_has_dml_in_a_table_made_later(shopping: Server) -> None:
    with login(shopping, "shop_app") as app, app.transaction(force_rollback=True):
        app.execute("insert into orders (item) values ('a'), ('b')")
        app.execute("update orders set item = 'c' where item = 'a'")
        app.execute("delete from orders where item = 'b'")
        assert app.execute("select item from orders").fetchall() == [("c",)]


@pytest.mark.parametrize(
    "forbidden",
    [
        "truncate orders",
        "drop table orders",
        "create table mine (id int)",
        "create schema mine",
        "alter table orders add column x int",
        "create index on orders (item)",
        "select setval('orders_id_seq', 1)",
        "select * from pg_authid",
    ],
)
def test_a_writer_may_not(shopping: Server, forbidden: str) -> None:
    with login(shopping, "shop_app") as app, pytest.raises(InsufficientPrivilege):
        app.execute(forbidden)


@pytest.mark.parametrize(
    "forbidden",
    [
        "insert into orders (item) values ('a')",
        "create table mine (id int)",
        "create temporary table mine (id int)",
        "select nextval('orders_id_seq')",
    ],
)
def test_a_reader_may_not(shopping: Server, forbidden: str) -> None:
    """Neither as it comes, nor when it has switched off that it only reads."""
    with login(shopping, "shop_ro") as reader:
        with pytest.raises((ReadOnlySqlTransaction, InsufficientPrivilege)):
            reader.execute(forbidden)
        reader.execute("set default_transaction_read_only = off")
        with pytest.raises(InsufficientPrivilege):
            reader.execute(forbidden)


def test_a_reader_reads(shopping: Server) -> None:
    with login(shopping, "shop_ro") as reader:
        assert reader.execute("select count(*) from orders").fetchall() == [(0,)]
        reader.execute("select last_value from orders_id_seq")


def test_the_monitor_sees_statistics_and_no_data(shopping: Server) -> None:
    for database in ("postgres", "shop"):
        with login(shopping, "monitor", database) as monitor:
            monitor.execute("select query from pg_stat_statements limit 1")
            assert monitor.execute("show statement_timeout").fetchall() == [("0",)]
    with login(shopping, "monitor") as monitor, pytest.raises(InsufficientPrivilege):
        monitor.execute("select * from orders")


@pytest.mark.parametrize("database", ["shop", "postgres", "template1"])
def test_public_may_not_even_connect(shopping: Server, database: str) -> None:
    as_superuser(shopping, f"create role stranger_of_{database} login password 'x'")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        shopping.connect(database, f"stranger_of_{database}", "x")
