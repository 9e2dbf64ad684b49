"""The version and the words of a new migration's name."""

import re
from datetime import datetime

from fleet.problem import Problem

_WORDS = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
LONGEST = 100


def version_of(time: datetime) -> int:
    """YYYYMMDDHHMMSS of a time in UTC, as sqlx makes it."""
    return int(time.strftime("%Y%m%d%H%M%S"))


def words_of(name: str) -> str | Problem:
    """`Create users` as `create_users`; a Problem if it is not words."""
    words = re.sub(r"[\s_-]+", "_", name.strip()).lower()
    if not _WORDS.fullmatch(words) or len(words) > LONGEST:
        hint = f"use letters, digits and blanks, {LONGEST} at most: new 'create users'"
        return Problem("name", f"{name!r} is no name for a file", hint)
    return words
