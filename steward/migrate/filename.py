"""What a file's name says: version, description, and which way it goes. Exactly as sqlx reads it.

sqlx (sqlx-core/src/migrate/source.rs, 0.8) splits at the first underscore, parses what stands before as a 64-bit
integer, takes the ending off as often as it is there, and turns underscores into spaces. What it silently passes over
although a person meant a migration (`20240101000000-users.sql`) is refused here; nothing is skipped in silence but what
has no version at all (`README.md`, `schema.sql`).
"""

import re
from dataclasses import dataclass
from enum import Enum

from fleet.problem import Problem

LARGEST = 2**63 - 1
ENDING = ".sql"
_VERSION = re.compile(r"[0-9]+", re.ASCII)


class Way(Enum):
    """The value is the ending of the file's name. `ONLY` cannot be reverted."""

    ONLY = ".sql"
    UP = ".up.sql"
    DOWN = ".down.sql"


@dataclass(frozen=True)
class Name:
    version: int
    description: str
    way: Way


def parse_name(name: str) -> Name | Problem | None:
    """What `name` means; a Problem if it cannot be meant so; None if it is no migration and nobody thought it one."""
    if not name.endswith(ENDING):
        return None
    before, underscore, after = name.partition("_")
    if not underscore:
        return _unlike(name) if name[:1].isdigit() else None
    if not _VERSION.fullmatch(before):
        return _unlike(name)
    version = int(before)
    if not 0 < version <= LARGEST:
        return Problem(name, f"version {before} is not between 1 and {LARGEST}", "use the time, as `new` does")
    way = _way(after)
    return Name(version, _description(after, way), way)


def _unlike(name: str) -> Problem:
    return Problem(
        name,
        "the name is not <version>_<name>.sql, and sqlx would refuse or skip it",
        "name it like 20260131120000_create_users.up.sql, or keep it outside of this folder",
    )


def _way(rest: str) -> Way:
    return next((way for way in (Way.UP, Way.DOWN) if rest.endswith(way.value)), Way.ONLY)


def _description(rest: str, way: Way) -> str:
    while rest.endswith(way.value):
        rest = rest.removesuffix(way.value)
    return rest.replace("_", " ")


def file_name(version: int, words: str, way: Way) -> str:
    """The name that a new file gets; `words` are letters, digits and underscores."""
    return f"{version}_{words}{way.value}"
