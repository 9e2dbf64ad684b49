"""Values in one of our SQL texts, as constants: several statements then go in one message, and come back in one.

libpq does the quoting and knows the session's settings. For our own texts only, never for a migration.
"""

import re
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

_PLACE = re.compile(r"%\((\w+)\)s")


def filled(connection: psycopg.Connection[Any], text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `%(name)s` as a constant."""
    return _PLACE.sub(lambda found: sql.Literal(values[found[1]]).as_string(connection), text)
