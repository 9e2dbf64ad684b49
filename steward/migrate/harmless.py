"""What a statement that PostgreSQL says has failed can have left, and so whether it may be sent once more.

Listed is what is known to be one transaction: when it fails, all of it is rolled back. What commits on its way, and
whatever is not listed, is never taken for that.
"""

import re

import psycopg

from .kinds import new_index
from .statements import Statement

WHOLE = """
    ( comment copy deallocate delete discard execute explain grant import insert listen load lock merge notify prepare
    reassign refresh reset revoke security select set show table truncate unlisten update values with
"""
# no databases, tablespaces, subscriptions: these have files, or a slot on another server
DEFINED = """
    access aggregate cast collation conversion data domain extension function group index language large operator owned
    policy privileges procedure publication role routine rule schema search sequence server statistics table transform
    trigger type user view
"""
BEFORE_DEFINED = """
    constraint default event foreign global local materialized or procedural recursive replace temp temporary text
    trusted unique unlogged
"""
_WHOLE, _DEFINED, _BEFORE = frozenset(WHOLE.split()), frozenset(DEFINED.split()), frozenset(BEFORE_DEFINED.split())
_DEFINING = frozenset({"alter", "create", "drop"})
_SETVAL = re.compile(r"\bsetval\b", re.IGNORECASE)
_COMMITTING = frozenset({"analyse", "analyze", "call", "cluster", "do", "reindex", "vacuum"})


def leaves_nothing(statement: Statement) -> bool:
    """Whether it is one transaction, whatever it does."""
    words = statement.words
    if words[:1] == ("refresh",):
        return True
    if not words or "concurrently" in words or (words[0] == "copy" and "program" in words):
        return False
    if words[0] in _DEFINING:
        return next((word for word in words[1:] if word not in _BEFORE), "") in _DEFINED
    return words[0] in _WHOLE


def is_removed(statement: Statement) -> bool:
    """Whether what it leaves is removed: an invalid index, which is known by its name."""
    return new_index(statement) is not None


def ends_what_it_began(statement: Statement) -> bool:
    """DROP INDEX CONCURRENTLY: the index stands there, invalid, until the same statement comes to its end."""
    return statement.words[:3] == ("drop", "index", "concurrently")


def commits_on_its_way(statement: Statement) -> bool:
    """Whether it may consist of several transactions and does nothing outside of them, so that these can be counted."""
    return statement.words[:1] != () and (statement.words[0] in _COMMITTING or "concurrently" in statement.words)


def sets_sequence(statement: Statement) -> bool:
    """Whether it may call setval, which no ROLLBACK takes back; nextval leaves gaps alone, and those harm nobody.

    Its constants are looked through, too: a DO block is one. What is only defined here does not run here.
    """
    first, last = statement.words[:1], statement.words[1:4]
    defines = first == ("create",) and not {"function", "procedure"}.isdisjoint(last)
    return not defines and _SETVAL.search(statement.text) is not None


def is_misspelt(error: psycopg.Error) -> bool:
    """Whether PostgreSQL's parser refused the statement itself, so that nothing of it ran."""
    inside = error.diag.internal_query or error.diag.context
    return error.sqlstate == "42601" and error.diag.statement_position is not None and not inside
