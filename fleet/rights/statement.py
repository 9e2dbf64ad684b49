"""What is done about rights and what is only shown: values, with the sentence that an operator reads."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MAINTENANCE = "postgres"
"""The database in which roles and databases are changed."""
_PLAIN = re.compile(r"[\w.$@+-]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Statement:
    """One change. `sentence` never holds a secret; `sql` may if `secret`, and belongs on standard input only.

    `sql` is one or more commands, each with its semicolon. `alone`: they cannot run inside a transaction.
    """

    sentence: str
    sql: str
    database: str = MAINTENANCE
    secret: bool = False
    alone: bool = False


@dataclass(frozen=True)
class Drift:
    """What is not as declared, and stays as it is: somebody has to decide."""

    sentence: str


@dataclass(frozen=True)
class Changes:
    """What is done, in order, and what is only shown."""

    statements: tuple[Statement, ...] = ()
    drift: tuple[Drift, ...] = ()

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.statements + other.statements, self.drift + other.drift)

    @classmethod
    def of(cls, found: Iterable[Statement | Drift]) -> "Changes":
        """Both kinds, each in the order in which it was found."""
        found = tuple(found)
        return cls(
            tuple(one for one in found if isinstance(one, Statement)),
            tuple(one for one in found if isinstance(one, Drift)),
        )


def shown(name: str) -> str:
    """A name as it stands in a sentence: on one line, in quotes where it could be mistaken for words."""
    return name if _PLAIN.fullmatch(name) else f'"{plain(name)}"'


def plain(text: str) -> str:
    """`text` on one line. What was seen on a server may hold anything: nothing of it may end a line of ours."""
    return _CONTROL.sub("·", text)


def listed(names: Iterable[str], most: int = 5) -> str:
    """Names for a sentence; only the first of many."""
    names = sorted(names)
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
