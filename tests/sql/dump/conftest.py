"""A host with a server and steward, emptied between tests."""

from collections.abc import Iterator

import pytest

from ..server import Server
from .host import Host


@pytest.fixture
def host(server: Server) -> Iterator[Host]:
    found = Host(server)
    yield found
    found.gone()
