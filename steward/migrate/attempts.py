"""Trying again where another session stood in the way: a lock timeout, a deadlock, a serialization failure."""

import random
import time
from collections.abc import Callable

import psycopg

from . import trouble
from .backoff import delay
from .waits import Waits

RETRYABLE = (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


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
