"""One server for all tests of a process, emptied between them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from .migrating import Place
from .server import Missing, Server
from .world import apply, as_owner, clear, shop


@pytest.fixture(scope="session")
def running() -> Iterator[Server]:
    try:
        server = Server()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(f"{missing}; CI has to have it")
        pytest.skip(str(missing))
    yield server
    server.stop()


@pytest.fixture
def server(running: Server) -> Iterator[Server]:
    """The server, without any role or database of another test."""
    clear(running)
    yield running


@pytest.fixture
def shopping(server: Server) -> Server:
    """The server with the shop, in which the owner made a table after the deploy."""
    apply(server, shop(server.version))
    as_owner(server, "create table orders (id serial primary key, item text)")
    return server


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Place:
    """A database and a folder for migrations, both empty."""
    return Place(server, tmp_path / "migrations")
