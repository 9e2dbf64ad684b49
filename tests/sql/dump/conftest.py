"""A host with a server and steward, emptied between tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..server import Server
from .host import Host

ODD = Path(__file__).with_name("odd.sql")


@pytest.fixture
def host(server: Server) -> Iterator[Host]:
    found = Host(server)
    yield found
    found.gone()


@pytest.fixture
def shop(host: Host) -> Host:
    """A shop with 5,000 orders."""
    with host.server.connect() as admin:
        admin.execute("create role shop")
        admin.execute("create database shop owner shop")
    with host.server.connect("shop") as owner:
        owner.execute("set role shop")
        owner.execute("create table items (id int primary key, name text)")
        owner.execute("insert into items select g, 'item ' || g from generate_series(1, 100) g")
        owner.execute("create table orders (id serial primary key, item int references items, at timestamptz)")
        owner.execute("insert into orders (item, at) select 1 + g % 100, now() from generate_series(1, 5000) g")
    return host


@pytest.fixture
def odd(host: Host) -> Host:
    """A database called "Odd na.me", with something of everything."""
    return filled(host)


def filled(host: Host) -> Host:
    with host.server.connect() as admin:
        admin.execute('create role "Odd owner"')
        admin.execute("create role reader")
        admin.execute('create database "Odd na.me" owner "Odd owner"')
    with host.server.connect("Odd na.me") as admin:
        for name in ("citext", "amcheck", "file_fdw"):
            admin.execute(f"create extension {name}")
        admin.execute('grant usage on foreign data wrapper file_fdw to "Odd owner"')
        admin.execute('grant pg_read_server_files to "Odd owner"')
    with host.server.connect() as admin:
        admin.execute('grant connect on database "Odd na.me" to reader')
        admin.execute('alter role reader in database "Odd na.me" set search_path = sales')
    host.server.load(ODD.read_text(), "Odd na.me")
    host.databases = {"Odd na.me": {"owner": "Odd owner", "extensions": ["citext", "amcheck", "file_fdw"]}}
    host.declare({"Odd na.me": {}})
    return host
