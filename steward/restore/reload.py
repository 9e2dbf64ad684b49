"""A server that has been told to read its settings again, and has."""

import time
from typing import Any

LOADED = "select pg_conf_load_time() as at"
PATIENCE = 5.0  # seconds; what it has not done by then is done soon
PAUSE = 0.02


def reloaded(connection: Any) -> None:
    """Returns when the server has read its files: the first process reads them before it tells this connection's."""
    before, deadline = connection.execute(LOADED).fetchone(), time.monotonic() + PATIENCE
    connection.execute("select pg_reload_conf()")
    while connection.execute(LOADED).fetchone() == before and time.monotonic() < deadline:
        time.sleep(PAUSE)
