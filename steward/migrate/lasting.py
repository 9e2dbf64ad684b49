"""What a statement leaves in its session, which the next run does not have: it goes on in a session of its own. Pure.

A setting is sent again. What else a session keeps is more than its statement's text says (the rows of a temporary
table), so that nobody goes on without it. What a function or a DO block sets, PostgreSQL alone can tell.
"""

from collections.abc import Sequence
from itertools import pairwise

from .statements import Statement

_TEMPORARY = frozenset({"temp", "temporary"})
_BEFORE_TEMPORARY = frozenset({"or", "replace", "local", "global"})
_OF_ONE_TRANSACTION = frozenset({"local", "transaction", "constraints"})
_KEPT = frozenset({"declare", "listen", "load", "prepare"})
_LOCKS = frozenset(f"pg_{way}advisory_lock{mode}" for way in ("", "try_") for mode in ("", "_shared"))


def settings(done: Sequence[Statement]) -> list[Statement]:
    """What of the statements that are done has to be sent again before the next one."""
    return [one for one in _since_discarded(done) if _sets(one)]


def kept(done: Sequence[Statement]) -> Statement | None:
    """The first of the statements that are done that left in its session what cannot be had again."""
    return next((one for one in _since_discarded(done) if _keeps(one)), None)


def _since_discarded(done: Sequence[Statement]) -> list[Statement]:
    """DISCARD ALL makes of a session a new one, which the next run has anyway."""
    discarded = [number for number, one in enumerate(done, start=1) if one.words == ("discard", "all")]
    return list(done[discarded[-1] if discarded else 0 :])


def _sets(statement: Statement) -> bool:
    """SET and RESET, or a SELECT of set_config and nothing else, as pg_dump writes it."""
    words = statement.words
    if words[:1] == ("set",):
        return words[1:2] == () or words[1] not in _OF_ONE_TRANSACTION
    return words[:1] == ("reset",) or _selects_set_config(words)


def _selects_set_config(words: tuple[str, ...]) -> bool:
    call = [word for word in words if word not in ("pg_catalog", ".")]
    return call == ["select", "set_config", "(", ",", ",", "false", ")"]


def _keeps(statement: Statement) -> bool:
    words = statement.words
    if words[:1] == ("create",):
        what = next((word for word in words[1:] if word not in _BEFORE_TEMPORARY), "")
        return what in _TEMPORARY or ("pg_temp", ".") in pairwise(words)
    if words[:1] in (("select",), ("with",)) and _into_temporary(words):
        return True
    if "set_config" in words and not _sets(statement):
        return words[-2:] != ("true", ")")
    return words[:1] != () and (words[0] in _KEPT or not _LOCKS.isdisjoint(words))


def _into_temporary(words: tuple[str, ...]) -> bool:
    """SELECT … INTO TEMPORARY."""
    return any(first in ("into", "local", "global") and second in _TEMPORARY for first, second in pairwise(words))
