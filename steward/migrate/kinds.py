"""What a statement means for the one who runs it: does it begin or end transactions, does it work concurrently."""

from collections.abc import Iterable
from dataclasses import dataclass

from .statements import Statement

_CONTROL = frozenset({"begin", "commit", "rollback", "abort", "end"})
_CONTROL_OF_TWO = frozenset({("start", "transaction"), ("prepare", "transaction")})


@dataclass(frozen=True)
class NewIndex:
    """CREATE INDEX CONCURRENTLY: the names as written, quotes and all; the index's is empty if it is not given."""

    name: str
    table: str


def controls_transactions(statement: Statement) -> bool:
    """Whether it begins, ends or prepares a transaction. Savepoints do none of these."""
    words = statement.words
    if words[:2] in _CONTROL_OF_TWO:
        return True
    to_savepoint = words[:1] == ("rollback",) and "to" in words[1:3]
    return words[:1] != () and words[0] in _CONTROL and not to_savepoint


def copies_from_client(statement: Statement) -> bool:
    """COPY … FROM STDIN or TO STDOUT: there is nobody at the other end."""
    return statement.words[:1] == ("copy",) and not {"stdin", "stdout"}.isdisjoint(statement.words)


def is_concurrent(statement: Statement) -> bool:
    """An index made, dropped or remade, or a partition taken off, without standing in anybody's way."""
    words = statement.words
    if words[:1] == ("reindex",):
        return "concurrently" in words
    if words[:2] == ("drop", "index"):
        return words[2:3] == ("concurrently",)
    if words[:2] == ("alter", "table"):
        return "detach" in words and words[-1] == "concurrently"
    return new_index(statement) is not None


def new_index(statement: Statement) -> NewIndex | None:
    """What a CREATE INDEX CONCURRENTLY makes; None for every other statement."""
    words = [word for word in statement.words if word != "unique"]
    if words[:3] != ["create", "index", "concurrently"]:
        return None
    rest = words[3:]
    if rest[:3] == ["if", "not", "exists"]:
        rest = rest[3:]
    if "on" not in rest:
        return None
    on = rest.index("on")
    return NewIndex("".join(rest[:on]), _relation(rest[on + 1 :]))


def _relation(words: list[str]) -> str:
    if words[:1] == ["only"]:
        words = words[1:]
    parts = words[:1]
    while words[1:2] == ["."]:
        parts += words[1:3]
        words = words[2:]
    return "".join(parts)


def first_control(statements: Iterable[Statement]) -> Statement | None:
    return next((one for one in statements if controls_transactions(one)), None)
