"""The PostgreSQL server of this node, asked over its own socket as the user postgres."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .cluster import Described

if TYPE_CHECKING:
    import psycopg

SOCKETS = Path("/var/run/postgresql")
PATIENCE = 5  # seconds that connecting may take


def connect(port: int, sockets: Path = SOCKETS, database: str = "postgres") -> "psycopg.Connection[dict[str, Any]]":
    """A connection that commits each statement; raises `psycopg.OperationalError` where none answers."""
    import psycopg  # a host that only keeps a repository has none
    from psycopg.rows import dict_row

    return psycopg.connect(
        host=str(sockets),
        port=port,
        dbname=database,
        autocommit=True,
        connect_timeout=PATIENCE,
        application_name="pgsteward",
        client_encoding="utf8",  # of a database in SQL_ASCII psycopg would return bytes
        row_factory=dict_row,
    )


def ask(described: Described, query: str, values: "tuple[object, ...]" = ()) -> "dict[str, Any] | None":
    """The first row of a query; None where no server answers."""
    import psycopg

    try:
        with connect(described.port) as connection:
            return connection.execute(query, values or None).fetchone()
    except psycopg.Error:
        return None


def is_primary(described: Described) -> bool:
    """Whether the server of this node answers and is no standby."""
    row = ask(described, "select pg_is_in_recovery() as standby") if described.server else None
    return row is not None and not row["standby"]
