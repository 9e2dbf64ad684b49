"""The PostgreSQL server of this node, asked over its own socket as the user postgres."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cluster import Described
from .session import READING, WRITING, Session, later, options

if TYPE_CHECKING:
    import psycopg

SOCKETS = Path("/var/run/postgresql")
OWN = "postgres"  # the database that is the superuser's own
PATIENCE = 5  # seconds that connecting may take


def connect(
    port: int, sockets: Path = SOCKETS, database: str = "postgres", *, session: Session = WRITING
) -> "psycopg.Connection[dict[str, Any]]":
    """A connection that commits each statement; raises `psycopg.OperationalError` where none answers."""
    import psycopg  # a host that only keeps a repository has none
    from psycopg.rows import dict_row

    known = 0 if database == OWN else version(port, sockets)
    connection = psycopg.connect(
        host=str(sockets),
        port=port,
        dbname=database,
        autocommit=True,
        connect_timeout=PATIENCE,
        application_name="pgsteward",
        client_encoding="utf8",  # of a database in SQL_ASCII psycopg would return bytes
        options=options(session, known),
        row_factory=dict_row,
    )
    if database == OWN and (statements := later(connection.info.server_version // 10000)):
        connection.execute(statements)
    return connection


@cache
def version(port: int, sockets: Path) -> int:
    """The major version of a server, by itself: what it does not know as an option it would not let in."""
    with connect(port, sockets, OWN, session=READING) as connection:
        return connection.info.server_version // 10000


def ask(described: Described, query: str, values: "tuple[object, ...]" = ()) -> "dict[str, Any] | None":
    """The first row of a query; None where no server answers."""
    import psycopg

    try:
        with connect(described.port, session=READING) as connection:
            return connection.execute(query, values or None).fetchone()
    except psycopg.Error:
        return None


def is_primary(described: Described) -> bool:
    """Whether the server of this node answers and is no standby."""
    row = ask(described, "select pg_is_in_recovery() as standby") if described.server else None
    return row is not None and not row["standby"]
