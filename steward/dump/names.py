"""A dump's name: `20261121T020000Z-shop`, when it was begun and of what; a directory, and a part of object keys.

Any name that PostgreSQL allows for a database can be in it, and comes out of it again. It never says in which order
dumps were made: clocks jump.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timezone

from fleet.problem import Problem, Refused

WHOLE = "whole"
PARTS = ("schema", "data", "part")
"""What is dumped, where it is not the whole: the definitions, the rows, or some of the tables."""
LATEST = 253402300799
"""The last second that has four digits of a year."""
PLAIN = re.compile(rb"[A-Za-z0-9_.-]")
STAMP = "%Y%m%dT%H%M%SZ"
FORM = re.compile(rf"([0-9]{{8}}T[0-9]{{6}}Z)-((?:[A-Za-z0-9_.-]|~[0-9A-F]{{2}})+?)(?:-({'|'.join(PARTS)}))?")


@dataclass(frozen=True)
class Name:
    """`at`: when it was begun, in seconds of the epoch; `content`: `whole`, or one of `PARTS`."""

    at: int
    database: str
    content: str = WHOLE

    def __str__(self) -> str:
        stamp = datetime.fromtimestamp(self.at, timezone.utc).strftime(STAMP)
        return "-".join((stamp, escaped(self.database), *((self.content,) if self.content in PARTS else ())))


def name(text: str) -> Name:
    """The name that the text is; raises `Refused` where it is none."""
    found = FORM.fullmatch(text)
    try:
        if found is None:
            raise ValueError
        at = int(datetime.strptime(found[1], STAMP).replace(tzinfo=timezone.utc).timestamp())
        one = Name(at, unescaped(found[2]), found[3] or WHOLE)
        if at < 0 or str(one) != text:
            raise ValueError
    except ValueError:
        hint = "one looks like 20261121T020000Z-shop; `steward dump list` shows those that there are"
        raise Refused("dump", [Problem(text, "is no name of a dump", hint)]) from None
    return one


def escaped(database: str) -> str:
    """A database's name in letters that every file system and object store takes; no two become the same."""
    text = "".join(byte.decode() if PLAIN.fullmatch(byte) else f"~{byte[0]:02X}" for byte in single(database))
    for part in PARTS:
        if text.endswith(f"-{part}"):
            text = f"{text.removesuffix(f'-{part}')}~2D{part}"
    return text


def unescaped(text: str) -> str:
    """What `escaped` was given; raises `ValueError` where it cannot have been."""
    return re.sub(rb"~([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), text.encode()).decode()


def free(wanted: Name, taken: Collection[str]) -> Name:
    """The name, or, where it is taken because the clock jumped back, the same of the next second that is not."""
    at = wanted.at
    while str(Name(at, wanted.database, wanted.content)) in taken:
        at += 1
    return Name(at, wanted.database, wanted.content)


def single(text: str) -> list[bytes]:
    return [bytes([one]) for one in text.encode()]
