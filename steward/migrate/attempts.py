"""Trying again where another session stood in the way: a lock timeout, a deadlock, a serialization failure."""

import random
import time
from collections.abc import Callable

import psycopg

from fleet.problem import Problem

from . import trouble
from .backoff import delay
from .waits import Waits

RETRYABLE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


NOT_AGAIN = "it is not tried again: it calls setval, and no ROLLBACK takes back what that has set"
LOOK_FIRST = (
    "look at the sequence; if it may be set once more, run again when nobody stands in the way; a file with setval "
    "alone waits for no table"
)


def given_up(where: str, words: str, error: psycopg.Error, sets_sequence: bool) -> Problem:
    """Why a transaction has failed for good; `words` are what was said of it."""
    if sets_sequence and isinstance(error, RETRYABLE):
        return Problem(where, f"{words}; {NOT_AGAIN}", LOOK_FIRST)
    return Problem(where, words, trouble.hint(error))


def persistently(
    act: Callable[[], None],
    clean: Callable[[], None],
    retries: int,
    waits: Waits,
    tell: Callable[[str], None],
    harmless: Callable[[], bool] = lambda: True,
) -> int:
    """Does `act`, again up to `retries` times, after `clean` and a pause each; how often it was tried.

    Raises psycopg.Error: another one, the last one when no retry is left, or one after which it is not `harmless` to do
    it again. `clean` has been called then, too.
    """
    for attempt in range(1, retries + 2):
        try:
            act()
            return attempt
        except RETRYABLE as error:
            clean()
            if attempt > retries or not harmless():
                raise
            pause = delay(attempt, random.random)
            blocked = f"; in the way: {waits.last}" if waits.last else ""
            tell(f"{trouble.said(error)}{blocked}; attempt {attempt + 1} of {retries + 1} in {pause:.1f} s")
            time.sleep(pause)
        except psycopg.Error:
            clean()
            raise
    raise AssertionError("the last attempt returns or raises")
