"""Making a connection, and saying in a sentence why there is none. A password is never repeated."""

import os
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from . import trouble

APPLICATION = "pgsteward migrate"
CONNECT_TIMEOUT = 10  # seconds, where neither the DSN nor PGCONNECT_TIMEOUT says otherwise


def connect(dsn: str) -> psycopg.Connection[Any]:
    """A connection in autocommit mode; raises Unseen with a sentence."""
    try:
        given: dict[str, Any] = conninfo_to_dict(dsn)
        if "PGCONNECT_TIMEOUT" not in os.environ:
            given.setdefault("connect_timeout", CONNECT_TIMEOUT)
        given |= {"application_name": APPLICATION, "client_encoding": "UTF8"}
        return psycopg.connect(make_conninfo(**given), autocommit=True)
    except psycopg.ProgrammingError as error:
        raise trouble.unreachable(Exception(f"invalid dsn: {without_secret(str(error))}")) from None
    except psycopg.Error as error:
        raise trouble.unreachable(error) from None


def without_secret(message: str) -> str:
    """libpq quotes a DSN that it cannot read, and a password may be in it."""
    return message.split('"')[0].strip(" :")
