"""Values in one of our SQL texts, as constants: several statements then go in one message, and come back in one.

Right whatever `standard_conforming_strings` a migration has left behind: a text with a backslash is spelled E'…', in
which it means the same under either setting. For our own texts and values only, never for a migration.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

_PLACE = re.compile(r"%\((\w+)\)s")


def filled(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each `%(name)s` as a constant; raises TypeError for a value of another kind than these."""
    return _PLACE.sub(lambda found: constant(values[found[1]]), text)


def constant(value: Any) -> str:
    """A whole number, text, bytes, a time, a UUID, or nothing, as SQL has it."""
    if value is None:
        return "NULL"
    if type(value) is int:
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bytes):
        return f"pg_catalog.decode('{value.hex()}', 'hex')"
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'::timestamptz"
    if isinstance(value, UUID):
        return f"'{value}'::uuid"
    raise TypeError(f"there is no constant for a {type(value).__name__}")


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"E'{doubled}'".replace("\\", "\\\\") if "\\" in text else f"'{doubled}'"
